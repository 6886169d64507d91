"""Facts about `summarizer runs` and the ledger that runs leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarizer.annotate.ledger import RunLedger
from summarizer.annotate.report import RunReport
from summarizer.settings import Settings
from tests.cli.conftest import KEY, Cli, write_day


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_day(tmp_path / "day.txt", 5)


def add_run(run_id: str, **report: float | None) -> None:
    ledger = RunLedger(Path())
    ledger.start(run_id, inputs=["day.txt"], output=Path("out.jsonl"), settings=Settings(model="m"))
    if report:
        ledger.end(run_id, report=RunReport(**report), exit_code=0)  # type: ignore[arg-type]


def test_each_run_leaves_its_start_and_its_end(cli: Cli, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    cli("annotate", day, "-o", "results/out.jsonl", "-m", "extractive")
    cli("annotate", day, "-o", "results/out.jsonl", "-m", "extractive")
    listed = json.loads(cli("runs", "results", "--json").stdout)

    assert [run["status"] for run in listed["runs"]] == ["done", "done"]
    assert listed["runs"][0]["start"]["inputs"] == [str(day)]
    assert listed["runs"][0]["end"]["report"]["annotated"] == 5
    assert listed["totals"]["annotated"] == 5
    assert KEY not in Path("results/runs.jsonl").read_text()


def test_standard_output_has_no_ledger(cli: Cli, day: Path) -> None:
    cli("annotate", day, "-o", "-", "-m", "extractive")

    assert not Path("runs.jsonl").exists()


def test_a_run_that_could_not_start_leaves_no_line(cli: Cli, day: Path) -> None:
    cli("annotate", day, "-o", "out.jsonl", "-m", "extractive", "--prompt", "none", "--taxonomy", "no-such")

    assert not Path("runs.jsonl").exists()


def test_an_error_is_in_the_ledger(cli: Cli, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZER_MAX_ATTEMPTS", "1")
    cli("annotate", day, "-o", "out.jsonl", "-m", "m", "--base-url", "http://127.0.0.1:9/v1")
    (entry,) = RunLedger(Path()).read()

    assert entry.status == "stopped"
    assert entry.end is not None
    assert "http://127.0.0.1:9/v1" in (entry.end.error or "")


def test_the_table_has_a_line_for_each_run_and_totals(cli: Cli) -> None:
    add_run("r1", read=4, annotated=4, resumed=1, calls=3, cost_usd=0.5)
    add_run("r2", read=2, annotated=1, failed=1, calls=2, cost_usd=None, possibly_billed_usd=0.25)
    add_run("r3")
    lines = cli("runs").stdout.splitlines()

    assert [line.split()[3] for line in lines[1:4]] == ["done", "done", "killed"]
    assert lines[1].split()[4:] == ["3", "0", "3", "$0.5000", "out.jsonl"]
    assert lines[-1] == (
        "3 runs, 4 papers annotated, 5 calls, $0.5000 + up to $0.2500 possibly billed; the cost of 1 is unknown; "
        "1 killed, what they spent is not known here"
    )


def test_a_folder_without_a_ledger_is_exit_2(cli: Cli) -> None:
    result = cli("runs")

    assert result.exit_code == 2
    assert "runs.jsonl" in result.stderr


def test_the_ledger_is_no_results_file(cli: Cli, day: Path) -> None:
    result = cli("annotate", day, "-o", "runs.jsonl", "-m", "extractive")

    assert result.exit_code == 2
    assert "ledger" in result.stderr


def test_a_cost_that_nobody_knows_is_not_given_as_zero(cli: Cli) -> None:
    add_run("r1", read=1, annotated=1, calls=1, cost_usd=None)

    assert cli("runs").stdout.splitlines()[-1] == "1 runs, 1 papers annotated, 1 calls, cost unknown"
