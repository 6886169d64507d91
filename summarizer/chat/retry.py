"""Retries around any chat model. tenacity owns the loop; this module says what is worth another attempt, and when."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from summarizer.chat.gate import Blame
from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError

logger = logging.getLogger(__name__)

MAX_RETRY_AFTER_SECONDS = 3600.0
"""A longer wait is a limit by the day or the month: the run had better stop and be resumed."""

MAX_RATE_LIMITS = 100
"""So many refusals for the rate limit, and the request itself may be what the endpoint does not want."""

_EXCUSES_PER_ATTEMPT = 3


@dataclass(slots=True)
class _Attempts:
    """What was tried for one request."""

    requests: int = 0
    """HTTP requests."""
    blames: list[Blame] = field(default_factory=list)

    def are_used_up(self, max_attempts: int) -> bool:
        own = sum(not blame.is_shared for blame in self.blames)
        doubtful = sum(not blame.is_certain for blame in self.blames)
        limited = sum(blame.is_rate_limit for blame in self.blames)
        # A paper that takes the whole endpoint down each time is excused each time: that has to end, too.
        return own >= max_attempts or doubtful >= _EXCUSES_PER_ATTEMPT * max_attempts or limited >= MAX_RATE_LIMITS


class RetryingChatModel:
    """A `ChatModel` that asks another one again after `ModelUnavailableError`, and after nothing else.

    The wait is what the endpoint asked for, or full-jitter exponential back-off (a random time between 0 and 1, 2, 4,
    … seconds), whichever is longer. A failure that is everybody's takes none of the request's attempts, and no wait of its
    own: the wrapped chat model lets nobody through before the time. A response or an error carries the HTTP requests of all
    its attempts.
    """

    def __init__(
        self,
        chat: ChatModel,
        *,
        max_attempts: int = 6,
        max_wait_seconds: float = 60.0,
        blame: Callable[[], Blame] = Blame,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Wrap `chat`.

        Args:
            chat: makes one attempt for each call.
            max_attempts: failures of its own after which a request has failed.
            max_wait_seconds: upper bound of the back-off; not of the wait that an endpoint asks for.
            blame: whose the failure was that `chat` has just raised; the request's own unless said otherwise.
            sleep: waits for a number of seconds.
        """
        self._chat = chat
        self._max_attempts = max_attempts
        self._back_off = wait_random_exponential(multiplier=1, max=max_wait_seconds)
        self._blame = blame
        self._sleep = sleep
        self._asleep: set[asyncio.Task[object] | None] = set()
        self._has_answered = False
        self._is_stopped = False

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer one request, with as many attempts as it may take.

        Raises:
            ModelUnavailableError: also the last attempt failed.
            ModelRequestError: every request would fail; also when the endpoint asks for a wait of over an hour.
            OutputModeError: the endpoint lacks the request's structured-output mode.
            PaperRejectedError: this input is refused.
        """
        attempts = _Attempts()
        try:
            return await self._attempt(request, attempts)
        except ModelUnavailableError as error:
            first = error
        try:
            response = await self._retry(request, attempts, first)
        except ModelError as error:
            error.attempts = attempts.requests
            raise
        return response.model_copy(update={"attempts": attempts.requests})

    def stop(self) -> None:
        """Make nobody wait for another attempt: who does, or comes to it later, is cancelled."""
        self._is_stopped = True
        for task in self._asleep:
            if task:
                task.cancel()

    async def aclose(self) -> None:
        """Close the wrapped chat model."""
        await self._chat.aclose()

    async def _rest(self, seconds: float) -> None:
        if self._is_stopped:
            raise asyncio.CancelledError
        task = asyncio.current_task()
        self._asleep.add(task)
        try:
            await self._sleep(seconds)
        finally:
            self._asleep.discard(task)

    async def _attempt(self, request: ChatRequest, attempts: _Attempts) -> ChatResponse:
        try:
            response = await self._chat.complete(request)
        except ModelError as error:
            attempts.requests += error.attempts
            if isinstance(error, ModelUnavailableError):
                attempts.blames.append(self._blame())
                _check_wait(error)
            raise
        attempts.requests += response.attempts
        self._has_answered = True
        return response

    async def _retry(self, request: ChatRequest, attempts: _Attempts, first: ModelUnavailableError) -> ChatResponse:
        failed = [first]

        async def attempt() -> ChatResponse:
            if failed:
                raise failed.pop()
            return await self._attempt(request, attempts)

        def wait_seconds(state: RetryCallState) -> float:
            return 0.0 if attempts.blames[-1].is_shared else self._wait_seconds(state)

        # A new object for each call: one that is shared would mix the states of concurrent requests.
        retrying = AsyncRetrying(
            sleep=self._rest,
            stop=lambda _: attempts.are_used_up(self._max_attempts),
            wait=wait_seconds,
            retry=retry_if_exception_type(ModelUnavailableError),
            reraise=True,
        )
        response: ChatResponse = await retrying(attempt)
        return response

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_seconds if isinstance(error, ModelUnavailableError) else None
        wait = max(asked or 0.0, self._back_off(state))
        # Until the first answer it may be the address that is wrong: the user should not wait in the dark.
        level = logging.INFO if self._has_answered else logging.WARNING
        logger.log(level, "attempt %d failed, the next one in %.1f s: %s", state.attempt_number, wait, error)
        return wait


def _check_wait(error: ModelUnavailableError) -> None:
    if error.retry_after_seconds is not None and error.retry_after_seconds > MAX_RETRY_AFTER_SECONDS:
        hours = error.retry_after_seconds / 3600
        text = f"{error} (the endpoint asks to wait {hours:.1f} hours: resume the run then)"
        raise ModelRequestError(text, raw_text=error.raw_text, attempts=error.attempts) from error
