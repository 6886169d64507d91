"""Facts about the last lines of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.annotate.failures import FailureGroup
from summarizer.annotate.report import RunReport
from summarizer.cli.ending import say_result
from summarizer.cli.running import INTERRUPTED, Job, JobResult
from summarizer.errors import BudgetExceededError, ModelRequestError, SummarizerError
from summarizer.papers import FilterCounts

JOB = Job(["day.txt"], Path("out.jsonl"))


def last_lines(
    capsys: pytest.CaptureFixture[str], report: RunReport, exit_code: int = 0, error: SummarizerError | None = None
) -> list[str]:
    groups = (FailureGroup("RefusalError", 3, "x\x1b[2J", "no\x07\n\x1b]0;title\x1b\\" + "a" * 500),)
    say_result(JobResult(report, exit_code, FilterCounts(), error, groups if report.failed else ()), JOB)
    return capsys.readouterr().err.splitlines()


def test_what_a_reply_says_reaches_the_terminal_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    lines = last_lines(capsys, RunReport(read=3, failed=3), 1)

    assert lines[2].startswith("3 failed with RefusalError, for instance x\ufffd[2J: no\ufffd \ufffd]0;title")
    assert len(lines[2]) < 250
    assert "--retry-failed" in lines[3]
    assert not [character for line in lines for character in line if not character.isprintable()]


def test_a_run_that_did_all_is_done_with_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(last_lines(capsys, RunReport(read=1, annotated=1))) == 2


@pytest.mark.parametrize(
    ("exit_code", "error", "told"),
    [
        (INTERRUPTED, None, True),
        (3, ModelRequestError("401: the key was refused"), True),
        (6, BudgetExceededError("the same command with a higher --max-cost goes on from here"), False),
    ],
)
def test_how_to_go_on_is_said_once(
    capsys: pytest.CaptureFixture[str], exit_code: int, error: SummarizerError | None, told: bool
) -> None:
    lines = last_lines(capsys, RunReport(read=1, pending=1), exit_code, error)

    assert ("the same command goes on" in lines[-1]) == told
