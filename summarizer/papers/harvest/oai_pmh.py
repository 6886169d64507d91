"""OAI-PMH: arXiv's own way to copy its metadata in bulk (https://info.arxiv.org/help/oa/index.html).

Days are those of a record's last change, not of submission: a harvest for a week also brings older papers that were
revised, or merely touched, in it. Only the newest version of a paper is there.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from summarizer.errors import HarvestError
from summarizer.papers.harvest.envelope import Envelope, read_papers
from summarizer.papers.harvest.interface import BadPageError, Page, StaleCursorError
from summarizer.papers.harvest.politeness import PoliteClient
from summarizer.papers.harvest.windows import Window
from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.oai_pmh import OaiPmhSource
from summarizer.papers.sources.xml_records import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

EARLIEST: Final = date(2005, 9, 16)
"""No record of arXiv's has an older datestamp."""
_METADATA_PREFIX = "arXivRaw"  # the one format that has the version, and the time of each
_WINDOW_DAYS = 31
_GROUPS = frozenset({"cs", "econ", "eess", "math", "physics", "q-bio", "q-fin", "stat"})


class OaiPmh:
    """The harvesting interface."""

    overlap_days = 1
    """Datestamps have no time of day, and the last day of a harvest may not have been over."""

    def __init__(self, client: PoliteClient, address: str, categories: tuple[str, ...]) -> None:
        self._client = client
        self._address = address
        self._sets: list[str | None] = [*map(to_set, categories)] or [None]

    def windows(self, since: date, until: date) -> list[Window]:
        """Return about a month at a time for each set: that much is read again when a resumption token has expired."""
        since = max(since, EARLIEST)
        pieces = max(1, -(-((until - since).days + 1) // _WINDOW_DAYS))
        return [
            window
            for set_spec in self._sets
            for window in Window(since=since, until=max(since, until), set_spec=set_spec).split(pieces)
        ]

    def fetch(self, window: Window, cursor: str | None) -> Page:
        """Fetch the first page of a window, or the one that a resumption token stands for."""
        parameters = {"verb": "ListRecords"}
        if cursor:
            parameters["resumptionToken"] = cursor  # an exclusive argument: the token knows all others
        else:
            parameters |= {"metadataPrefix": _METADATA_PREFIX, "from": f"{window.since}", "until": f"{window.until}"}
            parameters |= {"set": window.set_spec} if window.set_spec else {}
        return self._client.get(self._address, parameters, lambda body: self._parse(body, cursor))

    def _parse(self, body: bytes, cursor: str | None) -> Page:
        answer = Envelope(body, self._address, "error", "record", "resumptionToken")
        if errors := answer.all("error"):
            return _read_error(errors[0], self._address, cursor)
        elements = answer.all("record")
        if not elements:
            raise BadPageError("a page without records")
        token = answer.text("resumptionToken") or None
        if token and token == cursor:
            raise BadPageError("a page that leads back to itself")
        papers, skipped = read_papers(OaiPmhSource(), body, self._address, len(elements))
        return Page(papers, skipped, frozenset(_datestamps(elements)), token)


def to_set(category: str) -> str:
    """Return the set of a category or archive: `group:archive:CATEGORY`, as arXiv names them since 2025."""
    archive, _, subject = category.partition(".")
    if archive in _GROUPS:
        return f"{archive}:{archive}:{subject}" if subject else archive
    return f"physics:{archive}:{subject}" if subject else f"physics:{archive}"


def _read_error(error: Element, address: str, cursor: str | None) -> Page:
    code = error.get("code", "")
    if cursor and code in {"badResumptionToken", "noRecordsMatch"}:
        raise StaleCursorError("the resumption token has expired")
    if code == "noRecordsMatch":
        return Page()
    raise HarvestError(f"{address}: refused: {code} {normalize_text(text_of(error))[:300]}".rstrip())


def _datestamps(elements: list[Element]) -> list[date]:
    try:
        return [date.fromisoformat(text_of(element.find("header/datestamp"))[:10]) for element in elements]
    except ValueError as error:
        raise BadPageError(f"a record without a datestamp ({error})") from error
