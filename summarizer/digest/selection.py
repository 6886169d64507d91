"""Which papers a digest of some days holds: those announced on them that no earlier digest showed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from summarizer.annotate.records import Record, SkippedLine
from summarizer.digest.contents import Window
from summarizer.digest.shown import ShownDigest
from summarizer.digest.visible import visible
from summarizer.digest.windows import announced_day, is_within, updated_day
from summarizer.papers.paper import Paper, SkippedRecord

Place = Literal["shown", "new_version", "earlier", "outside"]


class Selection:
    """Sorts papers, or records of them, into those of a window and others; counts each paper once.

    Skipped records always pass: what could not be read has no day.
    """

    def __init__(self, window: Window, past: Iterable[ShownDigest], *, repeat: bool = False) -> None:
        """Select the papers of `window` that the digests of `past` did not show, or with `repeat` those too."""
        self._window = window
        self._repeat = repeat
        self._versions: dict[str, int | None] = {}
        for digest in past:
            for paper_id, version in digest.papers.items():
                known = self._versions.get(paper_id)
                self._versions[paper_id] = version if known is None else max(known, version or 0)
        self._earlier: set[str] = set()
        self._new_versions: set[str] = set()
        self.outside = 0
        """Papers of other days."""

    @property
    def new_versions(self) -> frozenset[str]:
        """Ids of the papers met that an earlier digest showed in an older version."""
        return frozenset(self._new_versions)

    @property
    def earlier(self) -> int:
        """Papers of the window left out because an earlier digest showed them."""
        return len(self._earlier - self._new_versions)

    def choose_papers(self, records: Iterable[Paper | SkippedRecord]) -> Iterator[Paper | SkippedRecord]:
        """Yield the papers of the digest, in order, and every skipped record."""
        return (record for record in records if isinstance(record, SkippedRecord) or self._admit(record))

    def choose_records(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records of the digest's papers, in order, and every skipped record."""
        return (record for record in records if isinstance(record, SkippedLine) or self._admit(record.paper))

    def _admit(self, paper: Paper) -> bool:
        match self._place(paper):
            case "new_version":
                self._new_versions.add(visible(paper.id))
                return True
            case "earlier":
                self._earlier.add(visible(paper.id))
                return False
            case "outside":
                self.outside += 1
                return False
            case "shown":
                return True

    def _place(self, paper: Paper) -> Place:
        is_announced, paper_id = is_within(self._window, announced_day(paper)), visible(paper.id)
        if paper_id not in self._versions:
            return "shown" if is_announced else "outside"
        before = self._versions[paper_id]
        if before and paper.version and paper.version > before:
            return "new_version" if is_within(self._window, updated_day(paper)) else "outside"
        if not is_announced:
            return "outside"
        return "shown" if self._repeat else "earlier"
