from __future__ import annotations

from collections.abc import Callable

import pytest

from summarizer.digest.archive import render_archive
from summarizer.digest.visible import visible
from tests.digest.document import Document
from tests.digest.hostile import HOSTILE
from tests.digest.sample_records import shown_before

DIGESTS = [shown_before("1", "2", label="2026-W45"), shown_before("3", label="2026-W46")]


@pytest.fixture(scope="module")
def page() -> Document:
    return Document(render_archive(DIGESTS))


def test_the_archive_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("archive.html", render_archive(DIGESTS))


def test_digests_stand_newest_first_with_their_days_counts_and_pages(page: Document) -> None:
    headings = page.find("h2")

    assert [heading.text for heading in headings] == [
        "2026-W46, 9 November 2026 to 15 November 2026",
        "2026-W45, 2 November 2026 to 8 November 2026",
    ]
    assert [heading.find("a")[0].attributes["href"] for heading in headings] == [
        "2026-W46/index.html",
        "2026-W45/index.html",
    ]
    assert "2 digests, 3 papers" in page.one("header").text


def test_a_paper_that_came_again_in_a_newer_version_is_counted_once() -> None:
    page = Document(render_archive([shown_before("1", "2", label="2026-W45"), shown_before("2", "3")]))

    assert "2 digests, 3 papers" in page.one("header").text


def test_papers_are_listed_once_without_a_script(page: Document) -> None:
    papers = [item.text for item in page.find("li", class_="paper")]

    assert papers == ["Relevance 4 Title of 3 A summary.", "Relevance 4 Title of 1 A summary."]


def test_the_search_appears_only_where_scripts_run(page: Document) -> None:
    assert "hidden" in page.one("form").attributes


def test_nothing_is_loaded_from_elsewhere(page: Document) -> None:
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]

    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert {element.tag for element in page.elements}.isdisjoint({"img", "iframe", "object", "base"})


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_inert_in_the_archive(text: str, page: Document) -> None:
    line = visible(text)
    digests = [
        digest.model_copy(
            update={
                "title": line,
                "headline": line,
                "relevant": tuple(paper.model_copy(update={"title": line, "tldr": line}) for paper in digest.relevant),
            }
        )
        for digest in DIGESTS
    ]
    hostile = Document(render_archive(digests))

    assert [(element.tag, *element.attributes) for element in hostile.elements] == [
        (element.tag, *element.attributes) for element in page.elements
    ]
    assert " ".join(line.split()) in hostile.find("li", class_="paper")[0].text
