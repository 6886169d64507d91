"""A readable piece of a sentence around some words, exactly as it stands there."""

from __future__ import annotations

import re

from summarizer.annotate.extractive.sentences import Span

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What no evidence may hold."""

_BREAK = re.compile(r"[,;:.!?](?=\s)|\s[–—-]+(?=\s)|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WORD = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
_DANGLING = frozenset(str.split("a an and as at by for from in is of on or our that the their to we which with"))
_FEWEST, _MOST = 7, 20
_REACH = 600
_LONGEST = 240


def quote(text: str, sentence: Span, span: Span) -> str:
    """Return the slice of a text that holds `span`: its clause, widened to 7 words and narrowed to 20 where it must be.

    The slice begins and ends at white space inside the sentence and crosses no control character.
    """
    start, end = _uncontrolled(text, (max(sentence[0], span[0] - _REACH), min(sentence[1], span[1] + _REACH)), span)
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    first = max(index for index, word in enumerate(words) if word[0] <= span[0])
    last = min(index for index, word in enumerate(words) if word[1] >= span[1])
    breaks = [match.start() for match in _BREAK.finditer(text, start, end)]
    clause_start = max((place for place in breaks if place < span[0]), default=start)
    clause_end = min((place for place in breaks if place >= span[1]), default=end)
    low, high = _clause(words, (clause_start, clause_end), first, last)
    low, high = _fit(low, high, (first, last), len(words))
    while high > last and text[slice(*words[high])].lower() in _DANGLING:
        high -= 1
    piece = text[words[low][0] : words[high][1]].rstrip(",;:.")

    return piece if len(piece) <= _LONGEST else text[span[0] : span[1]]


def _uncontrolled(text: str, reach: Span, span: Span) -> Span:
    start, end = reach
    for match in CONTROL.finditer(text, start, end):
        place = match.start()
        if place < span[0]:
            reach = place + 1, reach[1]
        elif place >= span[1]:
            return reach[0], place

    return reach


def _clause(words: list[Span], clause: Span, first: int, last: int) -> tuple[int, int]:
    inside = [index for index, word in enumerate(words) if clause[0] < word[1] - 1 and word[0] < clause[1]]

    return min([*inside, first]), max([*inside, last])


def _fit(low: int, high: int, hits: tuple[int, int], count: int) -> tuple[int, int]:
    """Widen to the fewest words on both sides; narrow to the most around the hits."""
    while high - low + 1 < min(_FEWEST, count):
        low, high = max(0, low - 1), min(count - 1, high + 1)
    if high - low + 1 > _MOST:
        spare = max(0, _MOST - (hits[1] - hits[0] + 1))
        low = min(max(low, hits[0] - spare // 2), high - _MOST + 1)
        high = low + _MOST - 1

    return min(low, hits[0]), max(high, hits[1])
