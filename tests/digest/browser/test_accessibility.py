"""axe-core on the page of a digest: https://github.com/dequelabs/axe-core. It is injected past the page's policy."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from summarizer.digest import render_page
from tests.digest.browser.tab import DESKTOP, PHONE, Tab
from tests.digest.sample_records import EXTRACTIVE, annotated, digest

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, out of the package that carries it; the package itself is not imported."""
    package = find_spec("axe_playwright_python")

    assert package
    assert package.origin
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def problems(tab: Tab, axe: str) -> list[str]:
    """Return the serious and critical issues, each with the elements that have it."""
    tab.value(f"{axe}; undefined")
    # Where a browser skips what is outside the window, boxes are not where they would be seen, and colours are mixed up.
    tab.value("for (const card of document.querySelectorAll('.card')) card.style.contentVisibility = 'visible'")
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    found = tab.value(f"axe.run(document, {options})")["violations"]
    return [
        f"{one['id']}: {[node['html'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_issue(tab: Tab, axe: str, scheme: str, width: int) -> None:
    tab.prefer(scheme)
    tab.open(width=width)
    tab.value("for (const details of document.querySelectorAll('details')) details.open = true")

    assert problems(tab, axe) == []


def test_axe_finds_no_serious_issue_in_another_language_and_while_filtering(tab: Tab, axe: str) -> None:
    tab.open()
    tab.click("label[for=lang-1]")
    tab.click(".topics button[data-filter=mri]")
    tab.click("#p1 .facts button")
    tab.choose("#sort", "title")

    assert problems(tab, axe) == []


@pytest.mark.parametrize("opener", ["#list", "#keys"])
def test_axe_finds_no_serious_issue_in_a_dialog(tab: Tab, axe: str, opener: str) -> None:
    tab.open()
    tab.click("#p1 .facts button")
    tab.click(opener)

    assert problems(tab, axe) == []


def test_axe_finds_no_serious_issue_where_there_is_little(tab: Tab, axe: str) -> None:
    for records in ((), (annotated(**EXTRACTIVE),)):
        tab.open(render_page(digest(*records)))

        assert problems(tab, axe) == []


def test_axe_finds_what_is_wrong(tab: Tab, axe: str) -> None:
    tab.open("<!doctype html><html><title>x</title><img src='data:,'><p style='color: #eee'>faint</p></html>")

    assert [problem.split(":")[0] for problem in problems(tab, axe)] == ["color-contrast", "html-has-lang", "image-alt"]
