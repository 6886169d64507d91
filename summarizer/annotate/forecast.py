"""What a run would ask and cost, found out without asking anything: the same reading, rendering and cache as the run itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from summarizer.annotate.assembly import build_annotator, build_translation_task
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.interface import Annotator
from summarizer.annotate.store import Results
from summarizer.annotate.task import Task
from summarizer.chat.budget import worst_case_usd
from summarizer.chat.connect import connect
from summarizer.chat.endpoint import Endpoint
from summarizer.chat.interface import ChatRequest, Message, Usage
from summarizer.chat.offline import OfflineChatModel
from summarizer.chat.pricing import Price, find_price
from summarizer.chat.tokens import estimate_tokens
from summarizer.contract.prompts import cut_paper
from summarizer.errors import ReplyMissingError
from summarizer.papers.identity import DuplicatePaper, SeenPapers
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.settings import Settings

TOKEN_MARGIN = 1.15
"""Of the high estimate: what another tokeniser may add to the input."""
REPLY_MARGIN = 1.5
"""Of the high estimate: how much longer replies may be than estimated."""
REASK_SHARE = 0.2
"""Of the high estimate: replies that are asked for again, with the whole conversation as input."""
MIN_STORED_REPLIES = 20
"""So many papers must have stored replies before their average stands for the others."""

_ANNOTATION_TOKENS, _TOKENS_OF_A_LANGUAGE = 110, 65  # a reply, without and for each translation of title and summary
_TRANSLATION_RATIO = 1.3  # tokens of a translated abstract to those of the abstract
_CACHED_PREFIX_TOKENS, _CACHED_STEP_TOKENS = 1024, 128  # how providers discount a prefix that they have just seen
_COUNTED_TEXTS = 1000  # messages whose tokens are counted; those of later ones follow from their length
_TOKENS_OF_A_MESSAGE = 4


@dataclass
class Forecast:
    """What became of every record read, and what those to be asked about will take."""

    read: int = 0
    skipped: int = 0
    duplicate: int = 0
    resumed: int = 0
    """Annotated by an earlier run on the same output."""
    cached: int = 0
    """Every reply is stored, good or bad: free."""
    to_ask: int = 0
    """Papers with at least one reply to be paid for."""
    calls: int = 0
    """First attempts, without reasks."""
    input_tokens: int = 0
    prompt_cached_tokens: int = 0
    """Of the input: a repeated prefix that a provider with a prompt cache discounts."""
    output_tokens: int = 0
    stored_replies: int = 0
    """Papers whose stored replies the output was estimated from; 0 for an estimate by languages."""
    low_usd: float | None = None
    """One reply a call at the estimated lengths, with the discount of the prompt cache; None when the price is unknown."""
    high_usd: float | None = None
    """No discount, 15 % more input, replies half as long again, and every fifth asked for twice."""
    worst_call_usd: float | None = None
    """What the dearest single call could cost: the least that --max-cost must leave."""
    minutes: float | None = None
    """At the limits given; None without any."""

    def to_json(self) -> dict[str, Any]:
        """Return the forecast as plain data."""
        return asdict(self)


async def forecast(records: Iterable[Paper | SkippedRecord], results: Results | None, settings: Settings, *, retry_failed: bool = False) -> Forecast:
    """Tell what a run over `records` would take. Nothing is asked, and nothing written but an empty cache.

    Args:
        records: read one by one, in constant memory.
        results: what an earlier run left; None for an output that starts empty.
        settings: as for the run.
        retry_failed: failures of the earlier run are asked for anew.

    Raises:
        SummarizerError: the run could not start or read on either.
    """
    if settings.model == EXTRACTIVE or settings.model is None:
        return await _walk(records, results, build_annotator(settings), None, _Demand(None), retry_failed)
    price = find_price(settings.base_url, settings.model, price_in=settings.price_in, price_out=settings.price_out)
    demand = _Demand(price)
    chat = OfflineChatModel(demand.add)
    annotator = build_annotator(settings, chat=chat)
    task = build_translation_task(settings, settings.model)
    translator = _Translator(connect(settings, model=settings.model, chat=chat), task) if task else None
    try:
        found = await _walk(records, results, annotator, translator, demand, retry_failed)
    finally:
        await annotator.aclose()
        if translator:
            await translator.endpoint.aclose()
    demand.fill(found, settings)
    return found


@dataclass(frozen=True, slots=True)
class _Translator:
    """Looks for the second call of a paper whose first one is not answered yet."""

    endpoint: Endpoint
    task: Task

    async def look_up(self, paper: Paper, *, fresh: bool) -> None:
        user, _ = self.task.prompt.render_user(cut_paper(paper))
        await self.endpoint.answer(lambda mode: self.task.build(mode, (Message("user", user),)), fresh=fresh)
