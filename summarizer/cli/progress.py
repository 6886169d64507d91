"""How far a run is: a live line on a terminal, a line a minute in a log, both on stderr, and a metrics file on request."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from summarizer.cli.output import describe_cost, say
from summarizer.errors import StoreError

if TYPE_CHECKING:
    from rich.progress import Progress as LiveLine

    from summarizer.annotate.report import RunReport
    from summarizer.cli.metrics import MetricsFile
    from summarizer.papers import InputMeter

LOG_SECONDS = 60.0
METRICS_SECONDS = 5.0
REFRESH_SECONDS = 0.5
WINDOW_SECONDS = 60.0
"""The time over which tokens a minute are averaged."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the figures of a run are held against."""

    tpm: int | None = None
    max_cost_usd: float | None = None


class Progress:
    """Shows counts, rates, cost and time left while its `async with` block runs; the bar follows the bytes read of all inputs."""

    def __init__(
        self, meter: InputMeter, report: RunReport, limits: Limits = Limits(), metrics: MetricsFile | None = None
    ) -> None:
        """Take what the run keeps up to date."""
        self._meter = meter
        self._report = report
        self._limits = limits
        self._metrics = metrics
        self._started = self._logged = self._measured = time.monotonic()
        self._samples: deque[tuple[float, int]] = deque([(self._started, 0)])
        self._live: LiveLine | None = None
        if sys.stderr.isatty():
            self._live = _live_line()
            self._task = self._live.add_task("", total=None, counts="reading")

    async def __aenter__(self) -> Self:
        if self._metrics:
            self._metrics.write()  # a path that can't be written is told before anything is spent
        if self._live:
            self._live.start()
        self._ticking = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ticking.cancel()
        with suppress(asyncio.CancelledError):
            await self._ticking
        if self._live:
            self._live.stop()
        self._write_metrics(is_running=False)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            self.show(time.monotonic())

    def show(self, now: float) -> None:
        """Bring whatever is due up to date; `now` is on the clock of `time.monotonic`."""
        self._sample(now)
        if self._live:
            counts = self.describe(now)
            meter = self._meter
            self._live.update(self._task, total=meter.total_bytes, completed=meter.read_bytes, counts=counts)
        elif now - self._logged >= LOG_SECONDS:
            self._logged = now
            say(self.describe(now))
        if now - self._measured >= METRICS_SECONDS:
            self._measured = now
            self._write_metrics(is_running=True)

    def describe(self, now: float) -> str:
        """Return the line of this moment."""
        report, seconds = self._report, now - self._started
        done = report.annotated + report.failed - report.resumed
        parts = [f"{report.annotated:,} annotated"]
        parts += [f"{report.failed:,} failed"] if report.failed else []
        parts += [f"{report.cache_hits:,} cached"] if report.cache_hits else []
        parts.append(f"{done / seconds if seconds else 0:,.1f}/s")
        parts += [self._describe_tokens()] if report.calls else []
        parts.append(describe_cost(report, self._limits.max_cost_usd))
        parts += [f"{_clock(left)} left"] if (left := self._seconds_left(seconds)) is not None else []
        return " · ".join(parts)

    def _describe_tokens(self) -> str:
        limit = f" of {self._limits.tpm:,}" if self._limits.tpm else ""
        (first, before), (last, after) = self._samples[0], self._samples[-1]
        rate = (after - before) / (last - first) * 60 if last > first else 0
        return f"{rate:,.0f}{limit} tokens/min"

    def _sample(self, now: float) -> None:
        usage = self._report.usage
        self._samples.append((now, usage.input_tokens + usage.output_tokens))
        # The oldest sample kept is at least a window old, so there are always two to take the rate between.
        while len(self._samples) > 1 and now - self._samples[1][0] >= WINDOW_SECONDS:
            self._samples.popleft()

    def _seconds_left(self, seconds: float) -> float | None:
        total, done = self._meter.total_bytes, self._meter.read_bytes
        # At the end of the input, what is left is in flight.
        return seconds * (total - done) / done if total and 0 < done < total else None

    def _write_metrics(self, *, is_running: bool) -> None:
        if not self._metrics:
            return
        try:
            self._metrics.write(is_running=is_running)
        except StoreError as error:  # a paid run does not end for its thermometer
            say(f"warning: {error}; the run goes on without it")
            self._metrics = None


def _live_line() -> LiveLine:
    from rich.console import Console  # noqa: PLC0415  # only where there is a terminal
    from rich.progress import BarColumn, SpinnerColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as RichProgress  # noqa: PLC0415

    return RichProgress(
        SpinnerColumn(), BarColumn(), TextColumn("{task.fields[counts]}"), console=Console(stderr=True), transient=True
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
