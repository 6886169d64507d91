"""A chat model that answers from a script: for tests, ours and yours, that need no server and no key."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from summarizer.chat.interface import ChatRequest, ChatResponse

Reply = str | ChatResponse | Exception
"""What to answer: the text of a complete reply, a whole response, or an error to raise."""


class ScriptedChatModel:
    """A `ChatModel` that gives its replies in order, or asks a function for each.

    Example:
        >>> import asyncio
        >>> from summarizer.errors import ModelUnavailableError
        >>> chat = ScriptedChatModel(['{"tldr": "It works."}', ModelUnavailableError("busy")])
        >>> asyncio.run(chat.complete(request)).text  # doctest: +SKIP
        '{"tldr": "It works."}'
        >>> len(chat.requests)  # doctest: +SKIP
        1
    """

    def __init__(self, replies: Iterable[Reply] | Callable[[ChatRequest], Reply]) -> None:
        """Take the script.

        Args:
            replies: one for each request, in order; or a function of the request.

        Raises:
            TypeError: a single string, which would be read as one reply for each character.
        """
        if isinstance(replies, str):
            raise TypeError("replies must be a list of replies, not one string")
        if callable(replies):
            self._reply: Callable[[ChatRequest], Reply] = replies
        else:
            script = iter(replies)
            self._reply = lambda _: next(script)
        self.requests: list[ChatRequest] = []
        """Each request, in the order of arrival."""

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Give the next reply.

        Raises:
            AssertionError: the script has no reply left.
        """
        self.requests.append(request)
        try:
            reply = self._reply(request)
        except StopIteration:
            raise AssertionError(f"the script has no reply for request {len(self.requests)}: {request}") from None
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, ChatResponse):
            return reply
        finish_reason = "tool_calls" if request.output_mode == "tool_call" else "stop"
        return ChatResponse(text=reply, finish_reason=finish_reason, served_model=request.model)

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""
