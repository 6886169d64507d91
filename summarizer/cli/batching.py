"""What the batch commands do between their flags and their output."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import typer

from summarizer.annotate.assembly import new_run_id
from summarizer.annotate.batch_files import ExportWriter, ShardKind, ShardWriter
from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_replies import ReplyReader, ReplyReport, read_result_file
from summarizer.annotate.batch_requests import RequestOptions, RequestReport, RequestSearch
from summarizer.annotate.batch_shard import RUNNING, WAITING, Shard
from summarizer.annotate.batch_work import BatchWork
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.chat.address import build_address
from summarizer.chat.batches import BatchAPI
from summarizer.chat.budget import worst_case_usd
from summarizer.chat.cache import ResponseCache
from summarizer.chat.connect import EndpointMemory
from summarizer.chat.interface import OutputMode
from summarizer.chat.openai_client import OpenAIClient
from summarizer.chat.pricing import Price, find_price
from summarizer.cli.filtering import build_filters
from summarizer.cli.output import say
from summarizer.errors import ConfigurationError
from summarizer.papers import FilterCounts, Filters, read
from summarizer.settings import Settings

INTERRUPTED = 130
GONE = "is the key that of the account that submitted it? `summarizer batch cancel` gives it up"
"""What to do about a batch that the provider does not know."""

UNSETTLED = WAITING + RUNNING

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which papers a command is about."""

    inputs: list[str]
    filters: Filters = field(default_factory=Filters)
    source: str | None = None
    output_mode: OutputMode | None = None
    """None for what an earlier probe of the endpoint found."""
    retry_failed: bool = False


def select(flags: Mapping[str, Any]) -> Selection:
    """Build the selection of a command from its parameters.

    Raises:
        ConfigurationError: a filter can't be used.
    """
    filters = build_filters(flags)
    return Selection(flags["inputs"], filters, flags["source"], flags["output_mode"], flags["retry_failed"])


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger beside the cache; Ctrl-C in the block is exit 130.

    Raises:
        StoreError: it can't be opened, or is in use.
    """
    try:
        with Ledger(settings.cache_dir / "batches") as ledger:
            yield ledger
    except KeyboardInterrupt:
        say("stopped; batches that were sent go on, and the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from None


def open_cache(settings: Settings) -> ResponseCache:
    """Open the cache that every command shares.

    Raises:
        StoreError: it can't be opened.
    """
    return ResponseCache(settings.cache_dir / "responses")


def check_key(settings: Settings) -> None:
    """Make sure that the provider can be asked.

    Raises:
        ConfigurationError: its key is missing.
    """
    if settings.needs_key and settings.api_key is None:
        raise ConfigurationError(
            f"{settings.public_base_url} needs a key: set OPENAI_API_KEY; or `summarizer batch export` writes the "
            "requests for another engine"
        )


def at_work(settings: Settings, ledger: Ledger, use: Callable[[BatchWork], Awaitable[Result]]) -> Result:
    """Let `use` work on the shards of the endpoint that `settings` name.

    Raises:
        SummarizerError: whatever stopped it; the ledger says how far it came.
    """
    elsewhere = {shard.base_url for shard in ledger.shards(UNSETTLED)} - {settings.public_base_url}
    for base_url in sorted(elsewhere):
        say(f"batches at {base_url} are left alone; name it with --base-url")

    async def work() -> Result:
        client = OpenAIClient(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            timeout_seconds=settings.timeout_seconds,
            max_connections=1,
        )
        api = BatchAPI(client, max_attempts=settings.max_attempts, sleep=asyncio.sleep)
        try:
            work = BatchWork(ledger, api, base_url=settings.public_base_url, say=say)
            await work.recover()
            return await use(work)
        finally:
            await api.aclose()

    return asyncio.run(work())


def write_requests(
    selection: Selection, settings: Settings, ledger: Ledger, *, queue_tokens: int | None, output: Path | None = None
) -> tuple[RequestReport, FilterCounts]:
    """Write what is missing into shards or, with `output`, into one plain file.

    Raises:
        ConfigurationError: no chat model, or a budget without a price.
        SummarizerError: an input, the cache or the ledger can't be used.
    """
    model = _check_model(settings)
    known = EndpointMemory(settings.cache_dir).load(settings.base_url, model)
    price = find_batch_price(settings, model)
    if price is None and settings.max_cost is not None and output is None:
        raise ConfigurationError(
            f"--max-cost needs a price, and that of {model} is unknown: name --price-in and --price-out"
        )
    mode = selection.output_mode or known.output_mode or "json_schema"
    options = RequestOptions(
        output_mode=mode,
        token_limit_parameter=known.token_limit_parameter,
        retry_failed=selection.retry_failed,
        ignores_batches=output is not None,
        worst_case_usd=partial(worst_case_usd, price=price) if price else None,
        max_usd=settings.max_cost if output is None else None,
    )
    kind = ShardKind(new_run_id(), settings.public_base_url, model, mode, queue_tokens)
    counts = FilterCounts()
    with closing(read(*selection.inputs, source=selection.source)) as records:
        papers = selection.filters.apply(records, counts)
        if output is None:
            with closing(ShardWriter(ledger, kind)) as shards:
                report = RequestSearch(settings, ledger, shards, options).run(papers)
                shards.finish()
        else:
            with closing(ExportWriter(ledger, kind, output)) as file:
                report = RequestSearch(settings, ledger, file, options).run(papers)
                file.finish()
    return report, counts


def read_replies(paths: Sequence[Path], settings: Settings, ledger: Ledger) -> ReplyReport:
    """Read plain files of results into the cache.

    Raises:
        SourceError: one can't be read.
        StoreError: the cache or the ledger can't be written.
    """
    address = build_address(settings.base_url, settings.api_key.get_secret_value() if settings.api_key else None)
    with closing(open_cache(settings)) as cache:
        reader = ReplyReader(ledger, cache, address.decode, endpoint=address.url)
        lines = chain.from_iterable(map(read_result_file, paths))
        return asyncio.run(reader.read(lines))


def count_outstanding(ledger: Ledger) -> int:
    """Count the exported requests without a reply."""
    return sum(ledger.count_requests(shard.id).get("outstanding", 0) for shard in ledger.shards(("exported",)))


async def send(work: BatchWork) -> list[Shard]:
    """Send what waits; return what is running or waiting then."""
    await work.send()
    return work.shards(UNSETTLED)


async def poll(work: BatchWork) -> None:
    """Bring the ledger up to date, and say what the provider does not know."""
    await work.poll()
    for error in work.gone.values():
        say(f"{error}; {GONE}")


async def cancel(work: BatchWork) -> int:
    """Cancel everything; return the number of shards."""
    return await work.cancel()


def find_batch_price(settings: Settings, model: str) -> Price | None:
    """Find the price of batch jobs, or that of live calls where the list has no other; None where it is unknown."""
    return find_price(settings.base_url, model, price_in=settings.price_in, price_out=settings.price_out, is_batch=True)


def shard_to_json(shard: Shard, ledger: Ledger) -> dict[str, Any]:
    """Return a shard and what became of its requests as plain data."""
    return {**asdict(shard), "outcomes": dict(ledger.count_requests(shard.id))}


def _check_model(settings: Settings) -> str:
    if settings.model in {None, EXTRACTIVE}:
        raise ConfigurationError("batches are for chat models: name one with --model")
    return str(settings.model)
