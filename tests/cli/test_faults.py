"""Facts about faults from outside: kills, power cuts, two processes at once, clocks, networks, keys, quotas, changed checks.

A full disk, Ctrl-C and the half-written lines of each file have their tests elsewhere: test_interruption, test_money,
test_store, test_ledger. What takes hours is told in virtual time by tests/chat/test_limits.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from summarizer.annotate.records import AnnotatedRecord, FailedRecord, RecordError
from summarizer.annotate.results import read_results
from summarizer.chat.cache_file import StoredReply, check_integrity, scan_cache
from tests.chat_server import ChatServer, MalformedBody, QuotaExceeded, RateLimited, Reset, ServerError, Ungrounded
from tests.cli.conftest import Cli, write_day
from tests.cli.program import ROOT, finish, read_until, start

PAPERS = 60
CONCURRENCY = 4
RESPONSES = Path("cache") / "responses"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with ChatServer(latency_seconds=0.05) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        monkeypatch.setenv("SUMMARIZER_CONCURRENCY", str(CONCURRENCY))
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_day(tmp_path / "day.txt", PAPERS)
    return tmp_path


def read_replies(folder: Path) -> list[StoredReply]:
    """Return what the cache holds, checked to be sound."""
    entries = list(scan_cache(folder / RESPONSES))

    assert check_integrity(folder / RESPONSES) == []
    assert all(isinstance(entry, StoredReply) for entry in entries)
    return [entry for entry in entries if isinstance(entry, StoredReply)]


def count_annotated(folder: Path, name: str = "out.jsonl") -> Counter[str]:
    return Counter(record.paper.id for record in read_results(folder / name) if isinstance(record, AnnotatedRecord))


def has_lines(path: Path, count: int) -> bool:
    return path.exists() and path.read_bytes().count(b"\n") >= count


# SIGKILL


@pytest.mark.timeout(600)
def test_kills_at_random_instants_among_faults_lose_no_paper_and_repeat_no_stored_reply(
    server: ChatServer, folder: Path
) -> None:
    """Replies made beyond one for each paper were on their way to the cache at a kill. The last run has but the cache."""
    server.fault_rate, server.chaos = 0.1, (ServerError(503), MalformedBody("cut"), Reset())
    chance = random.Random(4)
    stored = replies = lost = 0
    for calls_made in (0, 1, 9, 6, 12):  # the first one dies while it starts
        calls = server.calls
        server.hold(from_call=calls + PAPERS // 5)  # no run comes to the end, however late it is killed
        process = start(server.base_url, folder)
        server.wait_for_calls(calls + calls_made)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.communicate()
        server.wait_until_idle()
        completions, kept = int(server.stats["completions"]), len(read_replies(folder))
        lost_now = (completions - replies) - (kept - stored)
        replies, stored, lost = completions, kept, lost + lost_now

        assert 0 <= lost_now <= CONCURRENCY

    server.release()
    report, _ = finish(start(server.base_url, folder, "-o", "anew.jsonl"))

    assert (report["annotated"], report["failed"], report["resumed"]) == (PAPERS, 0, 0)
    assert report["cache_hits"] == stored > 0
    assert sorted(count_annotated(folder, "anew.jsonl").values()) == [1] * PAPERS
    assert set(count_annotated(folder).values()) == {1}
    assert len(read_replies(folder)) == PAPERS
    assert server.stats["completions"] == PAPERS + lost


# Power cut


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ChatServer, Path]]:
    """A folder as a run leaves it that is killed in the middle: the write-ahead log of the cache is full."""
    folder = tmp_path_factory.mktemp("killed")
    write_day(folder / "day.txt", PAPERS)
    with ChatServer(latency_seconds=0.02) as server:
        server.hold(from_call=PAPERS - 20)
        process = start(server.base_url, folder, "-c", str(CONCURRENCY))
        server.wait_for_calls(PAPERS - 20 + CONCURRENCY - 1)
        process.kill()
        process.communicate()
        server.wait_until_idle()
        server.release()
        yield server, folder


@pytest.mark.parametrize("results_kept", [0.0, 0.37, 0.98])
@pytest.mark.parametrize("log_kept", [0.0, 0.31, 0.77])
def test_a_power_cut_costs_what_was_not_on_disk_and_the_next_run_repairs_the_rest(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    killed: tuple[ChatServer, Path],
    tmp_path: Path,
    results_kept: float,
    log_kept: float,
) -> None:
    """Files of which any part of the end is missing: what the disk holds of writes that nobody flushed."""
    server, before = killed
    results, log = tmp_path / "out.jsonl", tmp_path / RESPONSES / "cache.db-wal"
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    log.with_name("cache.db-shm").unlink()  # is shared memory, and does not outlive the machine
    for path, share in ((results, results_kept), (log, log_kept)):
        path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    lines, replies, calls = results.read_bytes(), len(read_replies(tmp_path)), server.calls
    whole = lines[: lines.rfind(b"\n") + 1]
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    result = cli("annotate", "day.txt", "-o", "out.jsonl", "--json", "-m", "test-model")

    assert (replies > 0) == (log_kept > 0)
    assert (result.exit_code, result.report["annotated"]) == (0, PAPERS)
    assert result.report["resumed"] == whole.count(b"\n")
    assert results.read_bytes().startswith(whole)
    assert sorted(count_annotated(tmp_path).values()) == [1] * PAPERS
    assert server.calls - calls == result.report["calls"] <= PAPERS - max(replies, whole.count(b"\n"))
    assert ("half-written and is cut off" in result.stderr) == (whole != lines)


def test_a_last_line_that_a_power_cut_left_as_zeros_is_cut_off(cli: Cli, server: ChatServer, folder: Path) -> None:
    cli("annotate", "day.txt", "-o", "out.jsonl")
    whole = Path("out.jsonl").read_bytes()
    Path("out.jsonl").write_bytes(whole[:-700] + bytes(700 + 4096))
    result = cli("annotate", "day.txt", "-o", "out.jsonl", "--json")

    assert (result.exit_code, result.report["resumed"], result.report["cache_hits"]) == (0, PAPERS - 1, 1)
    assert "half-written and is cut off" in result.stderr
    assert server.calls == PAPERS


def test_a_hole_in_the_middle_of_the_results_is_named_and_all_is_made_again_for_nothing(
    cli: Cli, server: ChatServer, folder: Path
) -> None:
    cli("annotate", "day.txt", "-o", "out.jsonl")
    whole = Path("out.jsonl").read_bytes()
    Path("out.jsonl").write_bytes(whole[:5000] + bytes(4096) + whole[9096:])
    refused = cli("annotate", "day.txt", "-o", "out.jsonl")
    again = cli("annotate", "day.txt", "-o", "new.jsonl", "--json", "--replay")

    assert refused.exit_code == 2
    assert "out.jsonl, line 3: not a result line; move the file away" in refused.stderr
    assert (again.exit_code, again.report["annotated"], server.calls) == (0, PAPERS, PAPERS)


# Two processes


def test_two_runs_on_one_cache_both_finish_and_pay_for_no_reply_more_than_twice(
    server: ChatServer, folder: Path
) -> None:
    names = ("one.jsonl", "two.jsonl")
    processes = [start(server.base_url, folder, "-o", name) for name in names]
    reports = [finish(process)[0] for process in processes]
    calls = server.calls
    third, _ = finish(start(server.base_url, folder, "-o", "three.jsonl", "--replay"))

    assert [report["annotated"] for report in (*reports, third)] == [PAPERS] * 3
    assert sum(report["calls"] for report in reports) == calls == server.calls
    assert max(server.calls_by_digest.values()) <= 2
    assert len(read_replies(folder)) == PAPERS
    assert all(count_annotated(folder, name).total() == PAPERS for name in names)


def test_a_second_run_on_one_output_is_told_who_holds_it_and_what_to_do(server: ChatServer, folder: Path) -> None:
    server.hold()
    first = start(server.base_url, folder)
    server.wait_for_calls(1)
    second = start(server.base_url, folder)
    _, stderr = second.communicate()
    server.release()
    report, _ = finish(first)

    assert second.returncode == 2
    assert f"another run is writing to this file (process {first.pid}, since " in stderr
    assert "; wait for it or choose another -o" in stderr
    assert report["annotated"] == server.calls == PAPERS


# Clocks

JUMPING_CLOCK = """
import itertools
import time

real, calls = time.time, itertools.count()
time.time = lambda: real() + (next(calls) % 3 - 1) * 86_400 * 400
"""


def test_a_wall_clock_that_jumps_by_years_changes_neither_results_nor_limits(server: ChatServer, folder: Path) -> None:
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(JUMPING_CLOCK)
    path = f"{site}:{ROOT}"
    server.script([None, None, RateLimited(retry_after="1")])
    first, _ = finish(start(server.base_url, folder, "--rpm", "600", "--limit", "30", PYTHONPATH=path))
    moments = [request.arrived_seconds for request in server.requests]
    again, _ = finish(start(server.base_url, folder, "-o", "again.jsonl", "--limit", "30", "--replay", PYTHONPATH=path))
    years = {reply.stored_at.year for reply in read_replies(folder)}

    assert len(years) >= 3
    assert (first["annotated"], again["annotated"], again["cache_hits"]) == (30, 30, 30)
    assert server.calls == first["calls"] == 31
    # A second's worth goes at once and another one within the first second; those in flight may come late.
    assert max(sum(begin <= moment < begin + 1 for moment in moments) for begin in moments) <= 2 * 10 + CONCURRENCY


# Network


@contextmanager
def serve_on(port: int, *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.chat_server", "--port", str(port), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["base_url"]
        finally:
            server.kill()


def test_a_server_that_goes_away_and_comes_back_pauses_the_run_and_fails_no_paper(folder: Path) -> None:
    with serve_on(0, "--hold-from", "11") as base_url:
        process = start(base_url, folder, "-c", str(CONCURRENCY))
        while process.poll() is None and not has_lines(folder / "out.jsonl", 10):
            time.sleep(0.02)
    said = read_until(process, "pausing")
    with serve_on(int(urlsplit(base_url).port or 0)):
        report, stderr = finish(process)

    assert said.startswith("the network or the endpoint is gone; pausing until it is back")
    assert "the endpoint answers again" in stderr
    assert process.returncode == 0
    assert (report["annotated"], report["failed"]) == (PAPERS, 0)


# An input that is torn


def test_every_paper_before_a_torn_place_is_sent_in_the_first_run(cli: Cli, server: ChatServer, folder: Path) -> None:
    records = ({"id": f"2503.{number:05}", "title": f"Title {number}", "summary": "One."} for number in range(10))
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "torn.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-8])

    for _ in range(2):
        result = cli("annotate", "torn.jsonl.gz", "-o", "out.jsonl")

        assert result.exit_code == 2
        assert len(count_annotated(folder)) == server.calls == 10


# Key and quota


def test_a_key_revoked_half_way_stops_the_run_and_with_a_new_one_it_goes_on(server: ChatServer, folder: Path) -> None:
    server.api_key = "sk-before"
    server.hold(from_call=20)
    process = start(server.base_url, folder, OPENAI_API_KEY="sk-before")
    server.wait_for_calls(20)
    server.api_key = "sk-after"
    server.release()
    stopped, stderr = finish(process)
    completions = int(server.stats["completions"])
    report, _ = finish(start(server.base_url, folder, OPENAI_API_KEY="sk-after"))

    assert process.returncode == 3
    assert "check OPENAI_API_KEY" in stderr.splitlines()[-1]
    assert "sk-before" not in stderr
    assert stopped["failed"] == 0
    assert stopped["annotated"] == completions == report["resumed"] < PAPERS
    assert report["annotated"] == server.stats["completions"] == PAPERS


def test_a_quota_used_up_is_no_rate_limit_it_stops_the_run_which_goes_on_later(
    server: ChatServer, folder: Path
) -> None:
    is_used_up = False

    def is_refused(_: dict[str, Any]) -> bool:
        return is_used_up

    server.fault_for(is_refused, QuotaExceeded())
    server.script([None, RateLimited(retry_after="0"), RateLimited(retry_after="0")])
    server.hold(from_call=20)
    process = start(server.base_url, folder)
    server.wait_for_calls(20)
    is_used_up = True
    server.release()
    stopped, stderr = finish(process)
    is_used_up = False
    report, _ = finish(start(server.base_url, folder))

    assert process.returncode == 3
    assert "quota" in stderr.splitlines()[-1]
    assert 10 < stopped["annotated"] == report["resumed"] < PAPERS
    assert stopped["failed"] == report["failed"] == 0
    assert report["annotated"] == server.stats["completions"] == PAPERS


# Raw replies


def test_replies_that_an_older_validation_refused_are_read_again_for_nothing(
    cli: Cli, server: ChatServer, folder: Path
) -> None:
    """The results are those of a stricter program: the same replies, some of them judged invalid."""
    cli("annotate", "day.txt", "-o", "out.jsonl")
    refused = [
        FailedRecord(
            paper=record.paper,
            error=RecordError(type="AnnotationInvalidError", message="too strict", raw_text="{}"),
            provenance=record.provenance,
        )
        if record.paper.position % 3 == 0
        else record
        for record in read_results(folder / "out.jsonl")
        if isinstance(record, AnnotatedRecord)
    ]
    Path("out.jsonl").write_text("".join(f"{record.model_dump_json()}\n" for record in refused))
    failed = sum(isinstance(record, FailedRecord) for record in refused)
    result = cli("annotate", "day.txt", "-o", "out.jsonl", "--json", "--replay")

    assert 0 < failed < PAPERS
    assert (result.exit_code, result.report["annotated"], result.report["resumed"]) == (0, PAPERS, PAPERS - failed)
    assert (result.report["cache_hits"], result.report["calls"], server.calls) == (failed, 0, PAPERS)


def test_replies_that_validation_refuses_are_kept_and_judged_again_by_every_replay(
    cli: Cli, server: ChatServer, folder: Path
) -> None:
    server.fault_for("of 205 patients", Ungrounded())
    first = cli("annotate", "day.txt", "-o", "out.jsonl", "--json")
    calls = server.calls
    again = cli("annotate", "day.txt", "-o", "again.jsonl", "--json", "--replay")
    errors = [
        [record.error for record in read_results(folder / name) if isinstance(record, FailedRecord)]
        for name in ("out.jsonl", "again.jsonl")
    ]

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert errors[0] == errors[1]
    assert len(errors[0]) == 1
    assert (calls, server.calls, len(read_replies(folder))) == (PAPERS + 1, PAPERS + 1, PAPERS + 1)
