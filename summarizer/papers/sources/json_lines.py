"""JSON lines: one paper for each line.

Two shapes are common, and both are read field by field: arXiv's metadata snapshot (`abstract`, `authors_parsed`,
`versions`, `update_date`, categories in one string) and daily crawls (`summary`, `abs`, lists of authors and categories).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from summarizer.papers.identity import paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.interface import Line

_LINK_FIELDS = {"abs": "abstract", "pdf": "pdf", "url": "abstract"}


class JsonLinesSource:
    """Reads JSON lines."""

    name = "json-lines"

    def confidence(self, head: str) -> float:
        """Look for an object that has a title."""
        return 0.9 if head.lstrip().startswith("{") and '"title"' in head and '"provenance"' not in head else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each line that is not blank."""
        for line in lines:
            if line.problem:
                yield SkippedRecord(path, line.number, line.problem)
            elif line.text.strip():
                yield _to_record(line, path)


def _to_record(line: Line, path: str) -> Paper | SkippedRecord:
    try:
        return _to_paper(orjson.loads(line.text), path, line.number)
    except orjson.JSONDecodeError as error:
        return SkippedRecord(path, line.number, f"not JSON: {error.msg} at column {error.colno}")
    except (TypeError, ValueError) as error:
        return SkippedRecord(path, line.number, f"unreadable value: {normalize_text(str(error))[:200]}")


def _to_paper(record: object, path: str, number: int) -> Paper:
    if not isinstance(record, dict):
        raise TypeError(f"expected an object, found {type(record).__name__}")
    title = normalize_text(_text(record, "title") or "")
    if not title:
        raise ValueError("no title")
    arxiv = parse_arxiv_id(_text(record, "id") or "")
    doi = parse_doi(_text(record, "doi"))
    authors = _authors(record)
    versions = record.get("versions") or []
    arxiv_id = arxiv.id if arxiv else None
    return Paper(
        id=paper_id(arxiv_id=arxiv_id, doi=doi, title=title, authors=authors),
        version=arxiv.version or (len(versions) or None) if arxiv else None,
        arxiv_id=arxiv_id,
        doi=doi,
        title=title,
        abstract=normalize_text(_text(record, "abstract") or _text(record, "summary") or ""),
        authors=authors,
        categories=_categories(record.get("categories")),
        published=_date(versions[0]["created"] if versions else _text(record, "published")),
        updated=_date(versions[-1]["created"] if versions else _text(record, "updated")),
        links=_links(record, arxiv_id),
        comment=normalize_optional(_text(record, "comments") or _text(record, "comment")),
        journal=normalize_optional(_text(record, "journal-ref")),
        venue=normalize_optional(_text(record, "venue")),
        source=path,
        position=number,
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _authors(record: Mapping[str, Any]) -> tuple[str, ...]:
    # `authors_parsed` has family name, given names, suffix in Unicode; `authors` of the same record has LaTeX accents.
    if parsed := record.get("authors_parsed"):
        names = [" ".join(part for part in (given, family, suffix) if part) for family, given, suffix, *_ in parsed]
    else:
        authors = record.get("authors") or []
        names = authors.replace(" and ", ", ").split(",") if isinstance(authors, str) else authors
    return tuple(name for name in map(normalize_text, names) if name)


def _categories(value: str | list[str] | None) -> tuple[str, ...]:
    return tuple(value.split() if isinstance(value, str) else value or ())


def _links(record: Mapping[str, Any], arxiv_id: str | None) -> dict[str, str]:
    links = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    for name, label in _LINK_FIELDS.items():
        address = _text(record, name)
        if address and address.startswith(("https://", "http://")):
            links[label] = address
    return links


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    date = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
