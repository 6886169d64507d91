"""`summarizer annotate`: bulk tagging."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import print_data, print_json

if TYPE_CHECKING:
    from summarizer.cli.running import Job
    from summarizer.settings import Settings

EPILOG = """[bold]Examples[/]

summarizer annotate papers.jsonl -m extractive -o results.jsonl

summarizer annotate 2023-10-30.txt -m MODEL --base-url http://localhost:8000/v1 -o results.jsonl

summarizer annotate dump.jsonl -m MODEL -o results.jsonl --dry-run --rpm 500

summarizer annotate dump.jsonl -m MODEL -o results.jsonl --max-cost 5

The same command again goes on where the last run stopped and pays for nothing twice.
"""


def annotate(
    inputs: options.Inputs,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Results file (JSON lines), or - for standard output.", show_default=False),
    ],
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
    translate_abstract: options.TranslateAbstract = None,
    cache_dir: options.CacheDir = None,
    concurrency: options.Concurrency = None,
    pack: options.Pack = None,
    timeout_seconds: options.TimeoutSeconds = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    max_cost: options.MaxCost = None,
    dry_run: options.DryRun = False,
    check_gold: options.CheckGold = False,
    categories: filtering.Categories = None,
    primary_only: filtering.PrimaryOnly = False,
    since: filtering.Since = None,
    until: filtering.Until = None,
    venues: filtering.Venues = None,
    match: filtering.Match = None,
    exclude: filtering.Exclude = None,
    limit: filtering.Limit = None,
    sample: filtering.Sample = None,
    sample_seed: options.SampleSeed = 0,
    source: filtering.SourceName = None,
    overwrite: options.Overwrite = False,
    retry_failed: options.RetryFailed = False,
    replay: options.Replay = False,
    metrics: options.Metrics = None,
    strict: options.Strict = False,
    as_json: options.AsJson = False,
) -> None:
    """Annotate every paper of the inputs: one-line summary, tags, relevance with evidence, translations."""
    flags = dict(locals())
    from summarizer.cli.running import Job  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    if replay and retry_failed:
        raise typer.BadParameter("--retry-failed asks anew, and --replay asks nobody; choose one of them")
    if as_json and str(output) == "-" and not dry_run:
        raise typer.BadParameter("-o - and --json both want standard output; name a results file")
    settings, filters = read_settings(flags), filtering.build_filters(flags)
    job = Job(
        inputs,
        output,
        filters=filters,
        source=source,
        overwrite=overwrite,
        retry_failed=retry_failed,
        strict=strict,
        replay=replay,
        metrics=metrics,
    )
    if check_gold and not dry_run:
        from summarizer.cli.eval_check import require_sound_gold  # noqa: PLC0415

        settings = require_sound_gold(settings, offline=replay)
    (_price if dry_run else _run)(job, settings, as_json=as_json)


def _price(job: Job, settings: Settings, *, as_json: bool) -> None:
    from summarizer.cli.pricing import describe_forecast, forecast_job  # noqa: PLC0415  # keeps --help instant

    found, filtered = forecast_job(job, settings)
    filtering.say_counts(filtered)
    if as_json:
        print_json(found.to_json())
    else:
        print_data(describe_forecast(found, settings))


def _run(job: Job, settings: Settings, *, as_json: bool) -> None:
    from summarizer.cli.ending import say_result  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.running import run_job  # noqa: PLC0415

    result = run_job(job, settings)
    filtering.say_counts(result.filtered)
    say_result(result, job)
    if as_json:
        print_json(result.report.to_json())
    if result.error:
        raise result.error
    raise typer.Exit(result.exit_code)
