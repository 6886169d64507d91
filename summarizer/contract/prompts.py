"""Prompts as versioned data files, rendered to the messages of one paper.

All wording is in the files; what is here is layout: the static part first, the same for every paper of a run, and the
paper last, fenced. Which model answers and how its reply is checked is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Template

import orjson

from summarizer.contract.criterion import Criterion
from summarizer.contract.languages import Language
from summarizer.contract.prompt_file import Example, PromptFile
from summarizer.contract.released import read_versioned
from summarizer.contract.schema import TRANSLATION_KEYS, Reply
from summarizer.contract.taxonomy import Taxonomy
from summarizer.errors import PromptError
from summarizer.papers.paper import Paper

MAX_ABSTRACT_CHARACTERS = 12_000
"""A longer abstract is cut: arXiv allows 1,920, so this much is a whole paper in the wrong field, or an attack."""

_CUT_SLACK = 1_000
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """One paper's messages."""

    system: str
    """The same for every paper of a run, so that providers can cache it."""
    user: str
    """The paper, delimited and declared to be data."""
    truncated: bool
    """The abstract was cut to the input limit."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, ready to render."""

    name: str
    """With version, for instance `annotate.v1`."""
    fingerprint: str
    reply: Reply
    """What it asks for."""
    content: PromptFile

    def render(
        self, paper: Paper, *, taxonomy: Taxonomy, criterion: Criterion, languages: Sequence[Language]
    ) -> RenderedPrompt:
        """Return both messages for one paper. In a run, render the system message once instead."""
        system = self.render_system(taxonomy=taxonomy, criterion=criterion, languages=languages)

        return RenderedPrompt(system, *self.render_user(paper))

    def render_system(self, *, taxonomy: Taxonomy, criterion: Criterion, languages: Sequence[Language]) -> str:
        """Return the static part, the same for every paper.

        An example is left out where it would teach the wrong thing: scored for another subject, with a tag that the
        taxonomy lacks, or without any reply to show.
        """
        return _fill(
            self.content.system,
            subject=criterion.subject,
            tags=taxonomy.render(),
            rubric=criterion.render(),
            translations=self._render_translations(languages),
            examples=self._render_examples(taxonomy, criterion, languages),
        )

    def render_user(self, paper: Paper) -> tuple[str, bool]:
        """Return the message that holds the paper, and whether its abstract was cut to the input limit."""
        abstract = _cut(paper.abstract)

        return _fill(self.content.user, paper=_fence(paper, abstract)), abstract != paper.abstract

    def render_pack_system(self, system: str) -> str:
        """Return the static part for several papers in one message, from the one for a single paper."""
        return f"{system}\n\n{_fill(self.content.pack)}"

    def render_pack(self, papers: Sequence[Paper]) -> tuple[str, tuple[str, ...]]:
        """Return the message that holds all of `papers`, and the id in the tags around each.

        Args:
            papers: as `cut_paper` returns them; no two with the same text.
        """
        ids = _pack_ids(papers)
        fenced = (
            _between_tags(f"paper-{own_id}", _show(paper.title, paper.abstract))
            for own_id, paper in zip(ids, papers, strict=True)
        )

        return _fill(self.content.user, paper="\n\n".join(fenced)), ids

    def render_overview_system(self, criterion: Criterion) -> str:
        """Return the static part of a prompt that asks for an overview."""
        return _fill(self.content.system, subject=criterion.subject)

    def render_papers(self, papers: Sequence[str]) -> str:
        """Return the message that holds what is known of many papers, each a text of its own, fenced together."""
        text = "\n\n".join(papers)

        return _fill(self.content.user, papers=_put_between_tags("papers", text, of=text))

    def render_reask(self, issues: Sequence[str]) -> str:
        """Return the message that asks for a corrected reply, with one line for each issue."""
        return _fill(self.content.reask, issues="\n".join(f"- {' '.join(issue.split())}" for issue in issues))

    def render_schema_suffix(self, schema_json: str) -> str:
        """Return the text that describes the schema, for endpoints that can't enforce it."""
        return _fill(self.content.schema_suffix, schema=schema_json)

    def _render_translations(self, languages: Sequence[Language]) -> str:
        if not languages:
            return _fill(self.content.no_translations)
        notes = self.content.language_notes
        shown = (f"- {notes[language.tag]}" for language in languages if language.tag in notes)

        return _fill(
            self.content.translations,
            languages=", ".join(f"{language.tag} ({language.name})" for language in languages),
            notes="\n".join(shown),
        )

    def _render_examples(self, taxonomy: Taxonomy, criterion: Criterion, languages: Sequence[Language]) -> str:
        tags = {tag.id for tag in taxonomy.tags}
        shown = [
            _render_example(example, self.reply, languages)
            for example in self.content.examples
            if _is_fitting(example, tags, criterion.subject, languages)
        ]

        return "\n\n".join((self.content.examples_heading, *shown)) if shown else ""


def load_prompt(source: str, *, reply: Reply | None = None) -> Prompt:
    """Read a prompt.

    Args:
        source: `annotate.v1`, `annotate` for the newest release, or the path of a `.toml` file.
        reply: what the prompt must ask for; None for either.

    Raises:
        PromptError: there is no such file, it breaks its rules, asks for another reply, or is an edited release.
    """
    content, fingerprint = read_versioned(source, "prompt", PromptFile)
    if reply not in (None, content.reply):
        raise PromptError(f"{source}: this prompt asks for an {content.reply}; one that asks for an {reply} is needed")

    return Prompt(content.full_name, fingerprint, content.reply, content)


def cut_paper(paper: Paper) -> Paper:
    """Return the paper as it is sent: with its abstract cut to the input limit, if it is longer."""
    abstract = _cut(paper.abstract)
    return paper if abstract == paper.abstract else paper.model_copy(update={"abstract": abstract})


def _fill(template: str, **values: str) -> str:
    return Template(template).substitute(values).strip()


def _fence(paper: Paper, abstract: str) -> str:
    """Put a paper between tags whose name is a digest of its text: the text can't name, and so not close, them."""
    return _put_between_tags("paper", _show(paper.title, abstract), of=f"{paper.title}\0{paper.abstract}")


def _put_between_tags(name: str, text: str, *, of: str) -> str:
    return _between_tags(f"{name}-{_digest(of)}", text)


def _between_tags(tag: str, text: str) -> str:
    return f"<{tag}>\n{text}\n</{tag}>"


def _show(title: str, abstract: str) -> str:
    return f"Title: {title}\nAbstract: {abstract}"


def _pack_ids(papers: Sequence[Paper]) -> tuple[str, ...]:
    """Digest each paper together with all of them: no text can name the tags of another one, whose text it may know."""
    texts = [f"{paper.title}\0{paper.abstract}" for paper in papers]
    together = hashlib.sha256(orjson.dumps(texts)).hexdigest()

    return tuple(_digest(f"{together}\0{text}") for text in texts)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _cut(abstract: str) -> str:
    """Cut at white space before the limit or, where there is none near it, between two characters as readers see them."""
    if len(abstract) <= MAX_ABSTRACT_CHARACTERS:
        return abstract
    words = abstract[:MAX_ABSTRACT_CHARACTERS].rsplit(maxsplit=1)
    if len(words) > 1 and len(words[0]) > MAX_ABSTRACT_CHARACTERS - _CUT_SLACK:
        return words[0]
    end = MAX_ABSTRACT_CHARACTERS
    while end > MAX_ABSTRACT_CHARACTERS - _CUT_SLACK and _is_joined(abstract, end):
        end -= 1

    return abstract[:end]


def _is_joined(text: str, index: int) -> bool:
    """Tell whether the character at `index` belongs to the one before it."""
    return unicodedata.category(text[index]).startswith("M") or _ZERO_WIDTH_JOINER in text[index - 1 : index + 1]


def _is_fitting(example: Example, tags: set[str], subject: str, languages: Sequence[Language]) -> bool:
    has_reply = bool(example.reply) or any(language.tag in example.translations for language in languages)

    return has_reply and example.subject in (None, subject) and tags.issuperset(example.tags)


def _render_example(example: Example, reply: Reply, languages: Sequence[Language]) -> str:
    translations = {language.tag: dict(_translate(example, reply, language)) for language in languages}
    answer = orjson.dumps({**example.reply, "translations": translations}).decode()

    return f"Title: {example.title}\nAbstract: {example.abstract}\nReply: {answer}"


def _translate(example: Example, reply: Reply, language: Language) -> Iterator[tuple[str, str]]:
    texts = example.translations.get(language.tag, {})
    for key in TRANSLATION_KEYS[reply]:
        yield key, texts.get(key, f"<{key} in {language.name}>")
