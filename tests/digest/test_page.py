from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from summarizer.contract.schema import Translation
from summarizer.digest import render_page
from tests.digest.document import Document
from tests.digest.sample_records import EXTRACTIVE, OVERVIEW, annotated, digest, failed, paper, week, weekly_digest


@pytest.fixture(scope="module")
def page() -> Document:
    return Document(render_page(digest(*week())))


@pytest.fixture(scope="module")
def weekly() -> Document:
    return Document(render_page(weekly_digest()))


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_page_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("digest.html", render_page(digest(*week())))
    golden("weekly-digest.html", render_page(weekly_digest()))


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

        assert not re.search(r"url\(|@import|https?://|//[a-z]|fetch|XMLHttp|innerHTML|eval\(", content)


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
    originals = [(title.children[0].children or [title])[0].text for title in page.find("h3")]

    assert [card.attributes["data-r"] for card in page.find("article")] == ["5", "4", "3", "0"]
    assert originals == [
        "The outline of the liver",
        "Title of doi:10.1000/2",
        "A loss with \\ell_2 < 1 | and more",
        "Street scenes",
    ]


def test_sections_are_named_counted_and_explained_by_the_rubric(page: Document) -> None:
    headings = [heading.text for heading in page.one("main").find("h2")]

    assert headings[:3] == ["Must read 2", "MRI磁共振成像 1", "Below the threshold 1"]
    assert [rubric.text for rubric in page.find("ul", class_="rubric")] == [
        "5 Definition of level 5. 4 Definition of level 4.",
        "2 Definition of level 2. 1 Definition of level 1. 0 Definition of level 0.",
    ]


def test_every_score_is_explained(page: Document) -> None:
    assert [meaning.text for meaning in page.one("details", class_="scale").find("dd")] == [
        f"Definition of level {score}." for score in (5, 4, 3, 2, 1, 0)
    ]


def test_papers_below_the_threshold_are_folded_but_there(page: Document) -> None:
    rest = page.one("details", class_="folded")

    assert "open" not in rest.attributes
    assert rest.children[0].text == "Show 1 paper"
    assert "Street scenes" in rest.text


def test_the_head_says_what_the_page_is_and_how_much_there_is_to_read(page: Document) -> None:
    head = page.one("header")

    assert "read for people who work on medical imaging" in head.text
    assert [item.text for item in page.one("ul", class_="numbers").children] == [
        "4 papers annotated",
        "2 must-reads",
        "1 more worth a look",
        "1 not annotated",
    ]


def test_the_three_most_relevant_papers_come_first(page: Document) -> None:
    start = page.one("section", class_="start")

    assert [link.attributes["href"] for link in start.find("a")] == ["#p1", "#p2", "#p3"]
    assert "The outline of the liver" in start.find("li")[0].text


def test_papers_below_the_threshold_are_nothing_to_start_with() -> None:
    page = Document(render_page(digest(annotated(relevance=1))))

    assert page.find("section", class_="start") == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            [
                "small-model read the abstracts, not the papers",
                "has not been measured",
                "Every abstract that could be read",
            ],
        ),
        (EXTRACTIVE, ["No chat model read these papers", "has not been measured", "Every abstract that could be read"]),
    ],
)
def test_the_page_says_how_far_to_trust_it(changes: dict[str, Any], words: list[str]) -> None:
    trust = Document(render_page(digest(annotated(**changes)))).one("section", class_="trust")

    assert all(word in point.text for word, point in zip(words, trust.find("li"), strict=True))


def test_a_measured_prompt_shows_its_scores_with_their_intervals(weekly: Document) -> None:
    trust = weekly.one("section", class_="trust").text

    assert "relevance agreement 0.91 (0.84 to 0.96)" in trust
    assert "1 paper could not be annotated" in trust


def test_each_sentence_of_the_overview_links_to_its_papers(weekly: Document) -> None:
    overview = weekly.one("section", class_="overview")

    assert [(link.text, link.attributes["href"]) for link in overview.find("a")] == [
        ("1", "#p1"),
        ("2", "#p2"),
        ("3", "#p3"),
    ]
    assert "The liver is outlined in 40 patients." in overview.text


def test_a_page_without_an_overview_says_why(page: Document) -> None:
    assert page.find("section", class_="overview") == []
    assert "No overview" in page.one("footer").text


def test_new_versions_of_shown_papers_have_a_section(weekly: Document) -> None:
    section = weekly.one("section", class_="versions")

    assert section.find("h2")[0].text == "New versions 1"
    assert "Knees, again" in section.find("h3")[0].text


def test_earlier_digests_and_the_archive_are_linked(weekly: Document) -> None:
    assert [link.text for link in weekly.one("ul", class_="past").find("a")] == ["2026-W45", "2026-W44"]
    assert weekly.one("a", class_="plain").text == "All digests"


def test_what_was_left_out_is_said(weekly: Document) -> None:
    assert "2 papers left out, which were in another digest." in weekly.one("footer").text


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
        "15.5% in MRI",
    ]
    assert [mark.text for mark in page.find("mark")] == [
        "scans of 40 patients",
        "scans of 40 patients",
        "15.5% in MRI",
    ]


def test_evidence_in_the_title_is_marked_there() -> None:
    page = Document(render_page(digest(annotated(paper(title="Liver MRI", abstract="Short."), evidence="liver MRI"))))

    assert page.one("h3").text == page.one("mark").text == "Liver MRI"


def test_evidence_that_is_nowhere_is_said_to_be_so() -> None:
    page = Document(render_page(digest(annotated(evidence="brain"))))

    assert "not found in the text as shown" in page.one("p", class_="why").text


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
    assert ':root:has(#lang-1:checked) .read [lang="zh-Hans"] { display: inline; }' in style
    assert ":root:has(#lang-1:checked) .o1 { display: none; }" in style


def test_each_language_stands_behind_the_original() -> None:
    both = {"de": Translation(title="Titel", tldr="Satz."), "zh-Hans": Translation(title="标题", tldr="摘要。")}
    page = Document(
        render_page(
            digest(annotated(paper("1"), translations=both), annotated(paper("2"), translations={"de": both["de"]}))
        )
    )
    titles = [
        [(part.attributes.get("lang") or part.attributes.get("class"), part.text) for part in link.children]
        for link in (heading.children[0] for heading in page.find("h3"))
    ]

    assert titles == [
        [("o1 o2", "Title of 1"), ("de", "Titel"), ("zh-Hans", "标题")],
        [("o1", "Title of 2"), ("de", "Titel")],
    ]


def test_a_page_without_translations_has_no_switch_and_says_why() -> None:
    page = Document(render_page(digest(annotated(**EXTRACTIVE))))

    assert page.find("fieldset") == []
    assert "No translations: the extractive annotator" in page.one("footer").text


def test_authors_are_folded_after_a_few(page: Document) -> None:
    names = [element.text for element in page.find("div", class_="by")]

    assert names[0] == "Author A, Author B, Author C, Author D, and 3 more Author E, Author F, Author G"
    assert names[1] == "Ada Example, Bo Sample"


def test_a_card_links_to_abstract_pdf_and_doi(page: Document) -> None:
    links = [(link.text, link.attributes["href"]) for link in page.one("article", id="p1").find("a")][1:]

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
    assert page.one("a", href="#failed").text == "1 not annotated"


def test_the_raw_reply_of_a_failed_paper_is_not_on_the_page() -> None:
    assert "secret reply" not in render_page(digest(failed()))


def test_skipped_and_duplicate_records_are_listed(page: Document) -> None:
    assert [details.text for details in page.find("details", class_="aside")] == [
        "Skipped 1 No title week.txt, line 40 The record has no title.",
        "Duplicates 1 The outline of the liver week.txt, line 90 Read before.",
    ]


def test_charts_have_their_numbers_in_a_table_and_as_a_sentence(weekly: Document) -> None:
    figures = weekly.find("figure")

    assert [figure.find("figcaption")[0].texts[0].strip() for figure in figures] == [
        "Papers by day",
        "Papers by relevance",
        "Papers by tag",
        "Tags against the last 2 digests",
    ]
    assert all(figure.find("table") and figure.find("p")[0].text for figure in figures)
    assert all(svg.attributes["aria-hidden"] == "true" for svg in weekly.find("svg"))


def test_the_histogram_adds_up_to_the_papers(page: Document) -> None:
    histogram = [row.text for row in page.one("table", class_="histogram").children[1].children]

    assert histogram == ["5 core1", "4 central1", "3 substantial1", "2 partial0", "1 marginal0", "0 none1"]


def test_controls_that_need_a_script_are_hidden_without_one(page: Document) -> None:
    style = "".join(page.one("style").texts)
    scripted = {element.attributes.get("id") for element in page.find(class_="scripted")}

    assert {"filter", "list", "theme", "keys"} == scripted
    assert ".scripted { display: none; }" in style


def test_provenance_is_at_the_foot(page: Document) -> None:
    foot = page.one("footer").text

    assert "small-model, served as small-model-2026-09" in foot
    assert "2026-11-16 06:05 UTC" in foot


def test_an_empty_digest_is_a_page_too() -> None:
    page = Document(render_page(digest()))

    assert page.find("article") == []
    assert "hidden" in page.one("aside").attributes
    assert page.find("section") == []
    assert page.find("div", class_="lead") == []
    assert page.find("p", class_="empty")[0].text == "Nothing that was read is a paper."
    assert "0 records read = 0 annotated + 0 failed + 0 skipped + 0 duplicate" in page.one("footer").text


def test_a_statement_links_to_the_papers_that_are_listed() -> None:
    page = Document(render_page(digest(*week(), kinds=["topic"], overview=OVERVIEW)))

    assert [link.attributes["href"] for link in page.find("a", class_="cite")] == ["#p1"]


def test_a_formula_is_mathml_with_its_source(page: Document) -> None:
    assert "\\ell_2 < 1" in page.formulas


def test_300_papers_stay_under_a_megabyte() -> None:
    translation = Translation(title="题" * 30, tldr="要" * 60)
    abstract = "We outline the liver in scans of 40 patients. " * 30
    papers = (paper(f"2611.{number:05}", abstract=abstract, doi=f"10.1000/{number}") for number in range(300))
    records = [
        annotated(one, tldr="word " * 25, tags=("segmentation", "mri"), translations={"zh-Hans": translation})
        for one in papers
    ]

    assert len(render_page(digest(*records)).encode()) < 1_000_000
