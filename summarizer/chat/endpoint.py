"""A chat model behind its cache, asked in the strictest structured-output mode that it supports.

The mode is found by a probe: the first request itself, sent in each mode from the strictest on until one is honoured.
What was found is remembered beside the cache for each base URL and model, so that later runs ask the same way.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import get_args

from summarizer.chat.cache import ResponseCache, cache_key
from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse, OutputMode, Usage
from summarizer.errors import ModelError, OutputModeError

logger = logging.getLogger(__name__)

OUTPUT_MODES: tuple[OutputMode, ...] = get_args(OutputMode)

RequestBuilder = Callable[[OutputMode], ChatRequest]


@dataclass(frozen=True, slots=True)
class Reply:
    """A response and what it took in this run."""

    response: ChatResponse
    output_mode: OutputMode
    """The mode it was asked in."""
    cached: bool
    paid: Usage
    """Tokens of the replies that were not in the cache, rejected probes included."""
    attempts: int
    """HTTP requests made."""


@dataclass
class CallMeter:
    """What left for the chat model: counted here, where money leaves, whatever becomes of the paper."""

    calls: int = 0
    """HTTP requests."""
    usage: Usage = field(default_factory=Usage)
    is_incomplete: bool = False
    """A reply came without usage."""

    def add(self, response: ChatResponse) -> None:
        """Count one reply."""
        self.calls += response.attempts
        self.usage += response.usage
        self.is_incomplete = self.is_incomplete or response.usage == Usage()


class Endpoint:
    """Answers requests from the cache or the chat model; equal requests in flight are one call."""

    def __init__(
        self,
        chat: ChatModel,
        cache: ResponseCache,
        *,
        output_mode: OutputMode | None = None,
        remember: Callable[[OutputMode], None] = lambda _: None,
    ) -> None:
        """Take a chat model and its cache.

        Args:
            chat: asked for what the cache does not hold.
            cache: looked up first; keeps every reply before anything else is done with it.
            output_mode: what an earlier probe found; None to probe.
            remember: called once with the mode that the probe finds.
        """
        self._chat = chat
        self._cache = cache
        self._output_mode = output_mode
        self._remember = remember
        self._probe_lock = asyncio.Lock()
        self._in_flight: dict[str, asyncio.Future[Reply]] = {}
        self.meter = CallMeter()
        """Counts what was sent."""

    @property
    def output_mode(self) -> OutputMode | None:
        """The mode in use; None until the first request was answered."""
        return self._output_mode

    async def answer(self, build: RequestBuilder, *, fresh: bool = False) -> Reply:
        """Answer the request that `build` makes for the mode in use.

        Args:
            build: makes the request for a mode.
            fresh: ask anew even if the cache holds a reply.

        Raises:
            ModelError: see `ChatModel.complete`.
            StoreError: the cache can't be read or written.
        """
        if self._output_mode is None:
            async with self._probe_lock:
                if self._output_mode is None:
                    return await self._probe(build, fresh=fresh)
        return await self._fetch(build(self._output_mode), fresh=fresh)

    async def aclose(self) -> None:
        """Give up what is in flight, then close the chat model and the cache."""
        waiting = list(self._in_flight.values())
        for call in waiting:
            call.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self._chat.aclose()
        self._cache.close()

    async def _probe(self, build: RequestBuilder, *, fresh: bool) -> Reply:
        paid, attempts = Usage(), 0
        for mode in OUTPUT_MODES:
            try:
                reply = await self._fetch(build(mode), fresh=fresh)
            except OutputModeError as error:
                logger.info("the endpoint does not support %s: %s", mode, error)
                attempts += error.attempts
                if mode == OUTPUT_MODES[-1]:
                    raise
                continue
            paid, attempts = paid + reply.paid, attempts + reply.attempts
            if _is_honoured(mode, reply.response):
                self._settle(mode)
                break
            if _is_cut_short(reply.response):
                break  # says nothing about the mode: the next paper probes again
        else:
            self._output_mode = OUTPUT_MODES[-1]
        return replace(reply, paid=paid, attempts=attempts)

    def _settle(self, mode: OutputMode) -> None:
        self._output_mode = mode
        self._remember(mode)

    async def _fetch(self, request: ChatRequest, *, fresh: bool) -> Reply:
        if not fresh and (response := self._cache.get(request)):
            return Reply(response, request.output_mode, cached=True, paid=Usage(), attempts=0)
        key = cache_key(request)
        if key in self._in_flight:
            shared = await asyncio.shield(self._in_flight[key])
            return replace(shared, cached=True, paid=Usage(), attempts=0)
        task = asyncio.ensure_future(self._call(request))
        self._in_flight[key] = task
        task.add_done_callback(lambda _: self._in_flight.pop(key))
        return await asyncio.shield(task)

    async def _call(self, request: ChatRequest) -> Reply:
        try:
            response = await self._chat.complete(request)
        except ModelError as error:
            self.meter.calls += error.attempts
            raise
        self.meter.add(response)
        await self._cache.put(request, response)
        return Reply(response, request.output_mode, cached=False, paid=response.usage, attempts=response.attempts)


def _is_honoured(mode: OutputMode, response: ChatResponse) -> bool:
    # Some servers ignore what they do not know and answer in prose. Only in plain mode may the object come wrapped.
    return "{" in response.text if mode == "plain" else response.text.lstrip().startswith("{")


def _is_cut_short(response: ChatResponse) -> bool:
    return bool(response.refusal) or response.finish_reason in {"length", "content_filter"}
