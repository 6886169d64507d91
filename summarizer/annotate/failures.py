"""Why papers failed, grouped while a run goes on, in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.annotate.records import FailedRecord, Record
from summarizer.annotate.store import Results
from summarizer.papers.paper import Paper


@dataclass
class FailureGroup:
    """All failures of one type."""

    type: str
    """Class name in `summarizer.errors`."""
    count: int
    example_id: str
    example_message: str


class FailureCounter:
    """Passes records on to `results`, and counts the failures among them."""

    def __init__(self, results: Results) -> None:
        """Wrap `results`."""
        self._results = results
        self._groups: dict[str, FailureGroup] = {}

    def __iter__(self) -> Iterator[FailureGroup]:
        """Yield the groups, the largest first."""
        yield from sorted(self._groups.values(), key=lambda group: (-group.count, group.type))

    def append(self, record: Record) -> None:
        """Write one record; see `Results`."""
        self._results.append(record)
        if isinstance(record, FailedRecord):
            error = record.error
            group = self._groups.setdefault(error.type, FailureGroup(error.type, 0, record.paper.id, error.message))
            group.count += 1

    def holds(self, record: Record) -> bool:
        """See `Results`."""
        return self._results.holds(record)

    def is_annotated(self, paper: Paper) -> bool:
        """See `Results`."""
        return self._results.is_annotated(paper)

    def has_failed(self, paper: Paper) -> bool:
        """See `Results`."""
        return self._results.has_failed(paper)

    def close(self) -> None:
        """See `Results`."""
        self._results.close()
