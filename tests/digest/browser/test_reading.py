"""What a reader does with the page of a digest, done in a browser."""

from __future__ import annotations

import pytest
import rispy
from pybtex.database import parse_string

from summarizer.digest import render_page
from tests.digest.browser.tab import DESKTOP, PHONE, Tab
from tests.digest.sample_records import annotated, digest, paper

LIVER, OTHER, LOSS, STREETS, KNEES = (
    "The outline of the liver",
    "Title of doi:10.1000/2",
    "A loss with ℓ2<1 | and more",
    "Street scenes",
    "Knees, again",
)
ALL = [LIVER, OTHER, LOSS, STREETS, KNEES]
STATUS = "document.getElementById('status').textContent"
FOCUSED = "document.activeElement.id"
CHINESE = "label[for=lang-1]"


def test_every_paper_is_there_and_the_less_relevant_are_folded(tab: Tab) -> None:
    tab.open()

    assert tab.titles() == ALL
    assert STREETS not in tab.texts(".card h3")


@pytest.mark.parametrize(
    ("selector", "value", "titles"),
    [
        ("#least", "4", [LIVER, OTHER, KNEES]),
        ("#least", "5", [LIVER]),
        ("#category", "cs.CV", [LIVER, OTHER, LOSS, KNEES]),
        ("#category", "", ALL),
    ],
)
def test_papers_are_filtered_by_relevance_and_category(tab: Tab, selector: str, value: str, titles: list[str]) -> None:
    tab.open()
    tab.choose(selector, value)

    assert tab.titles() == titles


def test_papers_are_found_by_words_of_any_field_in_any_language(tab: Tab) -> None:
    tab.open()
    for query, titles in (
        ("LIVER author", [LIVER]),
        ("Author G", [LIVER]),
        ("街景", [STREETS]),
        ("ell_2", [LOSS]),
        ("bibtex", []),  # a button
        ("nowhere", []),
    ):
        tab.press("Escape", "/")
        tab.type(query)

        assert tab.titles() == titles
    assert "No paper matches" in tab.texts("#nothing")[0]


def test_a_tag_filters_wherever_it_is_clicked(tab: Tab) -> None:
    tab.open()
    tab.click(".topics button[data-filter=mri]")

    assert tab.titles() == [LIVER, LOSS, KNEES]
    tab.click("#p1 [data-t=segmentation]")

    assert tab.titles() == [LIVER]
    assert tab.value("document.querySelector('button[data-filter=mri]').ariaPressed") == "true"


def test_the_number_of_papers_shown_is_announced(tab: Tab) -> None:
    tab.open()
    tab.choose("#least", "4")

    assert tab.value(STATUS) == "3 of 5 papers"
    assert tab.value("document.getElementById('status').role") == "status"


def test_a_filter_opens_what_was_folded_and_hides_empty_sections(tab: Tab) -> None:
    tab.open()
    tab.press("/")
    tab.type("street")

    assert tab.texts(".card h3") == [STREETS]
    assert [heading.split()[0] for heading in tab.texts("section.papers h2")] == ["Below"]


def test_what_was_unfolded_stays_so_until_a_filter_ends(tab: Tab) -> None:
    tab.open()
    tab.click(".folded > summary")
    tab.click("#p4 .facts button")

    assert STREETS in tab.texts("#p4 h3")
    tab.choose("#least", "1")
    tab.press("Escape")
    tab.wait_for("!document.querySelector('.folded').open")


def test_the_address_keeps_the_filter(tab: Tab) -> None:
    tab.open()
    tab.choose("#least", "3")
    tab.choose("#sort", "title")
    tab.click(".topics button[data-filter=mri]")
    tab.press("/")
    tab.type("a")
    state = tab.value("location.hash")
    titles = tab.titles()

    assert state == "#q=a&relevance=3&sort=title&tags=mri"
    tab.reload()

    assert tab.titles() == titles
    assert tab.value(STATUS) == "3 of 5 papers"
    tab.press("Escape")
    tab.wait_for("location.hash === ''")

    assert tab.titles() == ALL


def test_an_address_from_elsewhere_is_followed_as_far_as_it_is_understood(tab: Tab) -> None:
    tab.open(fragment="#relevance=9&tags=mri,unknown&sort=none&category=x&saved=2")

    assert tab.titles() == [LIVER, LOSS, KNEES]
    tab.value("location.hash = '#relevance=5'")
    tab.wait_for(f"{STATUS} === '1 of 5 papers'")


def test_a_link_to_a_paper_that_a_filter_hides_shows_it(tab: Tab) -> None:
    tab.open(fragment="#relevance=5")
    tab.value("location.hash = '#p3'")
    tab.wait_for("document.querySelector('#p3').checkVisibility()")
    tab.settle()

    assert tab.titles() == ALL
    assert tab.value("location.hash") == "#p3"
    assert tab.value("Math.abs(document.querySelector('#p3').getBoundingClientRect().top) < 100")


def test_a_link_to_a_paper_that_is_shown_leaves_the_filter_alone(tab: Tab) -> None:
    tab.open(fragment="#relevance=5")
    tab.value("location.hash = '#p1'")
    tab.settle()

    assert tab.titles() == [LIVER]


def test_papers_are_found_without_their_accents(tab: Tab) -> None:
    tab.open(render_page(digest(annotated(paper("1", authors=("Jürgen Müller",))), annotated(paper("2")))))
    for query in ("muller", "MÜLLER", "Mu\u0308ller"):
        tab.press("Escape", "/")
        tab.type(query)

        assert tab.titles() == ["Title of 1"]


def test_an_address_of_a_paper_shows_it_even_if_it_is_folded(tab: Tab) -> None:
    tab.open(fragment="#p4")
    tab.wait_for("document.querySelector('#p4').checkVisibility()")

    assert tab.titles() == ALL


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("relevance", [LIVER, OTHER, KNEES, LOSS, STREETS]),
        ("date", [LIVER, LOSS, STREETS, KNEES, OTHER]),
        ("title", [LOSS, KNEES, STREETS, LIVER, OTHER]),
    ],
)
def test_papers_are_put_in_another_order_and_back(tab: Tab, order: str, titles: list[str]) -> None:
    tab.open()
    tab.choose("#sort", order)

    assert tab.titles() == titles
    assert tab.value("document.querySelectorAll('section.papers:not([hidden])').length") == 1
    tab.choose("#sort", "")

    assert tab.titles() == ALL
    assert tab.value("document.querySelector('.must_read').contains(document.querySelector('#p2'))")
    assert tab.value("document.querySelector('.folded').contains(document.querySelector('#p4'))")


def test_keys_step_through_the_papers(tab: Tab) -> None:
    tab.open()
    tab.press("j")

    assert tab.value(FOCUSED) == "p1"
    tab.press("j", "j")

    assert tab.value(FOCUSED) == "p3"
    tab.press("j")  # the fourth is folded

    assert tab.value(FOCUSED) == "p5"
    tab.press("j", "k", "k")

    assert tab.value(FOCUSED) == "p2"


def test_a_key_opens_the_paper_that_has_the_focus(tab: Tab) -> None:
    tab.open()
    tab.value("window.open = (...how) => { window.opened = how; }")
    tab.press("o")

    assert tab.value("window.opened") is None
    tab.press("j", "o")

    assert tab.value("window.opened") == ["https://arxiv.org/abs/2611.00001", "_blank", "noopener,noreferrer"]


def test_keys_are_letters_in_a_field_and_can_be_turned_off(tab: Tab) -> None:
    tab.open()
    tab.press("/")
    tab.type("jko?")

    assert tab.value("document.getElementById('query').value") == "jko?"
    tab.press("Escape", "?")

    assert tab.value("document.getElementById('help').open")
    tab.click("#single")
    tab.press("Escape", "j")

    assert tab.value(FOCUSED) != "p1"
    tab.reload()
    tab.press("j")

    assert tab.value(FOCUSED) != "p1"


def test_the_focus_is_seen(tab: Tab) -> None:
    tab.open()
    tab.press("j")

    assert tab.value("getComputedStyle(document.querySelector('#p1 .score b')).outlineStyle") == "solid"
    tab.press("Tab")

    assert tab.value("document.activeElement.closest('h3 a') !== null")
    assert tab.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_first_key_press_offers_to_skip_to_the_papers(tab: Tab) -> None:
    tab.open()
    tab.press("Tab")

    assert tab.value("document.activeElement.textContent") == "Skip to the papers"
    assert tab.value("document.activeElement.getBoundingClientRect().top") >= 0


def test_one_switch_changes_the_language_and_is_remembered(tab: Tab) -> None:
    tab.open()

    assert "勾画肝脏。" not in tab.texts("#p1 .tldr")[0]
    tab.click(CHINESE)

    assert tab.texts("#p1 .tldr") == ["勾画肝脏。"]
    assert tab.texts("#p1 h3") == ["肝脏的轮廓\nThe outline of the liver"] or tab.texts("#p1 h3 [lang]") == [
        "肝脏的轮廓"
    ]
    assert tab.texts("#p1 .tags li") == ["分割", "磁共振成像"]
    assert tab.texts("#p2 .tldr") == ["Outlines the liver."]  # it has no translation
    tab.reload()

    assert tab.texts("#p1 .tldr") == ["勾画肝脏。"]


def test_the_theme_follows_the_system_until_it_is_switched(tab: Tab) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    tab.prefer("light")
    tab.open()
    light = tab.value(background)
    tab.prefer("dark")

    assert tab.value(background) != light
    assert tab.texts("#theme") == ["Light"]
    tab.click("#theme")

    assert tab.value(background) == light
    assert tab.texts("#theme") == ["Dark"]
    tab.reload()
    tab.settle()

    assert tab.value(background) == light


def test_papers_are_saved_to_a_list_that_stays(tab: Tab) -> None:
    tab.open()
    tab.click("#p1 .facts button")
    tab.press("j", "s")

    assert tab.texts("#list-count") == ["2"]
    assert tab.texts("#p1 .facts button")[0] == "Saved"
    assert tab.value("document.getElementById('news').textContent") == "Saved to the reading list"
    tab.reload()
    tab.click("#list")

    assert tab.texts("#reading-papers a") == [LIVER, OTHER]
    tab.click("#reading-papers button")

    assert tab.texts("#reading-papers a") == [OTHER]
    assert tab.texts("#list-count") == ["1"]


def test_what_one_tab_saves_another_shows_and_does_not_undo(tab: Tab) -> None:
    tab.open()
    other = tab.open_beside()
    tab.bring_to_front()
    tab.click("#p1 .facts button")
    other.wait_for("document.getElementById('list-count').textContent === '1'")
    tab.value("BroadcastChannel.prototype.postMessage = () => {}")  # the other tab does not hear of the next one
    tab.click("#p2 .facts button")
    other.bring_to_front()
    other.click("#p3 .facts button")

    assert other.texts("#list-count") == ["3"]
    tab.wait_for("document.getElementById('list-count').textContent === '3'")


def test_a_save_that_the_browser_could_not_keep_is_kept_with_the_next(tab: Tab) -> None:
    tab.open()
    tab.value("window.sound = IDBDatabase.prototype.transaction")
    tab.value("IDBDatabase.prototype.transaction = () => { throw new Error('out of order'); }")
    tab.click("#p1 .facts button")

    assert tab.texts("#list-count") == ["1"]
    assert "keeps nothing" in tab.value("document.getElementById('news').textContent")
    tab.value("IDBDatabase.prototype.transaction = window.sound")
    tab.click("#p2 .facts button")

    assert tab.value("document.getElementById('news').textContent") == "Saved to the reading list"
    tab.reload()
    tab.click("#list")

    assert tab.texts("#reading-papers a") == [LIVER, OTHER]
    assert tab.texts("#reading-note") == ["Kept in this browser alone."]


def test_a_list_is_kept_where_a_page_has_no_local_storage_to_rely_on(tab: Tab) -> None:
    tab.run_at_start(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('empty at some loads'); } });"
    )
    tab.open()
    tab.click("#p1 .facts button")
    tab.reload()

    assert tab.texts("#list-count") == ["1"]


def test_a_list_is_kept_where_tabs_may_not_talk_to_each_other(tab: Tab) -> None:
    tab.run_at_start("BroadcastChannel = function () { throw new DOMException('denied', 'SecurityError'); };")
    tab.open()
    tab.click("#p1 .facts button")
    tab.reload()

    assert tab.texts("#list-count") == ["1"]


def test_the_reading_list_filters(tab: Tab) -> None:
    tab.open()
    tab.click("#p2 .facts button")
    tab.click("#saved")

    assert tab.titles() == [OTHER]
    assert tab.value("location.hash") == "#saved=1"
    tab.click("#p2 .facts button")

    assert tab.titles() == []


def test_the_reading_list_is_exported_as_bibtex(tab: Tab) -> None:
    tab.open()
    for number in (1, 2, 3):
        tab.click(f"#p{number} .facts button")
    tab.click("#list")
    entries = parse_string(tab.download("#export-bibtex", "reading-list.bib"), "bibtex").entries
    liver, other, loss = entries.values()

    assert len(entries) == 3
    assert liver.type == "misc"
    assert liver.fields["title"] == f"{{{LIVER}}}"
    assert [str(person) for person in liver.persons["author"]][:2] == ["A, Author", "B, Author"]
    assert len(liver.persons["author"]) == 7
    assert liver.fields["year"] == "2026"
    assert (liver.fields["eprint"], liver.fields["primaryclass"]) == ("2611.00001", "eess.IV")
    assert liver.fields["doi"] == "10.1000/x(1)"
    assert (other.type, other.fields["booktitle"]) == ("inproceedings", "CVPR 2026")
    assert loss.fields["title"] == "{A loss with $\\ell_2 < 1$ | and more}"


def test_the_reading_list_is_exported_as_ris(tab: Tab) -> None:
    tab.open()
    for number in (1, 2):
        tab.click(f"#p{number} .facts button")
    tab.click("#list")
    liver, other = rispy.loads(tab.download("#export-ris", "reading-list.ris"))

    assert liver["type_of_reference"] == "UNPB"
    assert liver["title"] == LIVER
    assert liver["authors"][0] == "A, Author"
    assert len(liver["authors"]) == 7
    assert liver["doi"] == "10.1000/x(1)"
    assert liver["year"] == "2026"
    assert (other["type_of_reference"], other["urls"]) == ("CPAPER", ["https://example.org/p/2"])


def test_awkward_names_and_titles_are_cited_in_order(tab: Tab) -> None:
    awkward = paper(
        "2611.00001",
        title="100% of {braces & $x_1$ #1 \\",
        authors=("Ada van der Berg", "Bo Sample, Jr.", "The Group and Friends", "Plato"),
        journal="Journal of Tests & Trials",
    )
    twin = paper("2611.00002", title=awkward.title, authors=awkward.authors)
    tab.open(render_page(digest(annotated(awkward, evidence=""), annotated(twin, evidence=""))))
    for number in (1, 2):
        tab.click(f"#p{number} .facts button")
    tab.click("#list")
    entries = parse_string(tab.download("#export-bibtex", "reading-list.bib"), "bibtex").entries
    first = entries["berg2026braces"]

    assert list(entries) == ["berg2026braces", "berg2026braces-2"]
    assert first.type == "article"
    assert first.fields["title"] == "{100\\% of braces \\& $x_1$ \\#1 \\textbackslash{}}"
    assert first.fields["journal"] == "Journal of Tests \\& Trials"
    assert first.persons["author"][0].prelast_names == ["van", "der"]
    assert len(first.persons["author"]) == 4
    ris = rispy.loads(tab.download("#export-ris", "reading-list.ris"))

    assert ris[0]["authors"] == ["van der Berg, Ada", "Bo Sample, Jr.", "Friends, The Group and", "Plato"] or ris[0][
        "authors"
    ] == ["van der Berg, Ada", "Bo Sample, Jr.", "and Friends, The Group", "Plato"]


def test_bibtex_of_one_paper_is_copied(tab: Tab) -> None:
    tab.open()
    tab.grant("clipboardReadWrite", "clipboardSanitizedWrite")
    tab.click("#p1 .facts button:last-child")
    tab.wait_for("document.getElementById('news').textContent === 'BibTeX copied'")

    assert tab.value("navigator.clipboard.readText()").startswith("@misc{a2026outline,")


def test_bibtex_is_shown_where_it_cannot_be_copied(tab: Tab) -> None:
    tab.open()
    tab.value("navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))")
    tab.click("#p1 .facts button:last-child")
    tab.wait_for("document.getElementById('citation').open")

    assert tab.value("document.getElementById('citation-text').value").startswith("@misc{a2026outline,")


def test_without_storage_everything_works_until_the_page_is_left(tab: Tab) -> None:
    tab.open_without_storage()

    assert tab.value("(() => { try { return Boolean(localStorage); } catch { return 'denied'; } })()") == "denied"
    tab.click("#p1 .facts button")
    tab.click("#theme")
    tab.click(CHINESE)
    tab.choose("#least", "4")
    tab.click("#list")

    assert tab.titles() == [LIVER, OTHER, KNEES]
    assert tab.texts("#list-count") == ["1"]
    assert "export the list before you leave" in tab.texts("#reading-note")[0]


@pytest.mark.parametrize(
    "stored",
    [
        "no list",
        {},
        None,
        [
            1,
            None,
            {"id": "x"},
            {
                **dict.fromkeys(("date", "category", "arxiv", "doi", "venue", "journal"), ""),
                "id": "x",
                "title": "<img src=x onerror=alert(1)>",
                "authors": [],
                "url": "javascript:alert(1)",
            },
        ],
    ],
)
def test_a_stored_list_that_is_none_is_left_out(tab: Tab, stored: object) -> None:
    tab.open()
    tab.store_list(stored)
    tab.reload()

    assert tab.texts("#list-count") == ["0"]
    tab.click("#p1 .facts button")

    assert tab.texts("#list-count") == ["1"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "A title\nER  - "),
        ("id", "a\u2028b"),
        ("authors", ["Ada\r\nTY  - JOUR"]),
        ("date", "1},{a"),
        ("url", "https://example.org/\nER  - "),
        ("url", "https://example.org/}"),
        ("url", "JAVASCRIPT:alert(1)"),
    ],
)
def test_a_stored_citation_that_could_forge_another_is_left_out(tab: Tab, field: str, text: object) -> None:
    tab.open()
    tab.click("#p1 .facts button")
    stored = tab.stored_list()
    tab.store_list([*stored, {**stored[0], "id": "another", field: text}])
    tab.reload()

    assert tab.texts("#list-count") == ["1"]


def test_without_scripts_everything_can_be_read(tab: Tab) -> None:
    tab.disable_scripts()
    tab.open()

    assert tab.texts("#filter, #theme, #keys, #list, .facts button") == []
    assert tab.texts("#p1 h3") == [LIVER]
    tab.click(CHINESE)

    assert tab.texts("#p1 .tldr") == ["勾画肝脏。"]
    tab.click(".folded > summary")

    assert tab.texts("#p4 .tldr") == ["寻找汽车。"]
    tab.click("#p1 > details summary")

    assert tab.texts("#p1 > details p")[0] == "我们在 40 名患者的扫描中勾画肝脏。"


def test_a_formula_is_laid_out_by_the_browser(tab: Tab) -> None:
    tab.open()

    assert tab.value("document.querySelector('#p3 math').namespaceURI") == "http://www.w3.org/1998/Math/MathML"
    assert tab.value("document.querySelector('#p3 math').getBoundingClientRect().width") > 10


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("language", ["#lang-0", "#lang-1"])
def test_nothing_is_wider_than_the_window(tab: Tab, width: int, language: str) -> None:
    tab.open(width=width)
    tab.value(
        f"document.querySelector('{language}').click();"
        "for (const details of document.querySelectorAll('details')) details.open = true;"
    )

    assert tab.value("document.documentElement.scrollWidth") <= width


def test_what_is_pressed_is_large_enough_for_a_finger(tab: Tab) -> None:
    tab.open(width=PHONE)
    small = tab.value(
        "[...document.querySelectorAll('button, summary, select, input:not(.switch input)')]"
        ".filter(one => one.checkVisibility()).map(one => [one.textContent, one.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 24 && box.height > 1).map(([text]) => text)"
    )

    assert [text for text in small if not text.startswith("and ")] == []  # in a line of text, WCAG 2.2, 2.5.8


def test_a_printed_page_has_the_papers_and_no_controls(tab: Tab) -> None:
    tab.open()
    tab.send("Emulation.setEmulatedMedia", media="print")

    assert tab.texts("#filter, .tools, .facts button") == []
    assert tab.texts("#p1 h3") == [LIVER]
