"""What every input format provides: a guess whether a text is in it, and a streaming reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import NamedTuple, Protocol, runtime_checkable

from summarizer.papers.paper import Paper, SkippedRecord


class Line(NamedTuple):
    """One line of a source, without its line break."""

    number: int
    """From 1."""
    text: str
    problem: str | None = None
    """Why the text can't be trusted, for instance that it is not UTF-8."""


class Source(Protocol):
    """One input format whose records are made of lines."""

    name: str
    """For messages and flags, for instance `arxiv-day`."""

    def confidence(self, head: str) -> float:
        """Return how surely a file that starts with `head` is in this format, from 0 to 1."""
        ...

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield each record in order, in constant memory; what can't be read becomes a `SkippedRecord`."""
        ...


@runtime_checkable
class DocumentSource(Protocol):
    """One input format in which lines mean nothing: XML and JSON documents, often a single line of gigabytes."""

    name: str
    """As in `Source`."""

    def confidence(self, head: str) -> float:
        """As in `Source`."""
        ...

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield each record in order, in constant memory; what can't be read becomes a `SkippedRecord`.

        Raises:
            SourceError: the document ends early or breaks the rules of its syntax; the records before were yielded.
        """
        ...
