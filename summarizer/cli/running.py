"""A run from the command line: from inputs to a results file, with signals, progress and a summary at its end."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.annotate.assembly import build_annotator, new_run_id
from summarizer.annotate.pipeline import Run, RunOptions
from summarizer.annotate.records import Profile
from summarizer.annotate.report import RunReport
from summarizer.annotate.store import STANDARD_OUTPUT, ResultFile, Results, ResultStream
from summarizer.cli.files import check_is_no_input
from summarizer.cli.output import say
from summarizer.cli.progress import Progress
from summarizer.errors import ConfigurationError, SummarizerError
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


def run_job(job: Job, settings: Settings) -> JobResult:
    """Run `job` until it ends, is stopped by an error, or by Ctrl-C.

    Raises:
        SummarizerError: it could not start.
    """
    return asyncio.run(_run(job, settings))


async def _run(job: Job, settings: Settings) -> JobResult:
    meter, counts, run_id = InputMeter(), FilterCounts(), new_run_id()
    annotator = build_annotator(settings, run_id=run_id)
    try:
        with _open_inputs(job, meter) as records, Progress(meter) as progress:
            results = _open_results(job, annotator.profile)
            try:
                run = Run(
                    job.filters.apply(records, counts),
                    annotator,
                    results,
                    RunOptions(run_id, settings.concurrency, job.retry_failed, may_wait=job.may_wait),
                    on_progress=progress.update,
                )
                return await _execute(run, counts, strict=job.strict)
            finally:
                results.close()
    finally:
        await annotator.aclose()


def _open_inputs(job: Job, meter: InputMeter) -> AbstractContextManager[Iterator[Paper | SkippedRecord]]:
    records = read(*job.inputs, meter=meter, source=job.source)
    # A reader that waits for a pipe in another thread can't be closed from here.
    return nullcontext(records) if job.may_wait else closing(records)


def _open_results(job: Job, profile: Profile) -> Results:
    if str(job.output) == STANDARD_OUTPUT:
        return ResultStream()
    if job.output.is_dir():
        raise ConfigurationError(
            f"{job.output} is a folder; -o takes a file, for instance {job.output / 'results.jsonl'}"
        )
    check_is_no_input(job.output, job.inputs)
    return ResultFile(job.output, profile, overwrite=job.overwrite)


async def _execute(run: Run, counts: FilterCounts, *, strict: bool) -> JobResult:
    with _interrupts(run) as is_interrupted:
        try:
            await run.execute()
        except asyncio.CancelledError:
            return JobResult(run.report, INTERRUPTED, counts)
        except SummarizerError as error:
            return JobResult(run.report, error.exit_code, counts, error)
    if is_interrupted():
        return JobResult(run.report, INTERRUPTED, counts)
    return JobResult(run.report, int(bool(run.report.failed or (strict and run.report.skipped))), counts)


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
