"""Facts about what all readers of structured documents share: ids, dates, names, links."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from summarizer.papers.sources.fields import (
    build_paper,
    find_date,
    given_name_first,
    parse_date,
    venue_of_year,
    with_year,
)


@pytest.mark.parametrize("name", ["arXiv", "arxiv", "ARXIV"])
def test_the_doi_that_arxiv_registers_is_an_arxiv_id(name: str) -> None:
    paper = build_paper("path", 1, title="T", doi=f"https://doi.org/10.48550/{name}.2401.00001")

    assert (paper.id, paper.arxiv_id) == ("2401.00001", "2401.00001")


def test_the_doi_of_a_publisher_is_no_arxiv_id() -> None:
    assert build_paper("path", 1, title="T", doi="10.1000/2401.00001").arxiv_id is None


def test_a_version_without_an_arxiv_id_is_dropped() -> None:
    assert build_paper("path", 1, title="T", version=2).version is None


def test_only_web_addresses_become_links() -> None:
    paper = build_paper("path", 1, title="T", links={"pdf": "javascript:alert(1)", "abstract": " https://a.org/ "})

    assert paper.links == {"abstract": "https://a.org/"}


@pytest.mark.parametrize("text", ["[No abstract available]", "No abstract available.", " no abstract\navailable "])
def test_what_a_database_writes_in_place_of_an_abstract_is_none(text: str) -> None:
    assert build_paper("path", 1, title="T", abstract=text).abstract == ""


def test_an_abstract_that_speaks_of_missing_ones_stays() -> None:
    text = "No abstract available to a reader is read."

    assert build_paper("path", 1, title="T", abstract=text).abstract == text


def test_categories_keep_the_order_of_the_source() -> None:
    paper = build_paper("path", 1, title="T", categories=["physics.med-ph", "cs.CV", "physics.med-ph"])

    assert paper.categories == ("physics.med-ph", "cs.CV")


def test_a_paper_without_a_title_is_refused() -> None:
    with pytest.raises(ValueError, match="no title"):
        build_paper("path", 1, title=" \n ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026/1/5/epub", datetime(2026, 1, 5, tzinfo=UTC)),
        ("20260105", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026 Jan 5", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026 Jan", None),
        ("2026", None),
        ("2026-13-45", None),
        ("2026 Foo 5", None),
        (None, None),
    ],
)
def test_a_day_is_found_or_not_made_up(text: str | None, expected: datetime | None) -> None:
    assert find_date(text) == expected


@pytest.mark.parametrize("text", ["yesterday", "Mon, 99999999999999999999 Apr 2007 19:18:42 GMT"])
def test_a_date_that_can_not_be_read_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Díaz, Ana", "Ana Díaz"),
        ("Smith, John, Jr.", "John Smith Jr."),
        ("Smith, III, John", "John Smith III"),
        ("Plato", "Plato"),
        ("Ana Díaz", "Ana Díaz"),
        ("Díaz,", "Díaz"),
    ],
)
def test_given_names_come_first(name: str, expected: str) -> None:
    assert given_name_first(name) == expected


def test_a_year_is_added_once() -> None:
    assert with_year("J. Test", "2026 Feb") == "J. Test (2026)"
    assert with_year("J. Test 2026", "2026") == "J. Test 2026"
    assert with_year(None, "2026") is None
    assert venue_of_year("MICCAI", "2025") == "MICCAI 2025"
