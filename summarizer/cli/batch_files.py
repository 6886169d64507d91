"""`summarizer batch export` and `import`: plain files of requests and replies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import print_json, say

EXPORT_EPILOG = """[bold]Example[/]: summarizer batch export papers.jsonl -m MODEL -o requests.jsonl

vllm run-batch -i requests.jsonl -o replies.jsonl --model MODEL

summarizer batch import replies.jsonl
"""
IMPORT_EPILOG = "[bold]Example[/]: summarizer batch import replies.jsonl"

OutputMode = Annotated[
    Literal["json_schema", "tool_call", "json_object", "plain"] | None,
    typer.Option(help="How replies are held to their schema; what was found before, else json_schema."),
]
RetryRejected = Annotated[bool, typer.Option("--retry-failed", help="Send again what was refused for good.")]


def export(
    inputs: options.Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="File of requests.", show_default=False)],
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
    output_mode: OutputMode = None,
    retry_failed: RetryRejected = False,
    as_json: options.AsJson = False,
) -> None:
    """Write every request that has no stored reply yet into one file, for any engine that reads batch files."""
    flags = dict(locals())
    from summarizer.cli import batch_wording, batching  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.files import STANDARD_OUTPUT, check_is_no_input  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    if str(output) == STANDARD_OUTPUT:
        raise typer.BadParameter("requests are known by the file that they are in; -o takes its name, and not -")
    settings = read_settings(flags)
    check_is_no_input(output, inputs)
    with batching.open_ledger(settings) as ledger:
        report, counts = batching.write_requests(
            batching.select(flags), settings, ledger, queue_tokens=None, output=output
        )
    filtering.say_counts(counts)
    say(batch_wording.describe_requests(report, f"in {output}"))
    if as_json:
        print_json(report.to_json())


def import_(
    replies: Annotated[list[Path], typer.Argument(help="Files of replies to exported requests.", show_default=False)],
    base_url: options.BaseUrl = None,
    cache_dir: options.CacheDir = None,
    as_json: options.AsJson = False,
) -> None:
    """Store the replies to exported requests, in any order; exit 1 if a line is of no use or an error."""
    flags = dict(locals())
    from summarizer.cli import batch_wording, batching  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    settings = read_settings(flags)
    with batching.open_ledger(settings) as ledger:
        report = batching.read_replies(replies, settings, ledger)
        outstanding = batching.count_outstanding(ledger)
    say(batch_wording.describe_replies(report, outstanding))
    if as_json:
        print_json({**report.to_json(), "outstanding": outstanding})
    useless = report.lines - report.answered - report.duplicate
    raise typer.Exit(int(useless > 0))
