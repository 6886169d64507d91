"""Facts about printed numbers."""

from __future__ import annotations

import pytest

from summarizer.evaluation.comparison import Interval
from summarizer.evaluation.report.numbers import format_interval, format_number, format_p, format_share


@pytest.mark.parametrize(
    ("value", "scale", "sign", "text"),
    [
        (0.4123, None, False, ".412"),
        (1.0, None, False, "1.000"),
        (58.13, None, False, "58.1"),
        (1234.5, None, False, "1,234"),
        (-0.019, None, True, "−.019"),
        (0.019, None, True, "+.019"),
        (-0.00001, None, False, ".000"),
        (-0.00001, None, True, "+.000"),
        (-0.5, 58.0, True, "−.5"),
        (None, None, True, "–"),
    ],
)
def test_a_number_has_the_digits_of_its_kind(value: float | None, scale: float | None, sign: bool, text: str) -> None:
    assert format_number(value, scale, sign=sign) == text


def test_an_interval_has_the_digits_of_its_larger_bound() -> None:
    assert format_interval(Interval(-0.4, 13.0), sign=True) == "[−.4, +13.0]"
    assert format_interval(None) == "–"


def test_a_small_p_value_is_not_zero() -> None:
    assert (format_p(0.0001), format_p(0.05), format_p(None)) == ("< .001", ".050", "–")


def test_a_share_has_its_sign() -> None:
    assert (format_share(0.204), format_share(-0.1), format_share(None)) == ("+20%", "−10%", "–")
