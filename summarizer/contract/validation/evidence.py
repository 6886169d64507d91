"""Where a quoted span stands in a paper.

White space, case, LaTeX spacing, grouping and font commands, and the shape of quotation marks and dashes do not count;
every other character does. The answer is the paper's own text, so that a page can highlight it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

MAX_EVIDENCE_CHARACTERS = 2_000
"""A longer text is no quotation and is not searched for."""

_IGNORED = re.compile(
    r"\\(?:textbf|textit|textrm|textsc|texttt|text|emph|mathbf|mathit|mathrm|mathcal|quad|qquad)(?![A-Za-z])"
    r"|\\[,;:!> ]|\\(?=[%&#_${}])|[\s~${}]+"
)
_SHAPES = str.maketrans("‘’‚‛“”„‟‐‑‒–—―−", "''''\"\"\"\"-------")
_WORD = r"(?![\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af])\w"
_INSIDE = re.compile(rf"(?<={_WORD}){_WORD}|(?<=\d)[.,]\d|(?<=\d[.,])\d")
_WORD_END = re.compile(rf"(?!{_WORD})|\Z")
_QUOTATION_MARKS = "\"'“”‘’«»「」"
_CLOSING = " .,;:…"


def find_evidence(evidence: str, title: str, abstract: str) -> str | None:
    """Return the slice of the title, else of the abstract, that `evidence` quotes; None when neither has it.

    A match starts and ends at word boundaries and never inside a number. Quotation marks around the evidence and
    punctuation at its end are the quoter's own. Evidence without a letter or digit is never found.
    """
    if len(evidence) > MAX_EVIDENCE_CHARACTERS:
        return None
    whole = evidence.strip()
    bare = whole.strip(_QUOTATION_MARKS).rstrip(_CLOSING)
    wanted = [text for text in dict.fromkeys((whole, bare)) if any(map(str.isalnum, text))]
    for find_span in (_find_exactly, _find_folded):
        for text in wanted:
            for source in (title, abstract):
                if span := find_span(text, source):
                    return source[slice(*_close_formula(source, *span))]
    return None


def _find_exactly(wanted: str, source: str) -> tuple[int, int] | None:
    start = source.find(wanted)
    end = start + len(wanted)
    return (start, end) if start >= 0 and _is_bounded(source, start, end) else None


def _find_folded(wanted: str, source: str) -> tuple[int, int] | None:
    needle, _ = _fold(wanted)
    haystack, positions = _fold(source)
    start = haystack.find(needle) if needle else -1
    while start >= 0:
        first, last = positions[start], positions[start + len(needle) - 1] + 1
        if _is_bounded(source, first, last):
            return first, last
        # No other match can start inside this word: going on behind it keeps one long word from costing quadratic time.
        word_end = _WORD_END.search(source, first)
        behind = bisect_left(positions, word_end.start()) if word_end else len(haystack)
        start = haystack.find(needle, max(start + 1, behind))
    return None


def _fold(text: str) -> tuple[str, list[int]]:
    """Return what counts of `text`, in lower case, and the offset of each of its characters in `text`."""
    pieces: list[str] = []
    positions: list[int] = []
    start = 0
    for match in _IGNORED.finditer(text):
        pieces.append(text[start : match.start()])
        positions.extend(range(start, match.start()))
        start = match.end()
    pieces.append(text[start:])
    positions.extend(range(start, len(text)))
    kept = "".join(pieces).translate(_SHAPES)
    lowered = kept.lower()
    if len(lowered) != len(kept):  # a few capitals, such as İ, have a longer lower case
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in kept)
    return lowered, positions


def _is_bounded(source: str, first: int, last: int) -> bool:
    return not (_is_inside(source, first) or _is_inside(source, last))


def _is_inside(source: str, cut: int) -> bool:
    """Tell whether a cut before offset `cut` would go through a word, a letter and its accent, or a number such as 15.5."""
    if not 0 < cut < len(source):
        return False
    return _INSIDE.match(source, cut) is not None or unicodedata.combining(source[cut]) != 0


def _close_formula(source: str, first: int, last: int) -> tuple[int, int]:
    """Widen a span by the dollar signs right at its edges whose formulas it would cut."""
    if first and source[first - 1] == "$" and source.count("$", 0, first) % 2:
        first -= 1
    if source[last : last + 1] == "$" and source.count("$", 0, last) % 2:
        last += 1
    return first, last
