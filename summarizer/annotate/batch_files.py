"""Files of requests: shards for the provider, within its limits, or one plain file for another engine."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_shard import RequestRow, Shard, ShardState
from summarizer.chat.batches import MAX_BYTES, MAX_REQUESTS
from summarizer.chat.interface import OutputMode
from summarizer.errors import ConfigurationError, StoreError

_SUFFIX = ".requests.jsonl"


@dataclass(frozen=True, slots=True)
class ShardKind:
    """What all shards of one command have in common, and how large one may become."""

    run: str
    base_url: str
    model: str
    output_mode: OutputMode
    queue_tokens: int | None = None
    max_requests: int = MAX_REQUESTS
    max_bytes: int = MAX_BYTES


@dataclass
class _OpenShard:
    id: str
    path: Path
    file: BinaryIO
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    rows: list[RequestRow] = field(default_factory=list)
    bytes: int = 0
    tokens: int = 0


class ShardWriter:
    """Writes shards into the folder of the ledger. A file counts from the moment that the ledger knows it."""

    def __init__(self, ledger: Ledger, kind: ShardKind) -> None:
        """Take the ledger; files that no shard of it names are left from a killed run, and are deleted."""
        self._ledger = ledger
        self._kind = kind
        self._open: _OpenShard | None = None
        self._keys: set[str] = set()
        known = {ledger.folder.resolve() / shard.path for shard in ledger.shards()}  # an export has its whole path
        for path in ledger.folder.glob(f"*{_SUFFIX}"):
            if path.resolve() not in known:
                path.unlink(missing_ok=True)

    def holds(self, key: str) -> bool:
        """Whether the shard in work has this request."""
        return key in self._keys

    def add(self, line: bytes, *, key: str, paper: str, tokens: int) -> None:
        """Write one request, in a new shard where the present one is full.

        Raises:
            ConfigurationError: one request alone is over the queue limit.
            StoreError: it can't be written.
        """
        limit = self._kind.queue_tokens
        if limit is not None and tokens > limit:
            raise ConfigurationError(f"--queue-tokens {limit:,}: one request alone takes about {tokens:,} tokens")
        if self._open and not self._fits(self._open, line, tokens):
            self.finish()
        try:
            shard = self._open = self._open or self._start()
            shard.file.write(line)
        except OSError as error:
            raise StoreError(f"{self._ledger.folder}: can't be written ({error.strerror})") from error
        shard.digest.update(line)
        shard.bytes += len(line)
        shard.tokens += tokens
        shard.rows.append(RequestRow(len(shard.rows) + 1, key, paper))
        self._keys.add(key)

    def finish(self) -> None:
        """Close the shard in work and enter it into the ledger.

        Raises:
            StoreError: it can't be written.
        """
        if self._open is None:
            return
        shard, self._open, self._keys = self._open, None, set()
        try:
            with shard.file as file:
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"{shard.path}: can't be written ({error.strerror})") from error
        self._ledger.add(_to_shard(shard, self._kind, "prepared", path=shard.path.name), shard.rows)

    def close(self) -> None:
        """Give up the shard in work, if it was not finished."""
        if self._open:
            self._open.file.close()

    def _fits(self, shard: _OpenShard, line: bytes, tokens: int) -> bool:
        kind = self._kind
        queue_fits = kind.queue_tokens is None or shard.tokens + tokens <= kind.queue_tokens
        return len(shard.rows) < kind.max_requests and shard.bytes + len(line) <= kind.max_bytes and queue_fits

    def _start(self) -> _OpenShard:
        shard_id = _new_id()
        path = self._ledger.folder / f"{shard_id}{_SUFFIX}"
        return _OpenShard(shard_id, path, path.open("xb"))


class ExportWriter:
    """Writes one file of any size; the ledger takes note of its requests, so that `import` knows them."""

    def __init__(self, ledger: Ledger, kind: ShardKind, path: Path) -> None:
        """Open the file under another name; an earlier export to the same path is forgotten.

        Raises:
            StoreError: it can't be written.
        """
        self._ledger = ledger
        self._kind = kind
        self._path = path.resolve()
        self._part = self._path.with_name(f"{self._path.name}.part")
        self._keys: set[str] = set()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._shard = _OpenShard(_new_id(), self._path, self._part.open("wb"))
        except OSError as error:
            raise StoreError(f"{path}: can't be written ({error.strerror}); choose another file with -o") from error
        self._earlier = [shard for shard in ledger.shards(("exported",)) if shard.path == str(self._path)]
        self._entered: list[Shard] = []
        """In the ledger, though the file is not in its place yet."""

    def holds(self, key: str) -> bool:
        """Whether this file has the request."""
        return key in self._keys

    def add(self, line: bytes, *, key: str, paper: str, tokens: int) -> None:
        """Write one request.

        Raises:
            StoreError: it can't be written.
        """
        try:
            self._shard.file.write(line)
        except OSError as error:
            raise StoreError(f"{self._path}: can't be written ({error.strerror})") from error
        self._keys.add(key)
        self._shard.rows.append(RequestRow(len(self._shard.rows) + 1, key, paper))
        self._shard.bytes += len(line)
        self._shard.tokens += tokens
        if len(self._shard.rows) >= self._kind.max_requests:
            self._enter()

    def finish(self) -> None:
        """Put the file in its place.

        Raises:
            StoreError: it can't be written.
        """
        try:
            with self._shard.file as file:
                file.flush()
                os.fsync(file.fileno())
            self._enter()
            for shard in self._earlier:
                self._ledger.delete(shard)
            self._part.replace(self._path)
            self._entered.clear()
        except OSError as error:
            raise StoreError(f"{self._path}: can't be written ({error.strerror})") from error

    def close(self) -> None:
        """Give up a file that was not finished."""
        self._shard.file.close()
        for shard in self._entered:
            self._ledger.delete(shard)
        self._part.unlink(missing_ok=True)

    def _enter(self) -> None:
        if self._shard.rows:
            shard = _to_shard(self._shard, self._kind, "exported", path=str(self._path))
            self._ledger.add(shard, self._shard.rows)
            self._entered.append(shard)
        self._shard = _OpenShard(_new_id(), self._path, self._shard.file)


def _to_shard(shard: _OpenShard, kind: ShardKind, state: ShardState, *, path: str) -> Shard:
    return Shard(
        id=shard.id,
        run=kind.run,
        state=state,
        base_url=kind.base_url,
        model=kind.model,
        output_mode=kind.output_mode,
        path=path,
        sha256=shard.digest.hexdigest(),
        requests=len(shard.rows),
        bytes=shard.bytes,
        tokens=shard.tokens,
        queue_tokens=kind.queue_tokens,
    )


def _new_id() -> str:
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}"
