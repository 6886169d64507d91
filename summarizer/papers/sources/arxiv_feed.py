"""arXiv's daily announcements, RSS or Atom (https://info.arxiv.org/help/rss.html), also in the RSS 1.0 shape of old ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader
from xml.etree.ElementTree import Element

from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.fields import build_paper, parse_date, skip_record
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.xml_records import child_text, is_xml, read_records, text_of

_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]")
_PREAMBLE = re.compile(r"\s*arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<type>\S+)\s+(?:Abstract:)?\s*", re.IGNORECASE)
_TITLE_END = re.compile(r"\.? ?\((?P<id>arXiv:[^\s()]++) \[(?P<category>[\w.-]++)\](?: UPDATED)?\)$")


class ArxivFeedSource:
    """Reads arXiv's announcement feeds."""

    name = "arxiv-feed"

    def confidence(self, head: str) -> float:
        """Look for a feed of arXiv that is no answer of its API."""
        if not is_xml(head) or not _ROOT.search(head) or "arxiv.org/api/" in head:
            return 0.0
        return 0.9 if "rss.arxiv.org" in head or "updates on arXiv.org" in head else 0.0

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each `item` or `entry`."""
        for line, item, problem in read_records(stream, path, frozenset({"item", "entry"})):
            if problem:
                yield SkippedRecord(path, line, problem)
                continue
            try:
                yield _to_paper(item, path, line)
            except ValueError as error:
                yield skip_record(path, line, error)


def _to_paper(item: Element, path: str, line: int) -> Paper:
    title = normalize_text(child_text(item, "title"))
    text = child_text(item, "description") or child_text(item, "summary")
    preamble = _PREAMBLE.match(text)
    old = _TITLE_END.search(title)
    text = plain_text(text) if old else text
    announced = preamble["type"] if preamble else item.findtext("announce_type") or ""
    return build_paper(
        path,
        line,
        title=_TITLE_END.sub("", title),
        abstract=text[preamble.end() :] if preamble else text,
        authors=", ".join(_creators(item)).split(","),
        arxiv_id=(preamble and preamble["id"]) or (old and old["id"]) or child_text(item, "link"),
        doi=child_text(item, "DOI"),
        categories=[old["category"]] if old else _categories(item),
        published=parse_date(child_text(item, "pubDate") or child_text(item, "published")),
        updated=parse_date(child_text(item, "updated")),
        comment=f"Announce Type: {announced}" if announced else None,
        journal=child_text(item, "journal_reference"),
    )


def _creators(item: Element) -> list[str]:
    return [plain_text(text_of(element)) for element in item.iterfind("creator")]  # RSS 1.0 has HTML in there


def _categories(item: Element) -> list[str]:
    return [element.get("term") or element.text or "" for element in item.iterfind("category")]
