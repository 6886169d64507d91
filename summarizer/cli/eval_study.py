"""`summarizer eval noise` and `threshold`: what the gold set can show, and from which relevance on a paper is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli import eval_options, options
from summarizer.cli.output import print_data, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.evaluation.noise import MetricNoise
    from summarizer.evaluation.threshold import CutOff

NOISE_EPILOG = "[bold]Example[/]: summarizer eval noise -m MODEL --prompt annotate.v1"
THRESHOLD_EPILOG = (
    "[bold]Examples[/]: summarizer eval threshold -m MODEL --recall 0.95 · "
    "summarizer eval threshold -m MODEL --recall 0.95 --reason 'release 1.2'"
)


def show_noise(
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
    reason: eval_options.Reason = None,
    by: eval_options.By = None,
    gold: eval_options.Gold = eval_options.GOLD,
    gate: eval_options.Gate = eval_options.GATE,
    reports: eval_options.Reports = eval_options.REPORTS,
    offline: eval_options.Offline = False,
    max_cost: options.MaxCost = None,
    cache_dir: options.CacheDir = None,
    concurrency: options.Concurrency = None,
    timeout_seconds: options.TimeoutSeconds = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask the same prompt twice and measure what chance does: noise floor, detectable effects, margins to put in the gate."""
    flags = dict(locals())
    from summarizer.cli import eval_asking  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.noise import describe_noise, measure_noise, suggest_margins  # noqa: PLC0415

    config, side = load_gate(gate), eval_asking.build_side(flags)
    finished = eval_asking.ask_sides([side], eval_asking.build_plan(flags, seed=config.eval.seed, repeats=2))
    eval_asking.say_missing(finished)
    eval_asking.say_spending(finished, side.settings)
    noise = measure_noise(finished[0].run, gold, config)
    margins = suggest_margins(noise)
    if as_json:
        print_json(
            {"run": finished[0].run.manifest.run_id, "metrics": describe_noise(noise), "suggested_margins": margins}
        )
        return
    print_data(_render_noise(noise))
    _say_margins(noise, margins)


def choose_threshold(
    recall: Annotated[float, typer.Option(min=0.01, max=1.0, help="Share of relevant papers to find.")] = 0.95,
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
    reason: eval_options.Reason = None,
    by: eval_options.By = None,
    gold: eval_options.Gold = eval_options.GOLD,
    reports: eval_options.Reports = eval_options.REPORTS,
    config: Annotated[
        Path, typer.Option(help="Settings file to write to.", metavar="FILE", envvar="SUMMARIZER_CONFIG")
    ] = Path("summarizer.toml"),
    offline: eval_options.Offline = False,
    max_cost: options.MaxCost = None,
    cache_dir: options.CacheDir = None,
    concurrency: options.Concurrency = None,
    timeout_seconds: options.TimeoutSeconds = None,
    as_json: options.AsJson = False,
) -> None:
    """Choose on dev from which relevance on papers are shown; with --reason, check it once on test and write it down.

    `digest --min-relevance auto` uses what is written. Exit 3 if the test split contradicts the choice.
    """
    flags = dict(locals())
    from summarizer.cli import eval_asking  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.threshold import choose_cut_off, list_cut_offs, write_threshold  # noqa: PLC0415

    side, plan = eval_asking.build_side(flags), eval_asking.build_plan(flags)
    found = eval_asking.ask_sides([side], plan)
    eval_asking.say_missing(found)
    on_dev = list_cut_offs(found[0].run, gold)
    chosen = choose_cut_off(on_dev, recall)
    checked = None
    if reason:
        rest = replace(side, settings=eval_asking.keep_rest(side.settings, found))
        test = eval_asking.ask_sides([rest], eval_asking.build_plan(flags, split="test"))
        eval_asking.say_missing(test)
        checked = list_cut_offs(test[0].run, gold)[chosen.relevance]
    holds = checked is not None and checked.may_reach(recall)
    if holds:
        write_threshold(config, chosen.relevance)
    _show_choice(on_dev, chosen, checked, recall, config if holds else None, as_json=as_json)
    if checked and not holds:
        raise typer.Exit(3)


def _render_noise(noise: Sequence[MetricNoise]) -> str:
    from summarizer.cli.eval_table import format_number as number  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.noise import SIZES  # noqa: PLC0415

    lines = [f"{noise[0].n if noise else 0} papers, repeat 1 against repeat 2", ""]
    lines.append(f"{'':<30}{'first':>7}{'second':>7}{'sigma_w':>8}  smallest difference shown at n =")
    lines.append(f"{'':<52}  " + "".join(f"{size:>6}" for size in SIZES))
    for entry in noise:
        scale = max(abs(entry.first), abs(entry.second))
        shown = [number(value, scale) for value in (entry.first, entry.second, entry.within_sd)]
        detectable = "".join(f"{number(value, scale):>6}" for value in entry.detectable)
        name = f"{entry.metric.task} {entry.metric.label}"
        lines.append(f"{name[:29]:<30}{shown[0]:>7}{shown[1]:>7}{shown[2]:>8}  {detectable}")
    return "\n".join(lines)


def _say_margins(noise: Sequence[MetricNoise], margins: dict[str, float]) -> None:
    for entry in noise:
        if entry.margin is not None and (wanted := margins.get(entry.metric.name)):
            verdict = "too small" if entry.margin < wanted else "enough"
            print_data(f"{entry.metric.name}: margin {entry.margin:g} is {verdict}; chance alone needs {wanted:g}")
    if all(entry.is_silent for entry in noise):
        print_data("both repeats are the same: chance does nothing here, and says nothing about margins")
    say("another prompt differs from paper to paper as well: a margin must hold for that too, see the MDE of `eval ab`")


def _show_choice(
    on_dev: Sequence[CutOff],
    chosen: CutOff,
    checked: CutOff | None,
    recall: float,
    written: Path | None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        rows = [_describe(entry) for entry in on_dev]
        print_json(
            {
                "chosen": chosen.relevance,
                "target_recall": recall,
                "dev": rows,
                "test": checked and _describe(checked),
                "written_to": written and str(written),
            }
        )
        return
    print_data(f"{'from':<6}{'recall on dev':<28}{'shown':>12}{'precision':>11}")
    for entry in on_dev:
        mark = f"  <- highest with recall {recall:g}" if entry is chosen else ""
        precision = "\N{EN DASH}" if entry.precision is None else f"{entry.precision:.3f}"
        print_data(
            f"{entry.relevance:<6}{_render_recall(entry):<28}{entry.shown:>5} of {entry.papers:<4}{precision:>10}{mark}"
        )
    if checked is None:
        say("nothing is written: --reason TEXT checks the choice once on test, then it is")
        return
    print_data(f"test  {_render_recall(checked)}")
    say(
        f"{written}: min_relevance = {chosen.relevance}"
        if written
        else f"test contradicts recall {recall:g}; nothing is written"
    )


def _render_recall(cut_off: CutOff) -> str:
    low, high = cut_off.recall_interval
    return f"{cut_off.found}/{cut_off.relevant} = {cut_off.recall:.3f} [{low:.3f}, {high:.3f}]"


def _describe(cut_off: CutOff) -> dict[str, object]:
    low, high = cut_off.recall_interval
    return {
        "relevance": cut_off.relevance,
        "found": cut_off.found,
        "relevant": cut_off.relevant,
        "shown": cut_off.shown,
        "papers": cut_off.papers,
        "recall": cut_off.recall,
        "recall_interval": [low, high],
        "precision": cut_off.precision,
    }
