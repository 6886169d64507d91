"""Each tag on its own: how often it was right, and which papers changed sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from summarizer.annotate.records import AnnotatedRecord
from summarizer.evaluation.comparison import Interval
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.intervals import wilson
from summarizer.evaluation.report.material import ReportedRun

Tags = Mapping[str, frozenset[str]]
"""Paper id to the tags that it was given; a failed reply has none."""


@dataclass(frozen=True, slots=True)
class TagScore:
    """One tag in one run."""

    right: int
    given: int
    support: int

    @property
    def precision(self) -> float | None:
        """None where it was never given."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """None where no paper has it."""
        return self.right / self.support if self.support else None

    @property
    def f1(self) -> float | None:
        """None where it was never given and no paper has it."""
        total = self.given + self.support
        return 2 * self.right / total if total else None

    @property
    def precision_interval(self) -> Interval | None:
        """Wilson, 95 %."""
        return wilson(self.right, self.given) if self.given else None

    @property
    def recall_interval(self) -> Interval | None:
        """Wilson, 95 %."""
        return wilson(self.right, self.support) if self.support else None


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag in all runs of a report."""

    tag: str
    support: int
    """Papers that have it in gold."""
    scores: tuple[TagScore, ...]
    """Of each run."""
    fixed: int
    """Papers on which the first run was wrong about it and the last is right."""
    spoiled: int
    """The other way round."""

    @property
    def fixed_share(self) -> Interval | None:
        """Of the papers that changed sides, the share that was fixed: Wilson, 95 %; None where none did."""
        flips = self.fixed + self.spoiled
        return wilson(self.fixed, flips) if flips else None


def build_tag_rows(runs: Sequence[ReportedRun], gold: Sequence[GoldPaper]) -> list[TagRow]:
    """Return the tags of gold and of the replies, the most frequent in gold first; first replies only.

    Args:
        runs: one or two, each with its replies.
        gold: papers of the split; those that every run answered are counted.
    """
    papers = [paper for paper in gold if all(run.find_record(paper.id) for run in runs)]
    given = [_collect(run, papers) for run in runs]
    wanted: Tags = {paper.id: frozenset(paper.gold.tags) for paper in papers}
    names = {tag for tags in (wanted, *given) for own in tags.values() for tag in own}
    rows = [_build_row(tag, given, wanted) for tag in names]
    return sorted(rows, key=lambda row: (-row.support, row.tag))


def _collect(run: ReportedRun, papers: Sequence[GoldPaper]) -> Tags:
    records = {paper.id: run.find_record(paper.id) for paper in papers}
    return {
        name: frozenset(record.annotation.tags if isinstance(record, AnnotatedRecord) else ())
        for name, record in records.items()
    }


def _build_row(tag: str, given: Sequence[Tags], wanted: Tags) -> TagRow:
    support = sum(tag in tags for tags in wanted.values())
    scores = tuple(
        TagScore(
            right=sum(tag in tags and tag in wanted[name] for name, tags in own.items()),
            given=sum(tag in tags for tags in own.values()),
            support=support,
        )
        for own in given
    )
    was, now = ({name: (tag in own[name]) == (tag in wanted[name]) for name in wanted} for own in (given[0], given[-1]))
    fixed = sum(now[name] and not was[name] for name in wanted)
    spoiled = sum(was[name] and not now[name] for name in wanted)
    return TagRow(tag, support, scores, fixed, spoiled)
