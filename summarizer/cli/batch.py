"""`summarizer batch`: the same requests for half the price within a day, or as plain files for another engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli import batch_files, filtering, options
from summarizer.cli.output import print_data, print_json, say
from summarizer.errors import BudgetExceededError

if TYPE_CHECKING:
    from summarizer.annotate.batch_work import Collected

app = typer.Typer(
    no_args_is_help=True,
    help="Ask through batch jobs, or through plain files of requests and replies.",
    epilog="[bold]Example[/]: summarizer batch submit papers.jsonl -m MODEL && summarizer batch collect --wait",
)

QueueTokens = Annotated[
    int | None, typer.Option(min=1, help="Tokens that the provider lets you queue; the rest waits.", metavar="N")
]
app.command("export", epilog=batch_files.EXPORT_EPILOG)(batch_files.export)
app.command("import", epilog=batch_files.IMPORT_EPILOG)(batch_files.import_)


@app.command(
    "submit",
    epilog="[bold]Example[/]: summarizer batch submit papers.jsonl -m MODEL --max-cost 5\n\n"
    "The same command after a collect sends what is still missing, and nothing twice.",
)
def submit(
    inputs: options.Inputs,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    temperature: options.Temperature = None,
    seed: options.Seed = None,
    reasoning_effort: options.ReasoningEffort = None,
    max_output_tokens: options.MaxOutputTokens = None,
    price_in: options.PriceIn = None,
    price_out: options.PriceOut = None,
    max_cost: options.MaxCost = None,
    prompt: options.PromptName = None,
    taxonomy: options.TaxonomyName = None,
    criterion: options.CriterionName = None,
    languages: options.Languages = None,
    translate_abstract: options.TranslateAbstract = None,
    cache_dir: options.CacheDir = None,
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
    output_mode: batch_files.OutputMode = None,
    queue_tokens: QueueTokens = None,
    retry_failed: batch_files.RetryRejected = False,
    as_json: options.AsJson = False,
) -> None:
    """Create batch jobs for every request that has no stored reply yet."""
    flags = dict(locals())
    from summarizer.cli import batch_wording, batching  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    settings = read_settings(flags)
    batching.check_key(settings)
    with batching.open_ledger(settings) as ledger:
        report, counts = batching.write_requests(batching.select(flags), settings, ledger, queue_tokens=queue_tokens)
        filtering.say_counts(counts)
        say(batch_wording.describe_requests(report, "in new batches"))
        shards = batching.at_work(settings, ledger, batching.send)
        say(batch_wording.describe_shards(shards))
        if as_json:
            print_json({**report.to_json(), "shards": [batching.shard_to_json(shard, ledger) for shard in shards]})
    if report.pending:
        raise BudgetExceededError(
            f"the next request does not fit into --max-cost {settings.max_cost}; what fits was sent. "
            "The same command with another --max-cost goes on from there"
        )


@app.command("status", epilog="[bold]Example[/]: summarizer batch status --json")
def status(
    base_url: options.BaseUrl = None,
    cache_dir: options.CacheDir = None,
    timeout_seconds: options.TimeoutSeconds = None,
    as_json: options.AsJson = False,
) -> None:
    """Show every batch job of this cache folder, as the provider sees it now."""
    flags = dict(locals())
    from summarizer.cli import batch_wording, batching  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    settings = read_settings(flags)
    with batching.open_ledger(settings) as ledger:
        if ledger.shards(batching.UNSETTLED):
            batching.check_key(settings)
            batching.at_work(settings, ledger, batching.poll)
        shards = [shard for shard in ledger.shards() if shard.state != "exported"]
        if as_json:
            print_json([batching.shard_to_json(shard, ledger) for shard in shards])
            return
        for shard in shards:
            print_data(batch_wording.describe_shard(shard, dict(ledger.count_requests(shard.id))))
        if not shards:
            say("no batch job was submitted from this cache folder")


@app.command("collect", epilog="[bold]Example[/]: summarizer batch collect --wait")
def collect(
    base_url: options.BaseUrl = None,
    price_in: options.PriceIn = None,
    price_out: options.PriceOut = None,
    cache_dir: options.CacheDir = None,
    timeout_seconds: options.TimeoutSeconds = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until the last batch has ended.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Store the replies of every batch that has ended, partial ones included; exit 1 if a request has none."""
    flags = dict(locals())
    from summarizer.cli import batch_waiting, batch_wording, batching  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    settings = read_settings(flags)
    batching.check_key(settings)
    with batching.open_ledger(settings) as ledger:
        collected: list[Collected] = []

        def take(item: Collected) -> None:
            price = batching.find_batch_price(settings, item.shard.model)
            say(batch_wording.describe_collected(item, ledger, price))
            collected.append(item)

        batch_waiting.collect_all(settings, ledger, take, wait=wait)
        left = [shard for shard in ledger.shards(batching.UNSETTLED) if shard.base_url == settings.public_base_url]
        if left:
            say(f"{len(left)} not ended yet: {sum(shard.requests for shard in left):,} requests outstanding")
        elif not collected:
            say("nothing to collect")
        if as_json:
            print_json([batching.shard_to_json(item.shard, ledger) for item in collected])
        unanswered = sum(1 for item in collected for _ in ledger.failures(item.shard.id))
    if collected:
        say(batch_wording.NEXT)
    raise typer.Exit(int(bool(unanswered)))


@app.command("cancel", epilog="[bold]Example[/]: summarizer batch cancel && summarizer batch collect --wait")
def cancel(
    base_url: options.BaseUrl = None,
    cache_dir: options.CacheDir = None,
    timeout_seconds: options.TimeoutSeconds = None,
) -> None:
    """Cancel every batch job that has not ended; what was answered by then is paid for, and can be collected."""
    flags = dict(locals())
    from summarizer.cli import batching  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    settings = read_settings(flags)
    batching.check_key(settings)
    with batching.open_ledger(settings) as ledger:
        count = batching.at_work(settings, ledger, batching.cancel)
    say(f"{count} cancelled; `summarizer batch collect` stores what was answered" if count else "nothing to cancel")
