"""Facts about how requests wait for the limits of a key, for an endpoint that is gone, and for each other."""

from __future__ import annotations

import asyncio
import inspect
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from summarizer.chat.interface import ChatRequest, ChatResponse, Usage
from summarizer.chat.limits import MAX_OUTAGE_SECONDS, LimitedChatModel, Limiter
from summarizer.chat.retry import RetryingChatModel
from summarizer.chat.shared_limits import SharedTurns
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError, PaperRejectedError
from tests.builders import build_request, build_response
from tests.chat.virtual_time import VirtualTime
from tests.chat_server.answers import RequestRefusedError
from tests.chat_server.limits import RateLimits

USAGE = Usage(input_tokens=800, output_tokens=200)


def unavailable(text: str = "gone", *, sent: bool = False, retry_after: float | None = None) -> ModelUnavailableError:
    error = ModelUnavailableError(text, retry_after_seconds=retry_after)
    error.may_be_billed = sent
    return error


class FakeEndpoint:
    """Answers after a while, or does what it is told to; limits are enforced as the server for tests enforces them."""

    def __init__(self, passing: VirtualTime, *, seconds: float = 1.0, rpm: int | None = None, tpm: int | None = None):
        self.time = passing
        self.seconds = seconds
        self.limits: dict[str, int | None] = {"requests": rpm, "tokens": tpm}
        self.rates = RateLimits(passing.clock)
        self.observe: Callable[[Mapping[str, str], int], None] = lambda _headers, _status: None
        self.fault: Callable[[ChatRequest], Exception | int | None] = lambda _: None
        self.asked: list[tuple[float, str]] = []
        self.refused = self.in_flight = self.max_in_flight = 0
        self.announces = True

    async def complete(self, request: ChatRequest) -> ChatResponse:
        self.asked.append((self.time.now, request.messages[-1].content))
        self.in_flight += 1
        self.max_in_flight = max(self.in_flight, self.max_in_flight)
        try:
            return await self._answer(request)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: ChatRequest) -> ChatResponse:
        fault = self.fault(request)
        if isinstance(fault, Exception):
            await self.time.pass_by(0.01)
            raise fault
        if fault is not None:
            self.observe({}, fault)
            raise unavailable(str(fault))
        try:
            self.rates.admit(self.limits, USAGE.input_tokens)
        except RequestRefusedError as refusal:
            self.refused += 1
            self.observe(refusal.answer.headers if self.announces else {}, 429)
            raise unavailable("429", retry_after=float(refusal.answer.headers["retry-after-ms"]) / 1000) from None
        await self.time.pass_by(self.seconds)
        self.rates.charge(USAGE.output_tokens)
        self.observe(self.rates.headers() if self.announces else {}, 200)
        return build_response(usage=USAGE)

    async def aclose(self) -> None:
        pass


class World:
    """A way to an endpoint, with everything on it but the network."""

    def __init__(self, *, concurrency: int = 8, seconds: float = 1.0, max_attempts: int = 6, **limits: Any) -> None:
        self.time = VirtualTime()
        server = {name: limits.pop(f"server_{name}", None) for name in ("rpm", "tpm")}
        self.endpoint = FakeEndpoint(self.time, seconds=seconds, **server)
        self.concurrency = concurrency
        self.max_attempts = max_attempts
        self.limiter, self.chat = self.connect(**limits)

    def connect(self, **limits: Any) -> tuple[Limiter, RetryingChatModel]:
        clock, sleep = self.time.clock, self.time.sleep
        limiter = Limiter(self.concurrency, clock=clock, sleep=sleep, draw=random.Random(1).random, **limits)
        self.endpoint.observe = limiter.observe
        limited = LimitedChatModel(self.endpoint, limiter)
        return limiter, RetryingChatModel(
            limited, max_attempts=self.max_attempts, blame=lambda: limiter.last_blame, sleep=self.time.sleep
        )

    async def ask(self, count: int, *, first: int = 0, workers: int | None = None) -> list[ChatResponse | ModelError]:
        """Ask for papers by number, with as many workers as may be in flight."""
        numbers = iter(range(first, first + count))
        outcomes: dict[int, ChatResponse | ModelError] = {}

        async def work() -> None:
            for number in numbers:
                try:
                    outcomes[number] = await self.chat.complete(build_request(f"paper {number}."))
                except (ModelUnavailableError, PaperRejectedError) as error:
                    outcomes[number] = error

        await asyncio.gather(*(work() for _ in range(workers or self.concurrency)))
        return [outcomes[number] for number in sorted(outcomes)]


def attempts(outcomes: list[ChatResponse | ModelError]) -> int:
    assert all(isinstance(outcome, ChatResponse) for outcome in outcomes)
    return sum(outcome.attempts for outcome in outcomes)


# Rates


@pytest.mark.parametrize("is_told", [True, False], ids=["given", "learned"])
@pytest.mark.parametrize(("rpm", "tpm"), [(600, None), (None, 100_000), (600, 100_000), (60, 1_000_000)])
def test_a_run_comes_near_the_limits_and_is_hardly_ever_refused(rpm: int, tpm: int, is_told: bool) -> None:
    world = World(server_rpm=rpm, server_tpm=tpm, concurrency=20, **({"rpm": rpm, "tpm": tpm} if is_told else {}))
    per_minute = min(rpm or 10**9, (tpm or 10**9) / 1000)
    count = int(5 * per_minute)
    started = world.time.now
    calls = attempts(world.time.run(world.ask(count)))

    assert count / ((world.time.now - started) / 60) > 0.95 * per_minute
    assert calls < 1.01 * count


def test_a_key_that_somebody_else_drains_elsewhere_is_shared_with_few_refusals() -> None:
    world = World(server_rpm=600, rpm=600)

    async def run() -> list[ChatResponse | ModelError]:
        world.endpoint.rates.admit(world.endpoint.limits, 0)
        world.endpoint.rates._buckets["requests"].level = 0
        return await world.ask(1200)

    assert attempts(world.time.run(run())) < 1.03 * 1200


@pytest.mark.parametrize("concurrency", [4, 64])
def test_limits_that_are_not_announced_are_found_by_refusals(concurrency: int) -> None:
    world = World(server_rpm=120, concurrency=concurrency, seconds=0.5)
    world.endpoint.announces = False
    started = world.time.now
    outcomes = world.time.run(world.ask(600))

    assert len(outcomes) == 600
    assert attempts(outcomes) < 2 * 600
    assert 600 / ((world.time.now - started) / 60) > 0.8 * 120


def test_no_paper_loses_an_attempt_to_a_rate_limit() -> None:
    world = World(max_attempts=1, seconds=0.1, server_rpm=60, concurrency=16)
    world.endpoint.announces = False

    assert attempts(world.time.run(world.ask(120))) > 120


def test_a_refusal_holds_everybody_back_and_nobody_stampedes_after_it() -> None:
    world = World(concurrency=16)
    refuse_once = iter([unavailable("429", retry_after=30)])

    def fault(request: ChatRequest) -> Exception | None:
        if world.time.now < 1002 or (error := next(refuse_once, None)) is None:
            return None
        world.limiter.observe({}, 429)
        return error

    world.endpoint.fault = fault
    world.time.run(world.ask(100))
    moments = [moment for moment, _ in world.endpoint.asked]
    refused_at = next(moment for moment in moments if moment >= 1002)
    after = [moment for moment in moments if moment > refused_at + 0.01]

    assert min(after) >= refused_at + 30
    assert sum(moment < min(after) + 0.5 for moment in after) == 1


def test_requests_go_in_the_order_in_which_they_came() -> None:
    world = World(rpm=60, concurrency=20)
    world.time.run(world.ask(40))
    order = [int(text.removeprefix("paper ").removesuffix(".")) for _, text in world.endpoint.asked]

    assert order == sorted(order)


def test_whoever_waits_sleeps_once_for_the_exact_time() -> None:
    world = World(rpm=60, concurrency=20)
    world.time.run(world.ask(60))

    assert len(world.time.slept) <= 2 * 60
    assert len({moment for moment, _ in world.endpoint.asked}) >= 58


def test_no_more_are_in_flight_than_allowed_whoever_asks() -> None:
    world = World(concurrency=4)
    world.time.run(world.ask(40, workers=40))

    assert world.endpoint.max_in_flight == 4


def test_two_processes_with_one_key_stay_within_its_limit_and_both_get_on(tmp_path: Path) -> None:
    world = World(server_rpm=600, rpm=600, turns=SharedTurns(tmp_path / "rates" / "key"))
    other = World(server_rpm=600, rpm=600, turns=SharedTurns(tmp_path / "rates" / "key"))
    other.time, other.endpoint = world.time, world.endpoint
    other.limiter, other.chat = other.connect(rpm=600, turns=SharedTurns(tmp_path / "rates" / "key"))
    started = world.time.now

    async def run() -> tuple[float, float]:
        async def until_done(part: World, first: int) -> float:
            await part.ask(1200, first=first)
            return world.time.now

        return await asyncio.gather(until_done(world, 0), until_done(other, 10_000))

    ends = world.time.run(run())

    assert world.endpoint.refused < 0.01 * 2400
    assert 2400 / ((max(ends) - started) / 60) > 0.95 * 600
    assert max(ends) - min(ends) < 30


def test_a_refused_paper_gives_its_tokens_back_and_shows_that_the_endpoint_is_there() -> None:
    world = World(tpm=6000, concurrency=2)
    world.endpoint.fault = lambda _: PaperRejectedError("too long")
    started = world.time.now
    outcomes = world.time.run(world.ask(20))

    assert all(isinstance(outcome, PaperRejectedError) for outcome in outcomes)
    assert world.time.now - started < 60


def test_a_request_that_never_left_is_not_counted() -> None:
    world = World(rpm=6, concurrency=1, max_attempts=3)
    world.endpoint.fault = lambda _: unavailable() if len(world.endpoint.asked) == 1 else None
    started = world.time.now
    world.time.run(world.ask(1))

    assert world.time.now - started < 10


def test_only_the_monotonic_clock_is_asked() -> None:
    """The wall clock may be set in the middle of a run."""
    assert inspect.signature(Limiter).parameters["clock"].default is time.monotonic


# Pauses


def gone_between(world: World, start: float, end: float, error: Callable[[], Exception | int]) -> None:
    world.endpoint.fault = lambda _: error() if start <= world.time.now < end else None


KINDS: dict[str, Callable[[], Exception | int]] = {
    "unreachable": unavailable,
    "broken": lambda: unavailable(sent=True),
    "502": lambda: 502,
    "503": lambda: 503,
    "504": lambda: 504,
}


@pytest.mark.parametrize(
    ("kind", "concurrency"),
    [*((kind, count) for kind in ("unreachable", "502", "503") for count in (1, 2, 16)), ("broken", 16), ("504", 16)],
)
def test_a_network_that_is_gone_for_an_hour_costs_no_paper(kind: str, concurrency: int) -> None:
    world = World(concurrency=concurrency)
    gone_between(world, 1005, 1005 + 3600, KINDS[kind])
    outcomes = world.time.run(world.ask(100))

    assert len(outcomes) == 100
    assert attempts(outcomes) < 100 + 75 + 5 * concurrency


def test_with_one_worker_an_error_that_may_be_the_papers_own_takes_its_attempts() -> None:
    world = World(concurrency=1)
    world.endpoint.fault = lambda request: unavailable(sent=True) if "paper 3." in request.messages[1].content else None
    outcomes = world.time.run(world.ask(6))

    assert [type(outcome) for outcome in outcomes].count(ModelUnavailableError) == 1
    assert outcomes[3].attempts == 6


@pytest.mark.parametrize("concurrency", [2, 8])
def test_a_paper_that_always_times_out_fails_while_the_others_succeed(concurrency: int) -> None:
    world = World(concurrency=concurrency)
    world.endpoint.fault = lambda request: unavailable(sent=True) if "paper 5." in request.messages[1].content else None
    outcomes = world.time.run(world.ask(200))

    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, ModelError)] == [5]
    assert outcomes[5].attempts == 6


def test_papers_that_always_time_out_end_also_when_they_are_the_last_ones() -> None:
    world = World(concurrency=4)
    poison = ("paper 47.", "paper 48.", "paper 49.")
    world.endpoint.fault = lambda request: (
        unavailable(sent=True) if request.messages[1].content.endswith(poison) else None
    )
    started = world.time.now
    outcomes = world.time.run(world.ask(50))

    assert [isinstance(outcome, ModelError) for outcome in outcomes] == [False] * 47 + [True] * 3
    assert world.time.now - started < 3600


def test_before_the_first_answer_each_request_fails_for_itself() -> None:
    world = World()
    world.endpoint.fault = lambda _: unavailable()
    outcomes = world.time.run(world.ask(8))

    assert [outcome.attempts for outcome in outcomes] == [6] * 8


def test_during_a_pause_the_endpoint_is_asked_about_once_a_minute() -> None:
    world = World(concurrency=16)
    gone_between(world, 1005, 1005 + 3600, unavailable)
    world.time.run(world.ask(200))
    during = [moment for moment, _ in world.endpoint.asked if 1010 < moment < 4600]

    assert 50 < len(during) < 75


def test_an_endpoint_that_stays_away_for_a_day_stops_the_run() -> None:
    world = World()
    gone_between(world, 1005, 10**9, unavailable)

    with pytest.raises(ModelRequestError, match="gone for a day: run the same command later"):
        world.time.run(world.ask(100))
    assert MAX_OUTAGE_SECONDS < world.time.now - 1005 < MAX_OUTAGE_SECONDS + 200


def test_an_hour_of_nothing_but_rate_limits_stops_the_run() -> None:
    world = World()
    world.endpoint.fault = lambda _: 429 if world.time.now > 1005 else None

    with pytest.raises(ModelRequestError, match="nothing but rate limits for an hour"):
        world.time.run(world.ask(100))
    assert 3600 < world.time.now - 1005 < 3800


def test_a_reply_that_can_not_be_read_is_the_papers_own_failure() -> None:
    world = World()

    def fault(request: ChatRequest) -> Exception | None:
        if "paper 5." not in request.messages[1].content:
            return None
        world.limiter.observe({}, 200)
        return unavailable("no chat completion", sent=True)

    world.endpoint.fault = fault
    outcomes = world.time.run(world.ask(20))

    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, ModelError)] == [5]


# Stopping


def test_who_is_cancelled_in_line_leaves_it_to_the_next_one() -> None:
    world = World(rpm=60, concurrency=20)

    async def run() -> int:
        tasks = [asyncio.create_task(world.chat.complete(build_request(f"paper {n}."))) for n in range(6)]
        await world.time.pass_by(0.5)
        for task in tasks[1:5]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(isinstance(result, ChatResponse) for result in results)

    started = world.time.now

    assert world.time.run(run()) == 2
    assert world.time.now - started < 3


def test_who_is_cancelled_in_flight_makes_room() -> None:
    world = World(concurrency=1, seconds=100)

    async def run() -> ChatResponse:
        first = asyncio.create_task(world.chat.complete(build_request("first")))
        second = asyncio.create_task(world.chat.complete(build_request("second")))
        await world.time.pass_by(1)
        first.cancel()
        return await second

    assert world.time.run(run()).text == "{}"
    assert world.time.now < 1110


def test_stopping_cancels_who_is_in_line_and_lets_who_is_in_flight_finish() -> None:
    world = World(concurrency=2, seconds=10)

    async def run() -> list[object]:
        tasks = [asyncio.create_task(world.chat.complete(build_request(f"paper {n}."))) for n in range(5)]
        await world.time.pass_by(1)
        world.limiter.stop()
        late = asyncio.create_task(world.chat.complete(build_request("late")))
        return [type(result) for result in await asyncio.gather(*tasks, late, return_exceptions=True)]

    assert world.time.run(run()) == [ChatResponse] * 2 + [asyncio.CancelledError] * 4
    assert len(world.endpoint.asked) == 2


def test_stopping_ends_a_pause_at_once() -> None:
    world = World(concurrency=2)
    gone_between(world, 1005, 10**9, unavailable)

    async def run() -> list[object]:
        tasks = [asyncio.create_task(world.ask(10, first=10 * n, workers=1)) for n in range(2)]
        await world.time.pass_by(1000)
        while world.endpoint.in_flight:
            await world.time.pass_by(0.1)
        world.limiter.stop()
        return [type(result) for result in await asyncio.gather(*tasks, return_exceptions=True)]

    assert world.time.run(run()) == [asyncio.CancelledError] * 2
    assert world.time.now < 2100
