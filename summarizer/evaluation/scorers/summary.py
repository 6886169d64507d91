"""How close a one-line summary comes to the references, and what it may never do.

Word overlap with two references says whether a prompt drifts, not whether a sentence is good: the guardrails find the
damage. A failed record counts as an empty summary; where a share of bad summaries is counted, as a bad one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from summarizer.contract.schema import Annotation
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.scripts import is_mostly_latin
from summarizer.contract.validation.sentences import count_sentences, count_words
from summarizer.evaluation.metric import Column, Guardrail, Metric, Role, Violation
from summarizer.evaluation.scorers.chrf import SIGNATURE, aggregate_chrf, count_chrf
from summarizer.evaluation.scorers.columns import Count, build_column, ratio_of_sums
from summarizer.evaluation.scorers.guardrails import build_guardrail
from summarizer.evaluation.scorers.rouge import TOKENS, list_bigrams, score_rouge_l, score_rouge_n, tokenize
from summarizer.evaluation.scorers.samples import Sample

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

_OPENER = re.compile(
    r"(?:in )?(?:this|the (?:present|proposed)) (?:paper|work|study|article|letter|report|manuscript)\b|the authors?\b|(?-i:We)(?=\s)",
    re.IGNORECASE,
)
_HYPE = re.compile(
    r"\b(?:amazing|astonishing|breakthrough|cutting-edge|exceptional|extraordinary|game-chang\w+|ground-?breaking|impressive"
    r"|incredibl\w+|landmark|milestone|novel|outstanding|pioneering|powerful|remarkabl\w+|revolutioni[sz]\w+|revolutionary"
    r"|spectacular|striking\w*|superb|unparalleled|unprecedented)\b"
)
_ACRONYM = re.compile(r"\b(?=[A-Za-z0-9]{0,20}[A-Z][A-Za-z0-9]{0,20}[A-Z])[A-Za-z0-9]{2,40}\b")
_WORD = re.compile(r"[a-z0-9]+")


def score_summaries(samples: Sequence[Sample]) -> list[Column]:
    """Return the columns of the summary, the primary one first."""
    return [build_column(metric, samples, count) for metric, count in _METRICS]


def guard_summaries(samples: Sequence[Sample], max_words: int) -> list[Guardrail]:
    """Return the rules of the summary; a failed record breaks none of them, it has no summary."""

    def find_length(_: Sample, annotation: Annotation) -> Iterator[Violation]:
        words = count_words(annotation.tldr)
        if not 1 <= words <= max_words:
            yield Violation(f"{words} words, where 1 to {max_words} are allowed", annotation.tldr)

    rules = (
        ("unsupported_numbers", "numbers of the abstract", _find_unsupported_numbers),
        ("length", f"at most {max_words} words", find_length),
        ("one_sentence", "one sentence", _find_sentences),
        ("opener", "opens with the contribution", _find_opener),
        ("language", "English", _find_language),
    )
    return [build_guardrail(f"summary.{name}", label, "summary", samples, find) for name, label, find in rules]


def _find_unsupported_numbers(sample: Sample, annotation: Annotation) -> Iterator[Violation]:
    tldr, source = annotation.tldr, sample.source
    unsupported = source.find_unsupported(read_figures(tldr))
    for figure in (*unsupported, *source.grounding.find_contradicted_pairs(tldr)):
        yield Violation(f"{figure} stands in neither title nor abstract", figure)


def _find_sentences(_: Sample, annotation: Annotation) -> Iterator[Violation]:
    if (sentences := count_sentences(annotation.tldr)) > 1:
        yield Violation(f"{sentences} sentences, where one is allowed", annotation.tldr)


def _find_opener(_: Sample, annotation: Annotation) -> Iterator[Violation]:
    if opener := _OPENER.match(annotation.tldr.lstrip()):
        yield Violation(f"opens with \u201c{opener[0]}\u201d instead of the contribution", opener[0])


def _find_language(sample: Sample, annotation: Annotation) -> Iterator[Violation]:
    if not is_mostly_latin(annotation.tldr) and is_mostly_latin(sample.source.text):
        yield Violation("not in English", annotation.tldr)


def _references(sample: Sample) -> list[str]:
    return [text for text in (sample.paper.gold.tldr, sample.paper.gold.second_tldr) if text]


def _best_overlap(score: Callable[[list[str], list[str]], float]) -> Count:
    def count(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
        prediction = tokenize(annotation.tldr) if annotation else []
        return max(score(prediction, tokenize(reference)) for reference in _references(sample)), 1

    return count


def _count_chrf(sample: Sample, annotation: Annotation | None) -> Array:
    return count_chrf(annotation.tldr if annotation else "", _references(sample))


def _count_words(_: Sample, annotation: Annotation | None) -> tuple[float, float]:
    return (count_words(annotation.tldr), 1) if annotation else (0, 0)


def _count_novel_bigrams(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    known = set(list_bigrams(tokenize(sample.source.text)))
    bigrams = list_bigrams(tokenize(annotation.tldr)) if annotation else []
    return sum(bigram not in known for bigram in bigrams), len(bigrams)


def _count_hype(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    source = sample.source.text.lower()
    return float(annotation is None or any(word not in source for word in _HYPE.findall(annotation.tldr.lower()))), 1


def _count_unsupported_acronyms(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    return float(annotation is None or bool(find_unsupported_acronyms(annotation.tldr, sample.source.text))), 1


def find_unsupported_acronyms(text: str, source: str) -> list[str]:
    """Return the words of `text` with two capitals that `source` neither has nor spells out.

    `MRI` is spelled out by three words in a row that begin with m, r and i.
    """
    words = _WORD.findall(source.lower())
    known, initials = set(words), "".join(word[0] for word in words)
    return [
        acronym
        for acronym in dict.fromkeys(_ACRONYM.findall(text))
        if (bare := acronym.removesuffix("s").lower()) not in initials and known.isdisjoint({bare, acronym.lower()})
    ]


def _rouge(name: str, score: Callable[[list[str], list[str]], float]) -> tuple[Metric, Count]:
    metric = Metric(
        name=f"summary.rouge_{name.lower()}",
        label=f"ROUGE-{name}",
        task="summary",
        role="primary" if name == "L" else "secondary",
        higher_is_better=True,
        signature=f"rouge:{name}|{TOKENS}|refs:max|v1",
        aggregate=ratio_of_sums,
    )
    return metric, _best_overlap(score)


def _diagnostic(
    name: str,
    label: str,
    signature: str,
    count: Count,
    *,
    role: Role = "diagnostic",
    is_fault: bool = False,
    unit: str = "",
) -> tuple[Metric, Count]:
    higher_is_better = False if is_fault else None
    metric = Metric(
        f"summary.{name}", label, "summary", role, higher_is_better, signature, ratio_of_sums, unit, is_share=is_fault
    )
    return metric, count


_METRICS: tuple[tuple[Metric, Count], ...] = (
    _rouge("L", score_rouge_l),
    _rouge("1", lambda prediction, reference: score_rouge_n(prediction, reference, 1)),
    _rouge("2", lambda prediction, reference: score_rouge_n(prediction, reference, 2)),
    (
        Metric(
            "summary.chrf2", "chrF2", "summary", "secondary", True, f"chrF2|{SIGNATURE}|refs:best|v1", aggregate_chrf
        ),
        _count_chrf,
    ),
    _diagnostic(
        "unsupported_acronyms",
        "with unsupported acronym",
        "acronyms:two-capitals|share-of-summaries|v1",
        _count_unsupported_acronyms,
        role="secondary",
        is_fault=True,
    ),
    _diagnostic("hype", "with hype word", "hype:not-in-source|share-of-summaries|v1", _count_hype, is_fault=True),
    _diagnostic("novel_bigrams", "novel bigrams", f"novel:2|{TOKENS}|share|v1", _count_novel_bigrams),
    _diagnostic("words", "words", "words:blank-separated|mean|v1", _count_words, unit="words"),
)
