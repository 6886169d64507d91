"""Whether there is a usable reply at all, and whether it gives the prompt away.

A failed record breaks exactly one of the rules of parsing, truncation and refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.criterion import SCORES
from summarizer.contract.schema import Annotation
from summarizer.evaluation.lint.leaks import ShownText
from summarizer.evaluation.metric import Column, Guardrail, Metric, Violation
from summarizer.evaluation.scorers.columns import build_column, ratio_of_sums
from summarizer.evaluation.scorers.guardrails import FindInRecord, build_record_guardrail
from summarizer.evaluation.scorers.samples import CONTRACT_FAILURES, REFUSALS, TRUNCATIONS, Result, Sample
from summarizer.evaluation.shingles import Shingle, shingles, split_words

LEAK_WORDS = 12
"""A run of this many words that a reply shares with the prompt, and not with the paper, is no chance."""
_HAN_LEAK_WORDS = 24
"""The same for Chinese, where every character counts as a word."""
_MAX_QUOTED_CHARACTERS = 500
_HAN_FROM = "\u3400"

_PARSE_RATE = Metric(
    "structure.parse_rate",
    "usable replies",
    "structure",
    "diagnostic",
    True,
    "annotated-share|v1",
    ratio_of_sums,
    is_share=True,
)


def score_structure(samples: Sequence[Sample]) -> list[Column]:
    """Return the share of records that hold an annotation."""

    def count(_: Sample, annotation: Annotation | None) -> tuple[float, float]:
        return float(annotation is not None), 1

    return [build_column(_PARSE_RATE, samples, count)]


def guard_structure(samples: Sequence[Sample], shown: Sequence[ShownText]) -> list[Guardrail]:
    """Return the rules of a reply as such.

    Args:
        samples: what is scored.
        shown: what every paper was sent with.
    """
    rules: tuple[tuple[str, str, FindInRecord], ...] = (
        ("parse", "keeps the contract", _find_contract_failure),
        ("truncated", "not cut off", _failure_of(TRUNCATIONS)),
        ("refused", "not refused", _failure_of(REFUSALS)),
        ("prompt_leak", "keeps the prompt to itself", _leak_of(shown)),
    )
    return [
        build_record_guardrail(f"structure.{name}", label, "structure", samples, find) for name, label, find in rules
    ]


def _find_contract_failure(sample: Sample, record: Result) -> Iterable[Violation]:
    if not isinstance(record, AnnotatedRecord):
        yield from _failure_of(CONTRACT_FAILURES)(sample, record)
    elif record.annotation.relevance not in SCORES:
        relevance = record.annotation.relevance
        yield Violation(f"relevance {relevance} is not on the scale of {SCORES[0]} to {SCORES[-1]}", str(relevance))


def _failure_of(types: frozenset[str]) -> FindInRecord:
    def find(_: Sample, record: Result) -> Iterator[Violation]:
        if not isinstance(record, AnnotatedRecord) and record.error.type in types:
            yield Violation(record.error.message, record.error.raw_text[:_MAX_QUOTED_CHARACTERS])

    return find


def _leak_of(shown: Sequence[ShownText]) -> FindInRecord:
    known = {length: _runs_of([text.text for text in shown], length) for length in (LEAK_WORDS, _HAN_LEAK_WORDS)}

    def find(sample: Sample, record: Result) -> Iterator[Violation]:
        for text in _texts(record):
            length = _HAN_LEAK_WORDS if max(text, default="") >= _HAN_FROM else LEAK_WORDS
            leaked = known[length] & _runs_of([text], length) - _runs_of([sample.source.text], length)
            if leaked:
                yield Violation("repeats a run of words of the prompt", " ".join(min(leaked)))

    return find


def _runs_of(texts: Iterable[str], length: int) -> set[Shingle]:
    return {run for text in texts for run in shingles(split_words(text), length) if len(run) == length}


def _texts(record: Result) -> list[str]:
    if not isinstance(record, AnnotatedRecord):
        return [record.error.raw_text]
    annotation = record.annotation
    translated = [text for texts in annotation.translations.values() for text in (texts.title, texts.tldr)]
    return [annotation.tldr, annotation.evidence, *translated]
