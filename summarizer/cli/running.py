"""A run from the command line: from inputs to a results file, with signals, progress, a ledger and a summary at its end."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.annotate.assembly import build_annotator, new_run_id
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.failures import FailureCounter, FailureGroup
from summarizer.annotate.ledger import LEDGER_NAME, RunLedger
from summarizer.annotate.pipeline import Run, RunOptions
from summarizer.annotate.records import Profile
from summarizer.annotate.report import RunReport
from summarizer.annotate.store import STANDARD_OUTPUT, ResultFile, Results
from summarizer.annotate.stream import ResultStream
from summarizer.chat.offline import OfflineChatModel
from summarizer.cli.files import check_is_no_input
from summarizer.cli.output import say
from summarizer.cli.progress import Limits, Progress
from summarizer.errors import ConfigurationError, StoreError, SummarizerError
from summarizer.papers import FilterCounts, Filters, InputMeter, Paper, SkippedRecord, read
from summarizer.settings import Settings

INTERRUPTED = 130
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Job:
    """What one command line asks for."""

    inputs: list[str]
    output: Path
    filters: Filters = field(default_factory=Filters)
    source: str | None = None
    """Input format, where it is not to be detected."""
    overwrite: bool = False
    retry_failed: bool = False
    strict: bool = False
    replay: bool = False
    """Stored replies alone: papers without one stay pending."""
    metrics: Path | None = None
    """File that is kept up to date with Prometheus metrics."""

    @property
    def may_wait(self) -> bool:
        """Whether an input is a pipe."""
        return any(name == STANDARD_INPUT or Path(name).is_fifo() for name in self.inputs)


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a run ended."""

    report: RunReport
    exit_code: int
    filtered: FilterCounts
    error: SummarizerError | None = None
    """What stopped it early."""
    failures: tuple[FailureGroup, ...] = ()
    """Why papers failed, the most frequent reason first."""


def run_job(job: Job, settings: Settings) -> JobResult:
    """Run `job` until it ends, is stopped by an error, or by Ctrl-C.

    Raises:
        SummarizerError: it could not start.
    """
    return asyncio.run(_run(job, settings))


def open_inputs(job: Job, meter: InputMeter) -> AbstractContextManager[Iterator[Paper | SkippedRecord]]:
    """Open the records of `job`; `meter` is told how far they are read."""
    records = read(*job.inputs, meter=meter, source=job.source)
    # A reader that waits for a pipe in another thread can't be closed from here.
    return nullcontext(records) if job.may_wait else closing(records)


def open_results(job: Job, profile: Profile) -> Results:
    """Open the output of `job`, locked against other runs.

    Raises:
        ConfigurationError: it is a folder, an input, the ledger or the metrics file, or holds results of another profile.
        StoreError: it is damaged, can't be written, or is in use.
    """
    if str(job.output) == STANDARD_OUTPUT:
        return ResultStream()
    if job.output.is_dir():
        raise ConfigurationError(
            f"{job.output} is a folder; -o takes a file, for instance {job.output / 'results.jsonl'}"
        )
    if job.output.name == LEDGER_NAME:
        raise ConfigurationError(f"{job.output} is where the ledger of runs is kept; choose another file with -o")
    if job.metrics and job.metrics.resolve() in {job.output.resolve(), job.output.with_name(LEDGER_NAME).resolve()}:
        raise ConfigurationError(f"--metrics {job.metrics}: is written by the run itself; choose another file")
    check_is_no_input(job.output, job.inputs)
    return ResultFile(job.output, profile, overwrite=job.overwrite)


async def _run(job: Job, settings: Settings) -> JobResult:
    meter, counts, run_id = InputMeter(), FilterCounts(), new_run_id()
    annotator = build_annotator(settings, run_id=run_id, chat=OfflineChatModel() if job.replay else None)
    try:
        with open_inputs(job, meter) as records:
            results = FailureCounter(open_results(job, annotator.profile))
            try:
                in_work = settings.concurrency * settings.pack  # so that as many requests are in flight as may be
                options = RunOptions(run_id, in_work, job.retry_failed, may_wait=job.may_wait)
                run = Run(job.filters.apply(records, counts), annotator, results, options)
                return await _execute(job, settings, run, _Watch(run_id, meter, counts, results))
            finally:
                results.close()
    finally:
        await annotator.aclose()


@dataclass(frozen=True, slots=True)
class _Watch:
    """What a run is seen by."""

    run_id: str
    meter: InputMeter
    filtered: FilterCounts
    failures: FailureCounter


async def _execute(job: Job, settings: Settings, run: Run, watch: _Watch) -> JobResult:
    ledger = None if str(job.output) == STANDARD_OUTPUT else RunLedger(job.output.parent)
    progress = _build_progress(job, settings, run.report, watch)
    async with progress:
        if ledger:
            ledger.start(watch.run_id, inputs=job.inputs, output=job.output, settings=settings)
        result = await _wait(job, run, watch)
    if ledger:
        _close(ledger, watch.run_id, result)
    return result


def _build_progress(job: Job, settings: Settings, report: RunReport, watch: _Watch) -> Progress:
    metrics = None
    if job.metrics:
        from summarizer.cli.metrics import MetricsFile  # noqa: PLC0415  # only where it is asked for

        model = settings.model or EXTRACTIVE
        metrics = MetricsFile(job.metrics, report, run_id=watch.run_id, model=model, max_cost_usd=settings.max_cost)
    return Progress(watch.meter, report, Limits(settings.tpm, settings.max_cost), metrics)


def _close(ledger: RunLedger, run_id: str, result: JobResult) -> None:
    try:
        ledger.end(run_id, report=result.report, exit_code=result.exit_code, error=result.error)
    except StoreError as error:  # the results are whole; what stopped the run is the news
        say(f"warning: {error}; the ledger will show this run as killed")


async def _wait(job: Job, run: Run, watch: _Watch) -> JobResult:
    error, is_cancelled = None, False
    with _interrupts(run) as is_interrupted:
        try:
            await run.execute()
        except asyncio.CancelledError:
            is_cancelled = True
        except SummarizerError as stop:
            error = stop
    exit_code = error.exit_code if error else _exit_code(run.report, strict=job.strict)
    if not error and (is_cancelled or is_interrupted()):
        exit_code = INTERRUPTED
    return JobResult(run.report, exit_code, watch.filtered, error, tuple(watch.failures))


def _exit_code(report: RunReport, *, strict: bool) -> int:
    return int(bool(report.failed or report.pending or (strict and report.skipped)))


@contextmanager
def _interrupts(run: Run) -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C end the run after the calls in flight, which are paid for, and the second one at once."""
    loop, task, presses = asyncio.get_running_loop(), asyncio.current_task(), itertools.count(1)
    interrupted = asyncio.Event()

    def interrupt() -> None:
        interrupted.set()
        if next(presses) == 1:
            say("stopping: the calls in flight may still finish; press Ctrl-C again to give them up")
            run.stop()
        elif task:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)
    try:
        yield interrupted.is_set
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
