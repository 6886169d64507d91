"""What would have to be asked: every request that has no stored reply yet, written into files that a batch is made of.

Found by running the ordinary annotator over the papers with the response cache alone. A first round finds the first
calls; once their replies are collected, the next one finds the reasks of replies that broke the contract, and the
translations of abstracts, which are asked after the annotation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Protocol

from summarizer.annotate.assembly import build_annotator
from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_shard import RUNNING, WAITING
from summarizer.chat.batch_lines import build_request_line
from summarizer.chat.cache import cache_key
from summarizer.chat.interface import ChatRequest, ChatResponse, OutputMode
from summarizer.chat.offline import OfflineChatModel
from summarizer.chat.request_body import TokenLimitParameter, build_body, build_prefix
from summarizer.chat.tokens import estimate_tokens
from summarizer.errors import (
    ConfigurationError,
    ConservationError,
    OutputModeError,
    PaperRejectedError,
    ReplyMissingError,
)
from summarizer.papers import Paper, SkippedRecord
from summarizer.papers.identity import DuplicatePaper, SeenPapers
from summarizer.settings import Settings


@dataclass
class RequestReport:
    """What became of every record that was read."""

    read: int = 0
    answered: int = 0
    """All their replies are stored: `annotate --replay` makes records of them."""
    written: int = 0
    """Their next request is in a file now."""
    in_batches: int = 0
    """Their next request is in a batch already, sent or waiting."""
    rejected: int = 0
    """The endpoint refused their request before, for good."""
    skipped: int = 0
    duplicate: int = 0
    pending: int = 0
    """Read, but did not fit into the budget."""
    worst_case_usd: float | None = 0.0
    """What the written requests can cost at most; None where the price is unknown."""

    def check_conservation(self) -> None:
        """Verify that every record read is accounted for exactly once.

        Raises:
            ConservationError: it is not: a bug here.
        """
        names = ("answered", "written", "in_batches", "rejected", "skipped", "duplicate", "pending")
        accounted = sum(getattr(self, name) for name in names)
        if self.read != accounted:
            raise ConservationError(f"{self.read} records were read, but {accounted} accounted for: {self}")

    def to_json(self) -> dict[str, int | float | None]:
        """Return the report as plain data."""
        return asdict(self)


class RequestWriter(Protocol):
    """Takes request lines."""

    def holds(self, key: str) -> bool:
        """Whether it took this request already and has not yet told the ledger."""
        ...

    def add(self, line: bytes, *, key: str, paper: str, tokens: int) -> None:
        """Take one more."""
        ...


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """How requests are found and written."""

    output_mode: OutputMode
    token_limit_parameter: TokenLimitParameter = "max_completion_tokens"  # noqa: S105
    retry_failed: bool = False
    """Ask again what the endpoint refused for good."""
    ignores_batches: bool = False
    """Write also what is in a batch already: for plain files."""
    worst_case_usd: Callable[[ChatRequest], float] | None = None
    """What one request can cost at most; None where the price is unknown."""
    max_usd: float | None = None
    """Stop before the sum of worst cases exceeds this."""


class _FixedModeChat:
    """Answers nothing, in one output mode; lacks every other one."""

    def __init__(self, output_mode: OutputMode, on_missing: Callable[[ChatRequest], None]) -> None:
        self._output_mode = output_mode
        self._offline = OfflineChatModel(on_missing)

    async def complete(self, request: ChatRequest) -> ChatResponse:
        if request.output_mode != self._output_mode:
            raise OutputModeError(f"requests are written in {self._output_mode} alone", attempts=0)
        return await self._offline.complete(request)

    async def aclose(self) -> None:
        await self._offline.aclose()


class RequestSearch:
    """One pass over the papers."""

    def __init__(self, settings: Settings, ledger: Ledger, writer: RequestWriter, options: RequestOptions) -> None:
        """Take what is asked, where earlier requests are known from, and where new ones go.

        Raises:
            ConfigurationError: several papers a request: a batch is cheaper than that, and spoils no paper for another.
        """
        if settings.pack > 1:
            raise ConfigurationError(
                f"pack: a request of a batch is about one paper, and this setting is {settings.pack}: set it to 1 here and "
                "for the `annotate` that reads the replies"
            )
        self.report = RequestReport(worst_case_usd=0.0 if options.worst_case_usd else None)
        self._settings = settings
        self._ledger = ledger
        self._writer = writer
        self._options = options
        self._seen = SeenPapers()
        self._missing: ChatRequest | None = None
        self._body = _caching_body()
        self._system_tokens = lru_cache(maxsize=8)(estimate_tokens)

    def run(self, records: Iterator[Paper | SkippedRecord]) -> RequestReport:
        """Write the missing requests of all papers, or as many as the budget allows (the last one read is pending then).

        Raises:
            ConfigurationError: the stored replies were asked in another output mode.
            SummarizerError: an input, the cache or the ledger can't be read or written.
        """
        asyncio.run(self._search(records))
        self.report.check_conservation()
        return self.report

    async def _search(self, records: Iterator[Paper | SkippedRecord]) -> None:
        chat = _FixedModeChat(self._options.output_mode, self._note)
        annotator = build_annotator(self._settings, chat=chat)
        try:
            for record in records:
                self.report.read += 1
                if isinstance(record, SkippedRecord) or not record.abstract:
                    self.report.skipped += 1
                elif isinstance(admitted := self._seen.admit(record), DuplicatePaper):
                    self.report.duplicate += 1
                else:
                    try:
                        await annotator.annotate(admitted)
                    except ReplyMissingError:
                        self._settle(admitted)
                    else:
                        self.report.answered += 1
                if self.report.pending:
                    return
        except OutputModeError as error:
            raise ConfigurationError(
                "the stored replies were asked in another output mode; leave --output-mode out, or name that mode"
            ) from error
        finally:
            await annotator.aclose()

    def _note(self, request: ChatRequest) -> None:
        self._missing = request

    def _settle(self, paper: Paper) -> None:
        request = self._missing
        if request is None:
            raise ConservationError("a reply is missing, but no request was noted")
        key = cache_key(request)
        known = None if self._options.ignores_batches else self._ledger.last_state(key)
        if self._writer.holds(key) or (known and known[0] in WAITING + RUNNING):
            self.report.in_batches += 1
        elif known and _is_rejected(known[2]) and not self._options.retry_failed:
            self.report.rejected += 1
        else:
            self._write(request, key, paper)

    def _write(self, request: ChatRequest, key: str, paper: Paper) -> None:
        if self._options.worst_case_usd and self.report.worst_case_usd is not None:
            total = self.report.worst_case_usd + self._options.worst_case_usd(request)
            if self._options.max_usd is not None and total > self._options.max_usd:
                self.report.pending += 1
                return
            self.report.worst_case_usd = total
        line = build_request_line(request, self._options.token_limit_parameter, body=self._body)
        self._writer.add(line, key=key, paper=paper.id, tokens=self._estimate(request))
        self.report.written += 1

    def _estimate(self, request: ChatRequest) -> int:
        static = request.messages[0].content + request.response_schema.schema_json
        later = sum(estimate_tokens(message.content, request.model) for message in request.messages[1:])
        return self._system_tokens(static, request.model) + later


def _caching_body() -> Callable[[ChatRequest, TokenLimitParameter], bytes]:
    prefix = lru_cache(maxsize=8)(build_prefix)
    return lambda request, limit: build_body(request, limit, prefix=prefix)


def _is_rejected(error: str | None) -> bool:
    return bool(error) and str(error).startswith(PaperRejectedError.__name__)
