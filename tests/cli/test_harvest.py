"""Facts about `summarizer harvest` at the command line: killed, stopped, refused, and its exit codes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.papers.harvest.stand_in import ArxivStandIn, make_records
from tests.replay_server import Answer, ReplayServer, Request

REPOSITORY = Path(__file__).parents[2]
PAPERS = 250
DAYS = ["--since", "2026-10-05", "--until", "2026-11-06"]
KILLS = 5


class SlowArxiv(ArxivStandIn):
    """Fifty pages, a hundredth of a second each, of which only so many are given out before the next kill."""

    allowed: int = sys.maxsize
    given: int = 0

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        self.given += 1
        return replace(super().__call__(request), delay_seconds=0.01 if self.given <= self.allowed else 30)


@pytest.fixture
def arxiv() -> SlowArxiv:
    return SlowArxiv(make_records(PAPERS, date(2026, 10, 5), per_day=10), page_size=5)


@pytest.fixture
def server(arxiv: SlowArxiv) -> Iterator[ReplayServer]:
    with ReplayServer(arxiv) as server:
        yield server


def command(server: ReplayServer, *options: str) -> list[str]:
    service = "oai" if "--oai" in options else "atom" if "--today" in options else "api"
    days = [] if "--today" in options else DAYS
    words = ["harvest", "--category", "eess.IV", "-o", "out.jsonl", "--address", f"{server.address}/{service}"]
    return [*words, *days, *options]


def start(server: ReplayServer, folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "summarizer", *command(server, *options)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    return process.communicate(timeout=60)


def read_ids(folder: Path) -> list[str]:
    lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["id"] for line in lines]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", [(), ("--oai",)])
def test_a_harvest_killed_at_any_moment_goes_on_without_a_gap_or_a_repeat(
    service: tuple[str, ...], server: ReplayServer, arxiv: SlowArxiv, tmp_path: Path
) -> None:
    moments = random.Random(20261120)
    for _ in range(KILLS):
        count = len(server.requests) + moments.randint(1, 5)
        arxiv.allowed = count + 3
        process = start(server, tmp_path, *service)
        server.wait_for_requests(count)
        time.sleep(moments.random() * 0.02)
        process.kill()
        finish(process)
    arxiv.allowed = sys.maxsize
    held = (tmp_path / "out.jsonl").read_text(encoding="utf-8").count("\n")
    last = start(server, tmp_path, "--json", *service)
    stdout, _ = finish(last)
    report = json.loads(stdout)

    assert last.returncode == 0
    assert read_ids(tmp_path) == [record.id for record in arxiv.records]
    assert 0 < held < PAPERS
    assert (report["resumed"], report["complete"]) == (True, True)
    assert len(server.requests) <= PAPERS / 5 + KILLS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_harvest_exits_130_with_its_output_intact(
    number: int, server: ReplayServer, arxiv: SlowArxiv, tmp_path: Path
) -> None:
    arxiv.allowed = 6
    process = start(server, tmp_path, "--json")
    server.wait_for_requests(4)
    process.send_signal(number)
    stdout, stderr = finish(process)
    arxiv.allowed = sys.maxsize
    held = read_ids(tmp_path)
    finish(start(server, tmp_path))

    assert process.returncode == 130
    assert "the same command goes on" in stderr
    assert "Traceback" not in stderr
    assert json.loads(stdout)["new"] == len(held) < PAPERS
    assert read_ids(tmp_path) == [record.id for record in arxiv.records]


def test_the_report_adds_up(cli: Cli, server: ReplayServer) -> None:
    result = cli(*command(server, "--json"))
    report = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (report["requests"], report["pages"], report["papers"], report["new"]) == (50, 50, PAPERS, PAPERS)
    assert (report["days"], report["complete"], report["restarts"]) == (33, True, 0)
    assert {day["reason"] for day in report["missing_days"]} == {"weekend"}
    assert "250 records = 250 new papers + 0 already in out.jsonl + 0 skipped; 50 requests" in result.stderr
    assert "days without papers (weekend): 2026-10-10, 2026-10-11, " in result.stderr


def test_a_weekly_job_goes_on_from_the_last_harvest(cli: Cli, server: ReplayServer) -> None:
    cli(*command(server))
    days = ["--since", "last", "--until", "2026-11-06"]
    result = cli(*[word for word in command(server, "--json") if word not in DAYS], *days)
    report = json.loads(result.stdout)

    assert (report["since"], report["new"]) == ("2026-10-24", 0)


def test_todays_announcements_need_no_days(cli: Cli, server: ReplayServer) -> None:
    result = cli(*command(server, "--today", "--json"))

    assert json.loads(result.stdout)["new"] == PAPERS


def test_a_service_that_refuses_exits_3_and_keeps_what_was_fetched(cli: Cli, server: ReplayServer) -> None:
    server.script([None, None, Answer(status=429, headers={"Retry-After": "86400"})])
    result = cli(*command(server, "--json"))
    report = json.loads(result.stdout)

    assert result.exit_code == 3
    assert (report["new"], report["complete"]) == (10, False)
    assert "throttled (HTTP 429)" in result.stderr
    assert "run the same command again" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--oai", "--today"], "choose one"),
        (["--since", "yesterday"], "expected a day such as 2026-11-13"),
        (["--until", "2026-02-30"], "expected a day such as 2026-11-13"),
        (["--since", "2026-11-14"], "--since 2026-11-14 is after 2026-11-06"),
        (["--category", "medical imaging"], "is no arXiv category"),
        (["--output", "-"], "a harvest goes to a file"),
    ],
)
def test_a_wrong_command_line_exits_2_and_asks_nothing(
    options: list[str], message: str, cli: Cli, server: ReplayServer
) -> None:
    result = cli(*command(server), *options)

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert not server.requests


def test_help_has_examples_and_hides_what_is_for_tests(cli: Cli) -> None:
    result = cli("harvest", "--help")

    assert "summarizer harvest --category eess.IV --since last -o papers.jsonl" in result.stdout
    assert "--address" not in result.stdout


def test_the_command_line_loads_no_http_client_before_it_is_needed() -> None:
    script = "import sys, summarizer.cli.harvest; sys.exit('httpx2' in sys.modules or 'pydantic' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False).returncode == 0
