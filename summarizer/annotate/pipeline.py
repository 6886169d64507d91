"""Many papers to a run: bounded concurrency, conservation, and a clean stop whatever happens.

Workers take turns after each step, a request, a check, a record, by `asyncio.sleep(0)`: a step that is done for all papers
that are ready takes up to a quarter less of the processor than all steps of one paper after another, because code and data of
the step are still in its caches.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from summarizer import __version__
from summarizer.annotate.feed import BackgroundFeed, DirectFeed, Feed
from summarizer.annotate.interface import Annotator, Outcome
from summarizer.annotate.records import AnnotatedRecord, DuplicateRecord, FailedRecord, Provenance, SkippedLine
from summarizer.annotate.report import RunReport
from summarizer.annotate.store import Results
from summarizer.annotate.workers import finish
from summarizer.errors import ModelUnavailableError, ReplyMissingError, SourceError
from summarizer.papers.identity import DuplicatePaper, SeenPapers
from summarizer.papers.paper import Paper, SkippedRecord

logger = logging.getLogger(__name__)

UNAVAILABLE_LIMIT = 3
"""The run stops when so many papers in a row found the endpoint unavailable; for each worker, once one was answered."""

_KNOWN_RECORDS_BETWEEN_TURNS = 16


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run goes about its work."""

    run_id: str
    concurrency: int = 16
    """Papers in work at the same time."""
    retry_failed: bool = False
    """Ask anew, past the cache, for papers that failed in an earlier run on this output."""
    may_wait: bool = False
    """The input is a pipe: reading it may have to wait."""


class Run:
    """One pass over the input."""

    def __init__(
        self,
        records: Iterator[Paper | SkippedRecord],
        annotator: Annotator,
        results: Results,
        options: RunOptions,
        *,
        on_progress: Callable[[RunReport], None] = lambda _: None,
    ) -> None:
        """Take the input and everything that works on it; `on_progress` is called after each record."""
        self.report = RunReport()
        self._records = records
        self._feed: Feed = DirectFeed(records)
        self._annotator = annotator
        self._results = results
        self._options = options
        self._on_progress = on_progress
        self._seen = SeenPapers()
        self._stopping = False
        self._in_work = 0
        self._unanswered = 0
        self._known_since_turn = 0
        self._unavailable: list[str] = []
        self._has_answered = False

    async def execute(self) -> RunReport:
        """Work until the input ends, an error stops the run, or `stop` is called; count everything in `report`.

        Raises:
            SummarizerError: what stopped the run; `report` says how far it came.
        """
        started = time.monotonic()
        if self._options.may_wait:
            self._feed = BackgroundFeed(self._records, self._options.concurrency)
        workers = [asyncio.create_task(self._work()) for _ in range(self._options.concurrency)]
        try:
            await finish(workers)
        finally:
            self.report.pending = self._in_work + self._unanswered
            self._count_spending()
            self.report.seconds = time.monotonic() - started
            self.report.check_conservation()
        return self.report

    def stop(self) -> None:
        """Take no more records; let those in work finish whose requests are under way."""
        self._end_input()
        self._annotator.stop()

    def _end_input(self) -> None:
        self._stopping = True
        self._feed.stop()

    async def _work(self) -> None:
        try:
            while not self._stopping and (record := await self._feed.take()) is not None:
                self.report.read += 1
                self._in_work += 1
                was_asked = await self._process(record)
                self._in_work -= 1
                self._check_availability()
                self._count_spending()
                self._on_progress(self.report)
                await self._let_others_in(at_once=was_asked)
        except SourceError:
            self._end_input()  # it says nothing against the papers before it
            raise
        except Exception:
            self.stop()
            raise

    async def _let_others_in(self, *, at_once: bool) -> None:
        """Take turns with the other workers, and let Ctrl-C in where no network does."""
        self._known_since_turn += 1
        if at_once or self._known_since_turn >= _KNOWN_RECORDS_BETWEEN_TURNS:
            self._known_since_turn = 0
            await asyncio.sleep(0)

    async def _process(self, record: Paper | SkippedRecord) -> bool:
        """Return whether the annotator was asked."""
        if isinstance(record, SkippedRecord):
            self._skip(None, record.path, record.line, record.reason)
        elif not record.abstract:
            # Not remembered as seen: a later record of the same paper may have the abstract.
            self._skip(record, record.source, record.position, "no abstract")
        elif isinstance(admitted := self._seen.admit(record), DuplicatePaper):
            self._count_duplicate(admitted)
        elif self._results.is_annotated(admitted):
            self.report.annotated += 1
            self.report.resumed += 1
        else:
            await self._annotate(admitted)
            return True
        return False

    async def _annotate(self, paper: Paper) -> None:
        fresh = self._options.retry_failed and self._results.has_failed(paper)
        try:
            outcome = await self._annotator.annotate(paper, fresh=fresh)
            await asyncio.sleep(0)
            self._book(outcome)
        except ReplyMissingError as error:
            logger.info("%s stays pending: %s", paper.id, error)
            self._unanswered += 1

    def _skip(self, paper: Paper | None, path: str, line: int, reason: str) -> None:
        record = SkippedLine(paper=paper, path=path, line=line, reason=reason, provenance=self._provenance())
        if not self._results.holds(record):
            self._results.append(record)
        self.report.skipped += 1

    def _count_duplicate(self, duplicate: DuplicatePaper) -> None:
        record = DuplicateRecord(paper=duplicate.paper, reason=duplicate.reason, provenance=self._provenance())
        if not self._results.holds(record):
            self._results.append(record)
        self.report.duplicate += 1

    def _book(self, outcome: Outcome) -> None:
        self._results.append(outcome.record)
        self.report.cache_hits += outcome.record.provenance.cache_hit
        if isinstance(outcome.record, AnnotatedRecord):
            self.report.annotated += 1
        else:
            self.report.failed += 1
        self._note_availability(outcome.record)

    def _count_spending(self) -> None:
        spending = self._annotator.spending
        self.report.calls, self.report.usage, self.report.cost_usd = spending.calls, spending.usage, spending.cost_usd
        self.report.possibly_billed_usd = spending.possibly_billed_usd

    def _note_availability(self, record: AnnotatedRecord | FailedRecord) -> None:
        if isinstance(record, FailedRecord) and record.error.type == ModelUnavailableError.__name__:
            self._unavailable.append(record.error.message)
        elif record.provenance.attempts:  # what came from the cache says nothing about the endpoint
            self._unavailable.clear()
            self._has_answered = True

    def _check_availability(self) -> None:
        count = len(self._unavailable)
        if count >= UNAVAILABLE_LIMIT * (self._options.concurrency if self._has_answered else 1):
            raise ModelUnavailableError(
                f"{count} papers in a row could not be sent; the last reason: {self._unavailable[-1]}; "
                "run `summarizer doctor`, then the same command again: it goes on where this run stopped"
            )

    def _provenance(self) -> Provenance:
        return Provenance(
            **dict(self._annotator.profile),
            cost_usd=0.0,
            created_at=datetime.now(UTC),
            version=__version__,
            run_id=self._options.run_id,
        )
