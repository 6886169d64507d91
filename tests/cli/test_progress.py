"""Facts about the progress line."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from summarizer.annotate.report import RunReport
from summarizer.chat.interface import Usage
from summarizer.cli.metrics import MetricsFile
from summarizer.cli.progress import LOG_SECONDS, METRICS_SECONDS, Limits, Progress
from summarizer.errors import StoreError
from summarizer.papers import InputMeter


def build_metrics(path: Path, report: RunReport) -> MetricsFile:
    return MetricsFile(path, report, run_id="r1", model="m", max_cost_usd=None)


def describe(report: RunReport, meter: InputMeter, seconds: float, limits: Limits | None = None) -> str:
    progress = Progress(meter, report, limits or Limits())
    return progress.describe(progress._started + seconds)


def test_the_line_shows_counts_rate_cost_and_time_left() -> None:
    report = RunReport(read=60, annotated=50, failed=10, resumed=20, cache_hits=5, cost_usd=0.1234)
    line = describe(report, InputMeter(total_bytes=4000, read_bytes=1000), 20.0)

    assert line == "50 annotated · 10 failed · 5 cached · 2.0/s · $0.1234 · 0:01:00 left"


def test_no_time_is_promised_once_all_is_read() -> None:
    assert "left" not in describe(RunReport(annotated=1), InputMeter(total_bytes=10, read_bytes=10), 5.0)


def test_cost_is_shown_against_the_budget_and_what_may_be_billed_apart() -> None:
    report = RunReport(annotated=2, cost_usd=0.5, possibly_billed_usd=0.02)
    line = describe(report, InputMeter(), 1.0, Limits(max_cost_usd=5.0))

    assert line == "2 annotated · 2.0/s · $0.5000 of $5.0000 + up to $0.0200 possibly billed"


def test_tokens_a_minute_are_those_of_the_last_minute_against_the_limit() -> None:
    report = RunReport(calls=1)
    progress = Progress(InputMeter(), report, Limits(tpm=90_000))
    start = progress._started
    progress.show(start)
    report.usage = Usage(input_tokens=4_000, output_tokens=1_000)
    progress.show(start + 30)
    early = progress.describe(start + 30)
    progress.show(start + 50)
    report.usage = Usage(input_tokens=5_000, output_tokens=1_500)
    progress.show(start + 112.5)
    late = progress.describe(start + 112.5)

    assert "10,000 of 90,000 tokens/min" in early
    assert "1,440 of 90,000 tokens/min" in late


def test_tokens_a_minute_are_known_also_when_the_last_look_was_long_ago() -> None:
    report = RunReport(calls=1)
    progress = Progress(InputMeter(), report)
    start = progress._started
    progress.show(start)
    report.usage = Usage(input_tokens=4_000, output_tokens=1_000)
    progress.show(start + 100)

    assert "3,000 tokens/min" in progress.describe(start + 100)


def test_an_unknown_cost_and_an_endless_input_are_said() -> None:
    report = RunReport(read=2, annotated=2, cost_usd=None)

    assert describe(report, InputMeter(read_bytes=10), 1.0) == "2 annotated · 2.0/s · cost unknown"


def test_without_a_terminal_there_is_one_line_a_minute_also_when_nothing_moves(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = Progress(InputMeter(), RunReport(annotated=1))
    for seconds in range(0, 2 * int(LOG_SECONDS) + 10, 7):  # never a minute to the second, where floats round
        progress.show(progress._started + seconds)

    assert capsys.readouterr().err.count("1 annotated") == 2


def test_the_metrics_file_is_written_at_the_start_every_few_seconds_and_at_the_end(tmp_path: Path) -> None:
    report, path = RunReport(), tmp_path / "run.prom"

    async def play() -> tuple[str, str]:
        async with Progress(InputMeter(), report, metrics=build_metrics(path, report)) as progress:
            first = path.read_text()
            report.annotated = 7
            progress.show(time.monotonic() + METRICS_SECONDS)
            return first, path.read_text()

    first, second = asyncio.run(play())

    assert 'summarizer_records_total{outcome="annotated"} 0.0' in first
    assert 'summarizer_records_total{outcome="annotated"} 7.0' in second
    assert "summarizer_run_active 1.0" in second
    assert "summarizer_run_active 0.0" in path.read_text()


def test_a_metrics_file_that_can_not_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    report = RunReport()

    async def play() -> None:
        async with Progress(InputMeter(), report, metrics=build_metrics(tmp_path / "no" / "run.prom", report)):
            raise AssertionError("the run began")

    with pytest.raises(StoreError, match="--metrics"):
        asyncio.run(play())


def test_metrics_that_can_no_longer_be_written_do_not_end_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, folder = RunReport(), tmp_path / "metrics"
    folder.mkdir()

    async def play() -> None:
        async with Progress(InputMeter(), report, metrics=build_metrics(folder / "run.prom", report)) as progress:
            (folder / "run.prom").unlink()
            folder.rmdir()
            progress.show(time.monotonic() + METRICS_SECONDS)

    asyncio.run(play())

    assert capsys.readouterr().err.count("the run goes on without it") == 1
