"""Facts about lists of authors in one text."""

from __future__ import annotations

import pytest

from summarizer.papers.sources.authors import split_authors, split_cell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A. One, B. Two and C. Three", ["A. One", "B. Two", "C. Three"]),
        ("A. One, B. Two, and C. Three", ["A. One", "B. Two", "C. Three"]),
        ("A. One (Lab (City), Land), B. Two (1 and 2)", ["A. One", "B. Two"]),
        ("J. Smith, Jr., B. Two", ["J. Smith Jr.", "B. Two"]),
        ("Anders Andersen", ["Anders Andersen"]),
        ("", []),
    ],
)
def test_one_text_is_split_into_names(text: str, expected: list[str]) -> None:
    assert split_authors(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Díaz, Ana; Li, Bo", ["Ana Díaz", "Bo Li"]),
        ("['Ana Díaz', \"Al O'Neil\"]", ["Ana Díaz", "Al O'Neil"]),
        ("Díaz, Ana and Li, Bo", ["Ana Díaz", "Bo Li"]),
        ("Ana Díaz, Bo Li", ["Ana Díaz", "Bo Li"]),
    ],
)
def test_a_cell_is_split_in_the_way_it_is_written(text: str, expected: list[str]) -> None:
    assert split_cell(text) == expected
