"""What a run would ask for and cost, found out without asking: with the reading, rendering and cache of the run itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from summarizer.annotate.assembly import build_annotator, build_translation_task
from summarizer.annotate.demand import Demand
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.interface import Annotator
from summarizer.annotate.store import Results
from summarizer.annotate.task import Task
from summarizer.chat.connect import connect
from summarizer.chat.endpoint import Endpoint
from summarizer.chat.interface import Message
from summarizer.chat.offline import OfflineChatModel
from summarizer.contract.prompts import cut_paper
from summarizer.errors import ReplyMissingError
from summarizer.papers.identity import DuplicatePaper, SeenPapers
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.settings import Settings


@dataclass
class Forecast:
    """What would become of every record read, and what the papers to be asked about would take."""

    read: int = 0
    to_ask: int = 0
    """Papers with at least one reply to be paid for."""
    resumed: int = 0
    """Annotated by an earlier run on the same output."""
    cached: int = 0
    """Free: every reply is stored, or the annotator needs none."""
    skipped: int = 0
    duplicate: int = 0
    calls: int = 0
    """First attempts, without reasks of what is not answered yet."""
    input_tokens: int = 0
    prompt_cached_tokens: int = 0
    """Of the input: the repeated prefix, which a provider with a prompt cache discounts."""
    output_tokens: int = 0
    stored_replies: int = 0
    """Papers whose stored replies tell how long the others will be; 0 where the languages have to tell."""
    low_usd: float | None = None
    """See `Demand.cost_usd`; None when the price is unknown."""
    high_usd: float | None = None
    worst_call_usd: float | None = None
    """What the dearest single call could cost: --max-cost below it lets nothing through."""
    minutes: float | None = None
    """At the limits given; None without any."""

    def to_json(self) -> dict[str, Any]:
        """Return the forecast as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Translator:
    """Looks up the second call of papers whose first one has no reply yet."""

    endpoint: Endpoint
    task: Task

    async def look_up(self, paper: Paper, *, fresh: bool) -> None:
        user, _ = self.task.prompt.render_user(cut_paper(paper))
        await self.endpoint.answer(lambda mode: self.task.build(mode, (Message("user", user),)), fresh=fresh)


async def forecast(
    records: Iterable[Paper | SkippedRecord],
    results: Results | None,
    settings: Settings,
    *,
    retry_failed: bool = False,
) -> Forecast:
    """Tell what a run over `records` would take. Nothing is asked and no result is written.

    Args:
        records: taken one by one, in constant memory.
        results: what an earlier run left; None for an output that starts empty.
        settings: of the run.
        retry_failed: failures of the earlier run are to be asked for anew.

    Raises:
        SummarizerError: what would keep the run from starting, or stop it while it reads.
    """
    demand = Demand(settings)
    chat = OfflineChatModel(demand.add)
    annotator, translator = build_annotator(settings, chat=chat), None
    model = settings.model or EXTRACTIVE
    try:
        if task := None if model == EXTRACTIVE else build_translation_task(settings, model):
            translator = _Translator(connect(settings, model=model, chat=chat), task)
        walk = _Walk(annotator, translator, results, demand, retry_failed=retry_failed)
        await walk.take(records, at_once=settings.pack)
    finally:
        await annotator.aclose()
        if translator:
            await translator.endpoint.aclose()
    return _fill(walk.counts, demand)


class _Walk:
    """Sorts records as a run does."""

    def __init__(
        self,
        annotator: Annotator,
        translator: _Translator | None,
        results: Results | None,
        demand: Demand,
        *,
        retry_failed: bool,
    ) -> None:
        self._annotator = annotator
        self._translator = translator
        self._results = results
        self._demand = demand
        self._retry_failed = retry_failed
        self._seen = SeenPapers()
        self.counts = Forecast()

    async def take(self, records: Iterable[Paper | SkippedRecord], *, at_once: int) -> None:
        """Sort all records, of which as many are in work as a pack takes."""
        shared = iter(records)
        tasks = [asyncio.create_task(self._take(shared)) for _ in range(at_once)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _take(self, records: Iterator[Paper | SkippedRecord]) -> None:
        counts = self.counts
        for record in records:
            counts.read += 1
            if isinstance(record, SkippedRecord) or not record.abstract:
                counts.skipped += 1
            elif isinstance(paper := self._seen.admit(record), DuplicatePaper):
                counts.duplicate += 1
            elif self._results and self._results.is_annotated(paper):
                counts.resumed += 1
            elif await self._is_free(paper):
                counts.cached += 1
            else:
                counts.to_ask += 1

    async def _is_free(self, paper: Paper) -> bool:
        fresh = bool(self._retry_failed and self._results and self._results.has_failed(paper))
        self._demand.is_last_a_translation = False
        try:
            outcome = await self._annotator.annotate(paper, fresh=fresh)
        except ReplyMissingError:
            if self._translator and not self._demand.is_last_a_translation:
                await self._look_up_translation(self._translator, paper, fresh)
            return False
        self._demand.note_stored(outcome.record.provenance.usage)
        return True

    @staticmethod
    async def _look_up_translation(translator: _Translator, paper: Paper, fresh: bool) -> None:
        try:
            await translator.look_up(paper, fresh=fresh)
        except ReplyMissingError:
            return  # counted


def _fill(counts: Forecast, demand: Demand) -> Forecast:
    counts.calls = demand.calls
    counts.input_tokens, counts.prompt_cached_tokens = demand.input_tokens, demand.prompt_cached_tokens
    counts.output_tokens, counts.stored_replies = demand.output_tokens(counts.to_ask), demand.stored_replies
    counts.low_usd, counts.high_usd = demand.cost_usd(counts.output_tokens)
    counts.worst_call_usd = demand.worst_call_usd
    counts.minutes = demand.minutes(counts.output_tokens)
    return counts
