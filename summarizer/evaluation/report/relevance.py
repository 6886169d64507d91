"""Relevance: which grade was given for which, and what a digest would show from each grade on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.criterion import SCORES
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.report.material import ReportedRun
from summarizer.evaluation.threshold import CutOff

HEAT_STEPS = 6
"""Shades of a cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How often one grade was given for another."""

    count: int
    heat: int
    """0 where there is none, to `HEAT_STEPS`: its share of the papers of this gold grade."""
    is_right: bool


@dataclass(frozen=True, slots=True)
class Confusion:
    """Grades of gold against grades given."""

    rows: tuple[tuple[Cell, ...], ...]
    """A row for each gold grade from 0 up; a column for each grade given, and one for failed replies."""
    papers: int
    right: int
    within_one: int


def count_confusion(run: ReportedRun, gold: Sequence[GoldPaper]) -> Confusion:
    """Count first replies."""
    pairs = _pair(run, gold)
    counts = Counter(pairs)
    columns = [*SCORES, None]
    totals = Counter(wanted for wanted, _ in pairs)
    return Confusion(
        rows=tuple(
            tuple(_build_cell(counts[wanted, given], totals[wanted], is_right=wanted == given) for given in columns)
            for wanted in SCORES
        ),
        papers=len(pairs),
        right=sum(wanted == given for wanted, given in pairs),
        within_one=sum(given is not None and abs(wanted - given) <= 1 for wanted, given in pairs),
    )


def sweep_cut_offs(run: ReportedRun, gold: Sequence[GoldPaper]) -> list[CutOff]:
    """Return what each grade as a cut-off would show; empty where no paper is relevant."""
    pairs, threshold = _pair(run, gold), run.scored.manifest.threshold
    relevant = sum(wanted >= threshold for wanted, _ in pairs)
    if not relevant:
        return []
    sweep = []
    for cut_off in SCORES:
        shown = [wanted for wanted, given in pairs if given is not None and given >= cut_off]
        found = sum(wanted >= threshold for wanted in shown)
        sweep.append(CutOff(cut_off, found=found, relevant=relevant, shown=len(shown), papers=len(pairs)))
    return sweep


def _pair(run: ReportedRun, gold: Sequence[GoldPaper]) -> list[tuple[int, int | None]]:
    records = [(paper.gold.relevance, run.find_record(paper.id)) for paper in gold]
    return [
        (wanted, record.annotation.relevance if isinstance(record, AnnotatedRecord) else None)
        for wanted, record in records
        if record is not None
    ]


def _build_cell(count: int, total: int, *, is_right: bool) -> Cell:
    return Cell(count, -(-HEAT_STEPS * count // total) if count else 0, is_right)
