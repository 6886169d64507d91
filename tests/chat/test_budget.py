"""Facts about the cap on what a run may spend."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.chat.budget import Budget, BudgetedChatModel, bound_input_tokens, worst_case_usd
from summarizer.chat.interface import ChatRequest, ChatResponse, Message, Usage
from summarizer.chat.pricing import Price
from summarizer.chat.retry import RetryingChatModel
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import BudgetExceededError, ModelRequestError, ModelUnavailableError
from tests.builders import build_request, build_response

PRICE = Price(input_usd=1.0, cached_input_usd=0.1, output_usd=4.0)
REQUEST = build_request()
WORST = worst_case_usd(REQUEST, PRICE)
USAGE = Usage(input_tokens=100, output_tokens=50)
REAL = PRICE.cost_usd(USAGE)


class Gate:
    """A chat model that answers when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[ChatResponse]] = []

    async def complete(self, request: ChatRequest) -> ChatResponse:
        self.waiting.append(asyncio.get_running_loop().create_future())
        return await self.waiting[-1]

    async def aclose(self) -> None:
        pass


def possibly_billed() -> ModelUnavailableError:
    error = ModelUnavailableError("no answer")
    error.may_be_billed = True
    return error


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_worst_case_is_all_input_and_the_longest_reply() -> None:
    tokens = bound_input_tokens(REQUEST)

    assert pytest.approx((tokens * 1.0 + 512 * 4.0) / 1e6) == WORST
    assert worst_case_usd(REQUEST, Price(1.0, 0.1, 4.0, cache_write_usd=1.25)) > WORST


@given(st.lists(st.text(), max_size=4))
def test_the_bound_counts_each_byte_of_every_message_and_of_the_schema(texts: list[str]) -> None:
    messages = tuple(Message("user", text) for text in texts)
    sent = "".join(texts).encode("utf-8", "surrogatepass")

    assert bound_input_tokens(build_request(messages=messages)) > len(sent) + len('{"type":"object"}')


def test_a_reply_is_booked_at_its_usage_and_the_rest_given_back() -> None:
    budget = Budget(WORST, PRICE)
    chat = BudgetedChatModel(ScriptedChatModel([build_response(usage=USAGE)]), budget)
    asyncio.run(chat.complete(REQUEST))

    assert budget.spent_usd == pytest.approx(REAL)
    assert budget.possibly_billed_usd == 0


def test_input_from_the_prompt_cache_is_booked_at_its_own_price_and_other_input_at_that_of_writing_to_it() -> None:
    budget = Budget(None, Price(1.0, 0.1, 4.0, cache_write_usd=1.25))
    usage = Usage(input_tokens=3_000_000, cached_input_tokens=1_000_000, output_tokens=1_000_000)
    asyncio.run(BudgetedChatModel(ScriptedChatModel([build_response(usage=usage)]), budget).complete(REQUEST))

    assert budget.spent_usd == pytest.approx(0.1 + 2 * 1.25 + 4.0)


@pytest.mark.parametrize("usage", [Usage(), Usage(input_tokens=10), Usage(output_tokens=10)], ids=str)
def test_a_reply_without_whole_usage_keeps_its_worst_case_booked(usage: Usage) -> None:
    budget = Budget(1.0, PRICE)
    asyncio.run(BudgetedChatModel(ScriptedChatModel([build_response(usage=usage)]), budget).complete(REQUEST))

    assert budget.spent_usd == 0
    assert budget.possibly_billed_usd == pytest.approx(WORST)


@pytest.mark.parametrize(("error", "kept"), [(possibly_billed(), WORST), (ModelUnavailableError("429"), 0.0)])
def test_only_an_error_that_may_be_billed_keeps_its_worst_case_booked(
    error: ModelUnavailableError, kept: float
) -> None:
    budget = Budget(1.0, PRICE)
    chat = BudgetedChatModel(ScriptedChatModel([error]), budget)
    with pytest.raises(ModelUnavailableError):
        asyncio.run(chat.complete(REQUEST))

    assert budget.possibly_billed_usd == pytest.approx(kept)


def test_each_attempt_of_a_retried_call_has_a_worst_case_of_its_own() -> None:
    budget = Budget(2.5 * WORST, PRICE)
    scripted = ScriptedChatModel([possibly_billed(), possibly_billed(), possibly_billed()])

    async def no_sleep(_: float) -> None:
        pass

    chat = RetryingChatModel(BudgetedChatModel(scripted, budget), sleep=no_sleep)
    with pytest.raises(BudgetExceededError, match=r"possibly billed"):
        asyncio.run(chat.complete(REQUEST))

    assert len(scripted.requests) == 2
    assert budget.possibly_billed_usd == pytest.approx(2 * WORST)


def test_a_call_that_can_never_fit_is_refused_before_anything_is_sent_and_the_fix_is_named() -> None:
    scripted = ScriptedChatModel([build_response()])
    chat = BudgetedChatModel(scripted, Budget(WORST * 0.9, PRICE))
    with pytest.raises(BudgetExceededError, match=r"\$0.0000 spent of --max-cost .* up to \$0.00.* higher --max-cost"):
        asyncio.run(chat.complete(REQUEST))

    assert scripted.requests == []


def test_a_call_that_fits_once_another_is_settled_waits_for_it() -> None:
    async def play() -> tuple[int, int]:
        gate = Gate()
        chat = BudgetedChatModel(gate, Budget(WORST + REAL, PRICE))
        first, second = (asyncio.create_task(chat.complete(REQUEST)) for _ in range(2))
        await settle()
        before = len(gate.waiting)
        gate.waiting[0].set_result(build_response(usage=USAGE))
        await settle()
        after = len(gate.waiting)
        gate.waiting[1].set_result(build_response(usage=USAGE))
        await asyncio.gather(first, second)
        return before, after

    assert asyncio.run(play()) == (1, 2)


def test_who_waits_for_room_when_the_run_is_stopped_is_never_sent() -> None:
    async def play() -> tuple[list[type], int, float]:
        gate = Gate()
        budget = Budget(WORST + REAL, PRICE)
        chat = BudgetedChatModel(gate, budget)
        tasks = [asyncio.create_task(chat.complete(REQUEST)) for _ in range(4)]
        await settle()
        chat.stop()
        gate.waiting[0].set_result(build_response(usage=USAGE))
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        return [type(outcome) for outcome in outcomes], len(gate.waiting), budget.spent_usd + budget.possibly_billed_usd

    outcomes, sent, booked = asyncio.run(play())

    assert outcomes == [ChatResponse, *[asyncio.CancelledError] * 3]
    assert sent == 1
    assert booked == pytest.approx(REAL)


def test_who_comes_first_is_served_first_also_when_a_later_call_would_fit() -> None:
    small, large = build_request(), build_request(max_output_tokens=2048)

    async def play() -> list[bool]:
        gate = Gate()
        chat = BudgetedChatModel(gate, Budget(worst_case_usd(large, PRICE) + REAL, PRICE))
        calls = [asyncio.create_task(chat.complete(request)) for request in (small, large, small)]
        await settle()
        gate.waiting[0].set_result(build_response(usage=USAGE))
        await settle()
        sent = len(gate.waiting)
        gate.waiting[1].set_result(build_response(usage=USAGE))
        await settle()
        gate.waiting[2].set_result(build_response(usage=USAGE))
        await asyncio.gather(*calls)
        return [sent == 2]

    assert asyncio.run(play()) == [True]


def test_the_budget_is_exhausted_only_when_nothing_is_in_flight_and_then_for_everybody() -> None:
    async def play() -> list[type[BaseException] | None]:
        gate, budget = Gate(), Budget(1.5 * WORST, PRICE)
        chat = BudgetedChatModel(gate, budget)
        calls = [asyncio.create_task(chat.complete(REQUEST)) for _ in range(3)]
        await settle()

        assert [call.done() for call in calls] == [False] * 3

        gate.waiting[0].set_result(build_response(usage=Usage()))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        with pytest.raises(BudgetExceededError):
            await chat.complete(REQUEST)
        return [type(outcome) if isinstance(outcome, BaseException) else None for outcome in outcomes]

    assert asyncio.run(play()) == [None, BudgetExceededError, BudgetExceededError]


def test_a_call_given_up_on_its_way_stays_booked_and_one_given_up_in_the_queue_does_not() -> None:
    async def play() -> Budget:
        gate, budget = Gate(), Budget(1.5 * WORST, PRICE)
        chat = BudgetedChatModel(gate, budget)
        sent, queued = (asyncio.create_task(chat.complete(REQUEST)) for _ in range(2))
        await settle()
        queued.cancel()
        await settle()
        sent.cancel()
        await asyncio.gather(sent, queued, return_exceptions=True)
        return budget

    assert asyncio.run(play()).possibly_billed_usd == pytest.approx(WORST)


def test_a_turn_granted_and_given_up_in_the_same_moment_goes_to_the_next() -> None:
    async def play() -> int:
        gate = Gate()
        chat = BudgetedChatModel(gate, Budget(WORST + REAL, PRICE))
        first, second, third = (asyncio.create_task(chat.complete(REQUEST)) for _ in range(3))
        await settle()
        gate.waiting[0].set_exception(ModelRequestError("401"))
        await asyncio.sleep(0)  # the first call ends and hands its turn on; the second has not woken up yet
        second.cancel()
        await settle()
        sent = len(gate.waiting)
        gate.waiting[-1].set_result(build_response(usage=USAGE))
        await asyncio.gather(first, second, third, return_exceptions=True)
        return sent

    assert asyncio.run(play()) == 2


class Provider:
    """Bills every attempt that it answers and, of those that it does not, some."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.bill = 0.0

    async def complete(self, request: ChatRequest) -> ChatResponse:
        for _ in range(self.chance.randrange(3)):
            await asyncio.sleep(0)
        event = self.chance.random()
        if event < 0.2:
            raise ModelUnavailableError("429")
        usage = self._bill(request)
        if event < 0.4:
            raise possibly_billed()
        if event < 0.5:
            await asyncio.sleep(3600)  # until it is cancelled
        return build_response(usage=usage if event < 0.9 else Usage())

    async def aclose(self) -> None:
        pass

    def _bill(self, request: ChatRequest) -> Usage:
        tokens = self.chance.randint(0, bound_input_tokens(request))
        usage = Usage(
            input_tokens=tokens,
            cached_input_tokens=self.chance.randint(0, tokens),
            output_tokens=self.chance.randint(1, request.max_output_tokens),
        )
        self.bill += PRICE.cost_usd(usage)
        return usage


@given(st.integers(0, 2**32), st.floats(0.2, 20))
def test_whatever_happens_the_bill_never_exceeds_the_cap(seed: int, calls_worth: float) -> None:
    async def play() -> tuple[Provider, Budget]:
        provider, budget = Provider(seed), Budget(calls_worth * WORST, PRICE)
        chat = BudgetedChatModel(provider, budget)
        calls = [asyncio.create_task(chat.complete(REQUEST)) for _ in range(30)]
        for _ in range(40):
            await asyncio.sleep(0)
            provider.chance.choice(calls).cancel()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return provider, budget

    provider, budget = asyncio.run(play())

    assert provider.bill <= calls_worth * WORST + 1e-12
    assert provider.bill <= budget.spent_usd + budget.possibly_billed_usd + 1e-12
