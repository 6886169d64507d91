"""The labels of one paper, held to the contract that replies of a chat model are held to.

A reference that the validation of replies would refuse can't be reached by any prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from summarizer.contract.taxonomy import Taxonomy
from summarizer.contract.validation import find_evidence, validate_abstract_translation, validate_annotation
from summarizer.errors import AnnotationInvalidError, ConfigurationError
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.lint.fault import Finding, Rule

REQUIRED_LANGUAGES = ("zh-Hans",)
"""Every paper has its title and summary in these."""

_FIELD = re.compile(r'"(?:second_)?(tldr|tags|relevance|evidence|translations)')
_RULES: dict[str, Rule] = {
    "tldr": "tldr",
    "tags": "tags",
    "relevance": "relevance",
    "evidence": "evidence",
    "translations": "translation",
}


def find_label_faults(paper: GoldPaper, taxonomy: Taxonomy) -> Iterator[Finding]:
    """Yield a finding for each label that is missing or that the contract of an annotation refuses."""
    yield from _find_missing(paper)
    yield from _find_inexact_evidence(paper)
    try:
        for issue in _find_issues(paper, taxonomy):
            field = _FIELD.match(issue)
            yield Finding(_RULES[field[1]] if field else "schema", issue)
    except ConfigurationError as error:
        yield Finding("translation", str(error))


def _find_missing(paper: GoldPaper) -> Iterator[Finding]:
    gold = paper.gold
    if not gold.second_tldr.strip() and not paper.single_pass:
        yield Finding("tldr", '"second_tldr" is empty: write the summary of the second pass.')
    for language in REQUIRED_LANGUAGES:
        if language not in gold.translations:
            yield Finding("translation", f'"translations" lacks "{language}": translate title and tldr.')
    if not gold.adjudicated_by.strip():
        yield Finding("provenance", '"adjudicated_by" is empty: say truthfully who or what decided.')


def _find_inexact_evidence(paper: GoldPaper) -> Iterator[Finding]:
    """Compare more strictly than with a reply: character by character, and not inside a planted instruction."""
    evidence = paper.gold.evidence
    span = find_evidence(evidence, paper.title, paper.abstract)
    if span and evidence not in paper.title and evidence not in paper.abstract:
        yield Finding("evidence", f'"evidence" is not verbatim: the paper writes {span!r}.')
    if evidence and paper.canary and evidence in paper.canary:
        yield Finding("evidence", '"evidence" quotes the planted instruction: quote the science.')


def _find_issues(paper: GoldPaper, taxonomy: Taxonomy) -> Iterator[str]:
    gold, languages = paper.gold, list(paper.gold.translations)
    texts = {tag: {"title": text.title, "tldr": text.tldr} for tag, text in gold.translations.items()}
    abstracts = {tag: {"abstract": text.abstract} for tag, text in gold.translations.items() if text.abstract}
    yield from _collect(_check_annotation, paper, taxonomy, languages, _reply(paper, gold.tldr, texts))
    if gold.second_tldr:
        for issue in _collect(_check_annotation, paper, taxonomy, [], _reply(paper, gold.second_tldr, {})):
            if issue.startswith('"tldr"'):
                yield issue.replace('"tldr"', '"second_tldr"', 1)
    if abstracts:
        yield from _collect(_check_abstract, paper, taxonomy, list(abstracts), {"translations": abstracts})


def _reply(paper: GoldPaper, tldr: str, translations: dict[str, dict[str, str]]) -> dict[str, Any]:
    labels = paper.gold.model_dump(include={"tags", "relevance", "evidence"})
    return {**labels, "tldr": tldr, "translations": translations}


def _check_annotation(paper: GoldPaper, taxonomy: Taxonomy, languages: Sequence[str], text: str) -> None:
    validate_annotation(text, paper.to_paper(), taxonomy=taxonomy, languages=languages)


def _check_abstract(paper: GoldPaper, _: Taxonomy, languages: Sequence[str], text: str) -> None:
    validate_abstract_translation(text, paper.to_paper(), languages=languages)


def _collect(
    check: Callable[[GoldPaper, Taxonomy, Sequence[str], str], None],
    paper: GoldPaper,
    taxonomy: Taxonomy,
    languages: Sequence[str],
    reply: dict[str, Any],
) -> tuple[str, ...]:
    """Return the issues that the validation of replies finds in labels."""
    try:
        check(paper, taxonomy, languages, orjson.dumps(reply).decode())
    except AnnotationInvalidError as error:
        return error.issues
    return ()
