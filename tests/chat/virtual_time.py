"""Time that passes only when everybody sleeps."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar

T = TypeVar("T")

_ROUNDS = 20
"""So many rounds of the event loop, and whoever has not gone to sleep by then waits for somebody who has."""

_IDLE_ROUNDS = 500


class VirtualTime:
    """A clock and a sleep that belong together."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.pass_by(seconds)

    async def pass_by(self, seconds: float) -> None:
        """Sleep without a record of it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), done))
        await done

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(self._drive(work))

    async def _drive(self, work: Coroutine[Any, Any, T]) -> T:
        task, idle = asyncio.ensure_future(work), 0
        while not task.done():
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            if not task.done() and not self._wake_next():
                # A thread may be at work, which takes real time.
                done, _ = await asyncio.wait([task], timeout=0.01)
                idle = 0 if done or self._sleepers else idle + 1

                assert idle < _IDLE_ROUNDS, "everybody waits and nobody sleeps"
        return task.result()

    def _wake_next(self) -> bool:
        while self._sleepers:
            moment, _, done = heapq.heappop(self._sleepers)
            if not done.done():
                self.now = max(self.now, moment)
                done.set_result(None)
                return True
        return False
