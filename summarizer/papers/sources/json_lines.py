"""JSON lines: one paper for each line.

Three shapes are common, and all are read field by field: arXiv's metadata snapshot (`abstract`, `authors_parsed`,
`versions`, categories in one string), daily crawls (`summary`, `abs`, lists of authors and categories), and what our own
commands write, which comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from summarizer.papers.dates import parse_date
from summarizer.papers.identity import paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.authors import split_authors
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.latex_accents import decode_name

_LINK_FIELDS = {"abs": "abstract", "pdf": "pdf", "url": "abstract", "url_abs": "abstract", "url_pdf": "pdf"}
_WEB = ("https://", "http://")
_OWN_FIELDS = {"id", "title", "source", "position"}
"""Fields that only our own papers have all of."""
_MAX_DEPTH = 3
"""Of text within a paper: `reference_translations` are objects in an object."""


class JsonLinesSource:
    """Reads JSON lines."""

    name = "json-lines"

    def confidence(self, head: str) -> float:
        """Look for an object that has a title; results of a run are no input."""
        return 0.9 if head.lstrip().startswith("{") and '"title"' in head and '"provenance"' not in head else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each line that is not blank."""
        for line in lines:
            if line.problem:
                yield SkippedRecord(path, line.number, line.problem)
            elif line.text and not line.text.isspace():
                yield _parse(line, path)


def to_record(value: object, path: str, position: int) -> Paper | SkippedRecord:
    """Return what a decoded JSON value says, in any of the shapes above.

    The lines of `summarizer papers --json` are read too: a record that was skipped then is skipped again.
    """
    try:
        return _to_record(value, path, position)
    except (TypeError, ValueError) as error:
        return SkippedRecord(path, position, f"unreadable value: {normalize_text(str(error))[:200]}")


def to_line(paper: Paper) -> str:
    """Return `paper` as a line, with its line break, that reads back as the same paper."""
    return f"{paper.model_dump_json()}\n"


def _parse(line: Line, path: str) -> Paper | SkippedRecord:
    try:
        value = orjson.loads(line.text)
    except orjson.JSONDecodeError as error:
        return SkippedRecord(path, line.number, f"not JSON: {error.msg} at column {error.colno}")
    return to_record(value, path, line.number)


def _to_record(value: object, path: str, position: int) -> Paper | SkippedRecord:
    match value:
        case {"status": "skipped", "path": str(skipped), "line": int(line), "reason": str(reason)}:
            return SkippedRecord(normalize_text(skipped), line, normalize_text(reason))
        case {"status": "paper" | "duplicate", "paper": dict(paper)}:
            value = paper
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {type(value).__name__}")
    return _to_own_paper(value) if value.keys() >= _OWN_FIELDS else _to_paper(value, path, position)


def _to_own_paper(record: dict[str, Any]) -> Paper:
    paper = Paper.model_validate({name: _normalized(value, _MAX_DEPTH) for name, value in record.items()})
    if not paper.title:
        raise ValueError("no title")
    if all(address.startswith(_WEB) for address in paper.links.values()):
        return paper
    links = {label: address for label, address in paper.links.items() if address.startswith(_WEB)}
    return paper.model_copy(update={"links": links})


def _normalized(value: object, depth: int) -> object:
    if isinstance(value, str):
        return normalize_text(value)
    if isinstance(value, list) and depth:
        return [_normalized(item, depth - 1) for item in value]
    if isinstance(value, dict) and depth:
        return {name: _normalized(item, depth - 1) for name, item in value.items()}
    return value


def _to_paper(record: dict[str, Any], path: str, position: int) -> Paper:
    title = normalize_text(_text(record, "title") or "")
    if not title:
        raise ValueError("no title")
    arxiv = parse_arxiv_id(_text(record, "id") or "")
    doi = parse_doi(_text(record, "doi"))
    authors = _authors(record)
    created = _version_dates(record)
    arxiv_id = arxiv.id if arxiv else None
    return Paper.model_validate(
        {
            "id": paper_id(arxiv_id=arxiv_id, doi=doi, title=title, authors=authors),
            "version": arxiv.version or (len(created) or None) if arxiv else None,
            "arxiv_id": arxiv_id,
            "doi": doi,
            "title": title,
            "abstract": normalize_text(_text(record, "abstract") or _text(record, "summary") or ""),
            "authors": authors,
            "categories": _categories(record.get("categories")),
            "published": parse_date(created[0] if created else _text(record, "published")),
            "updated": parse_date(created[-1] if created else _text(record, "updated")),
            "links": _links(record, arxiv_id),
            "comment": normalize_optional(_text(record, "comments") or _text(record, "comment")),
            "journal": normalize_optional(_text(record, "journal-ref")),
            "venue": normalize_optional(_text(record, "venue")),
            "source": path,
            "position": position,
        }
    )


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    # `authors_parsed` has family name, given names, suffix in Unicode; `authors` of the same record has LaTeX accents.
    if parsed := record.get("authors_parsed"):
        # Joined, not formatted: what is no text must not become a name.
        names = [" ".join((given, family, suffix)) for family, given, suffix, *_ in parsed]  # noqa: FLY002
    else:
        names = record.get("authors") or []
        if isinstance(names, str):
            names = [decode_name(name) for name in split_authors(names)]
        elif not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise TypeError("authors is no list of names")
    return tuple([name for name in map(normalize_text, names) if name])


def _version_dates(record: dict[str, Any]) -> list[str]:
    match record.get("versions") or []:
        case [{"created": str(first)}]:
            return [first]
        case [{"created": str(first)}, *between, {"created": str(last)}]:
            return [first, *("" for _ in between), last]
        case []:
            return []
    raise TypeError("versions is no list of versions with a date each")


def _categories(value: str | list[str] | None) -> tuple[str, ...]:
    names = value.split() if isinstance(value, str) else value or []
    if not isinstance(names, list):
        raise TypeError("categories is neither text nor a list")
    return tuple(names)


def _links(record: dict[str, Any], arxiv_id: str | None) -> dict[str, str]:
    links = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    for name, label in _LINK_FIELDS.items():
        address = _text(record, name)
        if address and address.startswith(_WEB):
            links[label] = address
    return links
