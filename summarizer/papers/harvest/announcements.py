"""The feed of today's announcements (https://info.arxiv.org/help/rss.html): new papers, cross-lists and replacements."""

from __future__ import annotations

from datetime import date
from typing import Final

from summarizer.errors import HarvestError
from summarizer.papers.harvest.envelope import Envelope, read_papers
from summarizer.papers.harvest.interface import BadPageError, Page
from summarizer.papers.harvest.politeness import PoliteClient
from summarizer.papers.harvest.windows import Window
from summarizer.papers.sources.arxiv_feed import ArxivFeedSource

MAX_ENTRIES: Final = 2000
"""A feed ends there, whatever was announced."""


class Announcements:
    """The daily feed: a single page, made once a day, empty at weekends."""

    overlap_days = 0

    def __init__(self, client: PoliteClient, address: str, categories: tuple[str, ...]) -> None:
        self._client = client
        self._address = f"{address}/{'+'.join(categories)}"

    def windows(self, since: date, until: date) -> list[Window]:
        """Return the one window that there is."""
        return [Window(since=since, until=until)]

    def fetch(self, window: Window, cursor: str | None) -> Page:  # noqa: ARG002  # a single page
        """Fetch the feed."""
        return self._client.get(self._address, {}, lambda body: self._parse(body, window))

    def _parse(self, body: bytes, window: Window) -> Page:
        feed = Envelope(body, self._address, "title", "subtitle", "entry")
        if not feed.text("title"):
            raise BadPageError("the answer is no feed")
        if feed.text("title").startswith("Feed error"):
            raise HarvestError(f"{self._address}: refused: {feed.text('subtitle')[:300]}")
        entries = feed.all("entry")
        if len(entries) >= MAX_ENTRIES:
            raise HarvestError(
                f"{self._address}: the feed is cut off at {MAX_ENTRIES:,} entries; ask for fewer categories at a time"
            )
        papers, skipped = read_papers(ArxivFeedSource(), body, self._address, len(entries))
        return Page(papers, skipped, days=frozenset({window.until} if entries else ()))
