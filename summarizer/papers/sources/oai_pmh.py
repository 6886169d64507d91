"""OAI-PMH answers with metadata as `arXiv`, `arXivRaw` or `oai_dc` (https://info.arxiv.org/help/oa/index.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader
from xml.etree.ElementTree import Element

from summarizer.errors import SourceError
from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.authors import split_authors
from summarizer.papers.sources.fields import build_paper, given_name_first, parse_date, skip_record
from summarizer.papers.sources.xml_records import XmlRecord, child_text, is_xml, read_records, text_of

_COMMENT = re.compile(r"\s*Comments?:\s*")


class OaiPmhSource:
    """Reads OAI-PMH answers."""

    name = "oai-pmh"

    def confidence(self, head: str) -> float:
        """Look for the root element."""
        return 1.0 if is_xml(head) and "<OAI-PMH" in head else 0.0

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each `record`, deleted ones as skipped.

        Raises:
            SourceError: the answer reports an error, other than that nothing matched.
        """
        for record in read_records(stream, path, frozenset({"record", "error"})):
            if record.element.tag == "error":
                _check_error(record, path)
            else:
                yield _to_record(record, path)


def _check_error(record: XmlRecord, path: str) -> None:
    code = record.element.get("code", "")
    if code != "noRecordsMatch":
        reason = normalize_text(text_of(record.element))
        raise SourceError(f"{path}, line {record.line}: the repository reports an error: {code} ({reason})")


def _to_record(record: XmlRecord, path: str) -> Paper | SkippedRecord:
    line, element, problem = record
    if problem:
        return SkippedRecord(path, line, problem)
    header = element.find("header")
    if header is not None and header.get("status") == "deleted":
        return SkippedRecord(path, line, f"the repository has deleted {child_text(header, 'identifier')}")
    metadata = element.find("metadata/*")
    reader = None if metadata is None else _READERS.get(metadata.tag)
    if metadata is None or (reader is None and metadata.tag != "dc"):
        found = "no metadata" if metadata is None else f"metadata as {metadata.tag}"
        return SkippedRecord(path, line, f"{found}; expected one of: arXiv, arXivRaw, oai_dc")
    try:
        return reader(metadata, path, line) if reader else _read_dublin_core(metadata, header, path, line)
    except ValueError as error:
        return skip_record(path, line, error)


def _read_arxiv(metadata: Element, path: str, line: int) -> Paper:
    return build_paper(
        path,
        line,
        title=child_text(metadata, "title"),
        abstract=child_text(metadata, "abstract"),
        authors=[_full_name(author) for author in metadata.iterfind("authors/author")],
        arxiv_id=child_text(metadata, "id"),
        doi=child_text(metadata, "doi"),
        categories=child_text(metadata, "categories").split(),
        published=parse_date(child_text(metadata, "created")),
        updated=parse_date(child_text(metadata, "updated")),
        comment=child_text(metadata, "comments"),
        journal=child_text(metadata, "journal-ref"),
    )


def _full_name(author: Element) -> str:
    return " ".join(child_text(author, part) for part in ("forenames", "keyname", "suffix"))


def _read_raw(metadata: Element, path: str, line: int) -> Paper:
    dates = [parse_date(child_text(version, "date")) for version in metadata.iterfind("version")]
    return build_paper(
        path,
        line,
        title=child_text(metadata, "title"),
        abstract=child_text(metadata, "abstract"),
        authors=split_authors(child_text(metadata, "authors")),
        arxiv_id=child_text(metadata, "id"),
        version=len(dates) or None,
        doi=child_text(metadata, "doi"),
        categories=child_text(metadata, "categories").split(),
        published=dates[0] if dates else None,
        updated=dates[-1] if dates else None,
        comment=child_text(metadata, "comments"),
        journal=child_text(metadata, "journal-ref"),
    )


def _read_dublin_core(metadata: Element, header: Element | None, path: str, line: int) -> Paper:
    values = {name: [text_of(child) for child in metadata.iterfind(name)] for name in _DUBLIN_CORE}
    descriptions = [text for text in values["description"] if not _COMMENT.match(text)]
    comments = [_COMMENT.sub("", text, count=1) for text in values["description"] if _COMMENT.match(text)]
    dates = sorted(filter(None, map(parse_date, values["date"])))
    return build_paper(
        path,
        line,
        title=" ".join(values["title"]),
        abstract=" ".join(descriptions),
        authors=map(given_name_first, values["creator"]),
        arxiv_id=next((text for text in values["identifier"] if "arxiv.org/" in text), None),
        doi=next((text for text in values["identifier"] if text.startswith(("doi:", "https://doi.org/", "10."))), None),
        categories=[] if header is None else filter(None, map(_to_category, header.iterfind("setSpec"))),
        published=dates[0] if dates else None,
        updated=dates[-1] if dates[1:] else None,
        comment=" ".join(comments),
    )


def _to_category(element: Element) -> str | None:
    """Turn a set of arXiv, `cs:cs:CV` or `physics:hep-th`, into its category; sets above categories have none."""
    _, *rest = text_of(element).split(":")
    return ".".join(rest) or None


_DUBLIN_CORE = ("title", "creator", "description", "date", "identifier")
_READERS = {"arXiv": _read_arxiv, "arXivRaw": _read_raw}
