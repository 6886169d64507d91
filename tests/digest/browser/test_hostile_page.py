"""Hostile texts in a browser: they are shown, and nothing else happens."""

from __future__ import annotations

import pytest
import rispy
from pybtex.database import parse_string

from summarizer.annotate.records import Record
from summarizer.contract.schema import Translation
from summarizer.digest import render_page
from summarizer.digest.visible import visible
from tests.digest.browser.tab import DESKTOP, PHONE, Tab
from tests.digest.hostile import HOSTILE
from tests.digest.sample_records import annotated, digest, failed, paper

# What a card is made of, whatever its texts are; a formula counts as text.
SHAPES = """[...new Set([...document.querySelectorAll(".card")].map((card) =>
  [...card.querySelectorAll("*:not(math, math *)")].map((one) => one.localName).join(" ")))]"""
OVERLAPS = """(() => {
  const boxes = [...document.querySelectorAll(".card")].map((card) => card.getBoundingClientRect());
  return boxes.filter((box, place) => place > 0 && box.top < boxes[place - 1].bottom - 1).length;
})()"""
STYLED = """[...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames())
  .filter((name) => name === "style" || name.startsWith("on")).length"""


def records(text: str, number: int) -> tuple[Record, ...]:
    """A paper with `text` in every field, and a failed one."""
    hostile = paper(
        f"{number}",
        arxiv_id=f"2611.{number:05}",
        title=f"x {text}",
        abstract=f"An anchor here. {text}",
        authors=(f"x {text}", *(f"y{name} {text}" for name in range(6))),
        categories=("cs.CV", text),
        comment=text,
        journal=f"x {text}",
        venue=f"x {text}",
    )
    translation = Translation(title=text, tldr=text, abstract=text)
    return (
        annotated(hostile, tldr=f"x {text}", evidence="anchor here", translations={"zh-Hans": translation}),
        failed(paper(f"failed-{number}", title=text), message=text),
    )


@pytest.fixture(scope="module")
def hostile_page() -> str:
    shown = (record for number, text in enumerate(HOSTILE) for record in records(text, number))
    return render_page(digest(*shown, title=HOSTILE[0]))


def test_hostile_texts_run_nothing_and_keep_the_layout(tab: Tab, hostile_page: str) -> None:
    tab.open(hostile_page)
    tab.value("for (const details of document.querySelectorAll('details')) details.open = true")

    assert len(tab.value(SHAPES)) == 1
    assert tab.value("document.querySelectorAll('.card').length") == len(HOSTILE)
    assert tab.value(STYLED) == 0
    assert tab.value("document.querySelectorAll('script, iframe, object, embed, form, base, link').length") == 3
    for width in (DESKTOP, PHONE):
        tab.resize(width)

        assert tab.value("document.documentElement.scrollWidth") <= width
        assert tab.value(OVERLAPS) == 0
    assert [address.rsplit("/", 1)[1] for address in tab.requested] == ["index.html"]


def test_hostile_texts_are_shown_as_they_are(tab: Tab, hostile_page: str) -> None:
    tab.open(hostile_page)
    shown = tab.value(
        "Object.fromEntries([...document.querySelectorAll('.card')].map((card) =>"
        " [card.dataset.id, card.querySelector('.tldr > :first-child:not(math)').cloneNode(true)])"
        ".map(([id, text]) => { for (const math of text.querySelectorAll('math'))"
        " math.replaceWith(math.getAttribute('alttext')); return [id, text.textContent]; }))"
    )

    for number, text in enumerate(HOSTILE):
        assert _bare(text) in _bare(shown[str(number)])


def test_hostile_texts_survive_filter_reading_list_and_export(tab: Tab, hostile_page: str) -> None:
    tab.open(hostile_page)
    tab.value("for (const card of document.querySelectorAll('.card')) card.querySelector('.facts button').click()")
    tab.press("/")
    tab.type("<script>")
    tab.choose("#sort", "title")
    tab.press("Escape")
    tab.click("#list")

    assert tab.value("document.querySelectorAll('#reading-papers > li').length") == len(HOSTILE)
    assert tab.value("document.querySelectorAll('#reading-papers > li > :not(a, button)').length") == 0
    bibtex = tab.download("#export-bibtex", "reading-list.bib")
    ris = tab.download("#export-ris", "reading-list.ris")

    assert len(parse_string(bibtex, "bibtex").entries) == len(HOSTILE)
    assert len(rispy.loads(ris)) == len(HOSTILE)


def _bare(text: str) -> str:
    """Return a text without what only frames a formula, and an escaped sign as the sign."""
    bare = visible(text).replace("\\%", "%").replace("\\&", "&")
    for frame in ("$", "\\(", "\\)", "\\[", "\\]"):
        bare = bare.replace(frame, "")
    return "".join(bare.split())
