"""CSV and TSV with a line of headers, as reference managers, Scopus, Web of Science and spreadsheets export them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from summarizer.errors import SourceError
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.authors import split_cell
from summarizer.papers.sources.fields import build_paper, find_date, parse_date, skip_record, venue_of_year, with_year
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.rows import parse_row, split_rows

_DELIMITERS = (",", "\t", ";")
_HEADERS = {
    "title": "title|paper title|article title|document title|paper|标题|题目|论文标题|中文标题",
    "abstract": "abstract|summary|abstract note|摘要",
    "authors": "authors|author|author full names|author names|author s|作者",
    "doi": "doi|doi link|item doi",
    "arxiv_id": "arxiv id|arxiv|id|entry id|eprint",
    "primary": "primary category",
    "categories": "categories|category|terms",
    "date": "published|date|publication date|published date|submitted|update date",
    "year": "year|publication year|年份",
    "updated": "updated|updated date",
    "journal": "journal|journal ref|source title|publication title|publication name",
    "venue": "venue|conference|conference name|booktitle|会议",
    "abstract_url": "url|link|links|abs|abs url|链接",
    "pdf_url": "pdf|pdf url|pdf link",
    "comment": "comment|comments",
}
_FIELDS = {header: field for field, headers in _HEADERS.items() for header in headers.split("|")}
# Excel writes its delimiter into a line of its own before the header.
_SEPARATOR_LINE = re.compile(r'"?sep=.?"?\s*', re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")
_BETWEEN = re.compile(r"[\s,;'\"\[\]]+")


class DelimitedSource:
    """Reads CSV and TSV."""

    name = "delimited"

    def confidence(self, head: str) -> float:
        """Look for a first line of which at least a title and one more column are known."""
        lines = filter(_may_be_header, head.lstrip().split("\n"))
        return 0.7 if _find_header(next(lines, "")) else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each row; a cell may hold line breaks if it is quoted.

        Raises:
            SourceError: the first line is no header.
        """
        rows = iter(lines)
        first = next((line for line in rows if _may_be_header(line.text)), Line(1, ""))
        header = _find_header(first.text)
        if header is None:
            raise SourceError(f"{path}, line {first.number}: no header that names a title and one more known column")
        delimiter, fields = header
        for line, cells, problem in split_rows(rows, delimiter, len(fields)):
            if problem:
                yield SkippedRecord(path, line, problem)
            else:
                yield _to_record(dict(zip(fields, cells, strict=True)), path, line)


def _may_be_header(line: str) -> bool:
    return bool(line.strip()) and not _SEPARATOR_LINE.fullmatch(line)


def _find_header(line: str) -> tuple[str, list[str]] | None:
    """Return the delimiter and the field of each column; columns without one have a name of their own."""
    best: tuple[int, str, list[str]] | None = None
    for delimiter in _DELIMITERS:
        try:
            fields = _to_fields(parse_row(line, delimiter))
        except csv.Error:
            continue
        known = sum(not field.startswith("#") for field in fields)
        if "title" in fields and known > max(1, best[0] if best else 0):
            best = known, delimiter, fields
    return best and best[1:]


def _to_fields(names: list[str]) -> list[str]:
    fields: list[str] = []
    for column, name in enumerate(names):
        field = _FIELDS.get(_NOT_WORD.sub(" ", name).strip().casefold())
        fields.append(field if field and field not in fields else f"#{column}")
    return fields


def _to_record(row: dict[str, str], path: str, line: int) -> Paper | SkippedRecord:
    try:
        return _to_paper(row, path, line)
    except ValueError as error:
        return skip_record(path, line, error)


def _to_paper(row: dict[str, str], path: str, line: int) -> Paper:
    get = row.get
    year = get("year") or get("date")
    return build_paper(
        path,
        line,
        title=plain_text(get("title", "")),
        abstract=plain_text(get("abstract", "")),
        authors=split_cell(get("authors", "")),
        arxiv_id=get("arxiv_id"),
        doi=get("doi"),
        categories=_categories(get("primary", ""), get("categories", "")),
        published=_date(get("date")),
        updated=_date(get("updated")),
        links={"abstract": get("abstract_url"), "pdf": get("pdf_url")},
        comment=get("comment"),
        journal=with_year(get("journal"), year),
        venue=venue_of_year(get("venue"), year),
    )


def _categories(*cells: str) -> list[str]:
    """Return arXiv categories; a column of that name may well hold something else."""
    names = list(filter(None, _BETWEEN.split(" ".join(cells))))
    return names if all(map(_CATEGORY.fullmatch, names)) else []


def _date(text: str | None) -> datetime | None:
    try:
        return parse_date(text)
    except ValueError:
        return find_date(text)
