"""Runs of words, by which two texts are recognised as near copies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from summarizer.evaluation.gold import GoldFacts
from summarizer.papers.folding import fold_title

COPY_WORDS = 5
COPY_SHARE = 0.5
"""Two abstracts whose runs of this many words overlap by this much (Jaccard) are near-duplicates."""

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")

Facts = TypeVar("Facts", bound=GoldFacts)
Shingle = tuple[str, ...]


def split_words(text: str) -> list[str]:
    """Return the words of a text without case and punctuation; every Han character is one."""
    return _WORD.findall(text.casefold())


def shingles(words: Sequence[str], length: int) -> set[Shingle]:
    """Return every run of `length` words; of a shorter text, all of it."""
    if not words:
        return set()
    return {tuple(words[start : start + length]) for start in range(max(1, len(words) - length + 1))}


def find_near_duplicates(papers: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, str]]:
    """Yield every two papers that are near-duplicates, in order, with what they share in words."""
    for (one, two), share in sorted(_find_shared_abstracts(papers).items()):
        if share >= COPY_SHARE:
            yield papers[one], papers[two], f"{share:.0%} of the runs of {COPY_WORDS} words of both abstracts"
    by_title = defaultdict(list)
    for paper in papers:
        by_title[fold_title(paper.title)].append(paper)
    for same in by_title.values():
        yield from ((one, two, "the title") for one, two in combinations(same, 2))


def _find_shared_abstracts(papers: Sequence[Facts]) -> dict[tuple[int, int], float]:
    """Return the Jaccard index of every two papers that share a run of words at all."""
    texts = [shingles(split_words(paper.abstract), COPY_WORDS) for paper in papers]
    holders = defaultdict(list)
    for number, text in enumerate(texts):
        for shingle in text:
            holders[shingle].append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(numbers, 2))
    return {(one, two): count / (len(texts[one]) + len(texts[two]) - count) for (one, two), count in shared.items()}
