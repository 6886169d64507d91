"""The server for tests: an endpoint in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.chat_server.batches import Batches
from tests.chat_server.endpoint import Endpoint, serve
from tests.chat_server.faults import Fault
from tests.chat_server.options import Options
from tests.chat_server.script import Condition, Rule
from tests.chat_server.traffic import RecordedRequest, UsageTotals

WAIT_SECONDS = 60.0
"""For what is sure to come; only a test that fails waits as long."""


@dataclass(kw_only=True, eq=False)
class ChatServer(Options):
    """An OpenAI-compatible server on 127.0.0.1, for a `with` block.

    Its options may be changed while it serves. Leaving the block raises what went wrong inside the server itself.
    """

    def __post_init__(self) -> None:
        self._endpoint = Endpoint(self)
        self._started: Future[str] = Future()
        self._thread = threading.Thread(target=self._run, name="chat-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(WAIT_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(WAIT_SECONDS)
        if self._thread.is_alive():
            raise TimeoutError(f"the server did not stop within {WAIT_SECONDS:.0f} s")
        if error is None and self._endpoint.crashes:
            raise self._endpoint.crashes[0]

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        try:
            async with serve(self._endpoint) as base_url:
                self._started.set_result(base_url)
                await self._stopped.wait()
        except OSError as error:
            if self._started.done():
                raise
            self._started.set_exception(error)

    @property
    def base_url(self) -> str:
        """Root of the API, for instance `http://127.0.0.1:40123/v1`."""
        return self._started.result(WAIT_SECONDS)

    @property
    def calls(self) -> int:
        """Chat-completion requests received, refused ones included."""
        return self._endpoint.traffic.calls

    @property
    def calls_by_digest(self) -> Counter[bytes]:
        """How often each body came in, by its BLAKE2b digest of 16 bytes."""
        return self._endpoint.traffic.calls_by_digest

    @property
    def in_flight(self) -> int:
        """Calls received and not yet answered."""
        return self._endpoint.traffic.in_flight

    @property
    def max_in_flight(self) -> int:
        """The most calls that were in flight at once."""
        return self._endpoint.traffic.max_in_flight

    @property
    def usage(self) -> UsageTotals:
        """Tokens of all completions."""
        return self._endpoint.traffic.usage

    @property
    def requests(self) -> list[RecordedRequest]:
        """The newest chat-completion requests, the oldest of them first."""
        return self._endpoint.traffic.requests

    @property
    def stats(self) -> dict[str, Any]:
        """What `GET /stats` returns."""
        return self._endpoint.stats()

    def reset_stats(self) -> None:
        """Start counts and records anew."""
        self._endpoint.traffic.reset()

    def script(self, faults: Sequence[Fault | None]) -> None:
        """Queue faults for the next calls, one each; None is a call without a fault."""
        self._endpoint.faults.extend(faults)

    def fault_for(self, condition: Condition, fault: Fault, times: int | None = None) -> None:
        """Let a fault meet the calls with a text in one of their messages, or whose decoded body meets a predicate.

        Args:
            condition: The text, or the predicate.
            fault: What happens to them.
            times: To how many of them; None is all.
        """
        self._endpoint.faults.add_rule(Rule(condition, fault, times))

    def fail_next(self, kind: str, fault: Fault, *, is_done: bool = False) -> None:
        """Let a fault meet the next request about files or batches.

        Args:
            kind: For instance `POST /batches` or `GET /files/{id}/content`.
            fault: What happens to it.
            is_done: It takes effect, and only its answer is lost.
        """
        self._endpoint.batches.add_fault(kind, fault, is_done=is_done)

    @property
    def batches(self) -> Batches:
        """Files and batches; for looking, between requests."""
        return self._endpoint.batches

    def hold(self, from_call: int = 1) -> None:
        """Keep completions back from now on; calls are still received and counted.

        Args:
            from_call: Number of the first call that is kept waiting, as `calls` counts; those before it are answered.
        """
        self._endpoint.hold(from_call)

    def release(self) -> None:
        """Let completions go, those kept back first of all."""
        gate, self._endpoint.gate = self._endpoint.gate, None
        if gate is not None:
            self._loop.call_soon_threadsafe(gate.opened.set)

    def wait_for_calls(self, count: int, timeout_seconds: float = WAIT_SECONDS) -> None:
        """Block until `count` calls have come in; on an event loop, use `asyncio.to_thread`.

        Raises:
            TimeoutError: fewer came in time.
        """
        self._endpoint.traffic.wait_for_calls(count, timeout_seconds)

    def wait_until_idle(self) -> None:
        """Block until every call that was sent by now has come in and is over, also those of a client that is gone.

        Raises:
            TimeoutError: some are still in flight.
        """
        # Requests are taken up in the order in which they came, and two in a row are never taken up in one turn.
        with closing(HTTPConnection(urlsplit(self.base_url).netloc, timeout=WAIT_SECONDS)) as connection:
            for _ in range(2):
                connection.request("GET", "/stats")
                connection.getresponse().read()
        self._endpoint.traffic.wait_until_idle(WAIT_SECONDS)
