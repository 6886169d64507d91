"""The page of a verdict in a browser, opened from a file."""

from __future__ import annotations

import pytest

from summarizer.evaluation.report import render_run_report
from summarizer.evaluation.report.page import link_paper
from summarizer.evaluation.scored import summarize_run
from tests.digest.browser.tab import DESKTOP, PHONE, Tab
from tests.evaluation.report.samples import GATE, Sample

SHOWN = "[...document.querySelectorAll('.paper')].filter(one => one.checkVisibility()).map(one => one.id.slice(6))"
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


def shown(tab: Tab) -> list[str]:
    found: list[str] = tab.value(SHOWN)
    return found


def count(tab: Tab, kind: str) -> int:
    """Return how many papers the option of the filter promises."""
    text: str = tab.value(f"document.querySelector('#show option[value={kind}]').textContent")
    return int(text.rpartition("(")[2].rstrip(")"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_window(tab: Tab, html: str, width: int, scheme: str) -> None:
    tab.prefer(scheme)
    tab.open(html, width=width)
    tab.choose("#show", "all")
    tab.value("for (const details of document.querySelectorAll('details')) details.open = true;")

    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.texts(".word") == ["FAIL"]


def test_the_verdict_and_the_worst_paper_are_seen_without_scrolling(tab: Tab, html: str) -> None:
    tab.open(html)

    for selector in ("#verdict", ".gate", ".harmed li"):
        assert tab.value(f"document.querySelector('{selector}').getBoundingClientRect().bottom") < 900


def test_the_switch_overrules_the_system(tab: Tab, html: str) -> None:
    tab.prefer("dark")
    tab.open(html)
    dark = tab.value(BACKGROUND)
    tab.click("#theme")

    assert tab.value(BACKGROUND) != dark
    assert tab.texts("#theme") == ["Dark"]


def test_papers_that_got_worse_are_shown_at_first(tab: Tab, html: str, sample: Sample) -> None:
    tab.open(html)

    assert len(shown(tab)) == count(tab, "worse") > 5
    assert shown(tab)[0] == sample.comparison.papers[0].id
    assert tab.texts("#status") == [f"{count(tab, 'worse')} of {count(tab, 'all')} papers"]


@pytest.mark.parametrize("kind", ["better", "wrong", "guardrail", "all"])
def test_the_filter_shows_what_it_promises_and_the_address_keeps_it(tab: Tab, html: str, kind: str) -> None:
    tab.open(html)
    tab.choose("#show", kind)
    found = shown(tab)

    assert len(found) == count(tab, kind) > 0
    assert tab.value("location.hash") == f"#show={kind}"
    tab.reload()

    assert shown(tab) == found


def test_task_and_text_narrow_the_list(tab: Tab, html: str) -> None:
    tab.open(html)
    everything = shown(tab)
    tab.choose("#task", "tags")
    tagged = shown(tab)
    tab.press("/")
    tab.type("missed:")

    assert 0 < len(shown(tab)) <= len(tagged) < len(everything)
    assert tab.value("location.hash") == "#task=tags&text=missed%3A"
    tab.type(" nowhere at all")

    assert shown(tab) == []
    assert tab.texts("#nothing") == ["No paper here."]


def test_j_and_k_step_through_the_papers_that_are_shown(tab: Tab, html: str) -> None:
    tab.open(html)
    papers = shown(tab)
    tab.press("j", "j", "k")
    focused = tab.value("document.activeElement.id")

    assert focused == f"paper={papers[0]}"
    tab.press("j")

    assert tab.value("document.activeElement.id") == f"paper={papers[1]}"
    assert tab.value("decodeURIComponent(location.hash)") == f"#paper={papers[1]}"


def test_a_link_to_a_paper_shows_it_whatever_the_filter_says(tab: Tab, html: str) -> None:
    tab.open(html)
    tab.choose("#show", "better")
    better = shown(tab)[0]
    tab.open(html, link_paper(better))
    tab.reload()

    assert better in shown(tab)
    assert tab.value("document.activeElement.id") == f"paper={better}"
    top = tab.value("document.activeElement.getBoundingClientRect().top")

    assert 0 <= top < 200


def test_a_hash_that_means_nothing_is_left_out(tab: Tab, html: str) -> None:
    tab.open(html, "#show=nonsense&task=%3Cimg%3E&paper=nobody")

    assert len(shown(tab)) == count(tab, "worse")


def test_the_command_of_a_paper_is_copied(tab: Tab, html: str) -> None:
    tab.open(html)
    tab.grant("clipboardReadWrite", "clipboardSanitizedWrite")
    tab.click(".paper .copy")
    tab.wait_for("document.querySelector('.paper .copy').textContent === 'Copied'")

    assert tab.value("navigator.clipboard.readText()").startswith("grep -hF ")


def test_without_scripts_all_papers_can_be_read_and_links_find_them(tab: Tab, html: str, sample: Sample) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    last = sample.comparison.papers[-1].id
    tab.open(html, link_paper(last))

    assert len(shown(tab)) == len(sample.comparison.papers)
    assert tab.texts("#filter, #theme, .copy") == []
    assert tab.value("document.querySelector(':target').id") == f"paper={last}"


def test_a_printed_page_has_the_verdict_and_no_controls(tab: Tab, html: str) -> None:
    tab.prefer("dark")
    tab.open(html)
    tab.send("Emulation.setEmulatedMedia", media="print")

    assert tab.texts("#filter, .tools, .copy") == []
    assert tab.texts(".word") == ["FAIL"]
    assert tab.value("getComputedStyle(document.querySelector('.lines')).maxHeight") == "none"


def test_the_page_of_one_run_is_read(tab: Tab, sample: Sample) -> None:
    html = render_run_report(sample.b, summarize_run(sample.b.scored, GATE.eval), sample.material)
    tab.open(html)

    assert len(shown(tab)) == len(sample.material.gold)
    tab.choose("#show", "guardrail")

    assert len(shown(tab)) == count(tab, "guardrail") > 0
    tab.resize(PHONE)

    assert tab.value("document.documentElement.scrollWidth") <= PHONE
