"""Which papers a digest of some days holds: those announced on them that no other digest of the folder showed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from summarizer.annotate.records import Record, SkippedLine
from summarizer.digest.contents import Window
from summarizer.digest.shown import ShownDigest, digests_before
from summarizer.digest.visible import visible
from summarizer.digest.windows import announced_day, is_within, updated_day
from summarizer.papers.paper import Paper, SkippedRecord

Place = Literal["shown", "new_version", "earlier", "outside"]


class Selection:
    """Sorts papers, or records of them, into those of a window and others.

    Skipped records always pass: what could not be read has no day.
    """

    def __init__(self, window: Window, shown: Collection[ShownDigest], *, repeat: bool = False) -> None:
        """Select the papers of `window` that no other digest showed, or with `repeat` those too.

        Args:
            window: the days of the digest.
            shown: what is known of the digests of the folder. What one of a later window shows is left out too, unless
                this window's own digest shows it: an undated paper that a week has does not come again in a week that is
                built after it, and a week that is built again has what it had, in the versions that it had.
            repeat: whether papers may come again.
        """
        self._window = window
        self._repeat = repeat
        self._versions: dict[str, int | None] = {}
        past = digests_before(window, shown)
        for digest in past:
            for paper_id, version in digest.papers.items():
                known = self._versions.get(paper_id)
                self._versions[paper_id] = version if known is None else max(known, version or 0)
        own = (digest.papers for digest in shown if digest.label == window.label)
        self._own: dict[str, int | None] = next(own, {})
        self._later = {paper_id for digest in shown if digest not in past for paper_id in digest.papers}
        self._later -= self._own.keys()
        self._earlier: set[str] = set()
        self._new_versions: set[str] = set()
        self.outside = 0
        """Records of papers of other days; a paper that was read twice counts twice."""

    @property
    def new_versions(self) -> frozenset[str]:
        """Ids of the papers met that an earlier digest showed in an older version."""
        return frozenset(self._new_versions)

    @property
    def earlier(self) -> int:
        """Papers of the window left out because another digest showed them."""
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
        paper_id, is_updated = visible(paper.id), is_within(self._window, updated_day(paper))
        if _is_newer(paper, self._versions.get(paper_id)):
            return "new_version" if is_updated else "outside"
        if not is_within(self._window, announced_day(paper)):
            return "outside"
        if _is_newer(paper, self._own.get(paper_id)) and not is_updated:
            return "outside"
        is_elsewhere = paper_id in self._versions or paper_id in self._later
        return "earlier" if is_elsewhere and not self._repeat else "shown"


def _is_newer(paper: Paper, shown: int | None) -> bool:
    """Return whether a paper is known to be of a newer version than the one shown."""
    return bool(shown and paper.version and paper.version > shown)
