"""What a gold set is made of, counted from the papers themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from summarizer.contract.criterion import SCORES
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.sentences import count_words
from summarizer.evaluation.gold import LOWEST_MEDICAL, LOWEST_TANGENTIAL, GoldPaper, PassRecord, Stratum

DENSE_NUMBERS = 6
"""Numbers in digits, those in names such as ResNet-50 aside, from which an abstract is dense with numbers."""
SHORT_WORDS, LONG_WORDS = 60, 290
"""At most so many words are very few, at least so many are very many."""
SPLITS, STRATA = ("shots", "dev", "test"), ("medical", "tangential", "other")

_FORMULA = re.compile(r"\$[^$]+\$|\\\(.+?\\\)|\\\[.+?\\\]")

Composition = dict[str, dict[str, int]]
"""Counts by heading and row."""


def has_formula(text: str) -> bool:
    """Tell whether a text has LaTeX between delimiters."""
    return _FORMULA.search(text) is not None


def is_dense_with_numbers(text: str) -> bool:
    """Tell whether a text has at least `DENSE_NUMBERS` numbers in digits."""
    numbers = read_figures(text).numbers
    return sum(bool(number.digits) and not number.is_hint for number in numbers) >= DENSE_NUMBERS


def classify_relevance(relevance: int) -> Stratum:
    """Return the stratum that a label puts a paper in."""
    if relevance >= LOWEST_MEDICAL:
        return "medical"
    return "tangential" if relevance >= LOWEST_TANGENTIAL else "other"


def count_composition(papers: Sequence[GoldPaper], passes: Mapping[str, Sequence[PassRecord]]) -> Composition:
    """Count papers by everything that the set was sampled for, and labels by who gave them."""
    relevance = Counter(paper.gold.relevance for paper in papers)
    relevant = Counter[str](paper.split for paper in papers if paper.gold.relevance >= LOWEST_MEDICAL)
    tags = Counter(tag for paper in papers for tag in paper.gold.tags)
    languages = Counter(paper.language for paper in papers)
    return {
        "stratum (as sampled)": _in_order(STRATA, Counter[str](paper.stratum for paper in papers)),
        "stratum (by label)": _in_order(
            STRATA, Counter[str](classify_relevance(paper.gold.relevance) for paper in papers)
        ),
        "split": _in_order(SPLITS, Counter[str](paper.split for paper in papers)),
        f"relevance {LOWEST_MEDICAL} or more, by split": _in_order(SPLITS, relevant),
        "relevance": {str(score): relevance[score] for score in SCORES},
        "language of the abstract": dict(languages.most_common()),
        "abstract": _count_abstracts(papers),
        "labels": _count_labels(papers),
        "tag": dict(sorted(tags.items(), key=lambda item: (-item[1], item[0]))),
        "labelled by": _count_labellers(papers, passes),
    }


def _count_abstracts(papers: Sequence[GoldPaper]) -> dict[str, int]:
    words = [count_words(paper.abstract) for paper in papers]
    return {
        "with formulas": sum(has_formula(paper.abstract) for paper in papers),
        f"dense with numbers ({DENSE_NUMBERS} or more)": sum(is_dense_with_numbers(paper.abstract) for paper in papers),
        "with a planted instruction": sum(paper.canary is not None for paper in papers),
        f"very short (at most {SHORT_WORDS} words)": sum(count <= SHORT_WORDS for count in words),
        f"very long (at least {LONG_WORDS} words)": sum(count >= LONG_WORDS for count in words),
    }


def _count_labels(papers: Sequence[GoldPaper]) -> dict[str, int]:
    whole = Counter(language for paper in papers for language, text in paper.gold.translations.items() if text.abstract)
    titles = Counter(language for paper in papers for language in paper.gold.translations)
    return {
        **{f"title and summary in {language}": count for language, count in titles.items()},
        **{f"whole abstract in {language}": count for language, count in whole.items()},
        "labelled once only": sum(paper.single_pass for paper in papers),
        "corrected later": sum(bool(paper.corrections) for paper in papers),
    }


def _count_labellers(papers: Sequence[GoldPaper], passes: Mapping[str, Sequence[PassRecord]]) -> dict[str, int]:
    labellers = Counter(f"pass {name}: {record.labelled_by}" for name, records in passes.items() for record in records)
    labellers.update(f"adjudicated: {paper.gold.adjudicated_by}" for paper in papers)
    labellers.update(f"corrected: {name}" for paper in papers for name in {entry.by for entry in paper.corrections})
    return dict(labellers)


def _in_order(names: Sequence[str], counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in names}
