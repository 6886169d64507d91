"""Facts about `summarizer batch`: half the price, the same records, and nothing sent twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from summarizer.annotate.records import AnnotatedRecord
from tests.chat_server import ChatServer, ContentFiltered, ServerError, Stall, Status, Ungrounded
from tests.chat_server.answers import Answer
from tests.chat_server.faults import HttpFault
from tests.cli.conftest import Cli, Result, read_lines, write_day
from tests.cli.program import ROOT, read_until

PRICES = ("--price-in", "1", "--price-out", "10")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        write_day(tmp_path / "day.txt", 4)
        yield server


def submit(cli: Cli, *flags: str) -> dict[str, Any]:
    result = cli("batch", "submit", "day.txt", "--json", *flags)

    assert result.exit_code == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def annotate(cli: Cli) -> Result:
    return cli("annotate", "day.txt", "-o", "out.jsonl", "--json")


def test_a_batch_ends_in_the_records_of_a_live_run_without_a_call(cli: Cli, server: ChatServer) -> None:
    report = submit(cli)
    collected = cli("batch", "collect", "--json")
    done = annotate(cli)

    assert (report["read"], report["written"], len(report["shards"])) == (4, 4, 1)
    assert (collected.exit_code, json.loads(collected.stdout)[0]["outcomes"]) == (0, {"answered": 4})
    assert (done.exit_code, done.report["annotated"], done.report["calls"], done.report["cache_hits"]) == (0, 4, 0, 4)
    assert server.calls == 0


def test_nothing_is_sent_twice(cli: Cli, server: ChatServer) -> None:
    submit(cli)
    while_running = submit(cli)
    cli("batch", "collect")
    when_done = submit(cli)

    assert (while_running["written"], while_running["in_batches"]) == (0, 4)
    assert (when_done["written"], when_done["answered"]) == (0, 4)
    assert server.batches.counts["POST /batches"] == 1


def test_a_live_run_pays_only_for_what_no_batch_answered(cli: Cli, server: ChatServer) -> None:
    server.batch_end, server.batch_answers = "expired", 3
    submit(cli)

    collected = cli("batch", "collect")
    done = annotate(cli)

    assert collected.exit_code == 1
    assert "1 expired" in collected.stderr
    assert (done.report["annotated"], done.report["calls"], done.report["cache_hits"]) == (4, 1, 3)


def test_only_what_is_missing_is_sent_again(cli: Cli, server: ChatServer) -> None:
    server.fault_for("type ak", ServerError(500), times=1)
    server.fault_for("type al", Status(400, "context_length_exceeded"))
    submit(cli)
    first = cli("batch", "collect")
    again = submit(cli)
    cli("batch", "collect")
    forced = submit(cli, "--retry-failed")

    assert (first.exit_code, "2402.00000" in first.stderr) == (1, True)
    assert {name: again[name] for name in ("answered", "written", "rejected")} == {
        "answered": 2,
        "written": 1,
        "rejected": 1,
    }
    assert {name: forced[name] for name in ("answered", "written", "rejected")} == {
        "answered": 3,
        "written": 1,
        "rejected": 0,
    }


def test_a_reask_is_a_request_of_the_next_round(cli: Cli, server: ChatServer) -> None:
    server.fault_for("type ak", Ungrounded(), times=1)
    server.fault_for("type al", ContentFiltered())
    submit(cli)
    cli("batch", "collect")
    second = submit(cli)
    cli("batch", "collect")
    done = annotate(cli)

    assert (second["written"], second["answered"]) == (1, 3)
    assert (done.report["annotated"], done.report["failed"], done.report["calls"]) == (3, 1, 0)


def test_collect_waits_until_the_last_batch_has_ended(cli: Cli, server: ChatServer) -> None:
    server.batch_seconds = 60
    submit(cli, "--queue-tokens", "7000")  # each takes about 3,300: two shards, one after the other

    early = cli("batch", "collect")
    server.batch_seconds = 0
    late = cli("batch", "collect", "--wait")

    assert "2 not ended yet: 4 requests outstanding" in early.stderr
    assert late.exit_code == 0
    assert "asking again in 2 s" in late.stderr
    assert submit(cli)["answered"] == 4


def test_status_shows_what_the_provider_says(cli: Cli, server: ChatServer) -> None:
    server.batch_seconds, server.batch_answers = 60, 1
    submit(cli)

    shown = cli("batch", "status")
    machine = json.loads(cli("batch", "status", "--json").stdout)

    assert "in_progress (in_progress)  4 = 4 outstanding" in shown.stdout
    assert (machine[0]["state"], machine[0]["outcomes"]) == ("in_progress", {"outstanding": 4})


def test_what_was_answered_before_it_was_cancelled_is_collected(cli: Cli, server: ChatServer) -> None:
    server.batch_seconds, server.batch_answers = 60, 1
    submit(cli)

    cancelled = cli("batch", "cancel")
    collected = cli("batch", "collect", "--json")

    assert cancelled.stderr.startswith("1 cancelled")
    assert (collected.exit_code, json.loads(collected.stdout)[0]["outcomes"]) == (1, {"answered": 1, "cancelled": 3})
    assert submit(cli)["written"] == 3


def test_without_jobs_there_is_nothing_to_do(cli: Cli, server: ChatServer) -> None:
    assert "no batch job" in cli("batch", "status").stderr
    assert "nothing to collect" in cli("batch", "collect").stderr
    assert "nothing to cancel" in cli("batch", "cancel").stderr
    assert server.batches.counts == {}


def test_batches_of_another_endpoint_are_named_and_left_alone(cli: Cli, server: ChatServer) -> None:
    submit(cli)
    with ChatServer() as other:
        result = cli("batch", "collect", "--base-url", other.base_url)

        assert other.batches.counts == {}
    assert f"batches at {server.base_url} are left alone" in result.stderr


# Money


def test_no_more_is_sent_than_the_budget_covers_at_worst(cli: Cli, server: ChatServer) -> None:
    whole = submit(cli, *PRICES, "--limit", "1")
    cap = str(2.5 * whole["worst_case_usd"])

    stopped = cli("batch", "submit", "day.txt", "--json", *PRICES, "--max-cost", cap)
    report = json.loads(stopped.stdout)

    assert stopped.exit_code == 6
    assert "--max-cost" in stopped.stderr
    assert (report["written"], report["in_batches"], report["pending"]) == (2, 1, 1)
    assert report["worst_case_usd"] <= float(cap)
    assert submit(cli, *PRICES, "--max-cost", cap)["written"] == 1


def test_a_budget_without_a_price_is_exit_2(cli: Cli, server: ChatServer) -> None:
    result = cli("batch", "submit", "day.txt", "--max-cost", "1")

    assert (result.exit_code, server.batches.counts) == (2, {})
    assert "--price-in" in result.stderr


def test_the_cost_is_counted_from_the_lines(cli: Cli, server: ChatServer) -> None:
    submit(cli)
    collected = cli("batch", "collect", *PRICES)
    usage = server.usage
    fresh = usage.prompt_tokens - usage.cached_tokens

    dollars = (fresh + usage.cached_tokens + 10 * usage.completion_tokens) / 1e6
    assert f"{usage.prompt_tokens:,} tokens in, {usage.completion_tokens:,} out, ${dollars:,.4f}" in collected.stderr
    assert "the provider counts" not in collected.stderr


def test_a_sum_that_differs_from_the_lines_is_said(cli: Cli, server: ChatServer) -> None:
    submit(cli)
    cli("batch", "status")
    (batch,) = server.batches.batches.values()
    batch.usage["output_tokens"] += 7

    assert "the provider counts" in cli("batch", "collect").stderr


def test_the_provider_needs_its_key(cli: Cli, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL")
    result = cli("batch", "submit", "day.txt")

    assert result.exit_code == 2
    assert "OPENAI_API_KEY" in result.stderr
    assert "batch export" in result.stderr


@pytest.mark.parametrize("command", ["submit", "export"])
def test_a_chat_model_is_needed(cli: Cli, server: ChatServer, command: str) -> None:
    output = ["-o", "requests.jsonl"] if command == "export" else []

    assert cli("batch", command, "day.txt", "-m", "extractive", *output).exit_code == 2


# Plain files


def answer_all(server: ChatServer, requests: Path) -> list[bytes]:
    """Answer the requests of a file as another engine would."""
    lines = []
    for line in requests.read_bytes().splitlines():
        fields = orjson.loads(line)
        answer = server.batches._answer_line(orjson.dumps(fields["body"]))
        response = {"status_code": answer.status, "request_id": "r", "body": orjson.loads(answer.body)}
        lines.append(orjson.dumps({"custom_id": fields["custom_id"], "response": response, "error": None}))
    return lines


def export(cli: Cli, *flags: str) -> Result:
    return cli("batch", "export", "day.txt", "-o", "requests.jsonl", *flags)


@pytest.mark.parametrize("seed", range(2))
def test_requests_go_out_and_replies_come_back_in_any_order(cli: Cli, server: ChatServer, seed: int) -> None:
    assert export(cli).exit_code == 0
    lines = answer_all(server, Path("requests.jsonl"))
    Random(seed).shuffle(lines)
    Path("replies.jsonl").write_bytes(b"\n".join(lines))

    imported = cli("batch", "import", "replies.jsonl", "--json")
    done = annotate(cli)

    assert (imported.exit_code, json.loads(imported.stdout)["answered"]) == (0, 4)
    assert (done.report["annotated"], done.report["calls"]) == (4, 0)
    assert all(isinstance(record, AnnotatedRecord) for record in read_lines())


def test_replies_with_faults_are_counted_and_the_good_ones_kept(cli: Cli, server: ChatServer) -> None:
    export(cli)
    lines = answer_all(server, Path("requests.jsonl"))
    unknown = lines[0].replace(orjson.loads(lines[0])["custom_id"].encode(), b"f" * 64)
    Path("replies.jsonl").write_bytes(b"\n".join([lines[2], b'{"custom', lines[0], lines[0], unknown]))

    imported = cli("batch", "import", "replies.jsonl", "--json")
    report = json.loads(imported.stdout)

    assert imported.exit_code == 1
    assert {name: count for name, count in report.items() if name != "usage" and count} == {
        "lines": 5,
        "answered": 2,
        "duplicate": 1,
        "unknown": 1,
        "malformed": 1,
        "outstanding": 2,
    }
    assert annotate(cli).report["calls"] == 2


def test_an_export_holds_only_what_is_missing(cli: Cli, server: ChatServer) -> None:
    cli("annotate", "day.txt", "-o", "out.jsonl", "--limit", "3")

    export(cli)

    assert len(Path("requests.jsonl").read_bytes().splitlines()) == 1


def test_requests_that_are_in_a_batch_can_be_exported_and_exported_ones_submitted(cli: Cli, server: ChatServer) -> None:
    submit(cli, "--limit", "2")
    export(cli)

    assert len(Path("requests.jsonl").read_bytes().splitlines()) == 4
    assert submit(cli)["written"] == 2


@pytest.mark.parametrize("mode", ["json_schema", "tool_call", "json_object", "plain"])
def test_every_output_mode_goes_out_and_comes_back(cli: Cli, server: ChatServer, mode: str) -> None:
    export(cli, "--output-mode", mode)
    Path("replies.jsonl").write_bytes(b"\n".join(answer_all(server, Path("requests.jsonl"))))
    imported = cli("batch", "import", "replies.jsonl")

    export(cli, "--output-mode", mode)

    assert imported.exit_code == 0
    assert Path("requests.jsonl").read_bytes() == b""
    assert (annotate(cli).report["annotated"], server.calls) == (4, 0)


def test_an_export_does_not_replace_its_input(cli: Cli, server: ChatServer) -> None:
    assert cli("batch", "export", "day.txt", "-o", "day.txt").exit_code == 2


def test_a_file_of_replies_that_is_not_there_is_said(cli: Cli, server: ChatServer) -> None:
    result = cli("batch", "import", "nowhere.jsonl")

    assert result.exit_code == 2
    assert "nowhere.jsonl" in result.stderr


# A client that is stopped


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "summarizer", "batch", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def test_waiting_can_be_interrupted_and_the_batches_go_on(cli: Cli, server: ChatServer, tmp_path: Path) -> None:
    server.batch_seconds = 60
    submit(cli)
    process = start(tmp_path, "collect", "--wait")
    read_until(process, "asking again in")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    server.batch_seconds = 0

    assert process.returncode == 130
    assert "the same command goes on" in stderr
    assert cli("batch", "collect", "--wait").exit_code == 0


@pytest.mark.timeout(300)
def test_a_client_that_is_killed_at_any_time_loses_nothing(tmp_path: Path, server: ChatServer) -> None:
    server.batch_seconds = 0.3
    chance = Random(20261120)

    for arguments in (["submit", "day.txt"], ["collect", "--wait"]):
        killed = start(tmp_path, *arguments)
        time.sleep(chance.uniform(0.8, 2.0))
        killed.kill()
        killed.communicate()
        again = start(tmp_path, *arguments)
        _, stderr = again.communicate()

        assert again.returncode == 0, stderr

    stats = server.stats
    assert stats["batch"]["requests"]["POST /batches"] == stats["batch"]["batches"]
    assert (stats["completions"], stats["repeated_completions"], stats["batch"]["lines"]) == (4, 0, 4)


def test_a_batch_that_the_provider_does_not_know_is_an_error_after_the_others(cli: Cli, server: ChatServer) -> None:
    submit(cli, "--limit", "1")
    server.batches.batches.clear()
    submit(cli)

    collected = cli("batch", "collect", "--wait")
    shown = cli("batch", "status")
    cancelled = cli("batch", "cancel")

    assert collected.exit_code == 3
    assert "3 = 3 answered" in collected.stderr
    assert "`summarizer batch cancel` gives it up" in collected.stderr
    assert (shown.exit_code, cancelled.exit_code) == (0, 0)
    assert "knows no batch" in shown.stderr
    assert submit(cli)["written"] == 1


def test_waiting_outlasts_a_network_that_is_gone(cli: Cli, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    class GoneWhileTheBatchEnds(HttpFault):
        def answer(self, authorization: str) -> Answer:
            server.batch_seconds = 0
            return ServerError(503).answer(authorization)

    monkeypatch.setenv("SUMMARIZER_MAX_ATTEMPTS", "1")
    server.batch_seconds = 60
    submit(cli)
    server.fail_next("GET /batches/{id}", Stall(0), is_done=True)
    server.fail_next("GET /batches/{id}", GoneWhileTheBatchEnds())
    collected = cli("batch", "collect", "--wait")

    assert collected.exit_code == 0
    assert "waiting goes on" in collected.stderr
    assert "4 = 4 answered" in collected.stderr


def test_an_endpoint_without_batch_jobs_is_told_by_what_else_can_be_done(cli: Cli, server: ChatServer) -> None:
    server.fail_next("POST /files", Status(404))
    result = cli("batch", "submit", "day.txt")

    assert result.exit_code == 3
    assert "takes no files for batch jobs" in result.stderr
    assert "`summarizer batch export`" in result.stderr


def test_an_export_takes_the_name_of_a_file(cli: Cli, server: ChatServer) -> None:
    assert cli("batch", "export", "day.txt", "-o", "-").exit_code == 2
    assert not Path("-").exists()
