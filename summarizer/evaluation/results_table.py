"""The table of results in the README: generated from the committed baselines, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from summarizer import __version__
from summarizer.annotate.records import FailedRecord, Provenance, RecordError
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import ConfigurationError, EvaluationError, IncompleteOutputError
from summarizer.evaluation.baseline_files import Baseline, read_baseline
from summarizer.evaluation.compare import MetricSummary
from summarizer.evaluation.gate_config import COST_METRIC, GateConfig
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.metric import Metric
from summarizer.evaluation.runs import fingerprint_gold
from summarizer.evaluation.scored import from_baseline, summarize_run
from summarizer.evaluation.scorers import score_run

BEGIN = "<!-- results: written by `summarizer eval results --write README.md` -->"
END = "<!-- end of results -->"
_NONE = "\N{EN DASH}"
_SHARE_LIMIT = 2
"""Above it a value is on a scale of 100 and has one digit."""


def render_results(folder: Path, gold: Path, config: GateConfig) -> str:
    """Return a Markdown table: a row for each committed baseline, the primary metrics with 95 % intervals, n and cost.

    Raises:
        EvaluationError: there is no baseline, or one was scored with other labels or metrics than those of now.
    """
    baselines = [read_baseline(path) for path in sorted(folder.glob("*.json"))]
    if not baselines:
        raise EvaluationError(f"{folder}: no baseline; `summarizer eval bless RUN` writes one")
    papers = read_gold(gold)
    rows = [summarize_baseline(baseline, papers, config) for baseline in baselines]
    labels = _label_columns([entry for row in rows for entry in row], config)
    head = ["baseline", "model", "split", "n", *labels.values(), "USD per 1,000 papers"]
    lines = [head, ["---"] * 3 + ["---:"] * (len(head) - 3)]
    lines += [_render_row(baseline, row, list(labels)) for baseline, row in zip(baselines, rows, strict=True)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def replace_results(text: str, table: str) -> str:
    """Return a document with its table replaced.

    Raises:
        ConfigurationError: the document lacks the lines that the table stands between.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigurationError(f"the table goes between two lines, {BEGIN} and {END}; add them first")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def summarize_baseline(baseline: Baseline, gold: Sequence[GoldPaper], config: GateConfig) -> tuple[MetricSummary, ...]:
    """Return every metric of a baseline with its interval.

    Raises:
        EvaluationError: it was scored with other labels or metrics than those of now.
    """
    manifest = baseline.manifest
    papers = [paper for paper in gold if paper.id in set(manifest.papers)]
    if fingerprint_gold(papers) != manifest.gold_sha:
        raise EvaluationError(
            f"baseline {baseline.name} was scored with other labels: `summarizer eval rescore` its run and bless it again"
        )
    return summarize_run(from_baseline(baseline, _list_metrics(baseline, papers)), config.eval)


def _list_metrics(baseline: Baseline, papers: Sequence[GoldPaper]) -> list[Metric]:
    """Return the metrics that a run like this one has, by scoring one without a usable reply."""
    manifest = baseline.manifest
    provenance = Provenance(
        **dict(manifest.profile), created_at=datetime.now(UTC), version=__version__, run_id=manifest.run_id
    )
    error = RecordError(type=IncompleteOutputError.__name__, message="", raw_text="")
    outcomes = {
        paper.id: [FailedRecord(paper=paper.to_paper(), error=error, provenance=provenance)] for paper in papers
    }
    card = score_run(
        papers,
        outcomes,
        taxonomy=load_taxonomy(manifest.profile.taxonomy.name),
        threshold=manifest.threshold,
        language=manifest.language,
        price=manifest.price,
        shown=(),
    )
    return [column.metric for column in card.columns]


def _label_columns(summaries: Sequence[MetricSummary], config: GateConfig) -> dict[str, str]:
    known = {entry.metric.name: f"{entry.metric.task} {entry.metric.label}" for entry in summaries}
    return {name: known[name] for name in config.primaries if name in known}


def _render_row(baseline: Baseline, row: Sequence[MetricSummary], names: Sequence[str]) -> list[str]:
    manifest, by_name = baseline.manifest, {entry.metric.name: entry for entry in row}
    model, n = manifest.profile.requested_model, len(baseline.content.papers)
    cost = by_name.get(COST_METRIC)
    shown = _NONE if cost is None or cost.value is None else f"{cost.value:.2f}"
    return [baseline.name, model, manifest.split, str(n), *(_render_cell(by_name.get(name)) for name in names), shown]


def _render_cell(entry: MetricSummary | None) -> str:
    if entry is None or entry.value is None:
        return _NONE
    digits = 3 if abs(entry.value) < _SHARE_LIMIT else 1
    if entry.interval is None:
        return f"{entry.value:.{digits}f}"
    low, high = entry.interval
    return f"{entry.value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
