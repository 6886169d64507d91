from __future__ import annotations

from decimal import Decimal

import pytest

from summarizer.contract.validation.decimals import read_amounts


@pytest.mark.parametrize(
    ("digits", "has_comma", "wanted"),
    [
        ("1,234.5", False, ["1234.5"]),
        ("12,34,567", False, ["1234567"]),
        ("10 000", False, ["10000"]),
        (".95", False, [".95"]),
        ("1.234,5", True, ["1234.5"]),
        ("1\u00a0234,5", True, ["1234.5"]),
        ("1'234", True, ["1234"]),
        ("93,3", True, ["93.3"]),
        ("93.3", True, ["93.3"]),
        ("1.234", True, ["1234", "1.234"]),
        ("1.234.567", True, ["1234567"]),
        (",5", True, [".5"]),
    ],
)
def test_digits_are_read_as_their_language_writes_them(digits: str, has_comma: bool, wanted: list[str]) -> None:
    assert read_amounts(digits, has_comma=has_comma) == tuple(map(Decimal, wanted))
