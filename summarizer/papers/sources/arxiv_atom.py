"""Saved answers of the arXiv API: Atom, one `entry` for each paper (https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from xml.etree.ElementTree import Element

from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.fields import build_paper, parse_date, skip_record
from summarizer.papers.sources.xml_records import XmlRecord, child_text, is_xml, read_records, text_of

_LINK_LABELS = {"pdf": "pdf", "doi": "doi"}


class ArxivAtomSource:
    """Reads answers of the arXiv API."""

    name = "arxiv-atom"

    def confidence(self, head: str) -> float:
        """Look for an Atom feed with an API address, as its id or that of an error."""
        return 1.0 if is_xml(head) and "<feed" in head and ("arxiv.org/api/" in head or "ArXiv Query" in head) else 0.0

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each `entry`; an error that arXiv reports has the shape of one too."""
        for record in read_records(stream, path, frozenset({"entry"})):
            yield _to_record(record, path)


def _to_record(record: XmlRecord, path: str) -> Paper | SkippedRecord:
    line, entry, problem = record
    if problem:
        return SkippedRecord(path, line, problem)
    if "arxiv.org/api/errors" in child_text(entry, "id"):
        return SkippedRecord(path, line, f"arXiv reports an error: {normalize_text(child_text(entry, 'summary'))}")
    try:
        return _to_paper(entry, path, line)
    except ValueError as error:
        return skip_record(path, line, error)


def _to_paper(entry: Element, path: str, line: int) -> Paper:
    return build_paper(
        path,
        line,
        title=child_text(entry, "title"),
        abstract=child_text(entry, "summary"),
        authors=[child_text(author, "name") for author in entry.iterfind("author")],
        arxiv_id=child_text(entry, "id"),
        doi=child_text(entry, "doi"),
        categories=_categories(entry),
        published=parse_date(child_text(entry, "published")),
        updated=parse_date(child_text(entry, "updated")),
        links=_links(entry),
        comment=text_of(entry.find("comment")),
        journal=child_text(entry, "journal_ref"),
    )


def _categories(entry: Element) -> list[str]:
    elements = [*entry.iterfind("primary_category"), *entry.iterfind("category")]
    return [element.get("term", "") for element in elements]


def _links(entry: Element) -> dict[str, str | None]:
    links = {link.get("title", link.get("rel", "")): link.get("href") for link in entry.iterfind("link")}
    return {label: links[title] for title, label in _LINK_LABELS.items() if title in links}
