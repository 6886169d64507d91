"""What commands of `summarizer eval` print and exit with: for people, for machines, and as `verdict.json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from summarizer.cli import eval_table
from summarizer.cli.eval_reports import report_comparison, report_run
from summarizer.cli.output import print_data, print_json, say
from summarizer.errors import EvaluationError
from summarizer.evaluation.baseline_files import list_baselines
from summarizer.evaluation.compare import MetricSummary
from summarizer.evaluation.gate import to_exit_code
from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.report import ReportedRun
from summarizer.evaluation.runs import Manifest, list_factors
from summarizer.evaluation.scored import Scored, Standing, compare_scored, find_standings, from_baseline, summarize_run
from summarizer.evaluation.verdict_json import to_json

if TYPE_CHECKING:
    from summarizer.cli.eval_options import OnInconclusive
    from summarizer.evaluation.comparison import Comparison
    from summarizer.evaluation.timing import TimingComparison

FAILED = 3


def show_run(
    reported: ReportedRun, *, folder: Path, gold: Path, baselines: Path, config: GateConfig, as_json: bool
) -> None:
    """Print the scores of one run, beside those of the committed baselines of the same papers, and write its page."""
    run = reported.scored
    summaries = summarize_run(run, config.eval)
    others = load_baselines(run, baselines)
    report_run(reported, gold=gold, baselines=others, config=config, folder=folder)
    standings = find_standings(run, others, config) if len(run.card.ids) == len(run.manifest.papers) else []
    if as_json:
        print_json(_describe_run(run, summaries) | {"baselines": [_describe_standing(entry) for entry in standings]})
        return
    print_data(eval_table.render_run(run, summaries, confidence=config.eval.confidence))
    if others:
        rows = [("this run", _keep_primaries(summaries, config))]
        rows += [(entry.name, _keep_primaries(summarize_run(entry, config.eval), config)) for entry in others]
        print_data(f"\n{eval_table.render_standings(rows, standings)}")


def show_comparison(
    reported_a: ReportedRun,
    reported_b: ReportedRun,
    *,
    folder: Path,
    gold: Path,
    baseline: Path | None = None,
    on_github: bool = False,
    config: GateConfig,
    baselines: Path,
    timing: TimingComparison | None = None,
    as_json: bool,
) -> Comparison:
    """Compare, write `verdict.json` into `folder`, and print the verdict.

    Raises:
        EvaluationError: the two can't be compared.
        StoreError: the file can't be written.
    """
    a, b = reported_a.scored, reported_b.scored
    comparison = compare_scored(a, b, config)
    others = [entry for entry in load_baselines(b, baselines) if entry.name != a.name]
    report_comparison(
        comparison,
        reported_a,
        reported_b,
        gold=gold,
        baselines=others,
        config=config,
        timing=timing,
        folder=folder,
        baseline=baseline,
        on_github=on_github,
    )
    factors = list_factors(a.manifest, b.manifest)
    document = to_json(comparison)
    if as_json:
        print_json(
            {
                **orjson.loads(document),
                "runs": [a.name, b.name],
                "factors": list(factors),
                "timing": timing and asdict(timing),
            }
        )
        return comparison
    print_data(eval_table.render_comparison(comparison, b.manifest, factors, timing))
    if others and not b.manifest.missing:
        rows = [("B", _keep_primaries(summarize_run(b, config.eval), config))]
        rows += [(entry.name, _keep_primaries(summarize_run(entry, config.eval), config)) for entry in others]
        print_data(f"\n{eval_table.render_standings(rows, find_standings(b, others, config))}")
    return comparison


def choose_exit_code(comparison: Comparison, inconclusive: OnInconclusive | None) -> int:
    """Return the exit code of a verdict."""
    if comparison.verdict == "INCONCLUSIVE" and inconclusive:
        return 0 if inconclusive == "pass" else FAILED
    return to_exit_code(comparison.verdict)


def exit_incomplete(manifest: Manifest) -> None:
    """Leave with exit 5 where replies are missing.

    Raises:
        typer.Exit: they are.
    """
    if manifest.missing:
        raise typer.Exit(EvaluationError.exit_code)


def load_baselines(run: Scored, folder: Path) -> list[Scored]:
    """Return the committed baselines that were scored on the same papers by the same labels; none for an incomplete run.

    Raises:
        EvaluationError: a file can't be read, or holds a metric that is defined in another way now.
    """
    manifest = run.manifest
    found = list_baselines(folder, split=manifest.split, gold_sha=manifest.gold_sha)
    if found and manifest.missing:
        say("not compared with the baselines: they were scored on all papers, so complete this run first")
        return []
    if not found and folder.is_dir() and any(folder.glob("*.json")):
        say(f"no baseline in {folder} was scored on {manifest.split} with these labels")
    return [from_baseline(entry, run.metrics) for entry in found if entry.manifest.run_id != manifest.run_id]


def _keep_primaries(summaries: Sequence[MetricSummary], config: GateConfig) -> list[MetricSummary]:
    return [entry for entry in summaries if entry.metric.name in config.primaries]


def _describe_run(run: Scored, summaries: Sequence[MetricSummary]) -> dict[str, Any]:
    return {
        "run": run.name,
        "manifest": run.manifest.model_dump(mode="json"),
        "metrics": [
            {
                "name": entry.metric.name,
                "value": entry.value,
                "interval": entry.interval and list(entry.interval),
                "n": entry.n,
                "signature": entry.metric.signature,
            }
            for entry in summaries
        ],
        "guardrails": {
            rule.name: {
                paper: [asdict(found) for found in broken]
                for paper, broken in zip(run.card.ids, rule.violations, strict=True)
                if broken
            }
            for rule in run.card.guardrails
        },
    }


def _describe_standing(standing: Standing) -> dict[str, Any]:
    return {
        "name": standing.baseline,
        "unbeaten": [entry.metric.name for entry in standing.unbeaten],
        "lacking": list(standing.lacking),
    }
