"""Runs and baselines side by side: what may be compared with what, and whether a run beats what needs no chat model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from summarizer.errors import EvaluationError
from summarizer.evaluation.baseline_files import Baseline
from summarizer.evaluation.compare import MetricSummary, compare, summarize
from summarizer.evaluation.comparison import Comparison, MetricComparison
from summarizer.evaluation.experiment import Finished
from summarizer.evaluation.gate_config import EvalTable, GateConfig
from summarizer.evaluation.metric import Metric, Scorecard
from summarizer.evaluation.runs import Manifest, read_run
from summarizer.evaluation.scoring import score

TRANSLATION = "translation"


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A run or a baseline with its scores."""

    name: str
    """Of the baseline, or the id of the run."""
    manifest: Manifest
    card: Scorecard

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What it was scored by."""
        return tuple(column.metric for column in self.card.columns)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands against a baseline."""

    baseline: str
    unbeaten: tuple[MetricComparison, ...]
    """Primary metrics in which no improvement over it was shown; A is the baseline."""
    lacking: tuple[str, ...]
    """Primary metrics that only one of them has."""


def load_scored(folder: Path, gold: Path) -> Scored:
    """Read a run and score it. Nothing is asked.

    Raises:
        EvaluationError: it can't be read, nothing in it was answered, or the gold set has changed.
        StoreError: its replies can't be read.
    """
    run = read_run(folder)
    return Scored(run.manifest.run_id, run.manifest, score(run, gold))


def from_finished(finished: Finished) -> Scored:
    """Return a run that was just finished.

    Raises:
        EvaluationError: nothing in it was answered.
    """
    manifest = finished.run.manifest
    if finished.card is None:
        raise EvaluationError(
            f"{manifest.run_id}: no paper was answered ({manifest.missing[0].reason}): nothing is scored"
        )
    return Scored(manifest.run_id, manifest, finished.card)


def from_baseline(baseline: Baseline, metrics: Iterable[Metric], *, is_complete: bool = True) -> Scored:
    """Return a baseline, scored by the metrics of the run beside it.

    Args:
        baseline: as read.
        metrics: of the run beside it.
        is_complete: whether that run scored every paper. Some metrics are defined by the papers, macro-F1 by the tags that
            enough of them have; beside an incomplete run those are left out.

    Raises:
        EvaluationError: a metric is defined in another way now.
    """
    return Scored(baseline.name, baseline.manifest, baseline.to_scorecard(metrics, is_complete=is_complete))


def summarize_run(run: Scored, table: EvalTable) -> tuple[MetricSummary, ...]:
    """Return each metric with its interval.

    Raises:
        EvaluationError: nothing was scored.
    """
    return summarize(run.card, table)


def compare_scored(a: Scored, b: Scored, config: GateConfig) -> Comparison:
    """Compare B with A and judge; a task that neither was asked for is not gated.

    Raises:
        ConfigurationError: the gate can't be applied.
        EvaluationError: they were scored on other papers or by other labels.
    """
    first, second = a.manifest, b.manifest
    if first.split != second.split:
        raise EvaluationError(f"{a.name} was scored on {first.split}, {b.name} on {second.split}: nothing to compare")
    if first.gold_sha != second.gold_sha:
        raise EvaluationError(
            f"{a.name} and {b.name} were scored with different labels; `summarizer eval rescore RUN` scores stored "
            "replies anew, and a baseline is then blessed again"
        )
    return compare(
        a.card,
        b.card,
        config=config if first.profile.languages or second.profile.languages else _without_translation(config),
        labels=_label(a, b),
        missing_a=first.missing_ids,
        missing_b=second.missing_ids,
        repeats=min(first.repeats, second.repeats),
    )


def find_standings(run: Scored, baselines: Sequence[Scored], config: GateConfig) -> list[Standing]:
    """Say for each baseline which primary metrics it is not beaten in.

    Raises:
        EvaluationError: they were scored on other papers or by other labels.
    """
    return [_find_standing(run, baseline, config) for baseline in baselines if baseline.name != run.name]


def _find_standing(run: Scored, baseline: Scored, config: GateConfig) -> Standing:
    comparison = compare_scored(baseline, run, config)
    primaries = [entry for entry in comparison.metrics if entry.metric.name in config.primaries]
    unbeaten = tuple(entry for entry in primaries if not (entry.shows_difference and (entry.gain or 0.0) > 0))
    compared = {entry.metric.name for entry in primaries}
    return Standing(baseline.name, unbeaten, tuple(name for name in config.primaries if name not in compared))


def _without_translation(config: GateConfig) -> GateConfig:
    gate = {task: table for task, table in config.gate.items() if task != TRANSLATION}
    guard = {name: rule for name, rule in config.guard.items() if not name.startswith(f"{TRANSLATION}.")}
    return config.model_copy(update={"gate": gate, "guard": guard})


def _label(a: Scored, b: Scored) -> tuple[str, str]:
    """Tell the sides by what differs: their prompts, else their models, else their names."""
    for labels in (
        (a.manifest.label, b.manifest.label),
        (a.manifest.profile.requested_model, b.manifest.profile.requested_model),
    ):
        if labels[0] != labels[1]:
            return labels
    return a.name, b.name
