"""A chat model that is not there: for runs that use stored replies alone."""

from __future__ import annotations

from collections.abc import Callable

from summarizer.chat.interface import ChatRequest, ChatResponse
from summarizer.errors import ReplyMissingError


class OfflineChatModel:
    """A `ChatModel` that answers nothing: behind a cache it makes a replay, and tells what would have to be asked."""

    def __init__(self, on_missing: Callable[[ChatRequest], None] = lambda _: None) -> None:
        """Take a function that is told of each request without a stored reply."""
        self._on_missing = on_missing

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer nothing.

        Raises:
            ReplyMissingError: always.
        """
        self._on_missing(request)
        raise ReplyMissingError(
            f"no reply of {request.model} to this request is stored; run without --replay (or --offline) to ask for it"
        )

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""
