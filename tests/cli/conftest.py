"""The command line in this process, in a folder of its own."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from summarizer.annotate.records import Record
from summarizer.annotate.results import read_results
from summarizer.cli import main

SAMPLE_WEEK = Path(__file__).parents[2] / "examples" / "sample-week"
KEY = "sk-test-0123456789abcdef"


@pytest.fixture(scope="session", autouse=True)
def audible_interrupts() -> None:
    """Programs started from here hear Ctrl-C also when the tests run in the background of a shell, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Result:
    """What a command line left behind."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        """The run report, checked for conservation."""
        report: dict[str, Any] = json.loads(self.stdout)
        outcomes = ("annotated", "failed", "skipped", "duplicate", "pending")

        assert report["read"] == sum(report[name] for name in outcomes)
        return report


Cli = Callable[..., Result]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run `summarizer ARGUMENTS` in a fresh folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: str | Path) -> Result:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(int(left.value.code or 0), captured.out, captured.err)

    return run


def read_lines(path: Path = Path("out.jsonl")) -> list[Record]:
    """Return the records of a results file."""
    return list(read_results(path))


def write_day(path: Path, count: int) -> Path:
    """Write a day file with `count` small papers of our own."""
    records = [
        f"### Finding lesion type {name} in abdominal CT\n"
        f"- **Arxiv ID**: http://arxiv.org/abs/2402.{number:05}v1\n"
        f"- **Categories**: **eess.IV**\n- **Published**: 2024-02-01 01:02:03+00:00\n- **Authors**: Ana Díaz\n"
        f"- **Summary**: A network of type {name} finds liver lesions in abdominal CT of {number + 200} patients, "
        f"with a margin of $\\alpha_{{{number}}}$ around each of them.\n"
        for number in range(count)
        for name in [f"{'abcdefghij'[number // 10]}{'klmnopqrst'[number % 10]}"]
    ]
    path.write_text("# Arxiv Papers in cs.CV on 2024-02-01\n" + "\n\n".join(records))
    return path
