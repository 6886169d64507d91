"""What surrounds the records of a page: counts, errors, cursors. The records themselves are the input formats' to read."""

from __future__ import annotations

from collections import defaultdict
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING

from summarizer.errors import SourceError
from summarizer.papers.harvest.interface import BadPageError
from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.interface import DocumentSource
from summarizer.papers.sources.xml_records import read_records, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class Envelope:
    """The elements of one page that have one of a few names."""

    def __init__(self, body: bytes, address: str, *names: str) -> None:
        """Parse a page.

        Raises:
            BadPageError: it is empty, cut off, or no XML.
        """
        if not body.strip():
            raise BadPageError("the answer is empty")
        self._elements: dict[str, list[Element]] = defaultdict(list)
        try:
            for record in read_records(BufferedReader(BytesIO(body)), address, frozenset(names)):
                self._elements[record.element.tag].append(record.element)
        except SourceError as error:
            raise BadPageError(str(error).removeprefix(address).lstrip(",: ")) from error

    def all(self, name: str) -> list[Element]:
        """Return the elements of that name, in order."""
        return self._elements[name]

    def text(self, name: str) -> str:
        """Return the text of the first element of that name, in one line; empty where there is none."""
        return normalize_text(text_of(next(iter(self._elements[name]), None)))


def read_papers(
    source: DocumentSource, body: bytes, address: str, expected: int
) -> tuple[tuple[Paper, ...], tuple[SkippedRecord, ...]]:
    """Read the records of a page through the input format that it is in.

    Raises:
        BadPageError: another number of records comes out than went in.
    """
    try:
        records = list(source.read_document(BufferedReader(BytesIO(body)), address))
    except SourceError as error:
        raise BadPageError(str(error).removeprefix(address).lstrip(",: ")) from error
    if len(records) != expected:
        raise BadPageError(f"the answer holds {expected:,} records, of which {len(records):,} can be told apart")
    papers = tuple(record for record in records if isinstance(record, Paper))
    return papers, tuple(record for record in records if isinstance(record, SkippedRecord))
