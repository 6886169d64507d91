"""Whether a reply may be trusted: the contract of an annotation, checked against its paper.

Every issue is a sentence to the chat model that quotes what is wrong and says how to mend it: the reask repeats it word
for word. All issues of a reply are found at once. Nothing is repaired, but evidence is kept as the paper writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from summarizer.contract.languages import Language, get_language
from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import OTHER, Taxonomy
from summarizer.contract.validation.characters import find_character_issues
from summarizer.contract.validation.evidence import find_evidence
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.quoting import quote, quote_all
from summarizer.contract.validation.reply import read_reply
from summarizer.contract.validation.sentences import count_words
from summarizer.contract.validation.shape import ABSTRACT_TRANSLATION, ANNOTATION, find_shape_issues
from summarizer.contract.validation.source import Source
from summarizer.contract.validation.summary import find_summary_issues
from summarizer.contract.validation.translations import Original, find_translation_issues
from summarizer.errors import AnnotationInvalidError
from summarizer.papers.paper import Paper

MAX_TAGS = 5
MAX_RELEVANCE = 5
MAX_EVIDENCE_WORDS = 60


def validate_annotation(
    text: str, paper: Paper, *, taxonomy: Taxonomy, languages: Sequence[str], fenced: bool = False
) -> Annotation:
    """Return the annotation that a reply holds.

    Args:
        text: the reply as it came.
        paper: what it is about, as the chat model saw it.
        taxonomy: the tags that may be given.
        languages: tags of the languages that were asked for; the reply has exactly these.
        fenced: whether a code fence around the object and a leading `<think>` block are taken off.

    Raises:
        AnnotationInvalidError: the reply breaks the contract; with every issue found.
        ConfigurationError: a language is not supported.
    """
    targets = [get_language(tag) for tag in languages]
    reply = read_reply(text, fenced=fenced)
    source = Source(paper.title, paper.abstract)
    issues = list(find_shape_issues(reply, ANNOTATION))
    tldr, evidence, relevance, tags = (reply.get(field) for field in ("tldr", "evidence", "relevance", "tags"))
    originals = [Original("title", source.title, source.title_figures)]
    if isinstance(tldr, str):
        figures = read_figures(tldr)
        originals.append(Original("tldr", tldr, figures))
        issues += find_summary_issues(tldr, figures, source)
    if isinstance(tags, list):
        issues += _find_tag_issues([tag for tag in tags if isinstance(tag, str)], taxonomy)
    if isinstance(relevance, int) and not 0 <= relevance <= MAX_RELEVANCE:
        issues.append(f'"relevance" is {quote(str(relevance))}: give an integer from 0 to {MAX_RELEVANCE}.')
    span = ""
    if isinstance(evidence, str):
        span = find_evidence(evidence, source.title, source.abstract) or ""
        issues += _find_evidence_issues(evidence, span, source, relevance)
    issues += _find_translations_issues(reply.get("translations"), originals, source, targets)
    if issues:
        raise AnnotationInvalidError(tuple(issues), raw_text=text)
    return _build_annotation(reply, span)


def validate_abstract_translation(
    text: str, paper: Paper, *, languages: Sequence[str], fenced: bool = False
) -> dict[str, str]:
    """Return the translated abstract by language tag that a reply to the second call holds.

    Arguments and errors are those of `validate_annotation`.
    """
    targets = [get_language(tag) for tag in languages]
    reply = read_reply(text, fenced=fenced)
    source = Source(paper.title, paper.abstract)
    issues = list(find_shape_issues(reply, ABSTRACT_TRANSLATION))
    originals = [Original("abstract", source.abstract, source.abstract_figures)]
    issues += _find_translations_issues(reply.get("translations"), originals, source, targets)
    if issues:
        raise AnnotationInvalidError(tuple(issues), raw_text=text)
    return {tag: texts["abstract"] for tag, texts in reply["translations"].items()}


def _find_tag_issues(tags: list[str], taxonomy: Taxonomy) -> Iterator[str]:
    known = {tag.id for tag in taxonomy.tags}
    if not 1 <= len(tags) <= MAX_TAGS:
        yield f'"tags" has {len(tags)} entries: give 1 to {MAX_TAGS}.'
    if repeated := [tag for tag in dict.fromkeys(tags) if tags.count(tag) > 1]:
        yield f'"tags" repeats {quote_all(repeated)}: give each tag once.'
    for tag in dict.fromkeys(tags[: 2 * MAX_TAGS]):
        if tag not in known:
            near = get_close_matches(tag, known, n=2)
            hint = f" such as {quote_all(near)}" if near else ""
            yield f'"tags" holds {quote(tag)}, which the taxonomy does not: use its tag ids only{hint}.'
    if OTHER in tags and len(tags) > 1:
        yield f'"tags" holds {quote(OTHER)} beside other tags: give it alone, or leave it out.'


def _find_evidence_issues(evidence: str, span: str, source: Source, relevance: object) -> Iterator[str]:
    if not evidence.strip():
        if relevance != 0:
            yield '"evidence" is empty: quote the words of title or abstract that justify the relevance.'
        return
    if (words := count_words(evidence)) > MAX_EVIDENCE_WORDS:
        yield f'"evidence" has {words} words: quote at most {MAX_EVIDENCE_WORDS}.'
    control = list(find_character_issues("evidence", evidence, source.text))
    yield from control
    if not span and not control:
        yield (
            f'"evidence" {quote(evidence)} does not stand in title or abstract: copy one unbroken span from either, '
            "word for word."
        )


def _find_translations_issues(
    translations: object, originals: list[Original], source: Source, languages: list[Language]
) -> Iterator[str]:
    if not isinstance(translations, dict):
        return
    wanted = {language.tag: language for language in languages}
    if missing := [tag for tag in wanted if tag not in translations]:
        yield f'"translations" lacks {quote_all(missing)}: translate into each language that was asked for.'
    if unwanted := [tag for tag in translations if tag not in wanted]:
        yield f'"translations" holds {quote_all(unwanted)}, which was not asked for: remove it.'
    for tag, language in wanted.items():
        texts = translations.get(tag)
        for original in originals:
            if isinstance(texts, dict) and isinstance(text := texts.get(original.name), str):
                yield from find_translation_issues(text, original, source, language)


def _build_annotation(reply: Mapping[str, Any], evidence: str) -> Annotation:
    return Annotation.model_validate({**reply, "evidence": evidence})
