"""`summarizer papers`: look at any source before spending."""

from __future__ import annotations

from typing import Annotated

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import print_data

EPILOG = """[bold]Examples[/]

summarizer papers examples/sample-week

summarizer papers conference.md notes.md --dedupe

summarizer papers dump.jsonl.gz --category 'eess.*' --since 2026-11-16 --match 'liver CT' --json > liver.jsonl
"""


def papers(
    inputs: options.Inputs,
    source: filtering.SourceName = None,
    dedupe: Annotated[bool, typer.Option("--dedupe", help="Tell duplicates from papers.")] = False,
    categories: filtering.Categories = None,
    primary_only: filtering.PrimaryOnly = False,
    since: filtering.Since = None,
    until: filtering.Until = None,
    venues: filtering.Venues = None,
    match: filtering.Match = None,
    exclude: filtering.Exclude = None,
    limit: filtering.Limit = None,
    sample: filtering.Sample = None,
    sample_seed: filtering.SampleSeed = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each record.")] = False,
) -> None:
    """Read papers and say what is there: counts, dates, categories, and what was skipped and why. Nothing is sent."""
    flags = dict(locals())
    from summarizer.cli.survey import Survey, to_json_line  # noqa: PLC0415  # keeps --help instant
    from summarizer.papers import FilterCounts, deduplicate, read  # noqa: PLC0415

    counts = FilterCounts()
    chosen = filtering.build_filters(flags).apply(read(*inputs, source=source), counts)
    records = deduplicate(chosen) if dedupe else chosen
    if as_json:
        for record in records:
            print_data(to_json_line(record))
    else:
        survey = Survey()
        for record in records:
            survey.add(record)
        print_data(survey.render())
    filtering.say_counts(counts)
