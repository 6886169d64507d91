"""Facts about retries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from summarizer.chat.gate import Blame
from summarizer.chat.interface import ChatResponse
from summarizer.chat.retry import MAX_RATE_LIMITS, MAX_RETRY_AFTER_SECONDS, RetryingChatModel
from summarizer.chat.scripted import Reply, ScriptedChatModel
from summarizer.errors import (
    ModelError,
    ModelRequestError,
    ModelUnavailableError,
    OutputModeError,
    PaperRejectedError,
)
from tests.builders import build_request, build_response

REQUEST = build_request()


def sleeping(slept: list[float]) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return sleep


def ask(
    replies: list[Reply], slept: list[float], *, max_attempts: int = 6, max_wait_seconds: float = 60
) -> ChatResponse:
    chat = RetryingChatModel(
        ScriptedChatModel(replies), max_attempts=max_attempts, max_wait_seconds=max_wait_seconds, sleep=sleeping(slept)
    )
    return asyncio.run(chat.complete(REQUEST))


def busy(retry_after_seconds: float | None = None, attempts: int = 1) -> ModelUnavailableError:
    return ModelUnavailableError("busy", retry_after_seconds=retry_after_seconds, attempts=attempts)


def test_a_reply_at_once_is_handed_on_as_it_is() -> None:
    slept: list[float] = []
    reply = build_response()

    assert ask([reply], slept) is reply
    assert slept == []


def test_an_unavailable_endpoint_is_asked_again() -> None:
    slept: list[float] = []

    response = ask([busy(), busy(), "{}"], slept)

    assert (response.text, response.attempts, len(slept)) == ("{}", 3, 2)


def test_the_attempts_of_all_calls_are_counted() -> None:
    assert ask([busy(attempts=2), build_response(attempts=2)], []).attempts == 4


def test_the_last_error_is_raised_with_all_attempts() -> None:
    slept: list[float] = []
    last = ModelUnavailableError("the last one")

    with pytest.raises(ModelUnavailableError) as caught:
        ask([busy(), busy(), last, "{}"], slept, max_attempts=3)

    assert caught.value is last
    assert (caught.value.attempts, len(slept)) == (3, 2)


@pytest.mark.parametrize("error_class", [ModelRequestError, OutputModeError, PaperRejectedError])
def test_another_error_is_not_retried(error_class: type[ModelError]) -> None:
    slept: list[float] = []

    with pytest.raises(error_class) as caught:
        ask([busy(), error_class("no"), "{}"], slept)

    assert (caught.value.attempts, len(slept)) == (2, 1)


def test_a_cut_off_reply_is_not_retried() -> None:
    assert ask([build_response("{", finish_reason="length")], []).finish_reason == "length"


def test_the_back_off_grows_and_is_bounded_and_random() -> None:
    runs = []
    for _ in range(30):
        slept: list[float] = []
        with pytest.raises(ModelUnavailableError):
            ask([busy() for _ in range(7)], slept, max_attempts=7, max_wait_seconds=8)
        runs.append(slept)

    assert all(0 <= wait <= bound for slept in runs for wait, bound in zip(slept, [1, 2, 4, 8, 8, 8], strict=True))
    assert max(slept[-1] for slept in runs) > 4
    assert len({slept[0] for slept in runs}) > 1


def test_retry_after_is_honoured_beyond_the_bound_of_the_back_off() -> None:
    slept: list[float] = []

    ask([busy(90.0), "{}"], slept)

    assert slept == [90.0]


def test_the_back_off_wins_over_a_shorter_retry_after() -> None:
    longest = 0.0
    for _ in range(30):
        slept: list[float] = []
        ask([busy(0.0), busy(0.0), busy(0.0), "{}"], slept)
        longest = max(longest, *slept)

    assert longest > 0.5


def test_a_wait_of_hours_stops_the_run() -> None:
    slept: list[float] = []

    with pytest.raises(ModelRequestError, match=r"busy \(the endpoint asks to wait 5\.0 hours") as caught:
        ask([busy(), busy(18_000), "{}"], slept)

    assert (caught.value.attempts, len(slept)) == (2, 1)


def test_a_wait_of_an_hour_is_waited_for() -> None:
    slept: list[float] = []

    ask([busy(MAX_RETRY_AFTER_SECONDS), "{}"], slept)

    assert slept == [MAX_RETRY_AFTER_SECONDS]


def test_concurrent_requests_count_their_own_attempts() -> None:
    failures: dict[str, int] = {}

    def reply(request: object) -> Reply:
        text = str(request)
        failures[text] = failures.get(text, 0) + 1
        return "{}" if failures[text] > int(text[-2]) else busy()

    async def run() -> list[int]:
        async def sleep(_: float) -> None:
            await asyncio.sleep(0)

        chat = RetryingChatModel(ScriptedChatModel(lambda request: reply(request.model + " ")), sleep=sleep)
        requests = [build_request(model=str(number)) for number in range(5)]
        return [response.attempts for response in await asyncio.gather(*map(chat.complete, requests))]

    assert asyncio.run(run()) == [1, 2, 3, 4, 5]


def test_cancelling_ends_the_wait_at_once() -> None:
    scripted = ScriptedChatModel([busy(3000), "{}"])

    async def run() -> None:
        task = asyncio.create_task(RetryingChatModel(scripted).complete(REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert len(scripted.requests) == 1


def test_stopping_ends_all_waits_for_another_attempt() -> None:
    scripted = ScriptedChatModel([busy(3000), busy(3000)])
    chat = RetryingChatModel(scripted)

    async def run() -> list[ChatResponse | BaseException]:
        tasks = [asyncio.create_task(chat.complete(REQUEST)) for _ in range(2)]
        await asyncio.sleep(0.01)
        chat.stop()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(run())] == [asyncio.CancelledError] * 2


def test_an_attempt_that_fails_after_the_stop_is_the_last() -> None:
    class Failing(ScriptedChatModel):
        async def complete(self, request: object) -> ChatResponse:
            self.requests.append(REQUEST)
            await asyncio.sleep(0.01)
            raise busy(3000)

    failing = Failing([])
    chat = RetryingChatModel(failing)

    async def run() -> None:
        task = asyncio.create_task(chat.complete(REQUEST))
        await asyncio.sleep(0)
        chat.stop()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert len(failing.requests) == 1


def test_cancelling_an_attempt_is_not_retried() -> None:
    class Stalling(ScriptedChatModel):
        async def complete(self, request: object) -> ChatResponse:
            self.requests.append(REQUEST)
            await asyncio.sleep(60)
            raise AssertionError

    stalling = Stalling([])

    async def run() -> None:
        task = asyncio.create_task(RetryingChatModel(stalling).complete(REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert len(stalling.requests) == 1


def test_closing_closes_the_wrapped_chat_model() -> None:
    class Closing(ScriptedChatModel):
        is_closed = False

        async def aclose(self) -> None:
            self.is_closed = True

    closing = Closing([])

    asyncio.run(RetryingChatModel(closing).aclose())

    assert closing.is_closed


def fail_with(blame: Callable[[], Blame], failures: int, *, max_attempts: int = 2) -> tuple[ChatResponse, list[float]]:
    slept: list[float] = []
    scripted = ScriptedChatModel([*(busy() for _ in range(failures)), "{}"])
    chat = RetryingChatModel(scripted, max_attempts=max_attempts, blame=blame, sleep=sleeping(slept))
    return asyncio.run(chat.complete(REQUEST)), slept


def test_a_failure_that_is_everybodys_takes_no_attempt_and_no_wait_of_its_own() -> None:
    response, slept = fail_with(lambda: Blame(is_shared=True, is_certain=True), 50)

    assert response.attempts == 51
    assert slept == [0.0] * 50


def test_blame_that_is_lifted_later_counts_as_everybodys() -> None:
    blames: list[Blame] = []

    def blame() -> Blame:
        for earlier in blames:
            earlier.is_shared = True
        blames.append(Blame())
        return blames[-1]

    response, _ = fail_with(blame, 5)

    assert response.attempts == 6


def test_a_paper_that_takes_the_endpoint_down_each_time_is_given_up_in_the_end() -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        fail_with(lambda: Blame(is_shared=True), 100)

    assert caught.value.attempts == 6


def test_a_request_that_is_refused_for_the_rate_for_ever_is_given_up_in_the_end() -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        fail_with(lambda: Blame(is_shared=True, is_certain=True, is_rate_limit=True), 1000)

    assert caught.value.attempts == MAX_RATE_LIMITS


def test_a_wait_of_hours_at_the_first_attempt_counts_it() -> None:
    with pytest.raises(ModelRequestError) as caught:
        ask([busy(18_000, attempts=2)], [])

    assert caught.value.attempts == 2
