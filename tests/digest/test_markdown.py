from __future__ import annotations

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from summarizer.digest import render_markdown
from summarizer.digest.markdown import escape_markdown
from tests.digest.sample_records import EXTRACTIVE, annotated, digest, failed, paper, week, weekly_digest


@pytest.fixture(scope="module")
def text() -> str:
    return render_markdown(digest(*week()))


def test_the_markdown_is_the_golden_one(text: str, golden: Callable[[str, str], None]) -> None:
    golden("digest.md", text)


def test_the_markdown_of_a_week_among_others_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("weekly-digest.md", render_markdown(weekly_digest()))


def test_rendering_again_gives_the_same_bytes(text: str) -> None:
    assert render_markdown(digest(*week())) == text


def test_headings_are_those_of_the_page_in_the_same_order(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag != "h3"
    ]

    assert headings == [
        "Week 46",
        "Must read",
        "MRI",
        "Below the threshold",
        "Not annotated",
        "Skipped",
        "Duplicates",
        "How this was made",
    ]


def test_the_same_papers_are_there_in_the_same_order(text: str) -> None:
    titles = [
        "The outline of the liver",
        "Title of doi:10.1000/2",
        "A loss with",
        "Street scenes",
        "A paper that failed",
    ]
    places = [text.index(title) for title in titles]

    assert places == sorted(places)


def test_counts_and_provenance_are_stated(text: str) -> None:
    assert "7 records read = 4 annotated + 1 failed + 1 skipped + 1 duplicate\n" in text
    assert "- **Prompt:** annotate.v1 (cccccccccccc)\n" in text


def test_evidence_is_quoted_and_marked_in_the_abstract(text: str) -> None:
    assert "> scans of 40 patients\n" in text
    assert "<mark>scans of 40 patients</mark>" in text


def test_translations_stand_beside_the_original(text: str) -> None:
    assert "**肝脏的轮廓** 勾画肝脏。\n" in text
    assert "我们在 40 名患者的扫描中勾画肝脏。\n" in text


def test_missing_translations_are_said() -> None:
    assert "No translations: the extractive annotator" in render_markdown(digest(annotated(**EXTRACTIVE)))


def test_the_raw_reply_of_a_failed_paper_is_left_out() -> None:
    assert "secret reply" not in render_markdown(digest(failed()))


def test_a_paper_without_links_is_shown_without_one() -> None:
    assert "### Title of x\n" in render_markdown(digest(annotated(paper("x", arxiv_id=None))))


@pytest.mark.parametrize(
    ("source", "escaped"),
    [
        ("plain text, 15 % (of all)", "plain text, 15 % (of all)"),
        ("$\\ell_2$-norm", "$`\\ell_2`$-norm"),
        ("$$x*y*z$$", "$`x*y*z`$"),
        ("$5 and $10", "\\$5 and \\$10"),
        ("$5-$10", "\\$5-\\$10"),
        ("512$\\times$512$\\times$256", "512$`\\times`$512$`\\times`$256"),
        ("15.5\\%", "15.5\\\\%"),
        ("see https://example.org/a_b.", "see `https://example.org/a_b`."),
        ("WWW.example.org", "`WWW.example.org`"),
        ("mail a.b@example.org!", "mail `a.b@example.org!`"),
        ("a_b * c | d < e", "a\\_b \\* c \\| d \\< e"),
        ("1. first", "1\\. first"),
        ("- item", "\\- item"),
    ],
)
def test_text_is_escaped_and_stays_readable(source: str, escaped: str) -> None:
    assert escape_markdown(source) == escaped
