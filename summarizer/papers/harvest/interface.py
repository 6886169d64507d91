"""What every live service provides: one page of a window at a time, and how the next page is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from summarizer.papers.harvest.windows import Window
from summarizer.papers.paper import Paper, SkippedRecord


class BadPageError(Exception):
    """An answer that can't be right: cut off, no XML, or empty where results should be. Worth another attempt."""


class StaleCursorError(Exception):
    """The cursor no longer leads to the rest of its window, which has to be read from its start again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a service."""

    papers: tuple[Paper, ...] = ()
    skipped: tuple[SkippedRecord, ...] = ()
    days: frozenset[date] = field(default_factory=frozenset)
    """Days (UTC) that records of this page belong to."""
    cursor: str | None = None
    """Asks for the next page; None after the last one of the window."""
    split: tuple[Window, ...] = ()
    """Smaller windows to read instead, where this one holds too many results to page through."""


class Service(Protocol):
    """A place that papers are fetched from."""

    overlap_days: int
    """How many days before the end of one harvest the next one has to start, to find what was published late."""

    def windows(self, since: date, until: date) -> list[Window]:
        """Return what has to be read, in order, for the days from `since` to `until`."""
        ...

    def fetch(self, window: Window, cursor: str | None) -> Page:
        """Ask for one page.

        Raises:
            HarvestError: the service refuses, or stays out of reach.
            StaleCursorError: the window has to be read from its start.
        """
        ...
