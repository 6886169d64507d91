"""The response cache: the function from request to raw reply, kept on disk.

Everything that can change an answer is part of the key; what is done with the answer later is not. Text only: diskcache
would unpickle what it finds in its file (CVE-2025-69872), so its serialiser is replaced by one that refuses to. Nothing is
ever evicted. SQLite runs in WAL mode with `synchronous=NORMAL`: a killed process loses no reply that `put` returned for;
a power cut may lose the last ones but never damages the file. Not for network file systems.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import diskcache
import orjson
from pydantic import ValidationError

from summarizer.chat.interface import ChatRequest, ChatResponse
from summarizer.errors import StoreError

if TYPE_CHECKING:
    from hashlib import _Hash

logger = logging.getLogger(__name__)

_KEY_VERSION = "summarizer-request-1"
_BATCH = 256
_GATHERING_SECONDS = 0.003
"""How long the first reply of a transaction waits for others: a transaction costs as much as ten replies."""
_SQLITE_HEADER = b"SQLite format 3\0"


def cache_key(request: ChatRequest) -> str:
    """Return the SHA-256 of the canonical JSON of `request`: of every field, in two parts, so that the first is hashed once."""
    digest = _static_digest(_static_part(request)).copy()
    digest.update(orjson.dumps(request.messages[1:]))
    if request.repeat:  # hashed apart, so that the keys of first answers are what they were before there were others
        digest.update(orjson.dumps({"repeat": request.repeat}))
    return digest.hexdigest()


_STATIC_FIELDS = [field.name for field in fields(ChatRequest) if field.name != "repeat"]
_own_fields = attrgetter(*(name for name in _STATIC_FIELDS if name != "messages"))


def _static_part(request: ChatRequest) -> tuple[object, ...]:
    return (*_own_fields(request), request.messages[0])


@lru_cache(maxsize=64)
def _static_digest(static: tuple[object, ...]) -> _Hash:
    own, first_message = static[:-1], static[-1:]
    return sha256(orjson.dumps([_KEY_VERSION, _STATIC_FIELDS, (*own, first_message)]))


class _TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Stores and returns text, and refuses everything else that a cache file may hold."""

    def put(self, key: str) -> tuple[str, bool]:
        return key, True

    def get(self, key: str, raw: bool) -> str:
        if not raw or not isinstance(key, str):
            raise StoreError("the response cache holds a key that this program did not write")
        return key

    def store(self, value: str, read: bool, key: object = None) -> tuple[int, int, None, str]:  # noqa: ARG002
        return 0, diskcache.core.MODE_RAW, None, value

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> str:
        if mode != diskcache.core.MODE_RAW or filename or read or not isinstance(value, str):
            raise StoreError(
                "the response cache holds an entry that this program did not write; nothing was loaded from it"
            )
        return value


class _Write(NamedTuple):
    entries: list[tuple[str, str]]
    """Keys and values that are committed together or not at all."""
    done: asyncio.Future[None]


class ResponseCache:
    """Replies by request, in `directory`. Safe to share between processes of one machine."""

    def __init__(self, directory: Path, *, lock_seconds: float = 60.0) -> None:
        """Open or create the cache.

        Args:
            directory: of the file.
            lock_seconds: how long a write waits for another process that writes.

        Raises:
            StoreError: the folder can't be written, or holds a damaged file.
        """
        self._directory = directory
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        try:
            directory.mkdir(parents=True, exist_ok=True)
            _check_header(directory / diskcache.core.DBNAME)
            self._cache = diskcache.Cache(
                str(directory.resolve()),
                timeout=lock_seconds,
                disk=_TextDisk,
                eviction_policy="none",
                cull_limit=0,
                size_limit=2**62,
            )
        except (OSError, sqlite3.Error) as error:
            raise self._error("opened", error) from error

    def get(self, key: str) -> ChatResponse | None:
        """Return the reply stored under the `cache_key` of a request, or None. An unreadable entry is a miss, and logged.

        Raises:
            StoreError: the cache can't be read.
        """
        try:
            value = self._cache.get(key)
        except (OSError, sqlite3.Error, diskcache.Timeout) as error:
            raise self._error("read", error) from error
        try:
            return None if value is None else ChatResponse.model_validate_json(value)
        except ValidationError:
            logger.warning("cache entry %s is unreadable and will be asked for again", key)
            return None

    async def put(self, key: str, response: ChatResponse) -> None:
        """Store `response` under the `cache_key` of its request; see `put_all`."""
        await self.put_all([(key, response)])

    async def put_all(self, entries: Iterable[tuple[str, ChatResponse]]) -> None:
        """Store replies by the `cache_key` of their requests, all of them or none; return once they are committed.

        What arrives together shares one transaction.

        Raises:
            StoreError: the cache can't be written, for instance because the disk is full.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put(_Write([(key, response.model_dump_json()) for key, response in entries], done))
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_forever, name="response-cache", daemon=True)
            self._writer.start()
        await done

    def flush(self) -> None:
        """Flush what was stored to the disk: from now on also a power cut loses none of it.

        Raises:
            StoreError: it can't be flushed.
        """
        try:
            with (self._directory / f"{diskcache.core.DBNAME}-wal").open("rb") as log:
                os.fsync(log.fileno())
        except FileNotFoundError:
            pass  # nothing was stored since SQLite flushed all of it and took the log away
        except OSError as error:
            raise self._error("flushed", error) from error

    def close(self) -> None:
        """Finish pending writes and release the file."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None
        self._cache.close()

    def _write_forever(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, is_last = self._take_batch(first)
            _settle(batch, self._commit(batch))
            if is_last:
                break
        self._cache.close()  # a connection belongs to its thread

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
        # No retry: SQLite itself waits for a lock, and diskcache would try for ever what can never succeed.
        try:
            with self._cache.transact():
                for key, value in chain.from_iterable(write.entries for write in batch):
                    self._cache.set(key, value)
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait for the write must be told
            return self._error("written", error)
        return None

    def _error(self, participle: str, error: Exception) -> StoreError:
        reason = str(error) or str(error.__context__)  # diskcache's own timeout says nothing
        return StoreError(
            f"the response cache in {self._directory} can't be {participle}: {reason}; "
            "check free space and permissions, or choose another folder with --cache-dir"
        )


def _check_header(path: Path) -> None:
    # Looked at here because diskcache leaves its connection open when a file turns out to be no database.
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(_SQLITE_HEADER)) != _SQLITE_HEADER:
                raise sqlite3.DatabaseError(f"{path.name} is no SQLite database")


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
