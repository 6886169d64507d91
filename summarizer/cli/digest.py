"""`summarizer digest`: from papers, or from results that are already there, to a page and a Markdown file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import describe_report, print_data, print_json, say

EPILOG = """[bold]Examples[/]

summarizer digest examples/sample-week -m extractive -o digest

summarizer digest 2023-10-30.txt -m MODEL -o digest

summarizer digest results.jsonl -o digest
"""


def digest(
    inputs: options.Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the pages.", show_default=False)],
    title: Annotated[str | None, typer.Option(help="Title of the page.", show_default=False)] = None,
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
    """Build a digest: index.html and digest.md. Papers are annotated first; results files are used as they are."""
    flags = dict(locals())
    from summarizer.cli.publishing import publish, select_results  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.running import Job, run_job  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    settings, filters = read_settings(flags), filtering.build_filters(flags)
    exit_code = 0
    results = select_results(inputs, filters)
    annotates = not results
    if annotates:
        results = [output / "results.jsonl"]
        job = Job(
            inputs,
            results[0],
            filters=filters,
            source=source,
            overwrite=overwrite,
            retry_failed=retry_failed,
            strict=strict,
        )
        outcome = run_job(job, settings)
        filtering.say_counts(outcome.filtered)
        say(describe_report(outcome.report))
        if as_json:
            print_json(outcome.report.to_json())
        if outcome.error:
            raise outcome.error
        exit_code = outcome.exit_code
    taxonomy = settings.taxonomy if annotates or "taxonomy" in settings.model_fields_set else None
    criterion = settings.criterion if annotates or "criterion" in settings.model_fields_set else None
    pages = publish(results, output, title=title, taxonomy=taxonomy, criterion=criterion)
    if not as_json:
        print_data("\n".join(map(str, pages)))
    raise typer.Exit(exit_code)
