"""Facts about the progress line."""

from __future__ import annotations

import pytest

from summarizer.annotate.report import RunReport
from summarizer.cli.progress import Progress
from summarizer.papers import InputMeter


def describe(report: RunReport, meter: InputMeter, seconds: float) -> str:
    return Progress(meter)._describe(report, seconds)


def test_the_line_shows_counts_rate_cost_and_time_left() -> None:
    report = RunReport(read=60, annotated=50, failed=10, resumed=20, cache_hits=5, cost_usd=0.1234)
    line = describe(report, InputMeter(total_bytes=4000, read_bytes=1000), 20.0)

    assert line == "50 annotated · 10 failed · 5 cached · 2.0/s · $0.1234 · 0:01:00 left"


def test_an_unknown_cost_and_an_endless_input_are_said() -> None:
    report = RunReport(read=2, annotated=2, cost_usd=None)

    assert describe(report, InputMeter(read_bytes=10), 1.0) == "2 annotated · 2.0/s · cost unknown"


def test_without_a_terminal_nothing_is_printed_in_the_first_minute(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(InputMeter()) as progress:
        progress.update(RunReport(read=1, annotated=1))

    assert capsys.readouterr().err == ""
