"""The response cache: the function from request to raw reply, kept on disk.

Everything that can change an answer is part of the key; what is done with the answer later is not. Text only: diskcache
would unpickle what it finds in its file (CVE-2025-69872), so its serialiser is replaced by one that refuses to. Nothing is
ever evicted. SQLite runs in WAL mode with `synchronous=NORMAL`: a killed process loses no reply that `put` returned for;
a power cut may lose the last ones but never damages the file. Not for network file systems.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import diskcache
import orjson
from pydantic import ValidationError

from summarizer.chat.cache_writer import CacheWriter, cache_error
from summarizer.chat.interface import ChatRequest, ChatResponse
from summarizer.errors import StoreError

if TYPE_CHECKING:
    from hashlib import _Hash

logger = logging.getLogger(__name__)

_KEY_VERSION = "summarizer-request-1"
_PRAGMAS = ("cache_size", "mmap_size", "synchronous")
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
    """Returns text, and refuses everything else that a cache file may hold."""

    def put(self, key: str) -> tuple[str, bool]:
        return key, True

    def get(self, key: str, raw: bool) -> str:
        if not raw or not isinstance(key, str):
            raise StoreError("the response cache holds a key that this program did not write")
        return key

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> str:
        if mode != diskcache.core.MODE_RAW or filename or read or not isinstance(value, str):
            raise StoreError(
                "the response cache holds an entry that this program did not write; nothing was loaded from it"
            )
        return value


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
        path = directory / diskcache.core.DBNAME
        try:
            directory.mkdir(parents=True, exist_ok=True)
            _check_header(path)
            self._cache = diskcache.Cache(
                str(directory.resolve()),
                timeout=lock_seconds,
                disk=_TextDisk,
                eviction_policy="none",
                cull_limit=0,
                size_limit=2**62,
            )
            pragmas = {name: getattr(self._cache, f"sqlite_{name}") for name in _PRAGMAS}
            self._writer = CacheWriter(path, lock_seconds=lock_seconds, pragmas=pragmas)
        except (OSError, sqlite3.Error) as error:
            raise cache_error(directory, "opened", error) from error

    def get(self, key: str) -> ChatResponse | None:
        """Return the reply stored under the `cache_key` of a request, or None. An unreadable entry is a miss, and logged.

        Raises:
            StoreError: the cache can't be read.
        """
        try:
            value = self._cache.get(key)
        except (OSError, sqlite3.Error) as error:
            raise cache_error(self._directory, "read", error) from error
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
        await self._writer.write([(key, response.model_dump_json()) for key, response in entries])

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
            raise cache_error(self._directory, "flushed", error) from error

    def close(self) -> None:
        """Finish pending writes and release the file."""
        self._writer.close()
        self._cache.close()


def _check_header(path: Path) -> None:
    # Looked at here because diskcache leaves its connection open when a file turns out to be no database.
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(_SQLITE_HEADER)) != _SQLITE_HEADER:
                raise sqlite3.DatabaseError(f"{path.name} is no SQLite database")
