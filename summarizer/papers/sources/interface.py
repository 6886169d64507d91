"""What every input format provides: a guess whether a text is in it, and a streaming reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from summarizer.papers.paper import Paper, SkippedRecord


class Line(NamedTuple):
    """One line of a source, without its line break."""

    number: int
    """From 1."""
    text: str
    problem: str | None = None
    """Why the text can't be trusted, for instance that it is not UTF-8."""


class Source(Protocol):
    """One input format."""

    name: str
    """For messages and flags, for instance `arxiv-day`."""

    def confidence(self, head: str) -> float:
        """Return how surely a file that starts with `head` is in this format, from 0 to 1."""
        ...

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield each record in order, in constant memory; what can't be read becomes a `SkippedRecord`."""
        ...
