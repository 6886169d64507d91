"""What a report is made of beside the comparison: runs with their replies, the gold set, committed baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.evaluation.compare import MetricSummary
from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.runs import EvaluationRun, GoldRecord
from summarizer.evaluation.scored import Scored, Standing, find_standings, summarize_run
from summarizer.evaluation.timing import TimingComparison

PACKAGE = "summarizer.evaluation.report"
"""Where the templates are."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportedRun:
    """One side of a report."""

    scored: Scored
    run: EvaluationRun | None
    """With its replies; None of a committed baseline, which keeps none."""

    def find_record(self, paper_id: str) -> GoldRecord | None:
        """Return the first reply for a paper; None where there is none or none was kept."""
        records = self.run.outcomes.get(paper_id, ()) if self.run else ()
        return records[0] if records else None


@dataclass(frozen=True, slots=True, eq=False)
class BaselineRow:
    """A committed baseline beside the run of a report."""

    name: str
    summaries: tuple[MetricSummary, ...]
    standing: Standing | None
    """None where the run lacks replies, so that nothing is concluded from it."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What every section of a report may draw on."""

    gold: Sequence[GoldPaper]
    config: GateConfig
    baselines: Sequence[BaselineRow] = ()
    timing: TimingComparison | None = None
    command: str = ""
    """The line that made the report, for its footer."""


def build_baseline_rows(run: Scored, baselines: Sequence[Scored], config: GateConfig) -> list[BaselineRow]:
    """Return the rows of committed baselines that were scored on the papers of `run`.

    Raises:
        EvaluationError: one was scored on other papers or by other labels.
    """
    others = [entry for entry in baselines if entry.name != run.name]
    standings = find_standings(run, others, config) if not run.manifest.missing else []
    by_name = {standing.baseline: standing for standing in standings}
    return [
        BaselineRow(entry.name, tuple(summarize_run(entry, config.eval)), by_name.get(entry.name)) for entry in others
    ]
