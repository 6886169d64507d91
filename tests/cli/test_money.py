"""Facts about what a run may spend, and about the last lines when it stops early. The bill is the server's own count."""

from __future__ import annotations

import itertools
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from summarizer.annotate.records import AnnotatedRecord
from tests.chat_server import TRANSIENT_FAULTS, ChatServer, Fault, QuotaExceeded, RateLimited, Refusal, Stall, Status
from tests.cli.conftest import Cli, Result, read_lines, write_day

PAPERS = 24
PRICES = {"--price-in": 0.15, "--price-out": 0.6}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        yield server


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_day(tmp_path / "day.txt", PAPERS)


def annotate(cli: Cli, day: Path, *options: str | Path) -> Result:
    prices = [str(part) for pair in PRICES.items() for part in pair]
    return cli("annotate", day, "-o", "out.jsonl", "--json", *prices, *options)


def bill(server: ChatServer) -> float:
    usage = server.usage
    return (usage.prompt_tokens * PRICES["--price-in"] + usage.completion_tokens * PRICES["--price-out"]) / 1e6


def test_a_budget_of_a_cent_stops_at_or_under_a_cent_and_the_next_runs_go_on_to_the_end(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    billed, exit_codes, reports = [0.0], list[int](), []
    while 0 not in exit_codes and len(exit_codes) < 10:
        result = annotate(cli, day, "--max-cost", "0.01")
        billed.append(bill(server))
        exit_codes.append(result.exit_code)
        reports.append(result.report)
    spent = [after - before for before, after in itertools.pairwise(billed)]

    assert exit_codes[0] == 6
    assert exit_codes == [6] * (len(exit_codes) - 1) + [0]
    assert all(0 < run <= 0.01 for run in spent)
    assert [report["cost_usd"] for report in reports] == pytest.approx(spent)
    assert reports[-1]["annotated"] == PAPERS
    assert server.calls == PAPERS
    assert len({record.paper.id for record in read_lines() if isinstance(record, AnnotatedRecord)}) == PAPERS


def test_what_is_in_flight_counts_and_every_reply_that_was_paid_for_is_kept(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    server.latency_seconds = 0.05
    result = annotate(cli, day, "--max-cost", "0.0115", "--concurrency", "24")

    assert result.exit_code == 6
    assert 1 < server.max_in_flight < 24
    assert bill(server) <= 0.0115
    assert result.report["annotated"] == server.calls
    assert result.report["cost_usd"] == pytest.approx(bill(server))


def test_faults_and_retries_do_not_break_the_budget(cli: Cli, server: ChatServer, day: Path) -> None:
    server.fault_rate, server.chaos = 0.3, [fault for fault in TRANSIENT_FAULTS if not isinstance(fault, RateLimited)]
    result = annotate(cli, day, "--max-cost", "0.015")

    assert result.exit_code == 6
    assert bill(server) <= result.report["cost_usd"] + result.report["possibly_billed_usd"] + 1e-9 <= 0.015 + 2e-9


def test_the_last_lines_of_a_budget_stop_say_what_it_cost_and_how_to_go_on(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    result = annotate(cli, day, "--max-cost", "0.01")
    last = result.stderr.splitlines()[-1]

    assert last.startswith("error: budget reached: $0.00")
    assert "spent of --max-cost $0.01" in last
    assert "the same command with a higher --max-cost goes on from here" in last


def test_a_budget_without_a_price_is_refused_before_anything_is_sent(cli: Cli, server: ChatServer, day: Path) -> None:
    result = cli("annotate", day, "-o", "out.jsonl", "--max-cost", "1")

    assert result.exit_code == 2
    assert "--price-in" in result.stderr
    assert "--price-out" in result.stderr
    assert server.calls == 0


def test_an_attempt_that_was_never_answered_is_reported_apart_from_what_was_spent(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    server.script([Stall(600)])
    result = annotate(cli, day, "--limit", "1", "--timeout", "2")

    assert result.report["cost_usd"] == pytest.approx(bill(server))
    assert 0.002 < result.report["possibly_billed_usd"] < 0.02
    assert "possibly billed" in result.stderr


@pytest.mark.parametrize(
    ("fault", "named"), [(Status(401), "OPENAI_API_KEY"), (QuotaExceeded(), "quota")], ids=["key", "quota"]
)
def test_a_key_revoked_or_a_quota_used_up_half_way_is_told_with_the_cost_so_far_and_how_to_go_on(
    cli: Cli, server: ChatServer, day: Path, fault: Fault, named: str
) -> None:
    server.fault_for("of 220 patients", fault)
    stopped = annotate(cli, day, "--concurrency", "2")
    lines = stopped.stderr.splitlines()
    spent = bill(server)

    assert stopped.exit_code == 3
    assert 0 < stopped.report["annotated"] < PAPERS
    assert lines[-1].startswith("error: ")
    assert named in lines[-1]
    assert "the same command" in "\n".join(lines[-2:])
    assert f"${spent:,.4f}" in "\n".join(lines[:-1])


def test_a_full_disk_is_told_with_the_cost_so_far_and_how_to_go_on(cli: Cli, server: ChatServer, day: Path) -> None:
    """The limit on the size of files stands for a full disk."""
    day = write_day(day, 60)
    annotate(cli, day, "--limit", "1")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        stopped = annotate(cli, day, "--concurrency", "2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    after = annotate(cli, day)
    lines = stopped.stderr.splitlines()

    assert stopped.exit_code == 2
    assert lines[-1].startswith("error: ")
    assert "can't be" in lines[-1]
    assert "the same command" in "\n".join(lines[-2:])
    assert "$0." in "\n".join(lines[:-1])
    assert 0 < stopped.report["annotated"] < 60
    assert (after.exit_code, after.report["annotated"]) == (0, 60)


def test_failures_are_summed_up_by_reason_with_an_example_and_the_way_to_ask_anew(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    server.fault_for("of 203 patients", Refusal())
    server.fault_for("of 207 patients", Refusal())
    server.fault_for("of 205 patients", Status(413))
    result = annotate(cli, day)
    lines = result.stderr.splitlines()

    assert result.exit_code == 1
    assert re.search(
        r"2 failed with RefusalError, for instance 2402\.0000[37]: ", result.stderr
    )  # whichever came first
    assert "1 failed with PaperRejectedError, for instance 2402.00005: " in "\n".join(lines)
    assert "--retry-failed" in lines[-1]
