"""Where the sentences of an abstract begin and end. Formulas, brackets and web addresses are never split."""

from __future__ import annotations

import re

Span = tuple[int, int]
"""Start and end in a text, in characters."""

# Bounded repeats: an unclosed sign costs a fixed number of steps, so a hostile line takes linear time.
_WHOLE = re.compile(
    r"\$\$?(?!\s)[^$]{1,300}(?<!\s)\$\$?(?!\d)|\([^()]{0,300}\)|\[[^\[\]]{0,300}\]|\{[^{}]{0,300}\}|https?://\S{1,300}(?<![.,;:!?)])"
)
_HARD = r"。！？\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
# One leading character class: the search skips from stop to stop.
_STOP = re.compile(rf"[.!?{_HARD}]+[\"'”’)\]]*(?:\s+|(?<=[{_HARD}])|(?<=[a-z]{{3}}\.)(?=[A-Z][a-z]*\s))")
_LAST_WORD = re.compile(r"(?:[^\W_]\.)*[\w-]+$")
_ABBREVIATIONS = frozenset(
    str.split("""al approx app ca cf ch col corr def dept dr ed eds e.g eg eq eqn eqs esp est et etc ex fig figs i.e ie inc incl
    jr lem max min mr mrs ms no nos p pp prof prop ref refs resp sec secs sect st suppl tab thm univ vol vs w.r.t wrt
    a.k.a aka u.s u.k""")
)
_LOOK_BACK = 24
_LONGEST_SHORT_FORM = 3


def find_wholes(text: str) -> list[Span]:
    """Find formulas, bracketed passages and web addresses."""
    return [match.span() for match in _WHOLE.finditer(text)]


def split_sentences(text: str) -> list[Span]:
    """Find the sentences of a text, without the white space around them.

    An abbreviation (`e.g.`, `et al.`, `Fig.`) or an initial ends no sentence, nor does a stop before a small letter
    unless a whole word stands before it (authors start sentences with names such as nnU-Net).
    """
    spans, start = [], 0
    wholes = iter([*find_wholes(text), (len(text), len(text))])
    whole_start, whole_end = next(wholes)
    for stop in _STOP.finditer(text):
        position = stop.start()
        while whole_end <= position:
            whole_start, whole_end = next(wholes)
        if whole_start < position or not _is_end(text, position, stop.end()):
            continue
        spans.append((start, stop.end()))
        start = stop.end()
    spans.append((start, len(text)))

    return [span for raw in spans if (span := _strip(text, raw))[0] < span[1]]


def _is_end(text: str, position: int, following: int) -> bool:
    if text[position] != ".":
        return True
    last_word = _LAST_WORD.search(text, max(0, position - _LOOK_BACK), position)
    if last_word is None:
        return True
    word = last_word.group()
    if word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and following < len(text)):
        return False

    return not text[following : following + 1].islower() or (len(word) > _LONGEST_SHORT_FORM and word.isalpha())


def _strip(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1

    return start, end
