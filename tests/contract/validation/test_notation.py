from __future__ import annotations

import pytest

from summarizer.contract.validation.notation import blur_digits, to_plain_notation


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$15.5\\%$", "15.5%"),
        ("1{,}000", "1,000"),
        ("1\\,000", "1\u00a0000"),
        ("10^{-3}", "10^-3"),
        ("10⁻³", "10^-3"),
        ("２.５×１０⁴", "2.5x10^4"),
        ("$256 \\times 256$", "256x256"),
        ("F$_1$ and CO₂", "F_1 and CO_2"),
        ("\\textbf{93.5}", " 93.5"),
        ("90–95 − 3", "90-95 - 3"),
        ("٪٩٠", "%90"),
        ("plain, text", "plain, text"),
    ],
)
def test_every_notation_becomes_the_plain_one(text: str, wanted: str) -> None:
    assert to_plain_notation(text) == wanted


@pytest.mark.parametrize(("text", "blurred"), [("a 1.23 b", "a 0.00 b"), ("é ৩২ x9", "é 00 x0"), ("none", "none")])
def test_blurred_digits_stand_where_the_digits_were(text: str, blurred: str) -> None:
    assert blur_digits(text) == blurred
