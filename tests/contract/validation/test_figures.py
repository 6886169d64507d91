from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.contract.languages import LANGUAGES
from summarizer.contract.validation.figures import read_figures


def _numbers(text: str, language: str = "en") -> list[str]:
    return [number.text for number in read_figures(text, language=language).numbers if not number.is_hint]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("93.2% of 1,204 scans at 1.2 million pixels", ["93.2%", "1,204", "1.2 million"]),
        ("ResNet-50, COVID-19, T1 and 3D", []),
        ("10-fold, top-5 and 50k", ["10", "5", "50k"]),
        ("see https://example.org/2021/12", []),
        ("version 1.2.3", []),
        ("1 of 2, x^2 and y_3", ["2"]),
        ("1,2,3", ["2", "3"]),
        ("7T and 1.5 T", ["7T", "1.5"]),
        ("1e-4 and 2 x 10^5", ["1e-4", "2 x 10^5"]),
        ("9" * 60, []),
    ],
)
def test_numbers_are_read_and_names_are_not(text: str, wanted: list[str]) -> None:
    assert _numbers(text) == wanted


def test_names_are_kept_as_written() -> None:
    assert read_figures("ResNet-50 on 3D T1-weighted MRI, version 1.2.3").names == (
        "ResNet-50",
        "3D",
        "T1-weighted",
        "1.2.3",
    )


def test_a_range_shares_its_unit() -> None:
    low, high = read_figures("80 to 90%").numbers
    few, _ = read_figures("5-10 million").numbers

    assert (low.is_percent, high.is_percent) == (None, True)
    assert [int(reading.value) for reading in few.readings] == [5, 5_000_000]


def test_neighbours_that_are_no_range_share_nothing() -> None:
    first, _ = read_figures("in 5 cohorts, 90% of cases").numbers

    assert first.is_percent is False


@given(st.text(max_size=120), st.sampled_from([language.tag for language in LANGUAGES]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    figures = read_figures(text, language=language)

    assert all(number.readings for number in figures.numbers)
