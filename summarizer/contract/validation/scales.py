"""The words and letters that multiply the number before them, and the words for percent, in every supported language."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

SUFFIXES = {
    suffix: Decimal(10**power) for suffix, power in {"k": 3, "K": 3, "M": 6, "mn": 6, "B": 9, "bn": 9, "T": 12}.items()
}
"""Letters glued to a number: 50k, 1.2M, 7B."""

_HUNDRED, _THOUSAND, _MILLION, _BILLION, _TRILLION = (10**power for power in (2, 3, 6, 9, 12))
_WORDS: dict[str, dict[str, int]] = {
    "en": {"hundred": _HUNDRED, "thousand": _THOUSAND, "million": _MILLION, "billion": _BILLION, "trillion": _TRILLION},
    "de": {
        "Tausend": _THOUSAND,
        "Million(?:en)?|Mio": _MILLION,
        "Milliarden?|Mrd": _BILLION,
        "Billion(?:en)?": _TRILLION,
    },
    "fr": {"mille": _THOUSAND, "millions?": _MILLION, "milliards?": _BILLION, "billions?": _TRILLION},
    "es": {"mil millones": _BILLION, "mil": _THOUSAND, "mill(?:ón|ones)": _MILLION, "bill(?:ón|ones)": _TRILLION},
    "it": {"mila|mille": _THOUSAND, "milion[ei]": _MILLION, "miliard[oi]": _BILLION},
    "pt": {
        "mil milhões|bilh(?:ão|ões)": _BILLION,
        "mil": _THOUSAND,
        "milh(?:ão|ões)": _MILLION,
        "trilh(?:ão|ões)": _TRILLION,
    },
    "nl": {"duizend": _THOUSAND, "miljoen": _MILLION, "miljard": _BILLION},
    "sv": {"tusen": _THOUSAND, "miljon(?:er)?": _MILLION, "miljard(?:er)?": _BILLION},
    "pl": {r"tys(?:i[ąę]c\w*)?": _THOUSAND, r"mln|milion\w*": _MILLION, r"mld|miliard\w*": _BILLION},
    "cs": {r"tis(?:íc\w*)?": _THOUSAND, r"mil(?:i[oó]n\w*)?": _MILLION, r"mld|miliard\w*": _BILLION},
    "tr": {"bin": _THOUSAND, "milyon": _MILLION, "milyar": _BILLION},
    "vi": {"nghìn|ngàn": _THOUSAND, "triệu": _MILLION, "tỷ|tỉ": _BILLION},
    "id": {"ribu": _THOUSAND, "juta": _MILLION, "miliar": _BILLION, "triliun": _TRILLION},
    "ru": {r"тыс(?:яч\w*)?": _THOUSAND, r"млн|миллион\w*": _MILLION, r"млрд|миллиард\w*": _BILLION},
    "uk": {r"тис(?:яч\w*)?": _THOUSAND, r"млн|мільйон\w*": _MILLION, r"млрд|мільярд\w*": _BILLION},
    "ar": {"ألف|آلاف|ألفًا|الف": _THOUSAND, "مليون|ملايين|مليونًا": _MILLION, "مليار|مليارات": _BILLION},
    "fa": {"هزار": _THOUSAND, "میلیون": _MILLION, "میلیارد": _BILLION},
    "hi": {"हज़ार|हजार": _THOUSAND, "लाख": 10**5, "मिलियन": _MILLION, "करोड़": 10**7, "बिलियन|अरब": _BILLION},
}

PERCENT = (
    r"%|per ?cent(?:age)?|pct|Prozent|procent|pour ?cent|por ciento|por cento|per cento|процент|відсот|phần trăm|persen"
    r"|في المئة|بالمئة|بالمائة|درصد|प्रतिशत|个?百分[点點]|個百分[点點]|パーセント|퍼센트"
)
"""Alternatives of a regular expression for percent, behind a number."""


@cache
def scale_pattern(language: str) -> re.Pattern[str]:
    """Return the pattern of a scale word behind a number in `language`; English words count everywhere.

    It has one group for each word; `scale_of` tells its value.
    """
    words = "|".join(f"({alternatives})" for alternatives in _scales(language))
    return re.compile(rf"[\s-]?(?:{words})(?!\w)", re.IGNORECASE)


def scale_of(match: re.Match[str], language: str) -> Decimal:
    """Return what a match of `scale_pattern` multiplies by."""
    return Decimal(list(_scales(language).values())[(match.lastindex or 1) - 1])


def _scales(language: str) -> dict[str, int]:
    """Return the words of `language` before the English ones: a German Billion is a trillion."""
    return {**_WORDS.get(language, {}), **_WORDS["en"]}
