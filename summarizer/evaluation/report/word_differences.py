"""Word differences of a reference and what one or two runs wrote, for reading side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple

MAX_CHARACTERS = 1_500
"""Of a text that is shown: longer ones are cut, a summary has 30 words."""
MAX_WORDS = 300
"""Of a text that are compared: the time grows with the square, and faster where all words are the same."""

_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+(?:[-.,'’][^\W{_HAN}]+)*|[^\w\s]")


class Segment(NamedTuple):
    """A stretch of words that share one fate."""

    text: str
    is_shared: bool = False
    """The reference has it too; in the reference itself, that a run has it."""
    change: str = ""
    """`lost`: A has it and B does not; `gained`: the other way round."""
    is_faulty: bool = False
    """A failed check points at it."""


class TextDifference(NamedTuple):
    """A reference and the texts of the sides beside it."""

    reference: list[Segment]
    sides: list[list[Segment]]


def compare_texts(reference: str, sides: Sequence[str], faults: Sequence[Sequence[str]]) -> TextDifference:
    """Align one or two texts with a reference and with each other, word by word.

    Args:
        reference: empty where there is none.
        sides: A and B, or one; one that is empty is not there, and the other is not marked as changed.
        faults: for each side, the stretches that failed checks point at.
    """
    reference = _cut(reference)
    texts = [_cut(text) for text in sides]
    words = [_tokenize(text) for text in (reference, *texts)]
    in_sides = [_match(words[0], own) for own in words[1:]]
    in_other = _match(words[1], words[2]) if len(texts) > 1 and all(texts) else None
    shown = []
    for place, text in enumerate(texts):
        own = words[place + 1]
        kept = in_other[place] if in_other else {*range(len(own))}
        change = "gained" if place else "lost"
        faulty = _find_faulty(text, own, faults[place])
        fates = [(at in in_sides[place][1], "" if at in kept else change, at in faulty) for at in range(len(own))]
        shown.append(_join(text, own, fates))
    found = [places for (places, _), text in zip(in_sides, texts, strict=True) if text]
    return TextDifference(_mark_reference(reference, words[0], found), shown)


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[:MAX_CHARACTERS]} … (cut: {len(text):,} characters)"


def _tokenize(text: str) -> list[re.Match[str]]:
    return list(islice(_TOKEN.finditer(text), MAX_WORDS))


def _match(one: list[re.Match[str]], other: list[re.Match[str]]) -> tuple[set[int], set[int]]:
    """Return the places of the words that both have in the same order."""
    folded = [[word[0].casefold() for word in words] for words in (one, other)]
    blocks = SequenceMatcher(None, folded[0], folded[1], autojunk=False).get_matching_blocks()
    return (
        {block.a + step for block in blocks for step in range(block.size)},
        {block.b + step for block in blocks for step in range(block.size)},
    )


def _find_faulty(text: str, words: list[re.Match[str]], quotes: Sequence[str]) -> set[int]:
    """Return the places of the words that a quote covers; a quote of everything points at nothing."""
    found = set()
    for quote in {quote for quote in quotes if quote and quote != text}:
        for match in re.finditer(rf"(?<![^\W{_HAN}]){re.escape(quote)}(?![^\W{_HAN}])", text):
            found |= {at for at, word in enumerate(words) if word.start() < match.end() and match.start() < word.end()}
    return found


def _mark_reference(text: str, words: list[re.Match[str]], found: list[set[int]]) -> list[Segment]:
    """Mark in the reference what a run has, and what only one of two has."""
    fates = []
    for at in range(len(words)):
        has = [at in places for places in found]
        change = "" if len(set(has)) <= 1 else "lost" if has[0] else "gained"
        fates.append((any(has), change, False))
    return _join(text, words, fates)


def _join(text: str, words: list[re.Match[str]], fates: list[tuple[bool, str, bool]]) -> list[Segment]:
    """Join neighbours of one fate, and keep what stands between words."""
    segments: list[Segment] = []
    end = 0
    for word, fate in zip(words, fates, strict=True):
        gap = text[end : word.start()]
        if segments and segments[-1][1:] == fate:
            segments[-1] = Segment(segments[-1].text + gap + word[0], *fate)
        else:
            segments += [Segment(gap)] if gap else []
            segments.append(Segment(word[0], *fate))
        end = word.end()
    return [*segments, Segment(text[end:])] if text[end:] else segments
