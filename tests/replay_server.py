"""A local web server that gives out prepared pages, in a thread of its own, and remembers who asked for what, and when.

It knows nothing of the services that it stands for: what it answers is up to the function it is given.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

STOP_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    """Close the connection half-way through the body."""
    delay_seconds: float = 0.0


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""


class ReplayServer:
    """Serves on 127.0.0.1, for a `with` block. Leaving it raises what went wrong inside the server itself."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        """Gives the regular answers; may be changed while it serves."""
        self._faults: deque[Answer | None] = deque()
        self._started: Future[str] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="replay-server", daemon=True)
        self._crashes: list[Exception] = []
        self._in_flight = 0
        self.requests: list[Request] = []
        """All requests, in order."""
        self.max_in_flight = 0
        """The most requests that were being answered at once."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(STOP_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(STOP_SECONDS)
        if self._thread.is_alive():
            raise TimeoutError(f"the server did not stop within {STOP_SECONDS} s")
        if error is None and self._crashes:
            raise self._crashes[0]

    @property
    def address(self) -> str:
        """Where it serves, without a slash at the end."""
        return self._started.result(STOP_SECONDS)

    def script(self, faults: Iterable[Answer | None]) -> None:
        """Queue answers for the next requests, one each; None stands for the regular answer."""
        self._faults.extend(faults)

    def wait_for_requests(self, count: int, timeout_seconds: float = 100.0) -> None:
        """Block until `count` requests have come in.

        Raises:
            TimeoutError: fewer came in time.
        """
        deadline = time.monotonic() + timeout_seconds
        while len(self.requests) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.requests)} of {count} requests within {timeout_seconds:g} s")
            time.sleep(0.002)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._started.set_result(f"http://127.0.0.1:{runner.addresses[0][1]}")
            await self._stopped.wait()
        finally:
            await runner.cleanup()

    async def _handle(self, raw: web.BaseRequest) -> web.StreamResponse:
        request = Request(raw.path, dict(raw.query), {name.lower(): value for name, value in raw.headers.items()})
        self.requests.append(request)
        self._in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            answer = (self._faults.popleft() if self._faults else None) or self.answer(request)
            await asyncio.sleep(answer.delay_seconds)
            return await _send(raw, answer)
        except ConnectionError:
            raise  # the client left
        except Exception as error:
            self._crashes.append(error)
            raise
        finally:
            self._in_flight -= 1


async def _send(raw: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    if not answer.is_cut:
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers, content_type="text/xml")
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(raw)
    await response.write(answer.body[: len(answer.body) // 2])
    if raw.transport:
        raw.transport.close()
    return response
