"""JSON lines: one paper for each line.

Three shapes are common, and all are read field by field: arXiv's metadata snapshot (`abstract`, `authors_parsed`,
`versions`, categories in one string), crawls (`summary`, `abs`, `arxiv_id` or `entry_id`, lists of authors and categories),
and what our own commands write, which comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from summarizer.papers.dates import parse_date
from summarizer.papers.identity import ArxivId, paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.authors import split_authors
from summarizer.papers.sources.fields import given_name_first
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.latex_accents import decode_name

_ID_FIELDS = ("id", "arxiv_id", "entry_id")
_LINK_FIELDS = {
    "abs": "abstract",
    "pdf": "pdf",
    "pdf_url": "pdf",
    "url": "abstract",
    "url_abs": "abstract",
    "url_pdf": "pdf",
}
_WEB = ("https://", "http://")
_OWN_FIELDS = {"id", "title", "source", "position"}
"""Fields that only our own papers have all of."""
_SKIPPED = re.compile(r'\s*\{\s*"status"\s*:\s*"skipped"')
_NO_DAY = re.compile(r"\s*\d{4}(?:-\d{1,2})?\s*")
_PARENTHESES = re.compile(r"\s*\([^()]*\)")
_SEMICOLON = re.compile(r";\s*(?:and\s+)?")
_PLAIN_NAMES = re.compile(r"[ -:<-\[\]-z|]*")
"""ASCII without `;` and without what LaTeX writes accents, ties and groups with: names split from it need no more work."""
_MAX_DEPTH = 3
"""Of text within a paper: `reference_translations` are objects in an object."""


class JsonLinesSource:
    """Reads JSON lines."""

    name = "json-lines"

    def confidence(self, head: str) -> float:
        """Look for an object that has a title, or a record that was skipped; results of a run are no input."""
        if not head.lstrip().startswith("{") or '"provenance"' in head:
            return 0.0
        return 0.9 if '"title"' in head or _SKIPPED.match(head) else 0.0

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
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {type(value).__name__}")
    match value if "status" in value else None:
        case {"status": "skipped", "path": str(skipped), "line": int(line), "reason": str(reason)}:
            return SkippedRecord(normalize_text(skipped), line, normalize_text(reason))
        case {"status": "paper" | "duplicate", "paper": dict(paper)}:
            value = paper
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
        raise ValueError(_explain_no_title(record))
    arxiv = _find_arxiv_id(record)
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
            "categories": _categories(record),
            **_dates(record, created),
            "links": _links(record, arxiv_id),
            "comment": normalize_optional(_text(record, "comments") or _text(record, "comment")),
            "journal": normalize_optional(_text(record, "journal-ref") or _text(record, "journal_ref")),
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


def _explain_no_title(record: dict[str, Any]) -> str:
    for name, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and "title" in value[0]:
            return f"no title, but a list of papers under {name!r}; write the list alone"
    return "no title"


def _find_arxiv_id(record: dict[str, Any]) -> ArxivId | None:
    """Return the first arXiv id; numbers of a database and other archives' ids are none."""
    for name in _ID_FIELDS:
        if isinstance(value := record.get(name), str) and (found := parse_arxiv_id(value)):
            return found
    return None


def _dates(record: dict[str, Any], created: list[str]) -> dict[str, datetime | None]:
    if not created:
        published, updated = _date(record, "published"), _date(record, "updated") or _date(record, "update_date")
    else:
        published = parse_date(created[0])
        updated = published if len(created) == 1 else parse_date(created[-1])
    return {"published": published, "updated": updated}


def _date(record: dict[str, Any], name: str) -> datetime | None:
    """Return a date; none where only year or month are stated."""
    value = record.get(name)
    if value is None or isinstance(value, int) or (isinstance(value, str) and _NO_DAY.fullmatch(value)):
        return None
    return parse_date(_text(record, name))


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    # `authors_parsed` has family name, given names, suffix in Unicode; `authors` of the same record has LaTeX accents.
    if parsed := record.get("authors_parsed"):
        # Joined, not formatted: what is no text must not become a name.
        names = [" ".join((given, family, suffix)) for family, given, suffix, *_ in parsed]  # noqa: FLY002
    elif isinstance(names := record.get("authors") or [], str):
        if _PLAIN_NAMES.fullmatch(names):
            return tuple(split_authors(names))
        names = [decode_name(name) for name in _split_names(names)]
    else:
        names = _listed_names(names)
    return tuple([name for name in map(normalize_text, names) if name])


def _listed_names(value: object) -> list[str]:
    names = [name.get("name") if isinstance(name, dict) else name for name in value] if isinstance(value, list) else []
    texts = [name for name in names if isinstance(name, str)]
    if not isinstance(value, list) or len(texts) < len(names):
        raise TypeError("authors is no list of names")
    return texts


def _split_names(text: str) -> list[str]:
    """Split at semicolons where there are some: the commas are then within the names."""
    if ";" not in text:
        return split_authors(text)
    outside = text
    while (without := _PARENTHESES.sub("", outside)) != outside:
        outside = without
    return [given_name_first(name) for name in _SEMICOLON.split(outside)] if ";" in outside else split_authors(text)


def _version_dates(record: dict[str, Any]) -> list[str]:
    match record.get("versions") or []:
        case [{"created": str(first)}]:
            return [first]
        case [{"created": str(first)}, *between, {"created": str(last)}]:
            return [first, *("" for _ in between), last]
        case []:
            return []
    raise TypeError("versions is no list of versions with a date each")


def _categories(record: dict[str, Any]) -> tuple[str, ...]:
    value = record.get("categories")
    names = value.split() if isinstance(value, str) else value or []
    if not isinstance(names, list):
        raise TypeError("categories is neither text nor a list")
    if isinstance(primary := record.get("primary_category"), str) and primary:
        names = [primary, *(name for name in names if name != primary)]
    return tuple(names)


def _links(record: dict[str, Any], arxiv_id: str | None) -> dict[str, str]:
    links = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    for name, label in _LINK_FIELDS.items():
        if name in record and (address := _text(record, name)) and address.startswith(_WEB):
            links[label] = address
    return links
