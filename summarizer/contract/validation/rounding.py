"""How far from a number as written the value may lie that it was rounded from.

93.3 and 93 may stand for 93.27, 90 may not: two significant digits are kept at least. A small whole number is a count
and a year is a year; neither is taken as rounded unless "about", "over" or the like says so.
"""

from __future__ import annotations

from decimal import Decimal

from summarizer.contract.validation.numbers import ONE, Number, Reading

_SIGNIFICANT = 2
_COUNTS_BELOW = 1000
_YEARS = range(1900, 2100)
_ROUNDED, _HEDGED = Decimal("0.5"), Decimal("0.999")
"""Of the last significant digit: 1.3 may stand for 1.28, and so may "over 1.2"."""
_EXACT = Decimal(0)

_WORDS = (
    "about above almost approx. approximately around at below beyond ca. circa exceeding exceeds least nearly over roughly some "
    "under etwa fast rund über oltre"
)
_HEDGES = frozenset(_WORDS.split())
_HEDGE_PAIRS = frozenset(["less than", "more than", "up to", "close to", "mehr als", "plus de", "más de", "mais de"])
_HEDGE_SIGNS = (
    "~",
    "<",
    ">",
    "≈",
    "≥",
    "≤",
    "约",
    "約",
    "近",
    "超",
    "逾",
    "超过",
    "超過",
    "多于",
    "多於",
    "不到",
    " -",
)
_HEDGES_BEHIND = ("+", "余", "餘", "多", "以上")


def rounding_tolerance(reading: Reading, number: Number) -> Decimal:
    """Return how far the value may lie from which `number`, read as `reading`, was rounded; 0 if it is exact."""
    if reading.amount is None:
        return _EXACT
    _, digits, exponent = reading.amount.as_tuple()
    if not isinstance(exponent, int) or not reading.amount:
        return _EXACT
    zeros = len(digits) - len(bytes(digits).rstrip(b"\0")) if exponent >= 0 else 0
    if len(digits) - zeros < _SIGNIFICANT:
        return _EXACT
    unit = reading.scale.scaleb(exponent + zeros)
    if _is_hedged(number):
        return unit * _HEDGED
    is_bare = reading.scale == ONE and exponent >= 0
    if is_bare and ((zeros and reading.value < _COUNTS_BELOW) or int(reading.value) in _YEARS):
        return _EXACT
    return unit * _ROUNDED


def _is_hedged(number: Number) -> bool:
    words = number.before.lower().split()
    return (
        (bool(words) and words[-1] in _HEDGES)
        or " ".join(words[-2:]) in _HEDGE_PAIRS
        or f" {number.before.rstrip()}".endswith(_HEDGE_SIGNS)
        or number.behind.lstrip().startswith(_HEDGES_BEHIND)
    )
