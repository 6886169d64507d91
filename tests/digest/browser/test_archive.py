"""The page over all digests, in a browser."""

from __future__ import annotations

import pytest

from summarizer.digest.archive import render_archive
from summarizer.digest.visible import visible
from tests.digest.browser.tab import DESKTOP, PHONE, Tab
from tests.digest.hostile import HOSTILE
from tests.digest.sample_records import shown_before

TITLES = {"2026-W44": "Zoë's knees", "2026-W45": "The outline of the liver", "2026-W46": "Livers in motion"}


def archive() -> str:
    """Return an archive of three weeks with a paper each."""
    digests = [shown_before(label, label=label) for label in TITLES]
    return render_archive(
        [
            digest.model_copy(
                update={
                    "relevant": tuple(
                        paper.model_copy(update={"title": TITLES[digest.label]}) for paper in digest.relevant
                    )
                }
            )
            for digest in digests
        ]
    )


def shown(tab: Tab) -> list[str]:
    return [text.split(",")[0] for text in tab.texts(".digest h2")]


def test_words_find_papers_and_their_digests_whatever_the_accents(tab: Tab) -> None:
    tab.open(archive())
    tab.press("/")
    tab.type("zoe")

    assert shown(tab) == ["2026-W44"]
    assert tab.texts("#found") == ["1 paper in 1 of 3 digests"]
    assert tab.texts(".paper a") == ["Zoë's knees"]


def test_all_words_must_be_there(tab: Tab) -> None:
    tab.open(archive())
    tab.press("/")
    tab.type("liver outline")

    assert shown(tab) == ["2026-W45"]


def test_a_week_is_found_by_its_name(tab: Tab) -> None:
    tab.open(archive())
    tab.press("/")
    tab.type("w46")

    assert shown(tab) == ["2026-W46"]


def test_escape_shows_everything_again(tab: Tab) -> None:
    tab.open(archive())
    tab.press("/")
    tab.type("liver")
    tab.press("Escape")

    assert shown(tab) == ["2026-W46", "2026-W45", "2026-W44"]
    assert tab.value("location.hash") == ""


def test_a_search_stands_in_the_address(tab: Tab) -> None:
    tab.open(archive())
    tab.press("/")
    tab.type("liver")

    assert tab.value("location.hash") == "#q=liver"
    tab.open(archive(), "#q=knees")
    assert shown(tab) == ["2026-W44"]


def test_everything_is_there_without_scripts(tab: Tab) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(archive())

    assert shown(tab) == ["2026-W46", "2026-W45", "2026-W44"]
    assert tab.texts("#search") == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_window(tab: Tab, width: int) -> None:
    digests = [
        digest.model_copy(
            update={
                "relevant": tuple(
                    digest.relevant[0].model_copy(update={"title": visible(text), "tldr": visible(text)})
                    for text in HOSTILE
                )
            }
        )
        for digest in [shown_before("1")]
    ]
    tab.open(render_archive(digests), width=width)

    assert tab.value("document.documentElement.scrollWidth") <= width
    assert len(tab.texts(".paper")) == len(HOSTILE)
