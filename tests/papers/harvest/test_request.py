"""Facts about what a harvest may ask for, and how it is put to the services."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from summarizer.errors import ConfigurationError
from summarizer.papers.harvest import HarvestRequest
from summarizer.papers.harvest.arxiv_api import build_query
from summarizer.papers.harvest.oai_pmh import to_set
from summarizer.papers.harvest.windows import Window

DAY = date(2026, 11, 13)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"categories": ("cs.CV) OR (all:x",), "since": DAY}, "is no arXiv category"),
        ({"categories": ("CS.CV",), "since": DAY}, "is no arXiv category"),
        ({"since": DAY}, "name a --category"),
        ({"categories": ("cs.CV",)}, "first day is missing"),
        ({"service": "oai-pmh"}, "first day is missing"),
        ({"service": "oai-pmh", "query": "all:x", "since": DAY}, "arXiv API only"),
        ({"service": "announcements", "categories": ("cs.CV",), "since": DAY}, "takes no --since"),
        ({"service": "announcements"}, "name a --category"),
    ],
)
def test_parts_that_do_not_fit_are_refused(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        HarvestRequest(**wanted)


@pytest.mark.parametrize(
    ("categories", "query", "expected"),
    [
        (("eess.IV",), None, "(cat:eess.IV)"),
        (("eess.IV", "cs.CV"), "ti:lung OR ti:liver", "(cat:eess.IV OR cat:cs.CV) AND (ti:lung OR ti:liver)"),
        (("cs", "hep-th"), None, "(cat:cs OR cat:cs.* OR cat:hep-th)"),
        ((), "abs:radiomics", "(abs:radiomics)"),
    ],
)
def test_categories_and_query_become_one_search(categories: tuple[str, ...], query: str | None, expected: str) -> None:
    assert build_query(categories, query) == expected


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("cs", "cs"),
        ("cs.CV", "cs:cs:CV"),
        ("q-bio.QM", "q-bio:q-bio:QM"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.EP", "physics:astro-ph:EP"),
        ("physics", "physics"),
        ("physics.med-ph", "physics:physics:med-ph"),
    ],
)
def test_a_category_becomes_a_set(category: str, expected: str) -> None:
    assert to_set(category) == expected


def test_the_order_of_categories_makes_no_other_harvest() -> None:
    one = HarvestRequest(categories=("cs.CV", "eess.IV"), since=DAY)
    other = HarvestRequest(categories=("eess.IV", "cs.CV", "cs.CV"), since="last")

    assert one.key == other.key


@pytest.mark.parametrize(
    ("address", "is_local"), [("http://127.0.0.1:1/api", True), ("http://localhost/x", True), (None, False)]
)
def test_only_a_server_on_this_machine_is_local(address: str | None, is_local: bool) -> None:
    assert HarvestRequest(categories=("cs.CV",), since=DAY, address=address).is_local is is_local


@pytest.mark.parametrize("pieces", [1, 2, 3, 7, 30, 31, 400])
def test_the_parts_of_a_window_are_its_days_without_gap_or_overlap(pieces: int) -> None:
    window = Window(since=date(2026, 1, 1), until=date(2026, 1, 31), set_spec="cs")
    parts = window.split(pieces)
    days = [part.since.toordinal() + day for part in parts for day in range(part.days)]

    assert len(parts) == min(pieces, 31)
    assert days == list(range(window.since.toordinal(), window.until.toordinal() + 1))
    assert {part.set_spec for part in parts} == {"cs"}
