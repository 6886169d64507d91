"""Digits with their separators: 1,234.5 in English, 1.234,5 in German, 1 234,5 in French."""

from __future__ import annotations

import re
from decimal import Decimal

POINT_NUMBER = (
    r"\d{1,3}(?:,\d{2,3}){0,12},\d{3}(?![\d,]\d)(?:\.\d+)?|\d{1,3}(?:[ \u00a0]\d{3}){0,5}(?:\u00a0\d{3}| 000)(?!\d)"
    r"|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
)
"""Pattern of a number where the point is decimal. A plain space groups only before 000: "256 512" are two sizes."""
COMMA_NUMBER = r"\d{1,3}(?:[ \u00a0.,'’]\d{3}){1,12}(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?|(?<![\w.,])[.,]\d+"
"""Pattern of a number where the comma is decimal; the English form is understood too."""
COMMA_LANGUAGES = frozenset(
    ["de", "fr", "es", "it", "pt", "nl", "sv", "pl", "cs", "tr", "vi", "id", "ru", "uk", "ar", "fa"]
)
"""Tags of the languages that write it."""

_GROUPING = re.compile(r"[ \u00a0'’]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def read_amounts(digits: str, *, has_comma: bool) -> tuple[Decimal, ...]:
    """Return the values that a match of `POINT_NUMBER` or, with `has_comma`, `COMMA_NUMBER` may denote.

    In a comma language 1.234 is 1234 or, left as in English, 1.234.
    """
    bare = _GROUPING.sub("", digits)
    if not has_comma:
        return (Decimal(bare.replace(",", "")),)
    point = max(bare.rfind("."), bare.rfind(","))
    grouped = bare.replace(".", "").replace(",", "")
    if point < 0:
        return (Decimal(bare),)
    decimal = Decimal(bare[:point].replace(".", "").replace(",", "") + "." + bare[point + 1 :])
    if not _THOUSANDS.fullmatch(bare):
        return (decimal,)
    return (Decimal(grouped), decimal) if bare.count(".") + bare.count(",") == 1 else (Decimal(grouped),)
