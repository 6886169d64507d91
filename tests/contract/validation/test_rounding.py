from __future__ import annotations

from decimal import Decimal

import pytest

from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.rounding import rounding_tolerance


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("93.3", "0.05"),
        ("93", "0.5"),
        ("90", "0"),
        ("5", "0"),
        ("0.9", "0"),
        ("0.93", "0.005"),
        ("1.2 million", "50000"),
        ("12,000", "500"),
        ("120", "0"),
        ("about 120", "9.99"),
        ("120多例", "9.99"),
        ("2020", "0"),
        ("约2万", "0"),
        ("1.2亿", "5000000"),
        ("1亿2000万", "0"),
    ],
)
def test_only_what_reads_as_rounded_is_tolerant(text: str, wanted: str) -> None:
    number = next(number for number in read_figures(text).numbers if not number.is_hint)

    assert rounding_tolerance(number.readings[0], number) == Decimal(wanted)
