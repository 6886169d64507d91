"""Input formats, one module each; the content of a file decides which one reads it, never its name."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from itertools import chain
from pathlib import Path

from summarizer.errors import ConfigurationError, SourceError
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.arxiv_atom import ArxivAtomSource
from summarizer.papers.sources.arxiv_day import ArxivDaySource
from summarizer.papers.sources.arxiv_feed import ArxivFeedSource
from summarizer.papers.sources.bibtex import BibtexSource
from summarizer.papers.sources.conference_list import ConferenceListSource
from summarizer.papers.sources.containers import Document, open_documents
from summarizer.papers.sources.delimited import DelimitedSource
from summarizer.papers.sources.inputs import InputFile, expand_input
from summarizer.papers.sources.interface import DocumentSource, Source
from summarizer.papers.sources.json_array import JsonArraySource
from summarizer.papers.sources.json_lines import JsonLinesSource
from summarizer.papers.sources.lines import read_lines
from summarizer.papers.sources.medline import MedlineSource
from summarizer.papers.sources.oai_pmh import OaiPmhSource
from summarizer.papers.sources.paper_table import PaperTableSource
from summarizer.papers.sources.pubmed_xml import PubmedXmlSource
from summarizer.papers.sources.reading_notes import ReadingNotesSource
from summarizer.papers.sources.review_post import ReviewPostSource
from summarizer.papers.sources.ris import RisSource
from summarizer.papers.sources.streams import InputMeter, read_head

__all__ = ["SOURCES", "InputMeter", "read"]

SOURCES: tuple[Source | DocumentSource, ...] = (
    ArxivDaySource(),
    ConferenceListSource(),
    PaperTableSource(),
    ReviewPostSource(),
    ReadingNotesSource(),
    JsonLinesSource(),
    JsonArraySource(),
    ArxivAtomSource(),
    ArxivFeedSource(),
    OaiPmhSource(),
    PubmedXmlSource(),
    MedlineSource(),
    BibtexSource(),
    RisSource(),
    DelimitedSource(),
)
"""Every format; a new one is one more entry."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")

logger = logging.getLogger(__name__)


def read(
    *inputs: str | Path, meter: InputMeter | None = None, source: str | None = None
) -> Generator[Paper | SkippedRecord, None, None]:
    """Yield the records of files, of folders (all files below, sorted by path), of patterns or of standard input (`-`).

    Files may be compressed with gzip, Zstandard or bzip2, or be ZIP archives. Inputs are checked at once, before the
    first record is asked for. In a folder or archive a file that can't be read to its end is a `SkippedRecord` after
    its last record, and a file in no known format is left out with a warning; named by itself, either is an error.

    Args:
        inputs: what to read, in order.
        meter: is kept up to date while reading.
        source: the name of the format of all inputs, where detection fails; see `SOURCES`.

    Raises:
        ConfigurationError: there is no format of that name.
        SourceError: an input is missing, empty, cut off, damaged or in no known format.
    """
    meter = meter or InputMeter()
    forced = None if source is None else _find_source(source)
    files = list(chain.from_iterable(expand_input(str(item)) for item in inputs))
    sizes = [file.size() for file in files]
    meter.total_bytes = None if None in sizes else sum(size or 0 for size in sizes)
    return _read_files(files, meter, forced)


def _read_files(
    files: list[InputFile], meter: InputMeter, forced: Source | DocumentSource | None
) -> Generator[Paper | SkippedRecord, None, None]:
    for file in files:
        yield from _read_file(file, meter, forced)


def _find_source(name: str) -> Source | DocumentSource:
    for source in SOURCES:
        if source.name == name:
            return source
    raise ConfigurationError(f"source: no format is called {name!r}; choose one of: {_known()}")


def _known() -> str:
    return ", ".join(source.name for source in SOURCES)


def _read_file(
    file: InputFile, meter: InputMeter, forced: Source | DocumentSource | None
) -> Iterator[Paper | SkippedRecord]:
    try:
        with file.open() as stream:
            for document in open_documents(stream, file.name, meter):
                if isinstance(document, SkippedRecord):
                    yield document
                else:
                    yield from _read_document(document, file.is_named and not document.is_member, forced)
    except SourceError as error:
        if file.is_named:
            raise
        yield _skip_rest(file.name, error)


def _read_document(
    document: Document, is_named: bool, forced: Source | DocumentSource | None
) -> Iterator[Paper | SkippedRecord]:
    try:
        head = _decode_head(document)
        source = forced or _detect(head)
        if source is None or not head.strip():
            _refuse(document, head, is_named)
        elif isinstance(source, DocumentSource):
            yield from source.read_document(document.stream, document.name)
        else:
            yield from source.read(read_lines(document.stream), document.name)
    except SourceError as error:
        if is_named:
            raise
        yield _skip_rest(document.name, error)


def _skip_rest(name: str, error: SourceError) -> SkippedRecord:
    return SkippedRecord(name, 0, str(error).removeprefix(f"{name}: "))


def _decode_head(document: Document) -> str:
    head = read_head(document.stream)
    if head.startswith(_UTF16):
        fix = f"iconv -f UTF-16 -t UTF-8 {document.name}"
        raise SourceError(f"{document.name}: encoded as UTF-16; convert it first: {fix}")
    return head.decode("utf-8-sig", "replace")


def _detect(head: str) -> Source | DocumentSource | None:
    best = max(SOURCES, key=lambda source: source.confidence(head))
    return best if best.confidence(head) > 0 else None


def _refuse(document: Document, head: str, is_named: bool) -> None:
    if not head.strip():
        reason = "the file is empty"
    elif "\0" in head:
        reason = "not a text file (it holds NUL bytes)"
    else:
        reason = f"in no known format; expected one of: {_known()}"
    if is_named:
        raise SourceError(f"{document.name}: {reason}")
    logger.warning("%s: left out: %s", document.name, reason)
