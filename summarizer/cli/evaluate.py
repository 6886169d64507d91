"""`summarizer eval`: is prompt B better than prompt A, and may it ship?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli import eval_files, eval_options, eval_study, options
from summarizer.errors import ConfigurationError

app = typer.Typer(
    no_args_is_help=True,
    help="Score prompts and models on the gold set, compare them, and gate a change.",
    epilog="[bold]Example[/]: summarizer eval run -m extractive",
)


@app.command(
    "run",
    epilog="[bold]Examples[/]: summarizer eval run -m extractive · summarizer eval run -m MODEL --prompt mine.toml "
    "--max-cost 2",
)
def run_one(
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    temperature: options.Temperature = None,
    seed: options.Seed = None,
    reasoning_effort: options.ReasoningEffort = None,
    max_output_tokens: options.MaxOutputTokens = None,
    price_in: options.PriceIn = None,
    price_out: options.PriceOut = None,
    prompt: options.PromptName = None,
    taxonomy: options.TaxonomyName = None,
    criterion: options.CriterionName = None,
    languages: options.Languages = None,
    split: eval_options.Split = "dev",
    repeats: eval_options.Repeats = 1,
    reason: eval_options.Reason = None,
    by: eval_options.By = None,
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    baselines: eval_options.Baselines = eval_options.BASELINES,
    reports: eval_options.Reports = eval_options.REPORTS,
    offline: eval_options.Offline = False,
    max_cost: options.MaxCost = None,
    cache_dir: options.CacheDir = None,
    concurrency: options.Concurrency = None,
    pack: options.Pack = None,
    timeout_seconds: options.TimeoutSeconds = None,
    as_json: options.AsJson = False,
) -> None:
    """Annotate a split of the gold set and score it, each metric with its 95% interval; exit 5 if a reply is missing.

    The model [bold]tfidf[/] is the baseline that is trained on shots and dev, [bold]extractive[/] the one without a model.
    """
    flags = dict(locals())
    from summarizer.cli import eval_asking, eval_verdict  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.report import ReportedRun  # noqa: PLC0415
    from summarizer.evaluation.scored import from_finished  # noqa: PLC0415

    config, side = load_gate(gate), eval_asking.build_side(flags)
    finished = eval_asking.ask_sides([side], eval_asking.build_plan(flags, seed=config.eval.seed))
    eval_asking.say_missing(finished)
    eval_asking.say_spending(finished, side.settings)
    eval_asking.say_folders(finished)
    scored = from_finished(finished[0])
    eval_verdict.show_run(
        ReportedRun(scored, finished[0].run),
        folder=finished[0].run.folder,
        gold=gold,
        baselines=baselines,
        config=config,
        as_json=as_json,
    )
    eval_verdict.exit_incomplete(scored.manifest)


@app.command(
    "ab",
    epilog="[bold]Examples[/]: summarizer eval ab -m MODEL --a annotate.v1 --b mine.toml · "
    "summarizer eval ab --a-model extractive --b-model tfidf",
)
def compare_two(
    a: Annotated[str | None, typer.Option("--a", help="Prompt A: what stands.", metavar="PROMPT")] = None,
    b: Annotated[str | None, typer.Option("--b", help="Prompt B: what may replace it.", metavar="PROMPT")] = None,
    a_model: Annotated[str | None, typer.Option(help="Chat model of A.", metavar="MODEL")] = None,
    b_model: Annotated[str | None, typer.Option(help="Chat model of B.", metavar="MODEL")] = None,
    a_pack: Annotated[int | None, typer.Option(help="Papers in one request of A.", metavar="N")] = None,
    b_pack: Annotated[int | None, typer.Option(help="Papers in one request of B.", metavar="N")] = None,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    temperature: options.Temperature = None,
    seed: options.Seed = None,
    reasoning_effort: options.ReasoningEffort = None,
    max_output_tokens: options.MaxOutputTokens = None,
    price_in: options.PriceIn = None,
    price_out: options.PriceOut = None,
    prompt: options.PromptName = None,
    taxonomy: options.TaxonomyName = None,
    criterion: options.CriterionName = None,
    languages: options.Languages = None,
    split: eval_options.Split = "dev",
    repeats: eval_options.Repeats = 1,
    reason: eval_options.Reason = None,
    by: eval_options.By = None,
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    baselines: eval_options.Baselines = eval_options.BASELINES,
    inconclusive: eval_options.Inconclusive = None,
    reports: eval_options.Reports = eval_options.REPORTS,
    offline: eval_options.Offline = False,
    max_cost: options.MaxCost = None,
    cache_dir: options.CacheDir = None,
    concurrency: options.Concurrency = None,
    timeout_seconds: options.TimeoutSeconds = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask two prompts or two models for the same papers, their calls interleaved, and give the verdict on B.

    Exit 0 for pass and warn, 3 fail, 4 inconclusive, 5 incomplete, 6 when --max-cost is spent.
    """
    flags = dict(locals())
    from summarizer.cli import eval_asking, eval_verdict  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.report import ReportedRun  # noqa: PLC0415
    from summarizer.evaluation.scored import from_finished  # noqa: PLC0415
    from summarizer.evaluation.timing import compare_timing  # noqa: PLC0415

    if not any((a, b, a_model, b_model, a_pack, b_pack)):
        raise ConfigurationError(
            "nothing to compare: name two prompts with --a and --b, --a-model and --b-model, or --b-pack"
        )
    config = load_gate(gate)
    differences = ((a, a_model, a_pack), (b, b_model, b_pack))
    sides = [eval_asking.build_side(flags, prompt=prompt, model=m, pack=n) for prompt, m, n in differences]
    eval_asking.check_packs(sides)
    finished = eval_asking.ask_sides(sides, eval_asking.build_plan(flags, seed=config.eval.seed))
    eval_asking.say_missing(finished)
    eval_asking.say_spending(finished, sides[0].settings)
    eval_asking.say_folders(finished)
    first, second = map(from_finished, finished)
    comparison = eval_verdict.show_comparison(
        ReportedRun(first, finished[0].run),
        ReportedRun(second, finished[1].run),
        folder=finished[1].run.folder,
        gold=gold,
        config=config,
        baselines=baselines,
        timing=compare_timing(finished[0].run, finished[1].run, seed=config.eval.seed),
        as_json=as_json,
    )
    raise typer.Exit(eval_verdict.choose_exit_code(comparison, inconclusive))


@app.command(
    "compare", epilog="[bold]Example[/]: summarizer eval compare annotate.v1-dev-3f2a9c11e0 annotate.v2-dev-77c0a1b2d4"
)
def compare_runs(
    run_a: eval_options.RunName,
    run_b: eval_options.RunName,
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    baselines: eval_options.Baselines = eval_options.BASELINES,
    inconclusive: eval_options.Inconclusive = None,
    reports: eval_options.Reports = eval_options.REPORTS,
    as_json: options.AsJson = False,
) -> None:
    """Compare two runs from their stored replies and give the verdict on the second; needs no key and asks nothing."""
    from summarizer.cli import eval_verdict  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.report import ReportedRun  # noqa: PLC0415
    from summarizer.evaluation.runs import find_run, read_run  # noqa: PLC0415
    from summarizer.evaluation.scored import load_scored  # noqa: PLC0415

    folders = [find_run(name, reports) for name in (run_a, run_b)]
    first, second = (load_scored(folder, gold) for folder in folders)
    comparison = eval_verdict.show_comparison(
        ReportedRun(first, read_run(folders[0])),
        ReportedRun(second, read_run(folders[1])),
        folder=folders[1],
        gold=gold,
        config=load_gate(gate),
        baselines=baselines,
        as_json=as_json,
    )
    raise typer.Exit(eval_verdict.choose_exit_code(comparison, inconclusive))


@app.command("gate", epilog="[bold]Example[/]: summarizer eval gate --baseline eval/baselines/main.json RUN")
def gate_run(
    run: eval_options.RunName,
    baseline: Annotated[
        Path, typer.Option(help="What the run is compared with.", metavar="FILE")
    ] = eval_options.BASELINES / "main.json",
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    baselines: eval_options.Baselines = eval_options.BASELINES,
    inconclusive: eval_options.Inconclusive = None,
    reports: eval_options.Reports = eval_options.REPORTS,
    as_json: options.AsJson = False,
) -> None:
    """Compare a run with a committed baseline and exit by the verdict; needs no key and none of the baseline's replies."""
    from summarizer.cli import eval_verdict  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.baseline_files import read_baseline  # noqa: PLC0415
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.report import ReportedRun  # noqa: PLC0415
    from summarizer.evaluation.runs import find_run, read_run  # noqa: PLC0415
    from summarizer.evaluation.scored import from_baseline, load_scored  # noqa: PLC0415

    folder = find_run(run, reports)
    scored = load_scored(folder, gold)
    standing = from_baseline(read_baseline(baseline), scored.metrics, is_complete=not scored.manifest.missing)
    comparison = eval_verdict.show_comparison(
        ReportedRun(standing, None),
        ReportedRun(scored, read_run(folder)),
        folder=folder,
        gold=gold,
        baseline=baseline,
        config=load_gate(gate),
        baselines=baselines,
        as_json=as_json,
    )
    raise typer.Exit(eval_verdict.choose_exit_code(comparison, inconclusive))


app.command("bless", epilog=eval_files.BLESS_EPILOG)(eval_files.bless_run)
app.command("rescore", epilog=eval_files.RESCORE_EPILOG)(eval_files.rescore_run)
app.command("results", epilog=eval_files.RESULTS_EPILOG)(eval_files.show_results)
app.command("noise", epilog=eval_study.NOISE_EPILOG)(eval_study.show_noise)
app.command("threshold", epilog=eval_study.THRESHOLD_EPILOG)(eval_study.choose_threshold)
