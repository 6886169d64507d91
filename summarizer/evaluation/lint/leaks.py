"""Papers that a prompt gives away: what a prompt shows can't be used to judge it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from summarizer.contract.criterion import load_criterion
from summarizer.contract.languages import LANGUAGES
from summarizer.contract.prompts import load_prompt
from summarizer.contract.released import ReleasedFile, list_released
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.lint.fault import Finding
from summarizer.evaluation.lint.labels import REQUIRED_LANGUAGES
from summarizer.evaluation.shingles import Shingle, shingles, split_words

LEAK_WORDS = 8
"""A run of this many words that prompt and paper share is a leak."""
_HAN_LEAK_WORDS = 16
"""The same for Chinese, where every character counts as a word."""
_SHORTEST_TITLE = 3
"""Words from which a title names one paper; a shorter one stands in many texts."""
_HAN_FROM = "\u3400"


@dataclass(frozen=True)
class ShownText:
    """What every paper of a run is sent with."""

    name: str
    """Of the prompt, with version."""
    text: str

    @cached_property
    def words(self) -> list[str]:
        """Its words, in order."""
        return split_words(self.text)

    @cached_property
    def _shingles(self) -> dict[int, set[Shingle]]:
        return {}

    def find_run(self, words: Sequence[str], length: int) -> str | None:
        """Return the first run of `length` of these words that stands in this text, or the whole of a shorter one."""
        length = min(length, len(words))
        if not length:
            return None
        if length not in self._shingles:
            self._shingles[length] = shingles(self.words, length)
        known = self._shingles[length]
        runs = (tuple(words[start : start + length]) for start in range(len(words) - length + 1))
        return next((" ".join(run) for run in runs if run in known), None)


def load_shown_texts(prompts: Sequence[str] = ()) -> list[ShownText]:
    """Return the static part of every released prompt and of `prompts`, with each released taxonomy and criterion.

    Raises:
        PromptError: one of them can't be read.
    """
    released = list_released()
    taxonomies = [load_taxonomy(file.name) for file in _of_kind(released, "taxonomy")]
    criteria = [load_criterion(file.name) for file in _of_kind(released, "criterion")]
    languages = [language for language in LANGUAGES if language.tag in REQUIRED_LANGUAGES]
    loaded = [load_prompt(name) for name in (*(file.name for file in _of_kind(released, "prompt")), *prompts)]
    return [
        ShownText(prompt.name, prompt.render_system(taxonomy=taxonomy, criterion=criterion, languages=languages))
        for prompt in loaded
        for taxonomy in taxonomies
        for criterion in criteria
    ]


def find_leaks(paper: GoldPaper, shown: Sequence[ShownText]) -> Iterator[Finding]:
    """Yield a finding for each text of a dev or test paper that stands in a prompt; papers of `shots` may be shown."""
    if paper.split == "shots":
        return
    for prompt in shown:
        for field, text, length in _fields(paper):
            if run := prompt.find_run(split_words(text), length):
                yield Finding("leak", f'{field} stands in the prompt {prompt.name}: "{run}"')


def _fields(paper: GoldPaper) -> Iterator[tuple[str, str, int]]:
    """Yield the texts that tell a paper, with the length of run that is too long to be chance."""
    for field, whole in (("id", paper.id), ("title", paper.title)):
        words = split_words(whole)
        if field == "id" or len(words) >= _SHORTEST_TITLE:
            yield field, whole, len(words)
    gold = paper.gold
    yield "abstract", paper.abstract, LEAK_WORDS
    yield "tldr", gold.tldr, LEAK_WORDS
    yield "second_tldr", gold.second_tldr, LEAK_WORDS
    for tag, translation in gold.translations.items():
        for field, text in translation.model_dump(exclude_none=True).items():
            yield (
                f"translations.{tag}.{field}",
                text,
                _HAN_LEAK_WORDS if max(text, default="") >= _HAN_FROM else LEAK_WORDS,
            )


def _of_kind(released: Sequence[ReleasedFile], kind: str) -> list[ReleasedFile]:
    return [file for file in released if file.kind == kind]
