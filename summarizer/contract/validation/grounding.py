"""Whether the numbers and names of one text stand in another.

A number may be written another way there: 90.3% for 0.903, 5万 for 50,000, three for 3. Half of the trap is what must not
count: the 50 of ResNet-50 supports neither 50 nor 5000, and 0.5 and 50 are the same only if one carries a percent sign.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from itertools import islice

from summarizer.contract.validation.identifiers import wanted_keys
from summarizer.contract.validation.numbers import Figures, Number
from summarizer.contract.validation.rounding import rounding_tolerance

_HUNDRED, _EXACT = Decimal(100), Decimal(0)
_SMALLEST_DEMANDED = 10
_NUMERAL_LANGUAGES = frozenset(["en", "zh-Hans", "zh-Hant", "ja", "ko"])
"""Those whose number words are read; in others a round or small number may be written as a word."""
_LARGEST_WORD = 20
_ROUND = frozenset([_HUNDRED, Decimal(1000)])
_MAX_PAIRS = 10
_PAIR = re.compile(r"\btwo\s+(?:[a-z-]{1,30}\s+){0,2}?([a-z]{3,30}s)\b", re.IGNORECASE)
_OTHER_COUNT = (
    r"\b(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|[3-9]|[1-9]\d{1,8})\s+(?:[\w-]{1,30}\s+){0,3}"
)


class Grounding:
    """The figures of a text, sorted when one is first looked up, so that each is found in logarithmic time."""

    def __init__(self, figures: Figures, text: str) -> None:
        self._text = text
        self._numbers = figures.numbers
        self._name_keys = figures.name_keys

    @cached_property
    def _amounts(self) -> list[Decimal]:
        return _sort_values(number for number in self._numbers if number.is_percent is not True)

    @cached_property
    def _percentages(self) -> list[Decimal]:
        return _sort_values(number for number in self._numbers if number.is_percent is not False)

    @cached_property
    def _fractions(self) -> list[Decimal]:
        return [value for value in self._amounts if not _is_whole(value)]

    def find_unsupported(self, reply: Figures) -> list[str]:
        """Return the numbers and names of `reply`, as written, that this text does not have.

        A number may have been rounded to fewer digits, at least two.
        """
        numbers = (
            number.text
            for number in reply.numbers
            if not (number.is_hint or self._supports(number) or self._lists(number))
        )
        names = (name for name in reply.names if self._name_keys.isdisjoint(wanted_keys(name)))
        return list(dict.fromkeys([*numbers, *names]))

    def find_contradicted_pairs(self, reply: str) -> list[str]:
        """Return phrases such as "two datasets" where this text counts another number of the same things.

        Elsewhere `two` needs no support: two modalities may sum up "CT and MRI".
        """
        if _contains(self._amounts, Decimal(2)):
            return []
        return [
            match[0]
            for match in islice(_PAIR.finditer(reply), _MAX_PAIRS)
            if re.search(rf"{_OTHER_COUNT}{re.escape(match[1])}\b", self._text, re.IGNORECASE)
        ]

    def find_missing(self, source: Figures, *, language: str) -> list[str]:
        """Return the percentages, decimals and whole numbers from 10 of `source` that this text lost.

        Args:
            source: the figures of the field that was translated.
            language: tag of this text's language.
        """
        missing = (
            number.text
            for number in source.numbers
            if _is_demanded(number, language)
            and (number.is_percent is True or not _occurs(number.digits, self._text))
            and not self._supports(number, is_source=True)
        )
        return list(dict.fromkeys(missing))

    def _lists(self, number: Number) -> bool:
        """Tell whether what looks like a decimal comma stands here as a list, as in {0,1}."""
        return "," in number.digits and _occurs(number.digits, self._text)

    def _supports(self, number: Number, *, is_source: bool = False) -> bool:
        if not self._name_keys.isdisjoint(number.name_keys):
            return True
        if any(self._has(reading.value, _EXACT, number, is_source=is_source) for reading in number.readings):
            return True
        return not is_source and any(
            self._has(reading.value, tolerance, number)
            for reading in number.readings
            if (tolerance := rounding_tolerance(reading, number))
        )

    def _has(self, value: Decimal, tolerance: Decimal, number: Number, *, is_source: bool = False) -> bool:
        if number.is_percent is not True and self._has_amount(value, tolerance, may_drop_percent=not is_source):
            return True
        return number.is_percent is not False and self._has_percentage(value, tolerance)

    def _has_amount(self, value: Decimal, tolerance: Decimal, *, may_drop_percent: bool) -> bool:
        return (
            _contains(self._amounts, value, tolerance)
            or (may_drop_percent and _contains(self._percentages, value, tolerance))
            or (0 < value < 1 and _contains(self._percentages, value * _HUNDRED, tolerance * _HUNDRED))
        )

    def _has_percentage(self, value: Decimal, tolerance: Decimal) -> bool:
        """Look for a percentage, its fraction, or a score such as mAP 45.3 that it may be read from."""
        return (
            _contains(self._percentages, value, tolerance)
            or _contains(self._fractions, value, tolerance)
            or (value < _HUNDRED and _contains(self._fractions, value / _HUNDRED, tolerance / _HUNDRED))
        )


def _sort_values(numbers: Iterable[Number]) -> list[Decimal]:
    return sorted({reading.value for number in numbers for reading in number.readings})


def _contains(values: list[Decimal], value: Decimal, tolerance: Decimal = _EXACT) -> bool:
    """Tell whether one of the sorted `values` lies no farther than `tolerance` from `value`."""
    index = bisect_left(values, value - tolerance)
    return index < len(values) and values[index] <= value + tolerance


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _is_demanded(number: Number, language: str) -> bool:
    if number.is_hint or not number.digits:
        return False
    value = number.readings[0].value
    if number.is_percent is True or not _is_whole(value):
        return True
    if language not in _NUMERAL_LANGUAGES and (value <= _LARGEST_WORD or value in _ROUND):
        return False
    return value >= _SMALLEST_DEMANDED


def _occurs(digits: str, text: str) -> bool:
    """Tell whether `text` has exactly these digits, in a name perhaps."""
    start = text.find(digits)
    while start >= 0:
        end = start + len(digits)
        before, behind = text[max(0, start - 1) : start], text[end : end + 2]
        if not (
            before.isdecimal()
            or before == "."
            or behind[:1].isdecimal()
            or (behind[:1] == "." and behind[1:].isdecimal())
        ):
            return True
        start = text.find(digits, end)
    return False
