"""Result lines into the response cache, and into the ledger what became of each request. Order never matters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_shard import RequestState, Shard
from summarizer.chat.batch_lines import Decode, MalformedLineError, ResultLine, read_result, read_result_id, split_lines
from summarizer.chat.cache import ResponseCache
from summarizer.chat.interface import Usage
from summarizer.errors import SourceError

_CHUNK = 256
_PIECE = 1 << 20


@dataclass
class ReplyReport:
    """What the lines of results held."""

    lines: int = 0
    answered: int = 0
    failed: int = 0
    expired: int = 0
    cancelled: int = 0
    duplicate: int = 0
    """Beyond the first of their request; a reply goes before an error, whichever came first."""
    unknown: int = 0
    """Their id is none that was asked."""
    malformed: int = 0
    usage: Usage = field(default_factory=Usage)
    """Of the answered."""

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {**asdict(self), "usage": self.usage.model_dump()}


@dataclass(frozen=True, slots=True)
class _Finding:
    shard: Shard
    result: ResultLine


class ReplyReader:
    """Reads the results of one shard, or of whatever requests the ledger knows.

    A reply is committed to the cache before the ledger says so, so that a killed run reads it again and loses nothing.
    """

    def __init__(
        self, ledger: Ledger, cache: ResponseCache, decode: Decode, *, endpoint: str, shard: Shard | None = None
    ) -> None:
        """Take where replies go.

        Args:
            ledger: knows what was asked.
            cache: keeps the replies.
            decode: decodes a line, free of the key.
            endpoint: the base URL as it may be shown.
            shard: the only one whose requests count; None for any.
        """
        self.report = ReplyReport()
        self._ledger = ledger
        self._cache = cache
        self._decode = decode
        self._endpoint = endpoint
        self._only = shard
        self._seen: dict[bytes, RequestState] = {}

    async def read(self, lines: Iterable[bytes]) -> ReplyReport:
        """Store every reply, and note every error.

        Raises:
            StoreError: cache or ledger can't be written.
        """
        remaining = iter(lines)
        while chunk := list(islice(remaining, _CHUNK)):
            findings = list(self._find(chunk))
            replies = [(found.result.key, found.result.response) for found in findings]
            await asyncio.gather(*(self._cache.put(key, reply) for key, reply in replies if reply is not None))
            self._ledger.mark(
                (found.shard.id, found.result.key, found.result.state, found.result.error) for found in findings
            )
        return self.report

    def _find(self, lines: Iterable[bytes]) -> Iterator[_Finding]:
        for line in lines:
            self.report.lines += 1
            try:
                key, fields = read_result_id(line, self._decode)
            except MalformedLineError:
                self.report.malformed += 1
                continue
            shard = self._ledger.find(key, self._only.id if self._only else None)
            if shard is None:
                self.report.unknown += 1
                continue
            result = read_result(key, fields, shard.output_mode, endpoint=self._endpoint, model=shard.model)
            if self._admit(result):
                yield _Finding(shard, result)

    def _admit(self, result: ResultLine) -> bool:
        """Count a result; say whether it is the one that holds for its request so far."""
        digest = bytes.fromhex(result.key)
        before = self._seen.get(digest)
        if before is not None:
            self.report.duplicate += 1
            if before == "answered" or result.state != "answered":
                return False
            self._count(before, -1)
        self._seen[digest] = result.state
        self._count(result.state, 1)
        if result.response is not None:
            self.report.usage += result.response.usage
        return True

    def _count(self, state: RequestState, step: int) -> None:
        setattr(self.report, state, getattr(self.report, state) + step)


def read_result_file(path: Path) -> Iterator[bytes]:
    """Give the lines of a file of results.

    Raises:
        SourceError: it can't be read.
    """
    try:
        yield from split_lines(_pieces(path))
    except OSError as error:
        raise SourceError(f"{path}: can't be read ({error.strerror})") from error


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
