"""Collecting batches as they end, and waiting for those that have not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from functools import partial

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_shard import RUNNING, WAITING
from summarizer.annotate.batch_work import BatchWork, Collected
from summarizer.chat.cache import ResponseCache
from summarizer.chat.http_answer import BatchGoneError
from summarizer.cli.batch_wording import describe_progress
from summarizer.cli.batching import GONE, UNSETTLED, at_work, open_cache
from summarizer.cli.output import say
from summarizer.errors import ModelUnavailableError
from summarizer.settings import Settings

FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS = 2.0, 300.0
_WAIT_GROWTH = 1.5

OnCollected = Callable[[Collected], None]


def collect_all(settings: Settings, ledger: Ledger, on_collected: OnCollected, *, wait: bool) -> None:
    """Collect what has ended, and send what waits; with `wait`, until nothing is left to do.

    Raises:
        BatchGoneError: the provider does not know a batch; the others were collected all the same.
        SummarizerError: whatever stopped it.
    """
    with closing(open_cache(settings)) as cache:
        at_work(settings, ledger, partial(_collect, cache=cache, on_collected=on_collected, wait=wait))


async def _collect(work: BatchWork, *, cache: ResponseCache, on_collected: OnCollected, wait: bool) -> None:
    await work.collect(cache, on_collected)
    await work.send()
    seconds = FIRST_WAIT_SECONDS
    while wait and len(work.shards(UNSETTLED)) > len(work.gone):
        say(describe_progress(work.shards(RUNNING), work.shards(WAITING), seconds))
        await asyncio.sleep(seconds)
        seconds = min(seconds * _WAIT_GROWTH, MAX_WAIT_SECONDS)
        try:
            await work.recover()
            await work.collect(cache, on_collected)
            await work.send()
        except ModelUnavailableError as error:  # batches take a day, and a network may be gone for an hour of it
            say(f"waiting goes on: {error}")
    if work.gone:
        raise BatchGoneError(f"{'; '.join(map(str, work.gone.values()))}; {GONE}")
