"""The limits of one key, kept: requests in flight, requests and tokens a minute, and pauses for everybody.

Requests go in the order in which they came. Each takes an estimate of its tokens out of the allowance and settles it when it
is answered. Who has to wait computes for how long and sleeps once; only the first in line does.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from http import HTTPStatus
from typing import NamedTuple

from summarizer.chat.allowance import Allowance
from summarizer.chat.gate import Blame, Failure, Gate
from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse, Usage
from summarizer.chat.rate_headers import read_rate_limits
from summarizer.chat.shared_limits import OwnTurns, Turns
from summarizer.chat.token_forecast import TokenForecast
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError

MAX_LIMITED_SECONDS = 3600.0
"""Nothing but rate limits for longer than this is a limit by the day or the month."""
MAX_OUTAGE_SECONDS = 24 * 3600.0
"""How long a run waits for an endpoint to come back."""

_LOOK_SECONDS = 0.25
# Unavailable by their own account, overloaded, or unreachable behind a proxy: never about one request.
_DOWN = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, 521, 522, 523, 529}

_status: ContextVar[int | None] = ContextVar("status", default=None)
"""Of the answer to the request that the current task has sent last."""


class Ticket(NamedTuple):
    """A request on its way."""

    sent_at: float
    request_id: int
    input_estimate: float = 0.0
    """Before any correction; 0 where tokens are not counted."""
    reserved_tokens: float = 0.0


class Limiter:
    """Lets requests of one key go when they may."""

    def __init__(
        self,
        concurrency: int,
        *,
        rpm: int | None = None,
        tpm: int | None = None,
        turns: Turns | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Take what is known of the limits.

        Args:
            concurrency: requests in flight at most.
            rpm: requests a minute; None to learn it from the endpoint's answers.
            tpm: tokens a minute, input and output together; None to learn it.
            turns: shared with other processes that use the key; None for a key of our own.
            clock: monotonic, in seconds; the same in all processes that share the turns.
            sleep: waits for a number of seconds.
            draw: a random number from 0 to 1, for jitter.
        """
        self._clock = clock
        self._sleep = sleep
        self._gate = Gate(concurrency, draw=draw)
        self._allowance = Allowance(turns or OwnTurns(), clock, rpm=rpm, tpm=tpm)
        self._forecast = TokenForecast()
        self._line = asyncio.Lock()  # lets in first whoever came first
        self._in_line: set[asyncio.Task[object] | None] = set()
        self._is_stopped = False
        self._change: asyncio.Future[None] | None = None
        self._look_at = -math.inf
        self.last_blame = Blame()
        """Whose failure the last one was."""

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Learn from the headers of an answer; called in the task that sent the request."""
        _status.set(status)
        now = self._clock()
        if now >= self._look_at or status == HTTPStatus.TOO_MANY_REQUESTS:
            self._look_at = now + _LOOK_SECONDS
            self._allowance.learn(read_rate_limits(headers))

    async def admit(self, request: ChatRequest) -> Ticket:
        """Wait until `request` may be sent. What it takes is taken; give the ticket back in any case."""
        _status.set(None)
        estimate = reserved = 0.0
        if self._allowance.counts_tokens:
            if not self._forecast.is_loaded:
                await asyncio.to_thread(self._forecast.load, request.model)
            estimate, reserved = self._forecast.estimate(request)
        if self._is_stopped:
            raise asyncio.CancelledError
        if self._in_line or self._blocked_seconds(reserved) > 0:
            await self._wait_in_line(reserved)
        self._gate.in_flight += 1
        self._allowance.take(reserved)
        return Ticket(self._clock(), id(request), estimate, reserved)

    def succeed(self, ticket: Ticket, usage: Usage) -> None:
        """The request was answered and took so many tokens."""
        self.answer(ticket, used_tokens=usage.input_tokens + usage.output_tokens)
        if ticket.input_estimate:
            self._forecast.learn(ticket.input_estimate, usage)

    def answer(self, ticket: Ticket, *, used_tokens: int = 0) -> None:
        """The request was answered, perhaps by a refusal."""
        self._gate.note_answer(ticket.sent_at, self._clock())
        self._settle(ticket, used_tokens)
        self.leave()

    def fail(self, ticket: Ticket, error: ModelUnavailableError) -> None:
        """The request got no answer that helps.

        Raises:
            ModelRequestError: this has gone on for so long that the run had better stop.
        """
        status, now = _status.get(), self._clock()
        is_certain = status in _DOWN if status else not error.may_be_billed
        failure = Failure(ticket.sent_at, ticket.request_id, is_certain, error.retry_after_seconds)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.last_blame = Blame(is_shared=True, is_certain=True, is_rate_limit=True)
            if (until := self._gate.note_rate_limit(failure, now)) is not None:
                self._allowance.slow_down(until)
        elif status is not None and status < HTTPStatus.BAD_REQUEST:
            self.last_blame = Blame()  # an answer that can't be read: the endpoint is there
            self._gate.note_answer(ticket.sent_at, now)
        else:
            self.last_blame = self._gate.note_failure(failure, now, error)
        if not error.may_be_billed:
            self._settle(ticket, 0)
        if status is None and not error.may_be_billed:
            self._allowance.give_back(requests=1)  # never sent
        self.leave()
        self._check_patience(now, error)

    def stop(self) -> None:
        """Let nobody go any more: who is in line, or comes later, is cancelled. What is in flight may still be answered."""
        self._is_stopped = True
        for task in self._in_line:
            if task:
                task.cancel()

    def leave(self) -> None:
        """The request is no longer in flight, whatever became of it."""
        self._gate.in_flight -= 1
        if self._change and not self._change.done():
            self._change.set_result(None)

    def _settle(self, ticket: Ticket, used_tokens: int) -> None:
        if ticket.reserved_tokens:
            self._allowance.give_back(tokens=ticket.reserved_tokens - used_tokens)

    def _blocked_seconds(self, tokens: float) -> float:
        blocked = self._gate.blocked_seconds(self._clock())
        if blocked or not self._allowance.is_limited:
            return blocked
        return self._allowance.wait_seconds(tokens, waiting=max(1, len(self._in_line)))

    async def _wait_in_line(self, tokens: float) -> None:
        task = asyncio.current_task()
        self._in_line.add(task)
        try:
            async with self._line:
                while (seconds := self._blocked_seconds(tokens)) > 0:
                    await (self._sleep(seconds) if seconds < math.inf else self._next_change())
        finally:
            self._in_line.discard(task)

    async def _next_change(self) -> None:
        self._change = asyncio.get_running_loop().create_future()
        await self._change

    def _check_patience(self, now: float, error: ModelUnavailableError) -> None:
        if self._gate.limited_seconds(now) > MAX_LIMITED_SECONDS:
            reason = "the endpoint has answered nothing but rate limits for an hour"
        elif self._gate.outage_seconds(now) > MAX_OUTAGE_SECONDS:
            reason = "the endpoint has been gone for a day"
        else:
            return
        text = f"{error} ({reason}: run the same command later, it goes on where this run stopped)"
        raise ModelRequestError(text, raw_text=error.raw_text, attempts=error.attempts) from error


class LimitedChatModel:
    """A `ChatModel` that asks another one only when its limits allow; one attempt for each call."""

    def __init__(self, chat: ChatModel, limiter: Limiter) -> None:
        self._chat = chat
        self._limiter = limiter

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer one request when it may be sent.

        Raises:
            ModelRequestError: as the wrapped chat model; also when rate limits or an outage have lasted too long.
            ModelUnavailableError, OutputModeError, PaperRejectedError: as the wrapped chat model.
        """
        ticket = await self._limiter.admit(request)
        try:
            response = await self._chat.complete(request)
        except ModelUnavailableError as error:
            self._limiter.fail(ticket, error)
            raise
        except ModelError:
            self._limiter.answer(ticket)
            raise
        except BaseException:
            self._limiter.leave()
            raise
        self._limiter.succeed(ticket, response.usage)
        return response

    async def aclose(self) -> None:
        """Close the wrapped chat model."""
        await self._chat.aclose()
