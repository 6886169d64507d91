from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest

from summarizer.contract.schema import Translation
from summarizer.digest import render_page
from tests.digest.document import Document
from tests.digest.sample_records import EXTRACTIVE, annotated, digest, failed, paper, week


@pytest.fixture(scope="module")
def page() -> Document:
    return Document(render_page(digest(*week())))


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_page_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("digest.html", render_page(digest(*week())))


def test_rendering_again_gives_the_same_bytes() -> None:
    assert render_page(digest(*week())).encode() == render_page(digest(*week())).encode()


def test_nothing_is_loaded_from_anywhere(page: Document) -> None:
    loading = {"src", "srcset", "data", "action", "formaction", "poster", "background", "ping", "xlink:href"}
    addresses = [
        (element.tag, element.attributes.get("href") or "") for element in page.elements if "href" in element.attributes
    ]

    assert not [element for element in page.elements if loading & set(element.attributes)]
    assert [href for tag, href in addresses if tag != "a"] == ["data:,"]
    assert all(href.startswith(("https://", "http://", "#")) for tag, href in addresses if tag == "a")


def test_the_style_sheet_and_the_script_ask_for_no_address(page: Document) -> None:
    for tag in ("style", "script"):
        content = "".join(page.one(tag).texts)

        assert not re.search(r"url\(|@import|https?:|//[a-z]|fetch|XMLHttp|innerHTML|eval\(", content)


def test_the_policy_allows_exactly_the_style_and_the_script_of_the_page(page: Document) -> None:
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    style, script = (_sha256("".join(page.one(tag).texts)) for tag in ("style", "script"))

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_policy_comes_before_what_it_governs(page: Document) -> None:
    tags = [element.tag for element in page.elements]
    policy = page.elements.index(page.one("meta", http_equiv="Content-Security-Policy"))

    assert policy < tags.index("style") < tags.index("script")


def test_no_element_carries_a_style_or_an_event_handler(page: Document) -> None:
    names = {name for element in page.elements for name in element.attributes}

    assert not [name for name in names if name == "style" or name.startswith("on")]


def test_ids_are_unique_and_references_resolve(page: Document) -> None:
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    references = {
        element.attributes[name]
        for element in page.elements
        for name in ("aria-labelledby", "aria-describedby", "for")
        if name in element.attributes
    }
    anchors = {
        str(link.attributes["href"])[1:] for link in page.find("a") if str(link.attributes["href"]).startswith("#")
    }

    assert len(ids) == len(set(ids))
    assert references | anchors <= set(ids)


def test_every_annotated_paper_has_one_card_in_reading_order(page: Document) -> None:
    cards = page.find("article")

    assert [card.attributes["data-relevance"] for card in cards] == ["5", "4", "3", "0"]
    assert [title.texts[0] for title in page.find("h3")] == [
        "The outline of the liver",
        "Title of doi:10.1000/2",
        "A loss with $\\ell_2 < 1$ | and more",
        "Street scenes",
    ]


def test_sections_are_named_counted_and_explained_by_the_rubric(page: Document) -> None:
    headings = [heading.text for heading in page.find("h2")]

    assert headings[:3] == ["Must read 2", "Worth a look 1", "The rest 1"]
    assert [rubric.text for rubric in page.find("ul", class_="rubric")] == [
        "5 Definition of level 5. 4 Definition of level 4.",
        "3 Definition of level 3.",
        "0 Definition of level 0.",
    ]


def test_papers_without_relevance_are_folded_but_there(page: Document) -> None:
    rest = page.one("details", class_="rest")

    assert "open" not in rest.attributes
    assert rest.children[0].text == "Show 1 paper"
    assert "Street scenes" in rest.text


def test_a_card_says_the_relevance_in_number_and_word(page: Document) -> None:
    assert [score.text for score in page.find("p", class_="score")] == [
        "Relevance 5 core",
        "Relevance 4 central",
        "Relevance 3 substantial",
        "Relevance 0 none",
    ]


def test_evidence_is_quoted_on_the_card_and_marked_in_the_abstract(page: Document) -> None:
    assert [quote.text for quote in page.find("q")] == [
        "scans of 40 patients",
        "scans of 40 patients",
        "15.5\\% in MRI",
    ]
    assert [mark.text for mark in page.find("mark")] == [
        "scans of 40 patients",
        "scans of 40 patients",
        "15.5\\% in MRI",
    ]


def test_evidence_in_the_title_is_marked_there() -> None:
    page = Document(render_page(digest(annotated(paper(title="Liver MRI", abstract="Short."), evidence="liver MRI"))))

    assert page.one("h3").text == page.one("mark").text == "Liver MRI"


def test_evidence_that_is_nowhere_is_said_to_be_so() -> None:
    page = Document(render_page(digest(annotated(evidence="brain"))))

    assert "not found in the text as shown" in page.one("p", class_="evidence").text


def test_translations_are_on_the_page_with_their_language(page: Document) -> None:
    chinese = [element.text for element in page.find("span", lang="zh-Hans")]

    assert {"肝脏的轮廓", "勾画肝脏。", "我们在 40 名患者的扫描中勾画肝脏。", "分割", "任务"} <= set(chinese)
    assert page.one("html").attributes["lang"] == "en"


def test_the_language_switch_works_without_a_script(page: Document) -> None:
    labels = [
        (label.text, label.attributes["for"])
        for label in page.find("label")
        if str(label.attributes.get("for")).startswith("lang-")
    ]
    style = "".join(page.one("style").texts)

    assert labels == [("English", "lang-0"), ("简体中文", "lang-1")]
    assert ':root:has(#lang-1:checked) .columns [lang="zh-Hans"] { display: inline; }' in style
    assert ':root:has(#lang-1:checked) .columns span:has(~ [lang="zh-Hans"]) { display: none; }' in style


def test_each_language_stands_behind_the_original() -> None:
    both = {"de": Translation(title="Titel", tldr="Satz."), "zh-Hans": Translation(title="标题", tldr="摘要。")}
    page = Document(
        render_page(
            digest(annotated(paper("1"), translations=both), annotated(paper("2"), translations={"de": both["de"]}))
        )
    )
    titles = [
        [(part.attributes.get("lang"), part.text) for part in link.children]
        for link in (heading.children[0] for heading in page.find("h3"))
    ]

    assert titles == [
        [(None, "Title of 1"), ("de", "Titel"), ("zh-Hans", "标题")],
        [(None, "Title of 2"), ("de", "Titel")],
    ]


def test_a_page_without_translations_has_no_switch_and_says_why() -> None:
    page = Document(render_page(digest(annotated(**EXTRACTIVE))))

    assert page.find("fieldset") == []
    assert "No translations: the extractive annotator" in page.one("header").text


def test_authors_are_folded_after_a_few(page: Document) -> None:
    names = [element.text for element in page.find("div", class_="authors")]

    assert names[0] == "Author A, Author B, Author C, Author D, and 3 more Author E, Author F, Author G"
    assert names[1] == "Ada Example, Bo Sample"


def test_a_card_links_to_abstract_pdf_and_doi(page: Document) -> None:
    links = [(link.text, link.attributes["href"]) for link in page.one("article", id="paper-1").find("a")][1:]

    assert links == [
        ("arXiv", "https://arxiv.org/abs/2611.00001"),
        ("PDF", "https://arxiv.org/pdf/2611.00001"),
        ("DOI", "https://doi.org/10.1000/x%281%29"),
    ]


def test_a_card_says_category_date_venue_and_limits(page: Document) -> None:
    facts = [element.text for element in page.find("p", class_="facts")]

    assert facts[0].startswith("eess.IV 12 November 2026 ")
    assert facts[1].startswith("eess.IV undated CVPR 2026 read in part: the abstract exceeds the input limit ")


def test_failed_papers_are_listed_by_name_and_named_at_the_top(page: Document) -> None:
    assert page.one("section", class_="failed").text.endswith(
        "A paper that failed AnnotationInvalidError: The summary has two sentences."
    )
    assert page.one("a", href="#failed").text == "1 paper could not be annotated"


def test_the_raw_reply_of_a_failed_paper_is_not_on_the_page() -> None:
    assert "secret reply" not in render_page(digest(failed()))


def test_skipped_and_duplicate_records_are_listed(page: Document) -> None:
    assert [details.text for details in page.find("details", class_="aside")] == [
        "Skipped 1 No title week.txt, line 40 The record has no title.",
        "Duplicates 1 The outline of the liver week.txt, line 90 Read before.",
    ]


def test_charts_are_tables_whose_numbers_add_up(page: Document) -> None:
    histogram = [row.text for row in page.one("table", class_="histogram").children[1].children]

    assert histogram == ["5 core1", "4 central1", "3 substantial1", "2 partial0", "1 marginal0", "0 none1"]
    assert all(svg.attributes["aria-hidden"] == "true" for svg in page.find("svg"))


def test_controls_that_need_a_script_are_hidden_without_one(page: Document) -> None:
    style = "".join(page.one("style").texts)
    scripted = {element.attributes.get("id") for element in page.find(class_="scripted")}

    assert {"filter", "theme", "keys"} == scripted
    assert ".scripted { display: none; }" in style


def test_provenance_is_at_the_foot(page: Document) -> None:
    foot = page.one("footer").text

    assert "small-model, served as small-model-2026-09" in foot
    assert "2026-11-16 06:05 UTC" in foot


def test_an_empty_digest_is_a_page_too() -> None:
    page = Document(render_page(digest()))

    assert page.find("article") == []
    assert "0 read = 0 annotated + 0 failed + 0 skipped + 0 duplicate" in page.one("header").text
