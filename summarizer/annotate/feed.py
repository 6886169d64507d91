"""Records for the workers of a run, also where reading has to wait."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

from summarizer.papers.paper import Paper, SkippedRecord

PaperOrSkipped = Paper | SkippedRecord


class Feed(Protocol):
    """Hands out one record at a time: the next one is read only when somebody is free to work on it."""

    async def take(self) -> PaperOrSkipped | None:
        """Return the next record; None at the end, or after `stop`."""
        ...

    def stop(self) -> None:
        """Wake up whoever waits for a record."""
        ...


class DirectFeed:
    """Reads where it is asked: for files, which never keep a reader waiting."""

    def __init__(self, records: Iterator[PaperOrSkipped]) -> None:
        self._records = records

    async def take(self) -> PaperOrSkipped | None:
        """Read the next record."""
        return next(self._records, None)

    def stop(self) -> None:
        """Do nothing: nobody ever waits."""


class BackgroundFeed:
    """Reads in a thread of its own, for pipes: one may pause for hours, and neither Ctrl-C nor a reply may wait for it."""

    def __init__(self, records: Iterator[PaperOrSkipped], size: int) -> None:
        """Start reading; at most `size` records wait to be taken."""
        self._places = threading.Semaphore(size)
        self._arrived: deque[PaperOrSkipped | Exception | None] = deque()
        self._queue: asyncio.Queue[PaperOrSkipped | Exception | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(records,), name="reader", daemon=True).start()

    async def take(self) -> PaperOrSkipped | None:
        """Wait for the next record.

        Raises:
            Exception: whatever reading raised, to the first who asks after it.
        """
        item = await self._queue.get()
        if item is None or isinstance(item, Exception):
            self._queue.put_nowait(None)  # for the next one who asks
        else:
            self._places.release()
        if isinstance(item, Exception):
            raise item
        return item

    def stop(self) -> None:
        """Wake up whoever waits."""
        self._queue.put_nowait(None)

    def _read(self, records: Iterator[PaperOrSkipped]) -> None:
        try:
            for record in records:
                self._put(record)
            self._put(None)
        except Exception as error:  # noqa: BLE001  # handed to the run, which decides
            self._put(error)

    def _put(self, item: PaperOrSkipped | Exception | None) -> None:
        self._places.acquire()
        self._arrived.append(item)
        if len(self._arrived) == 1:  # else the loop has been told and has not come yet: it will take all at once
            with suppress(RuntimeError):  # the run is over, and its loop with it
                self._loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        while self._arrived:
            self._queue.put_nowait(self._arrived.popleft())
