"""Writes to the response cache: in a thread of their own, and what arrives together in one transaction."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from summarizer.errors import StoreError

logger = logging.getLogger(__name__)

_BATCH = 256
_GATHERING_SECONDS = 0.003
"""How long the first reply of a transaction waits for others: a transaction costs as much as ten replies."""

# The row that diskcache writes for a text (mode 1: kept as it is), in one statement in place of two and their Python.
_STORE = """
    INSERT INTO Cache (key, raw, store_time, access_time, access_count, size, mode, value)
    VALUES (?, 1, ?, ?, 0, 0, 1, ?)
    ON CONFLICT (key, raw) DO UPDATE SET
        store_time = excluded.store_time, access_time = excluded.access_time, access_count = 0, size = 0,
        mode = excluded.mode, value = excluded.value, expire_time = NULL, tag = NULL, filename = NULL
"""


class _Write(NamedTuple):
    entries: list[tuple[str, str]]
    """Keys and values that are committed together or not at all."""
    done: asyncio.Future[None]


class CacheWriter:
    """Stores texts by key in the file that diskcache made and reads."""

    def __init__(self, path: Path, *, lock_seconds: float, pragmas: dict[str, int]) -> None:
        """Open the file.

        Args:
            path: of the file.
            lock_seconds: how long a write waits for another process that writes.
            pragmas: of SQLite, for this connection.

        Raises:
            sqlite3.Error: it can't be opened.
        """
        self._path = path
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection = sqlite3.connect(
            path, timeout=lock_seconds, isolation_level="IMMEDIATE", check_same_thread=False
        )
        for name, value in pragmas.items():
            self._connection.execute(f"PRAGMA {name} = {value}")

    async def write(self, entries: list[tuple[str, str]]) -> None:
        """Store texts by their keys, all of them or none; return once they are committed.

        Raises:
            StoreError: they can't be written.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put(_Write(entries, done))
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_forever, name="response-cache", daemon=True)
            self._thread.start()
        await done

    def close(self) -> None:
        """Finish pending writes and release the file."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._connection.close()

    def _write_forever(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, is_last = self._take_batch(first)
            _settle(batch, self._commit(batch))
            if is_last:
                break

    def _take_batch(self, first: _Write) -> tuple[list[_Write], bool]:
        batch = [first]
        time.sleep(_GATHERING_SECONDS)
        try:
            while len(batch) < _BATCH:
                write = self._queue.get_nowait()
                if write is None:
                    return batch, True
                batch.append(write)
        except Empty:
            pass
        return batch, False

    def _commit(self, batch: list[_Write]) -> StoreError | None:
        try:
            now = time.time()
            rows = [(key, now, now, value) for write in batch for key, value in write.entries]
            with self._connection:  # no retry: SQLite itself waits for a lock
                self._connection.executemany(_STORE, rows)
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait for the write must be told
            return cache_error(self._path.parent, "written", error)
        return None


def cache_error(directory: Path, participle: str, error: Exception) -> StoreError:
    """Return what users are told when the cache in `directory` can't be opened, read or written."""
    return StoreError(
        f"the response cache in {directory} can't be {participle}: {error}; "
        "check free space and permissions, or choose another folder with --cache-dir"
    )


def _settle(batch: list[_Write], error: StoreError | None) -> None:
    def set_outcomes() -> None:
        for write in batch:
            if write.done.done():
                continue
            if error:
                write.done.set_exception(error)
            else:
                write.done.set_result(None)

    try:
        batch[0].done.get_loop().call_soon_threadsafe(set_outcomes)
    except RuntimeError:
        logger.debug("the loop closed before a write was reported; it is committed all the same")
