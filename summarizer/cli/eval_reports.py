"""The reports of an evaluation, written beside its run, and what is said of them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.cli import eval_options
from summarizer.cli.output import say
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.report import (
    Material,
    ReportedRun,
    build_baseline_rows,
    render_annotations,
    write_reports,
    write_run_report,
)
from summarizer.evaluation.scored import summarize_run

if TYPE_CHECKING:
    from summarizer.evaluation.comparison import Comparison
    from summarizer.evaluation.gate_config import GateConfig
    from summarizer.evaluation.scored import Scored
    from summarizer.evaluation.timing import TimingComparison


def report_run(run: ReportedRun, *, gold: Path, baselines: Sequence[Scored], config: GateConfig, folder: Path) -> None:
    """Write the page of one run into `folder`.

    Raises:
        EvaluationError: the gold set can't be read.
        StoreError: the page can't be written.
    """
    command = _write_command(["rescore", run.scored.name], gold)
    material = _gather(run, gold, baselines, config, None, command)
    say(f"report: {write_run_report(folder, run, summarize_run(run.scored, config.eval), material)}")


def report_comparison(
    comparison: Comparison,
    a: ReportedRun,
    b: ReportedRun,
    *,
    gold: Path,
    baselines: Sequence[Scored],
    config: GateConfig,
    timing: TimingComparison | None,
    folder: Path,
    baseline: Path | None = None,
    on_github: bool = False,
) -> None:
    """Write page, Markdown, JUnit XML and JSON of a verdict into `folder`; on GitHub, annotate the run of the workflow too.

    Args:
        comparison: of `b` with `a`.
        a: what stands.
        b: what may replace it.
        gold: folder of the gold set.
        baselines: committed, scored on the papers of `b`.
        config: of the gate.
        timing: of runs that were asked together.
        folder: of run B.
        baseline: file of the baseline that `a` is; None where it is a run.
        on_github: whether this runs in GitHub Actions.

    Raises:
        ConfigurationError: a package of the `eval` extra is missing.
        EvaluationError: the gold set can't be read.
        StoreError: a file can't be written.
    """
    question = ["gate", "--baseline", str(baseline)] if baseline else ["compare", a.scored.name]
    command = _write_command([*question, b.scored.name], gold)
    page, *_ = write_reports(folder, comparison, a, b, _gather(b, gold, baselines, config, timing, command))
    say(f"report: {page}")
    if on_github:
        say(render_annotations(comparison).rstrip())


def _gather(
    run: ReportedRun,
    gold: Path,
    baselines: Sequence[Scored],
    config: GateConfig,
    timing: TimingComparison | None,
    command: str,
) -> Material:
    wanted = set(run.scored.manifest.papers)
    papers = [paper for paper in read_gold(gold) if paper.id in wanted]
    return Material(papers, config, build_baseline_rows(run.scored, baselines, config), timing, command)


def _write_command(words: Sequence[str], gold: Path) -> str:
    """Return the line that gives the same scores from what is stored, without a key."""
    elsewhere = [] if gold == eval_options.GOLD else ["--gold", str(gold)]
    return shlex.join(["summarizer", "eval", *words, *elsewhere])
