"""RIS, what reference managers and publishers export: `TY  - JOUR` to `ER  - `, one `TAG  - value` a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from summarizer.papers.identity import parse_arxiv_id
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.fields import (
    build_paper,
    find_date,
    given_name_first,
    skip_record,
    venue_of_year,
    with_year,
)
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.tagged import TaggedRecord, split_records

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: |$)(.*)")
_START = re.compile(r"^TY  ?- [A-Z]", re.MULTILINE)
_CONFERENCE = {"CONF", "CPAPER", "CHAP"}
_ARXIV = re.compile(r"arxiv", re.IGNORECASE)


class RisSource:
    """Reads RIS."""

    name = "ris"

    def confidence(self, head: str) -> float:
        """Look for the line that opens a record."""
        return 0.95 if _START.search(head) else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each `TY` line."""
        previous: TaggedRecord | None = None
        for record in split_records(lines, _TAG, "TY", "ER"):
            if previous:
                yield _to_record(previous, path)
            previous = record
        if previous and not previous.is_ended:
            previous.problem = previous.problem or "cut off: the last record has no ER line"
        if previous:
            yield _to_record(previous, path)


def _to_record(record: TaggedRecord, path: str) -> Paper | SkippedRecord:
    if record.problem:
        return SkippedRecord(path, record.line, record.problem)
    try:
        return _to_paper(record, path)
    except ValueError as error:
        return skip_record(path, record.line, error)


def _to_paper(record: TaggedRecord, path: str) -> Paper:
    container = record.first("T2", "JO", "JF", "JA", "BT")
    year = record.first("PY", "Y1", "DA")
    is_conference = record.first("TY") in _CONFERENCE
    return build_paper(
        path,
        record.line,
        title=plain_text(record.first("TI", "T1") or ""),
        abstract=plain_text(record.first("AB", "N2") or ""),
        authors=map(given_name_first, record.all("AU", "A1")),
        arxiv_id=_arxiv_id(record),
        doi=record.first("DO"),
        published=find_date(record.first("DA") or record.first("Y1", "PY")),
        links={"abstract": record.first("UR"), "pdf": record.first("L1")},
        journal=None if is_conference else with_year(container, year),
        venue=venue_of_year(container, year) if is_conference else None,
    )


def _arxiv_id(record: TaggedRecord) -> str | None:
    values = [value for tag in ("AN", "UR", "M1", "M3", "T2", "JO") for value in record.all(tag)]
    return next((value for value in values if _ARXIV.search(value) and parse_arxiv_id(value)), None)
