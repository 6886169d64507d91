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
        ("A. One (Lab, B. Two", ["A. One (Lab", "B. Two"]),
        pytest.param("A. One" + "(" * 100_000 + ")" * 100_000 + ", B. Two", ["A. One", "B. Two"], id="parentheses"),
        pytest.param("A. One" + " " * 400_000 + "and B. Two", ["A. One", "B. Two"], id="spaces"),
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
        ("Ana Díaz, and Bo Li", ["Ana Díaz", "Bo Li"]),
        pytest.param("a" + ",b and c and d" * 100 + ",", ["a", *["b", "c", "d"] * 100], id="many ways to split"),
    ],
)
def test_a_cell_is_split_in_the_way_it_is_written(text: str, expected: list[str]) -> None:
    assert split_cell(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vaswani, Ashish", ["Ashish Vaswani"]),
        ("van der Berg, Jan Piet (Lab)", ["Jan Piet van der Berg"]),
        ("Smith, J.", ["J. Smith"]),
        ("García López, A.-M.", ["A.-M. García López"]),
        ("Smith, J., Brown, M. K., and Li, B.", ["J. Smith", "M. K. Brown", "B. Li"]),
    ],
)
def test_a_family_name_and_what_can_only_be_given_names_are_one_person(text: str, expected: list[str]) -> None:
    assert split_cell(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Díaz, Plato", ["Ana Díaz", "Plato"]),
        ("J. Smith, B. Li", ["J. Smith", "B. Li"]),
        ("Smith J., Li B.", ["Smith J.", "Li B."]),
        ("Plato, Bo Li, Eva Fu", ["Plato", "Bo Li", "Eva Fu"]),
        ("张三, 李四", ["张三", "李四"]),
        ("Plato and Zeno", ["Plato", "Zeno"]),
        ("Smith, Jr.", ["Smith Jr."]),
    ],
)
def test_whole_names_between_commas_are_people(text: str, expected: list[str]) -> None:
    assert split_cell(text) == expected
