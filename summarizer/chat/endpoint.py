"""A chat model behind its cache, asked in the strictest structured-output mode that it supports.

The mode is found by a probe: the first request itself, sent in each mode from the strictest on until one is honoured.
What was found is remembered beside the cache for each base URL and model, so that later runs ask the same way.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from summarizer.chat.cache import ResponseCache, cache_key
from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse, OutputMode, Usage
from summarizer.errors import ModelError, OutputModeError

logger = logging.getLogger(__name__)

OUTPUT_MODES: tuple[OutputMode, ...] = get_args(OutputMode)

RequestBuilder = Callable[[OutputMode], ChatRequest]
Splitter = Callable[[ChatRequest, ChatResponse], Sequence[tuple[ChatRequest, ChatResponse]]]
"""From a request and its reply to smaller requests, each with the part of the reply that answers it. Must not fail."""

_NOTHING = Usage()


def _keep_whole(_request: ChatRequest, _response: ChatResponse) -> tuple[()]:
    return ()


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
        self.is_incomplete = self.is_incomplete or response.usage.is_empty


class Endpoint:
    """Answers requests from the cache or the chat model; equal requests in flight are one call."""

    def __init__(
        self,
        chat: ChatModel,
        cache: ResponseCache,
        *,
        output_mode: OutputMode | None = None,
        remember: Callable[[OutputMode], None] = lambda _: None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        """Take a chat model and its cache.

        Args:
            chat: asked for what the cache does not hold.
            cache: looked up first; keeps every reply before anything else is done with it.
            output_mode: what an earlier probe found; None to probe.
            remember: called once with the mode that the probe finds.
            on_stop: called when nothing more is to be sent.
        """
        self._chat = chat
        self._cache = cache
        self._output_mode = output_mode
        self._remember = remember
        self._on_stop = on_stop
        self._probe_lock = asyncio.Lock()
        self._in_flight: dict[str, list[asyncio.Future[Reply | None]]] = {}
        """Who waits for the reply to a request that is being asked already, by its key."""
        self.meter = CallMeter()
        """Counts what was sent."""

    @property
    def output_mode(self) -> OutputMode | None:
        """The mode in use; None until the first request was answered."""
        return self._output_mode

    def find(self, build: RequestBuilder) -> Reply | None:
        """Return the stored reply to the request that `build` makes, and ask nobody; None where there is none.

        While no mode is in use yet, one whose mode was honoured goes before any other.

        Raises:
            StoreError: the cache can't be read.
        """
        if self._output_mode is None and (honoured := self._find_stored(build)):
            return honoured
        for mode in (self._output_mode,) if self._output_mode else OUTPUT_MODES:
            if response := self._cache.get(cache_key(build(mode))):
                return _recall(response, mode)
        return None

    async def answer(self, build: RequestBuilder, *, fresh: bool = False, split: Splitter = _keep_whole) -> Reply:
        """Answer the request that `build` makes for the mode in use.

        Args:
            build: makes the request for a mode.
            fresh: ask anew even if the cache holds a reply.
            split: what a reply answers besides; stored with it, in the same transaction.

        Raises:
            ModelError: see `ChatModel.complete`.
            StoreError: the cache can't be read or written.
        """
        if self._output_mode is None:
            async with self._probe_lock:
                if self._output_mode is None:
                    return await self._probe(build, fresh=fresh, split=split)
        return await self._fetch(build(self._output_mode), fresh=fresh, split=split)

    def stop(self) -> None:
        """Send nothing more: who waits for a turn is cancelled, who waits for a reply still gets it."""
        self._on_stop()

    async def aclose(self) -> None:
        """Close the chat model and the cache."""
        await self._chat.aclose()
        self._cache.close()

    async def _probe(self, build: RequestBuilder, *, fresh: bool, split: Splitter) -> Reply:
        if not fresh and (known := self._find_stored(build)):
            self._settle(known.output_mode)
            return known
        paid, attempts = Usage(), 0
        for mode in OUTPUT_MODES:
            try:
                reply = await self._fetch(build(mode), fresh=fresh, split=split)
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

    def _find_stored(self, build: RequestBuilder) -> Reply | None:
        """Return what an earlier run was answered: its mode is as good as one that is probed, and needs no endpoint."""
        for mode in OUTPUT_MODES:
            response = self._cache.get(cache_key(build(mode)))
            if response and _is_honoured(mode, response):
                return _recall(response, mode)
        return None

    def _settle(self, mode: OutputMode) -> None:
        self._output_mode = mode
        self._remember(mode)

    async def _fetch(self, request: ChatRequest, *, fresh: bool, split: Splitter) -> Reply:
        key = cache_key(request)
        while (waiting := self._in_flight.get(key)) is not None:
            shared: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
            waiting.append(shared)
            if reply := await shared:
                return replace(reply, cached=True, paid=_NOTHING, attempts=0)
        if not fresh and (response := self._cache.get(key)):
            return _recall(response, request.output_mode)
        return await self._share(key, request, split)

    async def _share(self, key: str, request: ChatRequest, split: Splitter) -> Reply:
        """Ask, and hand the reply or the error to everybody who asks the same meanwhile."""
        waiting = self._in_flight[key] = []
        try:
            reply = await self._call(key, request, split)
        except BaseException as error:
            # Who gave up says nothing about the others: the next one of them asks instead.
            _hand_on(waiting, None if isinstance(error, asyncio.CancelledError) else error)
            raise
        else:
            _hand_on(waiting, reply)
            return reply
        finally:
            del self._in_flight[key]

    async def _call(self, key: str, request: ChatRequest, split: Splitter) -> Reply:
        # First everybody looks up, then everybody sends: each in one go takes less of the processor.
        await asyncio.sleep(0)
        try:
            response = await self._chat.complete(request)
        except ModelError as error:
            self.meter.calls += error.attempts
            raise
        self.meter.add(response)
        parts = [(cache_key(asked), part) for asked, part in split(request, response)]
        await self._cache.put_all([(key, response), *parts])
        return Reply(response, request.output_mode, cached=False, paid=response.usage, attempts=response.attempts)


def _recall(response: ChatResponse, mode: OutputMode) -> Reply:
    return Reply(response, mode, cached=True, paid=_NOTHING, attempts=0)


def _hand_on(waiting: list[asyncio.Future[Reply | None]], outcome: Reply | BaseException | None) -> None:
    for shared in waiting:
        if shared.done():
            continue
        if isinstance(outcome, BaseException):
            shared.set_exception(outcome)
        else:
            shared.set_result(outcome)


def _is_honoured(mode: OutputMode, response: ChatResponse) -> bool:
    # Some servers ignore what they do not know and answer in prose. Only in plain mode may the object come wrapped.
    return "{" in response.text if mode == "plain" else response.text.lstrip().startswith("{")


def _is_cut_short(response: ChatResponse) -> bool:
    return bool(response.refusal) or response.finish_reason in {"length", "content_filter"}
