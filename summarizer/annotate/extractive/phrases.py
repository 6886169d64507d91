"""Where the phrases of a vocabulary stand in a text: one pass over its words, whatever the size of the vocabulary.

Words are compared without case and in the singular; a word of a phrase that has a capital letter must stand exactly so
(`CT`, but not `ct`). Hyphens, slashes and spaces inside a phrase are the same, every other sign ends it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

_WORD = re.compile(r"(\w+)")
_JOINTS = frozenset([" ", "-", "/", "\u2010", "\u2011", "\u2013", "- ", "\u00a0"])

Payload = TypeVar("Payload")


@dataclass(frozen=True, slots=True)
class Words:
    """A text and its words."""

    text: str
    starts: list[int]
    """Where each word starts in the text, in characters."""
    ends: list[int]
    written: list[str]
    """The words as they stand there."""
    stems: list[str]
    """The words in lower case and in the singular."""
    gaps: list[str]
    """What stands after each word, before the next."""


@dataclass(frozen=True, slots=True)
class Match(Generic[Payload]):
    """One phrase in a text."""

    first: int
    """Index of its first word."""
    end: int
    """Index after its last word."""
    payload: Payload


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Payload]):
    exact: tuple[tuple[int, str], ...]
    """The words that must stand exactly so, by their place in the phrase."""
    payload: Payload


def read_words(text: str) -> Words:
    """Split a text into words; signs are left out."""
    parts = _WORD.split(text)  # signs, word, signs, word, ..., signs
    written = parts[1::2]
    ends = list(accumulate(map(len, parts)))
    stems = [_singular(word) if word[-1] == "s" else word for word in map(str.lower, written)]

    return Words(text, starts=ends[:-1:2], ends=ends[1::2], written=written, stems=stems, gaps=parts[2::2])


class PhraseIndex(Generic[Payload]):
    """A vocabulary of phrases, each with what it stands for: a table for each first word, by the words that follow."""

    def __init__(self, phrases: Iterable[tuple[str, Payload]]) -> None:
        tables: defaultdict[str, defaultdict[tuple[str, ...], list[_Entry[Payload]]]]
        tables = defaultdict(lambda: defaultdict(list))
        for phrase, payload in phrases:
            words = _WORD.findall(phrase)
            if words:
                exact = tuple((offset, word) for offset, word in enumerate(words) if word != word.lower())
                first, *rest = [_singular(word.lower()) for word in words]
                tables[first][tuple(rest)].append(_Entry(exact, payload))
        self._tables = {first: dict(table) for first, table in tables.items()}
        self._lengths = {first: sorted({len(rest) for rest in table}, reverse=True) for first, table in tables.items()}

    def find(self, words: Words) -> Iterator[Match[Payload]]:
        """Yield every phrase, also inside longer ones, in the order of the text, the longest first at each word."""
        stems, tables = words.stems, self._tables
        for first in [index for index, stem in enumerate(stems) if stem in tables]:
            table = tables[stems[first]]
            for length in self._lengths[stems[first]]:
                end = first + 1 + length
                entries = table.get(tuple(stems[first + 1 : end]))
                if entries and end <= len(stems) and _is_joined(words, first, end):
                    for entry in entries:
                        if _is_exact(words, first, entry.exact):
                            yield Match(first, end, entry.payload)

    def find_longest(self, words: Words) -> Iterator[Match[Payload]]:
        """Yield the leftmost longest phrases: a longer phrase hides the shorter ones inside it."""
        free = 0
        for match in self.find(words):
            if match.first >= free:
                free = match.end
                yield match


def _singular(word: str) -> str:
    if len(word) < 3 or not word.endswith("s") or word[-2] in "sui":  # noqa: PLR2004
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"

    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def _is_joined(words: Words, first: int, end: int) -> bool:
    return all(gap in _JOINTS for gap in words.gaps[first : end - 1])


def _is_exact(words: Words, first: int, exact: tuple[tuple[int, str], ...]) -> bool:
    return all(words.written[first + offset] in (word, word + "s") for offset, word in exact)
