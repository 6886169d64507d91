"""`summarizer eval bless`, `rescore` and `results`: runs and baselines as files. None of them asks a chat model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli import eval_options, options
from summarizer.cli.output import print_data, say
from summarizer.errors import ConfigurationError

BLESS_EPILOG = (
    "[bold]Examples[/]: summarizer eval bless annotate.v1-dev-3f2a9c11e0 · summarizer eval bless RUN --name extractive"
)
RESCORE_EPILOG = "[bold]Example[/]: summarizer eval rescore annotate.v1-dev-3f2a9c11e0"
RESULTS_EPILOG = "[bold]Examples[/]: summarizer eval results · summarizer eval results --write README.md"


def bless_run(
    run: eval_options.RunName,
    name: Annotated[str, typer.Option(help="Of the baseline; main is what gate compares with.")] = "main",
    gold: eval_options.Gold = eval_options.GOLD,
    baselines: eval_options.Baselines = eval_options.BASELINES,
    reports: eval_options.Reports = eval_options.REPORTS,
) -> None:
    """Promote a complete run to a baseline: one small file to commit, which a gate needs no replies for."""
    from summarizer.evaluation.baseline_files import bless  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.runs import find_run  # noqa: PLC0415
    from summarizer.evaluation.scored import load_scored  # noqa: PLC0415

    scored = load_scored(find_run(run, reports), gold)
    path = bless(scored.manifest, scored.card, name, baselines)
    say(f"{path}: {len(scored.card.ids)} papers of {scored.manifest.split}; commit it")


def rescore_run(
    run: eval_options.RunName,
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    baselines: eval_options.Baselines = eval_options.BASELINES,
    reports: eval_options.Reports = eval_options.REPORTS,
    as_json: options.AsJson = False,
) -> None:
    """Score the stored replies of a run with the labels and metrics of now. Exit 5 if its papers have changed."""
    from summarizer.cli.eval_verdict import exit_incomplete, show_run  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.report import ReportedRun  # noqa: PLC0415
    from summarizer.evaluation.runs import find_run  # noqa: PLC0415
    from summarizer.evaluation.scored import Scored  # noqa: PLC0415
    from summarizer.evaluation.scoring import rescore  # noqa: PLC0415

    scored_run, card = rescore(find_run(run, reports), gold)
    scored = Scored(scored_run.manifest.run_id, scored_run.manifest, card)
    show_run(
        ReportedRun(scored, scored_run),
        folder=scored_run.folder,
        gold=gold,
        baselines=baselines,
        config=load_gate(gate),
        as_json=as_json,
    )
    exit_incomplete(scored.manifest)


def show_results(
    write: Annotated[
        Path | None, typer.Option(help="Replace the table between its marks in FILE.", metavar="FILE")
    ] = None,
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    baselines: eval_options.Baselines = eval_options.BASELINES,
) -> None:
    """Print the table of results as Markdown, from the committed baselines, with intervals and n."""
    from summarizer.cli.files import write_lines  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.results_table import render_results, replace_results  # noqa: PLC0415

    table = render_results(baselines, gold, load_gate(gate))
    if write:
        write_lines([replace_results(_read(write), table)], write)
        say(f"{write}: table replaced")
    else:
        print_data(table.rstrip("\n"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: can't be read: {error}") from error
