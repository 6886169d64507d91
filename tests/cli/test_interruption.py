"""Facts about runs that are killed, interrupted, or out of space: nothing lost, nothing paid twice."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from summarizer.annotate.results import read_results
from tests.chat_server import ChatServer
from tests.cli.conftest import write_day
from tests.cli.program import finish, read_until

CONCURRENCY = 4
KILLS = 10
PAPERS = 90
ANSWERED = 19
"""Before the server holds every worker's call back."""


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(latency_seconds=0.02) as server:
        yield server


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_day(tmp_path / "day.txt", PAPERS)


def start(server: ChatServer, folder: Path, *options: str, **keywords: Any) -> subprocess.Popen[str]:
    environment = os.environ | {
        "OPENAI_BASE_URL": server.base_url,
        "SUMMARIZER_MODEL": "test-model",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "summarizer", "annotate", "day.txt", "-o", "out.jsonl", "--json"]
    return subprocess.Popen(
        [*command, "-c", str(CONCURRENCY), *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **keywords,
    )


def start_and_hold(server: ChatServer, folder: Path) -> subprocess.Popen[str]:
    """Start a run; return when all its workers wait for the server, and what was answered before is stored."""
    server.hold(from_call=ANSWERED + 1)
    process = start(server, folder)
    server.wait_for_calls(ANSWERED + CONCURRENCY)
    return process


def count_stored(folder: Path) -> int:
    database = folder / "cache" / "responses" / "cache.db"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM Cache").fetchone()[0])


@pytest.mark.timeout(600)
def test_a_run_killed_ten_times_ends_complete_and_repeats_no_stored_reply(
    server: ChatServer, day: Path, tmp_path: Path
) -> None:
    """What is called beyond one call a paper is what was in flight or unwritten at a kill, to the last call."""
    moments = random.Random(20261120)
    calls = stored = lost = 0
    for _ in range(KILLS):
        server.hold(from_call=calls + PAPERS // KILLS)  # no run comes to the end, however late it is killed
        process = start(server, tmp_path)
        server.wait_for_calls(calls + moments.randint(1, 9))
        time.sleep(moments.random() * 0.03)
        process.kill()
        process.communicate()
        server.wait_until_idle()
        lost_now = (server.calls - calls) - (count_stored(tmp_path) - stored)
        calls, stored, lost = server.calls, count_stored(tmp_path), lost + lost_now

        assert 0 <= lost_now <= CONCURRENCY

    server.release()
    report, _ = finish(start(server, tmp_path))
    last_lines = {record.paper.id: record.status for record in read_results(tmp_path / "out.jsonl") if record.paper}

    assert report["annotated"] == PAPERS
    assert list(last_lines.values()) == ["annotated"] * PAPERS
    assert server.calls == PAPERS + lost


def test_ctrl_c_lets_paid_calls_finish_and_the_next_run_goes_on(server: ChatServer, day: Path, tmp_path: Path) -> None:
    process = start_and_hold(server, tmp_path)
    process.send_signal(signal.SIGINT)
    read_until(process, "press Ctrl-C again")
    server.release()
    report, _ = finish(process)
    second, _ = finish(start(server, tmp_path))

    assert process.returncode == 130
    assert (report["annotated"], report["pending"]) == (ANSWERED + CONCURRENCY, 0)
    assert (second["annotated"], second["resumed"]) == (PAPERS, report["annotated"])
    assert server.calls == PAPERS


def test_a_second_ctrl_c_leaves_at_once_with_the_store_intact(server: ChatServer, day: Path, tmp_path: Path) -> None:
    process = start_and_hold(server, tmp_path)
    process.send_signal(signal.SIGINT)
    read_until(process, "press Ctrl-C again")
    process.send_signal(signal.SIGINT)
    report, _ = finish(process)
    records = list(read_results(tmp_path / "out.jsonl"))

    assert process.returncode == 130
    assert (report["annotated"], report["pending"]) == (ANSWERED, CONCURRENCY)
    assert len(records) == report["annotated"] == report["read"] - report["pending"]


def test_a_full_disk_stops_with_exit_2_and_the_next_run_goes_on(server: ChatServer, day: Path, tmp_path: Path) -> None:
    """The limit on the size of files stands for a full disk, for results and cache alike."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    process = start(server, tmp_path, preexec_fn=limit)
    report, stderr = finish(process)
    second, _ = finish(start(server, tmp_path))

    assert process.returncode == 2
    assert "can't be written" in stderr
    assert "Traceback" not in stderr
    assert 0 < report["annotated"] < PAPERS
    assert second["annotated"] == PAPERS
    assert server.calls <= PAPERS + CONCURRENCY


def test_two_runs_on_one_output_are_told_apart(server: ChatServer, day: Path, tmp_path: Path) -> None:
    server.hold()
    first = start(server, tmp_path)
    server.wait_for_calls(1)
    second = start(server, tmp_path)
    _, stderr = second.communicate()
    server.release()
    report, _ = finish(first)

    assert second.returncode == 2
    assert "another run is writing to this file" in stderr
    assert report["annotated"] == PAPERS


def test_ctrl_c_ends_a_run_that_waits_for_a_pipe(server: ChatServer, day: Path, tmp_path: Path) -> None:
    environment = os.environ | {"OPENAI_BASE_URL": server.base_url, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "summarizer", "annotate", "-", "-o", "out.jsonl", "--json", "-m", "test-model"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(day.read_bytes())
    process.stdin.flush()
    server.wait_for_calls(PAPERS - 5)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate()
    report = json.loads(stdout)

    assert process.returncode == 130
    assert report["read"] == report["annotated"] + report["pending"]  # who was still in line is given up
    assert report["annotated"] >= PAPERS - 5
