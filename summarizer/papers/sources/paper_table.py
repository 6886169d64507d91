"""Paper tables: Markdown tables with a paper in each row, alone or within prose, their headers in several languages.

A column in another language than the papers (`中文摘要`, `Abstract (ja)`) is a translation by people and is kept as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from summarizer.papers.identity import parse_arxiv_id
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.addresses import find_addresses, is_paper_host, to_paper
from summarizer.papers.sources.encoding_repair import repair_encoding
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.markdown import find_links, strip_decoration
from summarizer.papers.sources.table_headers import Column, find_columns

# Nothing but the character before a pipe decides whether it is text, as in GitHub's tables.
_PIPE = re.compile(r"(?<!\\)\|")
_TITLE = Column("title")
_ABSTRACT = Column("abstract")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,，、]\s*(?:and |& )?|\s+(?:and|&)\s+")
_ET_AL = re.compile(r"(?:(?<![^\s,，、;；])(?:et\.? ?al\.?|etc\.?)|等人?|ら)$", re.IGNORECASE)
_LIST_MARKS = " ,，、;；"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BLOCK_START = re.compile(r" {0,3}(?:#{1,6} |>|```|~~~)")


class PaperTableSource:
    """Reads paper tables."""

    name = "paper-table"

    def confidence(self, head: str) -> float:
        """Look for a header row with a title, above a row of dashes; authors, abstracts or links make it surer."""
        lines = head.split("\n")
        for above, below in zip(lines, [*lines[1:], ""], strict=True):
            if "|" in above and _is_delimiter(below) and (columns := _header(above)):
                return 0.9 if {"authors", "abstract", "link"} & {column.field for column in columns if column} else 0.4
        return 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each row below a header with a title; other tables and prose are passed over."""
        columns: Sequence[Column | None] = ()
        inside = False
        for line, following in _with_next(lines):
            header = _header(line.text) if following and _is_delimiter(following.text) else ()
            if header or (following and not inside and "|" in line.text and _is_delimiter(following.text)):
                columns, inside = header, True
            elif columns and (inside or line.text.lstrip().startswith("|")) and _is_row(line):
                if not _is_delimiter(line.text):
                    yield _to_record(line, columns, path)
                inside = True
            else:
                inside = False
                if line.problem and not line.text:
                    yield SkippedRecord(path, line.number, line.problem)


def _with_next(lines: Iterable[Line]) -> Iterator[tuple[Line, Line | None]]:
    previous: Line | None = None
    for line in lines:
        if previous is not None:
            yield previous, line
        previous = line
    if previous is not None:
        yield previous, None


def _is_delimiter(text: str) -> bool:
    return "-" in text and "|" in text and not text.strip("|-: \t\r")


def _is_row(line: Line) -> bool:
    if line.problem and not line.text:
        return True
    return bool(line.text.strip()) and not _BLOCK_START.match(line.text)


def _header(text: str) -> Sequence[Column | None]:
    """Return what each column holds, or nothing when the rows are no papers."""
    columns = find_columns([strip_decoration(cell) for cell in _split_row(text)])
    return columns if _TITLE in columns else ()


def _split_row(text: str) -> list[str]:
    text = text.strip()
    inner = text.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _PIPE.split(inner)]


def _to_record(line: Line, columns: Sequence[Column | None], path: str) -> Paper | SkippedRecord:
    if line.problem:
        return SkippedRecord(path, line.number, line.problem)
    cells = _split_row(line.text)
    if len(cells) > len(columns):
        reason = f"{len(cells)} cells for {len(columns)} columns; a pipe inside a cell must be written \\|"
        return SkippedRecord(path, line.number, reason)
    row = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    title = _text(strip_decoration(_BREAK.sub(" ", row.get(_TITLE, ""))))
    if not title or len(cells) == 1:
        return SkippedRecord(path, line.number, "the row has no title")
    return _to_paper(title, row, path, line.number)


def _to_paper(title: str, row: dict[Column, str], path: str, number: int) -> Paper:
    abstract = _text(row.get(_ABSTRACT, ""))
    when = _text(strip_decoration(row.get(Column("year"), "")))
    published = _date(when)
    return to_paper(
        title=title,
        abstract=abstract,
        authors=_authors(row.get(Column("authors"), "")),
        urls=_urls(row),
        venue=_venue(_text(strip_decoration(row.get(Column("venue"), ""))), when),
        year=None if published else when,
        path=path,
        position=number,
        published=published,
        note=normalize_optional(_text(strip_decoration(row.get(Column("note"), "")))),
        reference_translations=_translations(row),
    )


def _text(cell: str) -> str:
    return normalize_text(plain_text(repair_encoding(cell)))


def _translations(row: dict[Column, str]) -> dict[str, dict[str, str]]:
    translations: dict[str, dict[str, str]] = {}
    for column, cell in row.items():
        if column.language and (text := _text(cell)):
            translations.setdefault(column.language, {})[column.field] = text
    return translations


def _authors(cell: str) -> tuple[str, ...]:
    text = _ET_AL.sub("", _text(strip_decoration(_BREAK.sub("; ", cell))).rstrip(_LIST_MARKS)).rstrip(_LIST_MARKS)
    names = re.split(r"\s*[;；]\s*", text) if re.search("[;；]", text) else _SEPARATOR.split(text)
    return tuple(name.strip() for name in names if name.strip())


def _urls(row: dict[Column, str]) -> list[str]:
    """Return the addresses of the link columns and the title; of several in a cell, those of archives come first."""
    urls: list[str] = []
    for field in ("doi", "link", "arxiv", "title"):
        cell = row.get(Column(field), "")
        found = [link.url for link in find_links(cell)] or find_addresses(cell)
        if field == "doi" and not found and cell.strip("` ").startswith("10."):
            found = [f"https://doi.org/{cell.strip('` ')}"]
        if field == "arxiv" and not found and parse_arxiv_id(cell):
            found = [f"https://arxiv.org/abs/{cell.strip().removeprefix('arXiv:')}"]
        urls += sorted(found, key=lambda url: not is_paper_host(url))
    return urls


def _venue(venue: str, when: str) -> str | None:
    year = _YEAR.search(when)
    if venue and year and not _YEAR.search(venue):
        return f"{venue} {year[0]}"
    return venue or None


def _date(when: str) -> datetime | None:
    """Return a full date; a year alone is no date."""
    try:
        date = datetime.fromisoformat(when)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
