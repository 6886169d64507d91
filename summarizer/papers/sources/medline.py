"""MEDLINE as PubMed saves it (`.nbib`, `.txt`): a tag in four columns, `- `, the value, continued after six spaces.

https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.fields import build_paper, find_date, given_name_first, skip_record, with_year
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.tagged import TaggedRecord, split_records

_TAG = re.compile(r"(?=.{4}-)([A-Z]{2,4}) *- ?(.*)$")
_START = re.compile(r"^PMID- ?\d", re.MULTILINE)
_IDENTIFIER_END = " [doi]"


class MedlineSource:
    """Reads MEDLINE."""

    name = "medline"

    def confidence(self, head: str) -> float:
        """Look for the line that opens a record."""
        return 0.95 if _START.search(head) else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each `PMID` line."""
        for record in split_records(lines, _TAG, "PMID", None):
            if record.problem:
                yield SkippedRecord(path, record.line, record.problem)
                continue
            try:
                yield _to_paper(record, path)
            except ValueError as error:
                yield skip_record(path, record.line, error)


def _to_paper(record: TaggedRecord, path: str) -> Paper:
    names = map(given_name_first, record.all("FAU")) if record.first("FAU") else record.all("AU")
    return build_paper(
        path,
        record.line,
        title=plain_text(record.first("TI", "BTI") or ""),
        abstract=plain_text(record.first("AB") or ""),
        authors=[*names, *record.all("CN")],
        doi=_doi(record),
        published=find_date(record.first("DEP")) or find_date(record.first("DP")) or find_date(record.first("EDAT")),
        links={"abstract": f"https://pubmed.ncbi.nlm.nih.gov/{(record.first('PMID') or '').strip()}/"},
        journal=with_year(record.first("JT", "TA"), record.first("DP")),
    )


def _doi(record: TaggedRecord) -> str | None:
    values = [*record.all("LID"), *record.all("AID")]
    return next((value.removesuffix(_IDENTIFIER_END) for value in values if value.endswith(_IDENTIFIER_END)), None)
