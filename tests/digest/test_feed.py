from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest

from summarizer.digest.feed import render_archive_feed, render_feed
from tests.digest.sample_records import annotated, digest, paper, shown_before, week, weekly_digest

SITE = "https://reading.example.org/weekly/"


def parse(text: str) -> Any:
    """Read a feed as a reader does, and refuse what it complains of."""
    feed = feedparser.parse(text.encode())

    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def test_the_feed_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("feed.xml", render_feed(weekly_digest(), site_url=SITE))


def test_the_feed_of_all_digests_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    digests = [shown_before("1", label="2026-W45"), shown_before("2", label="2026-W46")]

    golden("archive-feed.xml", render_archive_feed(digests, site_url=SITE))


@pytest.mark.parametrize("site_url", [None, SITE])
def test_papers_at_or_above_the_threshold_and_new_versions_are_in_the_feed(site_url: str | None) -> None:
    feed = parse(render_feed(weekly_digest(), site_url=site_url))

    assert feed.version == "atom10"
    assert [entry.id for entry in feed.entries] == [
        "https://arxiv.org/abs/2611.00001",
        feed.entries[1].id,
        "https://arxiv.org/abs/2611.00002",
        "https://arxiv.org/abs/2611.00009",
    ]
    assert feed.entries[1].id.startswith("urn:uuid:")
    assert "1 paper below the threshold" in feed.feed.subtitle


def test_a_paper_carries_summary_authors_topics_links_and_translation() -> None:
    entry = parse(render_feed(weekly_digest())).entries[0]

    assert entry.title == "The outline of the liver"
    assert [author.name for author in entry.authors] == [f"Author {letter}" for letter in "ABCDEFG"]
    assert [tag.label for tag in entry.tags] == ["Segmentation", "MRI"]
    assert "Outlines the liver." in entry.content[0].value
    assert "肝脏的轮廓" in entry.content[0].value
    assert "scans of 40 patients" in entry.content[0].value


def test_a_paper_of_unknown_authors_is_not_given_to_somebody_else() -> None:
    (entry,) = parse(render_feed(digest(annotated(paper(authors=(" ",), links={}, arxiv_id=None))))).entries

    assert entry.author == "Authors unknown"


def test_dates_are_those_of_the_papers_and_not_of_the_clock() -> None:
    early, late = datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC)
    feed = parse(render_feed(digest(annotated(paper(published=early, updated=late)))))

    assert (feed.feed.updated, feed.entries[0].published, feed.entries[0].updated) == (
        "2026-11-16T06:05:00+00:00",
        "2026-11-09T00:00:00+00:00",
        "2026-11-11T00:00:00+00:00",
    )


def test_ids_stay_when_the_same_window_is_built_from_other_papers() -> None:
    one, other = parse(render_feed(weekly_digest())), parse(render_feed(digest(window=weekly_digest().window)))

    assert one.feed.id == other.feed.id
    assert one.feed.id != parse(render_feed(digest())).feed.id


def test_an_empty_digest_makes_an_empty_feed() -> None:
    assert parse(render_feed(digest())).entries == []


def test_the_feed_of_all_digests_has_the_newest_first_and_leads_to_their_pages() -> None:
    digests = [shown_before("1", label="2026-W45"), shown_before("2", label="2026-W46")]
    feed = parse(render_archive_feed(digests, site_url=SITE))

    assert [entry.link for entry in feed.entries] == [f"{SITE}2026-W46/index.html", f"{SITE}2026-W45/index.html"]
    assert len({feed.feed.id, *(entry.id for entry in feed.entries)}) == 3
    assert "1 of 4 papers is a must-read" in feed.entries[0].content[0].value


def test_the_feed_of_all_digests_has_the_newest_thirty_and_the_time_of_the_last_one_built() -> None:
    digests = [shown_before("1", label=f"2026-W{week:02}") for week in range(1, 41)]
    rebuilt = digests[0].model_copy(update={"made": datetime(2026, 12, 1, tzinfo=UTC)})
    feed = parse(render_archive_feed([rebuilt, *digests[1:]], site_url=SITE))

    assert [entry.link for entry in feed.entries] == [f"{SITE}2026-W{week:02}/index.html" for week in range(40, 10, -1)]
    assert feed.feed.updated == "2026-12-01T00:00:00+00:00"


def test_rendering_again_gives_the_same_bytes() -> None:
    assert render_feed(digest(*week())) == render_feed(digest(*week()))
