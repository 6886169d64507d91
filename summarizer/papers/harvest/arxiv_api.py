"""The arXiv API: papers by category, query and day of submission (https://info.arxiv.org/help/api/user-manual.html).

Results are asked for in order of submission, a range of days at a time, so that no result is far from the start of its
list: the API gives out 30,000 at most, and long lists make it slow and lossy.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Final

from summarizer.errors import HarvestError
from summarizer.papers.harvest.envelope import Envelope, read_papers
from summarizer.papers.harvest.interface import BadPageError, Page, StaleCursorError
from summarizer.papers.harvest.politeness import PoliteClient
from summarizer.papers.harvest.windows import Window
from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper
from summarizer.papers.sources.arxiv_atom import ArxivAtomSource
from summarizer.papers.sources.xml_records import child_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PAGE_SIZE: Final = 500
MAX_WINDOW_RESULTS: Final = 5_000
_COMFORTABLE_RESULTS = 2_500
_MAX_OFFSET = 30_000
_SUBDIVIDED_ARCHIVES = frozenset(
    {"astro-ph", "cond-mat", "cs", "econ", "eess", "math", "nlin", "physics", "q-bio", "q-fin", "stat"}
)


class ArxivApi:
    """The search API."""

    overlap_days = 14
    """Papers show up days after their submission, those held back by moderators weeks after it."""

    def __init__(self, client: PoliteClient, address: str, categories: tuple[str, ...], query: str | None) -> None:
        self._client = client
        self._address = address
        self._query = build_query(categories, query)

    def windows(self, since: date, until: date) -> list[Window]:
        """Return all days at once; `fetch` splits them once it knows how much they hold."""
        return [Window(since=since, until=until)]

    def fetch(self, window: Window, cursor: str | None) -> Page:
        """Fetch the results from an offset on. The cursor is that offset and the size of the whole result."""
        offset, total = map(int, cursor.split("/")) if cursor else (0, None)
        parameters = {
            "search_query": f"{self._query} AND {_range(window)}",
            "start": str(offset),
            "max_results": str(PAGE_SIZE),
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
        }
        page = self._get(parameters, window, offset, total)
        # At busy times the API says that there is nothing where there is much: nothing is believed when it is said twice.
        return self._get(parameters, window, offset, total) if page == Page() else page

    def _get(self, parameters: dict[str, str], window: Window, offset: int, total: int | None) -> Page:
        return self._client.get(self._address, parameters, lambda body: self._parse(body, window, offset, total))

    def _parse(self, body: bytes, window: Window, offset: int, total: int | None) -> Page:
        feed = Envelope(body, self._address, "totalResults", "entry")
        entries = feed.all("entry")
        _check_error(entries, self._address)
        found = _read_total(feed)
        if total and not found:
            raise BadPageError(f"no results any more for {window} where there were {total:,}")
        if total is not None and found != total:
            raise StaleCursorError(f"{found:,} results for {window} where there were {total:,}")
        if found > MAX_WINDOW_RESULTS and window.days > 1:
            return Page(split=window.split(-(-found // _COMFORTABLE_RESULTS)))
        if found > _MAX_OFFSET:
            raise HarvestError(
                f"{self._address}: {found:,} results for {window}, more than it gives out; narrow the query"
            )
        if not entries and offset < found:
            raise BadPageError(f"an empty page at result {offset + 1:,} of {found:,} for {window}")
        papers, skipped = read_papers(ArxivAtomSource(), body, self._address, len(entries))
        inside = tuple(paper for paper in papers if _is_inside(paper, window))
        end = offset + len(entries)
        return Page(
            papers=inside,
            skipped=skipped,
            days=frozenset(paper.published.astimezone(UTC).date() for paper in inside if paper.published),
            cursor=f"{end}/{found}" if end < found else None,
        )


def build_query(categories: tuple[str, ...], query: str | None) -> str:
    """Return the search query for papers in any of the categories that match `query`."""
    names = [
        name
        for category in categories
        for name in ((category, f"{category}.*") if category in _SUBDIVIDED_ARCHIVES else (category,))
    ]
    parts = [f"({' OR '.join(f'cat:{name}' for name in names)})"] if names else []
    return " AND ".join(parts + ([f"({query})"] if query else []))


def _range(window: Window) -> str:
    # To the midnight after the last day: the API compares minutes, and the last minute of a day would fall out.
    end = window.until + timedelta(days=1)
    return f"submittedDate:[{window.since:%Y%m%d}0000 TO {end:%Y%m%d}0000]"


def _is_inside(paper: Paper, window: Window) -> bool:
    return paper.published is None or paper.published.astimezone(UTC).date() <= window.until


def _check_error(entries: list[Element], address: str) -> None:
    if len(entries) == 1 and "/api/errors" in child_text(entries[0], "id"):
        raise HarvestError(f"{address}: refused: {normalize_text(child_text(entries[0], 'summary'))[:300]}")


def _read_total(feed: Envelope) -> int:
    text = feed.text("totalResults")
    if not text.isdecimal():
        raise BadPageError("the answer is no list of results")
    return int(text)
