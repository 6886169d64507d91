"""arXiv as far as a harvest sees it: the API, OAI-PMH and the feed, over papers made up here, a few on each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from xml.sax.saxutils import escape

from tests.replay_server import Answer, Request

_RANGE = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")


@dataclass(frozen=True)
class Record:
    """One paper at arXiv."""

    id: str
    published: datetime
    version: int = 1
    categories: tuple[str, ...] = ("eess.IV", "cs.CV")
    changed: date | None = None

    @property
    def title(self) -> str:
        """Made from the id."""
        return f"Lesions < 5 mm in CT, study {self.id}"

    @property
    def abstract(self) -> str:
        """Made from the id, with what XML and LaTeX make of an abstract."""
        return f"We find $\\alpha_{{{self.id}}}$ & more.\n  A second line of <b>{self.id}</b>."


def make_records(count: int, first: date = date(2026, 11, 2), per_day: int = 5) -> list[Record]:
    """Make papers, `per_day` on each day that is no weekend."""
    records: list[Record] = []
    day = first
    while len(records) < count:
        if day.weekday() < 5:
            start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            records += [
                Record(f"2611.{len(records) + number:05}", start + timedelta(minutes=7 * number), changed=day)
                for number in range(min(per_day, count - len(records)))
            ]
        day += timedelta(days=1)
    return records


@dataclass
class ArxivStandIn:
    """Answers as arXiv does. Everything may be changed while it serves."""

    records: Sequence[Record]
    page_size: int = 10
    total: Callable[[int], int] = field(default=lambda found: found)
    """What the API says the number of results is."""
    expired_tokens: set[str] = field(default_factory=set)
    """Each is refused once."""

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path == "/api":
            return Answer(self._api_page(request))
        if request.path == "/oai":
            return Answer(self._oai_page(request))
        return Answer(feed_page(self.records))

    def _api_page(self, request: Request) -> bytes:
        match = _RANGE.search(request.query["search_query"])
        assert match is not None
        first, last = (datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC) for text in match.groups())
        found = sorted((r for r in self.records if first <= r.published <= last), key=lambda r: r.published)
        start, size = int(request.query["start"]), min(self.page_size, int(request.query["max_results"]))
        return api_page(found[start : start + size], self.total(len(found)), start)

    def _oai_page(self, request: Request) -> bytes:
        query = dict(request.query)
        if token := query.get("resumptionToken"):
            assert set(query) == {"verb", "resumptionToken"}, "the token is an exclusive argument"
            if token in self.expired_tokens:
                self.expired_tokens.remove(token)
                return oai_error("badResumptionToken", "the token has expired")
            query = dict(part.split("=") for part in token.split("&"))
        first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["until"])
        skip = int(query.get("skip", 0))
        found = [r for r in self.records if r.changed and first <= r.changed <= last]
        if not found:
            return oai_error("noRecordsMatch", "nothing there")
        token = f"from={first}&until={last}&skip={skip + self.page_size}"
        page = found[skip : skip + self.page_size]
        return oai_page(page, token if skip + self.page_size < len(found) else "")


def api_page(records: Sequence[Record], total: int, start: int = 0) -> bytes:
    """Write a page of the API."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">\n<id>https://arxiv.org/api/stand-in</id>\n'
        "<title>arXiv Query: stand-in</title>\n<updated>2026-11-20T00:00:00Z</updated>\n"
        f"<opensearch:itemsPerPage>{len(records)}</opensearch:itemsPerPage>\n"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>\n{''.join(map(_entry, records))}</feed>\n"
    ).encode()


def _entry(record: Record) -> str:
    categories = "".join(
        f'<category term="{name}" scheme="http://arxiv.org/schemas/atom"/>\n' for name in record.categories
    )
    return (
        f"<entry>\n<id>http://arxiv.org/abs/{record.id}v{record.version}</id>\n"
        f"<title>{escape(record.title)}</title>\n<updated>{record.published:%Y-%m-%dT%H:%M:%SZ}</updated>\n"
        f'<link href="https://arxiv.org/abs/{record.id}v{record.version}" rel="alternate" type="text/html"/>\n'
        f'<link href="https://arxiv.org/pdf/{record.id}v{record.version}" rel="related" title="pdf"/>\n'
        f"<summary>{escape(record.abstract)}</summary>\n{categories}"
        f"<published>{record.published:%Y-%m-%dT%H:%M:%SZ}</published>\n"
        f"<arxiv:comment>7 pages</arxiv:comment>\n<arxiv:journal_ref>Imaging Letters 3 (2026) 14</arxiv:journal_ref>\n"
        f'<arxiv:primary_category term="{record.categories[0]}"/>\n'
        f"<arxiv:doi>10.5555/{record.id}</arxiv:doi>\n"
        "<author>\n<name>Ana Díaz</name>\n</author>\n<author>\n<name>Wei Li</name>\n</author>\n</entry>\n"
    )


def oai_page(records: Sequence[Record], token: str) -> bytes:
    """Write a page of OAI-PMH."""
    resumption = f"<resumptionToken>{escape(token)}</resumptionToken>\n" if token else ""
    return _oai(f"<ListRecords>\n{''.join(map(_oai_record, records))}{resumption}</ListRecords>")


def oai_error(code: str, text: str) -> bytes:
    """Write an error of OAI-PMH."""
    return _oai(f'<error code="{code}">{text}</error>')


def _oai(content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n'
        f'<responseDate>2026-11-20T00:00:00Z</responseDate>\n<request verb="ListRecords">http://127.0.0.1/oai</request>\n'
        f"{content}\n</OAI-PMH>\n"
    ).encode()


def _oai_record(record: Record) -> str:
    versions = "".join(
        f'<version version="v{number}"><date>{record.published:%a, %d %b %Y %H:%M:%S} GMT</date><size>9kb</size></version>\n'
        for number in range(1, record.version + 1)
    )
    return (
        f"<record>\n<header>\n<identifier>oai:arXiv.org:{record.id}</identifier>\n"
        f"<datestamp>{record.changed}</datestamp>\n<setSpec>eess:eess:IV</setSpec>\n</header>\n<metadata>\n"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">\n<id>{record.id}</id>\n<submitter>Ana Díaz</submitter>\n'
        f"{versions}<title>{escape(record.title)}</title>\n<authors>Ana D\\'iaz and Wei Li</authors>\n"
        f"<categories>{' '.join(record.categories)}</categories>\n<comments>7 pages</comments>\n"
        f"<abstract>{escape(record.abstract)}</abstract>\n</arXivRaw>\n</metadata>\n</record>\n"
    )


def feed_page(records: Sequence[Record]) -> bytes:
    """Write the feed of a day."""
    entries = "".join(
        f"<entry>\n<id>oai:arXiv.org:{record.id}v{record.version}</id>\n<title>{escape(record.title)}</title>\n"
        f"<updated>2026-11-20T05:00:00+00:00</updated>\n"
        f'<link href="https://arxiv.org/abs/{record.id}" rel="alternate" type="text/html"/>\n'
        f"<summary>arXiv:{record.id}v{record.version} Announce Type: new \nAbstract: {escape(record.abstract)}</summary>\n"
        + "".join(f'<category term="{name}"/>\n' for name in record.categories)
        + "<published>2026-11-20T00:00:00-05:00</published>\n<arxiv:announce_type>new</arxiv:announce_type>\n"
        "<dc:creator>Ana Díaz, Wei Li</dc:creator>\n</entry>\n"
        for record in records
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="en-us">\n'
        "<id>http://rss.arxiv.org/atom/eess.IV</id>\n<title>eess.IV updates on arXiv.org</title>\n"
        f"<updated>2026-11-20T05:00:00+00:00</updated>\n{entries}</feed>\n"
    ).encode()


def revise(record: Record) -> Record:
    """Return the next version of a paper."""
    return replace(record, version=record.version + 1)
