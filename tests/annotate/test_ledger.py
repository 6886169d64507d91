"""Facts about the ledger of runs."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.annotate.ledger import LEDGER_NAME, RunLedger
from summarizer.annotate.report import RunReport
from summarizer.errors import ModelRequestError, StoreError
from summarizer.settings import Settings

SETTINGS = Settings(model="m", base_url="http://localhost:8000/v1?api-version=1&sig=hidden", api_key="sk-hidden")  # type: ignore[arg-type]


def start(folder: Path, run_id: str = "r1", output: str = "out.jsonl") -> RunLedger:
    ledger = RunLedger(folder)
    ledger.start(run_id, inputs=["day.txt"], output=folder / output, settings=SETTINGS)
    return ledger


def test_a_run_has_a_line_when_it_starts_and_one_when_it_ends(tmp_path: Path) -> None:
    ledger = start(tmp_path)
    ledger.end("r1", report=RunReport(read=3, annotated=3, calls=3, cost_usd=0.5), exit_code=0)
    (entry,) = ledger.read()

    assert len(ledger.path.read_text().splitlines()) == 2
    assert (entry.status, entry.start.inputs, entry.start.output) == ("done", ("day.txt",), "out.jsonl")
    assert entry.end is not None
    assert (entry.end.report["annotated"], entry.end.report["cost_usd"], entry.end.error) == (3, 0.5, None)


@pytest.mark.parametrize(
    ("exit_code", "status"),
    [(0, "done"), (1, "failures"), (2, "stopped"), (3, "stopped"), (6, "budget"), (130, "interrupted")],
)
def test_the_exit_code_says_how_a_run_ended(tmp_path: Path, exit_code: int, status: str) -> None:
    ledger = start(tmp_path)
    ledger.end("r1", report=RunReport(), exit_code=exit_code, error=ModelRequestError("no credit"))
    (entry,) = ledger.read()

    assert entry.status == status
    assert entry.end is not None
    assert entry.end.error == "no credit"


def test_the_settings_are_kept_without_secrets(tmp_path: Path) -> None:
    ledger = start(tmp_path)
    line = json.loads(ledger.path.read_text())

    assert line["settings"]["model"] == "m"
    assert set(line["settings"]) <= set(Settings.model_fields)
    assert line["settings"]["base_url"] == "http://localhost:8000/v1"
    assert "hidden" not in ledger.path.read_text()


def test_a_run_without_an_end_is_killed_and_one_that_holds_its_output_is_running(tmp_path: Path) -> None:
    start(tmp_path, "r1", "a.jsonl")
    start(tmp_path, "r2", "a.jsonl")
    ledger = start(tmp_path, "r3", "b.jsonl")
    (tmp_path / "a.jsonl").touch()
    with (tmp_path / "a.jsonl").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        statuses = [entry.status for entry in ledger.read()]

    assert statuses == ["killed", "running", "killed"]
    assert [entry.status for entry in ledger.read()] == ["killed"] * 3


@pytest.mark.parametrize("torn", [b'{"event":"start","run_', b'{"event":"end"}', b"\xff\xfe\x00", b"[]"])
def test_a_torn_line_hides_no_other(tmp_path: Path, torn: bytes) -> None:
    ledger = start(tmp_path)
    with ledger.path.open("ab") as file:
        file.write(torn)
    ledger.end("r1", report=RunReport(), exit_code=0)
    start(tmp_path, "r2")

    assert [(entry.start.run_id, entry.status) for entry in ledger.read()] == [("r1", "done"), ("r2", "killed")]


def test_lines_of_several_processes_stay_whole(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from summarizer.annotate.ledger import RunLedger\n"
        "from summarizer.settings import Settings\n"
        "folder, name = Path(sys.argv[1]), sys.argv[2]\n"
        "for n in range(25): RunLedger(folder).start(f'{name}{n}', inputs=['x' * 5000], output=folder / 'o', settings=Settings())"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abc"]
    codes = [process.wait(timeout=60) for process in processes]

    assert codes == [0, 0, 0]
    assert len({entry.start.run_id for entry in RunLedger(tmp_path).read()}) == 75


def test_a_folder_without_a_ledger_has_no_runs(tmp_path: Path) -> None:
    assert RunLedger(tmp_path).read() == []


def test_a_ledger_that_can_not_be_written_or_read_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / LEDGER_NAME).mkdir()
    with pytest.raises(StoreError, match="can't be written"):
        start(tmp_path)
    with pytest.raises(StoreError, match="can't be read"):
        RunLedger(tmp_path).read()


def test_a_name_that_is_no_text_is_written_down(tmp_path: Path) -> None:
    output = os.fsdecode(b"r\xff.jsonl")
    RunLedger(tmp_path).start("r1", inputs=[os.fsdecode(b"\xff.txt")], output=tmp_path / output, settings=Settings())
    (run,) = RunLedger(tmp_path).read()

    assert (run.start.inputs, run.start.output) == (("\\xff.txt",), "r\\xff.jsonl")
