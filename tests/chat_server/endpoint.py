"""The endpoint: one request in, one response out. Knows nothing of threads or processes."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Any

from aiohttp import web

from tests.chat_server.answers import Answer, RequestRefusedError, json_answer, refuse
from tests.chat_server.batches import Batches, answer_or_refusal
from tests.chat_server.calls import ChatCall, check_call, check_key, read_call
from tests.chat_server.completion import (
    PromptCache,
    completion_body,
    cut_to_limit,
    prompt_tokens_of,
    reply_to,
    tokens_of,
)
from tests.chat_server.faults import Fault, HttpFault, Reset, Stall
from tests.chat_server.limits import RateLimits
from tests.chat_server.options import Options
from tests.chat_server.script import FaultScript
from tests.chat_server.spoiled import ReplyFault
from tests.chat_server.traffic import Arrival, Traffic, UsageTotals


@dataclass(frozen=True, slots=True)
class Gate:
    """Keeps back the completions of one call and of all after it."""

    from_call: int
    """Its number; that of the first call is 1."""
    opened: asyncio.Event


class Endpoint:
    """Answers chat completions and the list of models, and reports what it did."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.traffic = Traffic(options.recorded_requests)
        self.faults = FaultScript()
        self.gate: Gate | None = None
        """Completions wait for it, while there is one."""
        self.crashes: list[Exception] = []
        """Mistakes of this server or of its script; never part of a test's plan."""
        self.batches = Batches(options, self._answer_line)
        self._limits = RateLimits()
        self._prompt_cache = PromptCache()
        self._numbers = itertools.count(1)
        self._routes = {
            ("POST", "/v1/chat/completions"): self._chat,
            ("GET", "/v1/models"): self._models,
            ("GET", "/stats"): self._stats,
            ("POST", "/stats/reset"): self._reset_stats,
        }

    def hold(self, from_call: int) -> None:
        """Keep completions back from now on, those of the calls before `from_call` excepted."""
        self.gate = Gate(from_call, self.gate.opened if self.gate else asyncio.Event())

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer any request."""
        route = self._routes.get((request.method, request.path), self._other)
        try:
            return await route(request)
        except RequestRefusedError as refused:
            return self._response(refused.answer)
        except ConnectionError:
            raise  # the client left
        except Exception as error:
            self.crashes.append(error)
            raise

    async def _models(self, request: web.BaseRequest) -> web.Response:
        check_key(request.headers, self.options.api_key)
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in self.options.models]
        return self._response(json_answer(200, {"object": "list", "data": models}))

    async def _stats(self, _: web.BaseRequest) -> web.Response:
        return self._response(json_answer(200, self.stats()))

    async def _reset_stats(self, _: web.BaseRequest) -> web.Response:
        self.traffic.reset()
        return self._response(json_answer(200, self.stats()))

    def stats(self) -> dict[str, Any]:
        """Return all counts as one JSON object."""
        return self.traffic.stats() | {"batch": self.batches.stats()}

    async def _other(self, request: web.BaseRequest) -> web.StreamResponse:
        found = self.batches.route(request)
        if found is None:
            raise refuse(404, f"Invalid URL ({request.method} {request.path})")
        kind, handler = found
        self.batches.counts[kind] += 1
        check_key(request.headers, self.options.api_key)
        scripted = self.batches.take_fault(kind)
        if scripted is None:
            return self._response(await answer_or_refusal(handler))
        await request.content.read() if not scripted.is_done else None
        answer = await answer_or_refusal(handler) if scripted.is_done else json_answer(200, {})
        fault = scripted.fault
        if isinstance(fault, Reset):
            return await break_off(request, answer, mid_body=fault.mid_body)
        if isinstance(fault, HttpFault):
            answer = fault.answer(request.headers.get("Authorization", ""))
        elif isinstance(fault, Stall):
            await asyncio.sleep(fault.seconds)
        return self._response(answer)

    def _answer_line(self, raw: bytes) -> Answer:
        """Answer one request of a batch as a live one, without limits and waits."""
        arrival = Arrival(blake2b(raw, digest_size=16).digest(), 1)
        try:
            call = read_call(raw, "")
            check_call(call, self.options)
            fault = self.faults.take(call, self.options, None)
            if isinstance(fault, HttpFault):
                return fault.answer("")
            return self._completion(call, fault, prompt_tokens_of(call), arrival)
        except RequestRefusedError as refused:
            return refused.answer

    async def _chat(self, request: web.BaseRequest) -> web.StreamResponse:
        raw = await request.content.read()
        arrival = self.traffic.arrive(raw, request.headers)
        outcome = "disconnected"
        try:
            answer, fault = await self._answer(raw, request.headers, arrival)
            outcome = "reset" if isinstance(fault, Reset) else str(answer.status)
            if isinstance(fault, Reset):
                return await break_off(request, answer, mid_body=fault.mid_body)
            return self._response(answer)
        finally:
            self.traffic.leave(outcome)

    async def _answer(self, raw: bytes, headers: Mapping[str, str], arrival: Arrival) -> tuple[Answer, Fault | None]:
        """Return the answer and the fault that it met. A key or body that is refused uses up no fault."""
        fault: Fault | None = None
        try:
            check_key(headers, self.options.api_key)
            call = read_call(raw, headers.get("Authorization", ""))
            chance = self._chance(arrival)
            fault = self.faults.take(call, self.options, chance)
            if fault is not None:
                self.traffic.note_fault(type(fault).__name__)
            if isinstance(fault, HttpFault):
                await self._wait(arrival, fault, chance)
                return fault.answer(call.authorization), fault
            check_call(call, self.options)
            prompt_tokens = prompt_tokens_of(call)
            self._limits.admit({"requests": self.options.rpm, "tokens": self.options.tpm}, prompt_tokens)
            await self._wait(arrival, fault, chance)
            return self._completion(call, fault, prompt_tokens, arrival), fault
        except RequestRefusedError as refused:
            return refused.answer, None

    def _chance(self, arrival: Arrival) -> Random | None:
        """Return the source of this call's draws: the same for the same body and attempt in every run."""
        if not self.options.fault_rate and not self.options.jitter_seconds:
            return None
        return Random(f"{self.options.seed} {arrival.digest.hex()} {arrival.attempt}")

    async def _wait(self, arrival: Arrival, fault: Fault | None, chance: Random | None) -> None:
        seconds = self.options.latency_seconds
        if chance is not None:
            seconds += self.options.jitter_seconds * chance.random()
        if isinstance(fault, Stall):
            seconds += fault.seconds
        if seconds:
            await asyncio.sleep(seconds)
        if (gate := self.gate) is not None and arrival.number >= gate.from_call:
            await gate.opened.wait()

    def _completion(self, call: ChatCall, fault: Fault | None, prompt_tokens: int, arrival: Arrival) -> Answer:
        reply = reply_to(call, self.options)
        if isinstance(fault, ReplyFault):
            reply = fault.spoil(reply, call.authorization)
        reply = cut_to_limit(reply, call.max_output_tokens)
        output_tokens = tokens_of(reply.content or reply.refusal or "")
        self._limits.charge(output_tokens)
        usage = UsageTotals(prompt_tokens, self._prompt_cache.cached_tokens(call.system), output_tokens)
        if not isinstance(fault, Reset):
            self.traffic.complete(arrival, usage)
        body = completion_body(call, reply, usage, self.options, next(self._numbers))
        return json_answer(200, body, self._limits.headers())

    def _response(self, answer: Answer) -> web.Response:
        headers = {**answer.headers, "x-request-id": f"req_{next(self._numbers):012x}"}
        return web.Response(status=answer.status, body=answer.body, headers=headers, content_type=answer.content_type)


async def break_off(request: web.BaseRequest, answer: Answer, *, mid_body: bool) -> web.StreamResponse:
    """End the connection without a reply (TCP reset) or half-way through it (closed before its Content-Length)."""
    response = web.StreamResponse(status=answer.status)
    transport = request.transport
    if transport is None:
        return response
    if mid_body:
        response.content_type, response.content_length = answer.content_type, len(answer.body)
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
        transport.close()
        return response
    # With a linger time of zero, closing sends a reset instead of an orderly end.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return response


@asynccontextmanager
async def serve(endpoint: Endpoint, port: int = 0) -> AsyncIterator[str]:
    """Serve on this machine only, on a free port unless one is given; gives the base URL."""
    server = web.Server(endpoint.handle, handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()
