"""Asking for the replies of an evaluation: through the ordinary annotator and cache, so that a digest gets the same ones.

Two sides are asked in one go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from summarizer.annotate.assembly import build_annotator, build_budget
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.interface import Annotator
from summarizer.annotate.records import FailedRecord, Profile
from summarizer.annotate.workers import finish
from summarizer.chat.budget import Budget
from summarizer.chat.interface import ChatModel, Usage
from summarizer.chat.pricing import find_price
from summarizer.errors import BudgetExceededError, ModelUnavailableError, ReplyMissingError
from summarizer.evaluation.calls import Call, order_calls
from summarizer.evaluation.runs import GoldRecord, Missing
from summarizer.papers import Paper
from summarizer.settings import Settings

UNAVAILABLE_LIMIT = 3
"""When so many papers found no endpoint before any was answered, the others are not tried."""

_UNPAID = "not asked: the budget is spent"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the annotators that are compared."""

    settings: Settings
    chat: ChatModel | None = None
    """Asked in place of the endpoint of `settings`."""


@dataclass(slots=True)
class Answers:
    """What one side gave."""

    profile: Profile
    records: dict[tuple[str, int], GoldRecord] = field(default_factory=dict)
    """By paper id and repeat."""
    missing: list[Missing] = field(default_factory=list)
    calls: int = 0
    """HTTP requests of this time."""
    usage: Usage = field(default_factory=Usage)
    """Tokens paid for this time."""
    spent_usd: float | None = 0.0
    """None when a price is unknown."""
    possibly_billed_usd: float = 0.0
    """At most billed on top of it, for attempts without an answer."""


def ask(
    papers: Sequence[Paper],
    sides: Sequence[Side],
    *,
    repeats: int = 1,
    seed: int = 0,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[list[Answers], BudgetExceededError | None]:
    """Have every side annotate every paper `repeats` times.

    What no endpoint answered is tried once more at the end and then missing; so is everything after the budget is spent,
    and, with an `OfflineChatModel`, whatever is not in the cache.

    Args:
        papers: in any order; asked in one drawn with `seed`.
        sides: one for a single run, two for a comparison. The first one's `concurrency` and `max_cost` hold for all together.
        repeats: replies for each paper; each has its own place in the cache.
        seed: of the order.
        on_progress: told after each call how many are done, of how many.

    Returns:
        The answers of each side, and what ended the budget, if anything did.

    Raises:
        SummarizerError: every other paper would meet the same error; what was answered is in the cache.
    """
    if not sides:
        return [], None
    together = max(side.settings.pack for side in sides)  # packs are as full as those of a run
    groups = order_calls(papers, sides=len(sides), repeats=repeats, seed=seed, together=together)
    return asyncio.run(_Asking(sides, repeats, sum(map(len, groups)), on_progress).execute(groups))


class _Asking:
    """The work in progress."""

    def __init__(
        self, sides: Sequence[Side], repeats: int, total: int, on_progress: Callable[[int, int], None]
    ) -> None:
        self._sides = sides
        self._repeats = repeats
        self._total = total
        self._on_progress = on_progress
        self._annotators: dict[tuple[int, int], Annotator] = {}
        self._answers: list[Answers] = []
        self._open: dict[tuple[int, int, str], str] = {}
        self._unavailable = 0
        self._is_broken = False
        self._budgets: dict[tuple[object, ...], Budget | None] = {}
        self._stop: BudgetExceededError | None = None

    async def execute(self, groups: Sequence[tuple[Call, ...]]) -> tuple[list[Answers], BudgetExceededError | None]:
        """Ask everything, and what found no endpoint a second time."""
        try:
            self._build_annotators()
            await self._ask_all(groups)
            if self._unavailable and not self._is_hopeless and not self._stop:
                await self._ask_all([tuple(call for call in group if call.key in self._open) for group in groups])
            self._settle()
        finally:
            for annotator in self._annotators.values():
                await annotator.aclose()
        return self._answers, self._stop

    def _build_annotators(self) -> None:
        kinds = {_name_price(side.settings) for side in self._sides}
        cap, self._budgets = self._sides[0].settings.max_cost, {}
        for number, side in enumerate(self._sides):
            settings = side.settings.model_copy(update={"max_cost": cap and cap / len(kinds)})
            budget = self._budgets.setdefault(_name_price(settings), _build_budget(settings))
            for repeat in range(self._repeats):
                self._annotators[number, repeat] = build_annotator(
                    settings, chat=side.chat, repeat=repeat, budget=budget
                )
            self._answers.append(Answers(self._annotators[number, 0].profile))

    async def _ask_all(self, groups: Sequence[tuple[Call, ...]]) -> None:
        queue = iter(groups)
        workers = range(self._sides[0].settings.concurrency)
        await finish([asyncio.create_task(self._work(queue)) for _ in workers])

    async def _work(self, queue: Iterator[tuple[Call, ...]]) -> None:
        for group in queue:
            if self._is_broken:
                return
            outcomes = await asyncio.gather(*map(self._take, group), return_exceptions=True)
            # One that was cancelled is told last: another's error is why.
            for kind in (Exception, BaseException):
                for outcome in outcomes:
                    if isinstance(outcome, kind):
                        raise outcome

    async def _take(self, call: Call) -> None:
        if self._stop or self._is_hopeless:
            self._open.setdefault(call.key, _UNPAID if self._stop else "not asked: no endpoint was found")
        else:
            await self._ask(call)
        self._on_progress(sum(len(answers.records) for answers in self._answers), self._total)

    async def _ask(self, call: Call) -> None:
        try:
            outcome = await self._annotators[call.side, call.repeat].annotate(call.paper)
        except ReplyMissingError as error:
            self._open[call.key] = str(error)
        except BudgetExceededError as error:
            self._stop = self._explain(error)
            self._open[call.key] = _UNPAID
        except Exception:
            self._break_off()
            raise
        else:
            self._book(call, outcome.record)

    def _break_off(self) -> None:
        """Send nothing more; what is in flight is still taken in."""
        self._is_broken = True
        for annotator in self._annotators.values():
            annotator.stop()

    def _explain(self, error: BudgetExceededError) -> BudgetExceededError:
        if (count := len(self._budgets)) == 1:
            return error
        return BudgetExceededError(f"{error} (--max-cost is shared out among {count} models)")

    def _book(self, call: Call, record: GoldRecord) -> None:
        if isinstance(record, FailedRecord) and record.error.type == ModelUnavailableError.__name__:
            self._open[call.key] = record.error.message
            self._unavailable += 1
        else:
            self._open.pop(call.key, None)
            self._answers[call.side].records[call.paper.id, call.repeat] = record

    @property
    def _is_hopeless(self) -> bool:
        return self._unavailable >= UNAVAILABLE_LIMIT and not any(answers.records for answers in self._answers)

    def _settle(self) -> None:
        for (side, repeat, name), reason in sorted(self._open.items()):
            self._answers[side].missing.append(Missing(id=name, repeat=repeat, reason=reason))
        for (side, _), annotator in self._annotators.items():
            answers, spending = self._answers[side], annotator.spending
            answers.calls += spending.calls
            answers.usage += spending.usage
            known = answers.spent_usd is not None and spending.cost_usd is not None
            answers.spent_usd = (answers.spent_usd or 0.0) + (spending.cost_usd or 0.0) if known else None
        for place, asked in enumerate(self._sides):  # the first that asks from a budget tells what it may have lost
            if budget := self._budgets.pop(_name_price(asked.settings), None):
                self._answers[place].possibly_billed_usd = budget.possibly_billed_usd


def _name_price(settings: Settings) -> tuple[object, ...]:
    """Return what calls must have in common to be paid from one budget."""
    return settings.model, settings.base_url, settings.price_in, settings.price_out


def _build_budget(settings: Settings) -> Budget | None:
    """Build one budget for all repeats and sides of a model; None for what costs nothing.

    Raises:
        ConfigurationError: there is a cap, and the price is unknown.
    """
    if settings.model is None or settings.model == EXTRACTIVE:
        return None
    price = find_price(settings.base_url, settings.model, price_in=settings.price_in, price_out=settings.price_out)
    return build_budget(settings, settings.model, price)
