"""`summarizer annotate`: bulk tagging."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import describe_report, print_json, say

EPILOG = """[bold]Examples[/]

summarizer annotate papers.jsonl -m extractive -o results.jsonl

summarizer annotate 2023-10-30.txt -m MODEL --base-url http://localhost:8000/v1 -o results.jsonl

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
    timeout_seconds: options.TimeoutSeconds = None,
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
    strict: options.Strict = False,
    as_json: options.AsJson = False,
) -> None:
    """Annotate every paper of the inputs: one-line summary, tags, relevance with evidence, translations."""
    flags = dict(locals())
    from summarizer.cli.running import Job, run_job  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    if as_json and str(output) == "-":
        raise typer.BadParameter("-o - and --json both want standard output; name a results file")
    settings, filters = read_settings(flags), filtering.build_filters(flags)
    job = Job(
        inputs, output, filters=filters, source=source, overwrite=overwrite, retry_failed=retry_failed, strict=strict
    )
    result = run_job(job, settings)
    filtering.say_counts(result.filtered)
    say(describe_report(result.report))
    if as_json:
        print_json(result.report.to_json())
    if result.error:
        raise result.error
    if result.report.failed:
        say(f"the reasons are in {output}; run the same command with --retry-failed to ask for those papers anew")
    raise typer.Exit(result.exit_code)
