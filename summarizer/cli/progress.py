"""How far a run is: a live line on a terminal, a line a minute in a log. Always on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as LiveLine

    from summarizer.annotate.report import RunReport
    from summarizer.papers import InputMeter

LOG_SECONDS = 60.0
REFRESH_SECONDS = 0.1


class Progress:
    """Shows counts, rate, cost and time left; the bar follows the bytes read of all inputs."""

    def __init__(self, meter: InputMeter) -> None:
        self._meter = meter
        self._started = self._shown = time.monotonic()
        self._live: LiveLine | None = None
        if sys.stderr.isatty():
            self._live = _live_line()
            self._task = self._live.add_task("", total=None, counts="reading")

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def update(self, report: RunReport) -> None:
        """Take note of one more record; cheap enough to be called for each."""
        now = time.monotonic()
        if now - self._shown < (REFRESH_SECONDS if self._live else LOG_SECONDS):
            return
        self._shown = now
        counts = self._describe(report, now - self._started)
        if self._live:
            self._live.update(
                self._task, total=self._meter.total_bytes, completed=self._meter.read_bytes, counts=counts
            )
        else:
            print(counts, file=sys.stderr, flush=True)  # noqa: T201

    def _describe(self, report: RunReport, seconds: float) -> str:
        done = report.annotated + report.failed - report.resumed
        parts = [f"{report.annotated:,} annotated"]
        parts += [f"{report.failed:,} failed"] if report.failed else []
        parts += [f"{report.cache_hits:,} cached"] if report.cache_hits else []
        parts.append(f"{done / seconds if seconds else 0:,.1f}/s")
        parts.append("cost unknown" if report.cost_usd is None else f"${report.cost_usd:,.4f}")
        parts += [f"{_clock(left)} left"] if (left := self._seconds_left(seconds)) is not None else []
        return " · ".join(parts)

    def _seconds_left(self, seconds: float) -> float | None:
        total, done = self._meter.total_bytes, self._meter.read_bytes
        return seconds * (total - done) / done if total and done else None


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
