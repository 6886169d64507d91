"""Retries around any chat model. tenacity owns the loop; this module says what is worth another attempt, and when."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError

logger = logging.getLogger(__name__)

MAX_RETRY_AFTER_SECONDS = 3600.0
"""A longer wait is a limit by the day or the month: the run had better stop and be resumed."""


class RetryingChatModel:
    """A `ChatModel` that asks another one again after `ModelUnavailableError`, and after nothing else.

    The wait is what the endpoint asked for, or full-jitter exponential back-off (a random time between 0 and 1, 2, 4,
    … seconds), whichever is longer. A response or an error carries the HTTP requests of all its attempts.
    """

    def __init__(
        self,
        chat: ChatModel,
        *,
        max_attempts: int = 6,
        max_wait_seconds: float = 60.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Wrap `chat`.

        Args:
            chat: makes one attempt for each call.
            max_attempts: how often it is called for one request, the first time included.
            max_wait_seconds: upper bound of the back-off; not of the wait that an endpoint asks for.
            sleep: waits for a number of seconds.
        """
        self._chat = chat
        self._stop = stop_after_attempt(max_attempts)
        self._back_off = wait_random_exponential(multiplier=1, max=max_wait_seconds)
        self._sleep = sleep
        self._has_answered = False

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer one request, with as many attempts as it may take.

        Raises:
            ModelUnavailableError: also the last attempt failed.
            ModelRequestError: every request would fail; also when the endpoint asks for a wait of over an hour.
            OutputModeError: the endpoint lacks the request's structured-output mode.
            PaperRejectedError: this input is refused.
        """
        spent = 0

        async def attempt() -> ChatResponse:
            nonlocal spent
            try:
                response = await self._chat.complete(request)
            except ModelError as error:
                spent += error.attempts
                _check_wait(error)
                raise
            spent += response.attempts
            self._has_answered = True
            return response

        # A new object for each call: one that is shared would mix the states of concurrent requests.
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=self._stop,
            wait=self._wait_seconds,
            retry=retry_if_exception_type(ModelUnavailableError),
            reraise=True,
        )
        try:
            response: ChatResponse = await retrying(attempt)
        except ModelError as error:
            error.attempts = spent
            raise
        return response if response.attempts == spent else response.model_copy(update={"attempts": spent})

    async def aclose(self) -> None:
        """Close the wrapped chat model."""
        await self._chat.aclose()

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_seconds if isinstance(error, ModelUnavailableError) else None
        wait = max(asked or 0.0, self._back_off(state))
        # Until the first answer it may be the address that is wrong: the user should not wait in the dark.
        level = logging.INFO if self._has_answered else logging.WARNING
        logger.log(level, "attempt %d failed, the next one in %.1f s: %s", state.attempt_number, wait, error)
        return wait


def _check_wait(error: ModelError) -> None:
    if not isinstance(error, ModelUnavailableError) or error.retry_after_seconds is None:
        return
    if error.retry_after_seconds > MAX_RETRY_AFTER_SECONDS:
        hours = error.retry_after_seconds / 3600
        text = f"{error} (the endpoint asks to wait {hours:.1f} hours: resume the run then)"
        raise ModelRequestError(text, raw_text=error.raw_text) from error
