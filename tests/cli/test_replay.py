"""Facts about runs on stored replies alone, and about dry runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat_server import ChatServer, Refusal
from tests.cli.conftest import Cli, read_lines, write_day

PAPERS = 12


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "tiktoken"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # no encoding is fetched
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        yield server


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_day(tmp_path / "day.txt", PAPERS)


def forecast(cli: Cli, day: Path, *options: str | Path) -> dict[str, Any]:
    result = cli("annotate", day, "-o", "out.jsonl", "--dry-run", "--json", *options)
    found: dict[str, Any] = json.loads(result.stdout)

    assert result.exit_code == 0
    assert found["read"] == sum(found[name] for name in ("to_ask", "resumed", "cached", "skipped", "duplicate"))
    return found


def test_a_replay_answers_from_stored_replies_and_asks_nobody(cli: Cli, server: ChatServer, day: Path) -> None:
    cli("annotate", day, "-o", "out.jsonl")
    calls = server.calls
    report = cli("annotate", day, "-o", "again.jsonl", "--json", "--replay").report

    assert (report["annotated"], report["cache_hits"], report["calls"]) == (PAPERS, PAPERS, 0)
    assert server.calls == calls


def test_a_paper_without_a_stored_reply_stays_pending_and_the_fix_is_named(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    cli("annotate", day, "-o", "first.jsonl", "--limit", "5")
    result = cli("annotate", day, "-o", "out.jsonl", "--json", "--replay")
    then = cli("annotate", day, "-o", "out.jsonl", "--json")

    assert result.exit_code == 1
    assert (result.report["annotated"], result.report["failed"], result.report["pending"]) == (5, 0, 7)
    assert "7 papers have no stored reply" in result.stderr
    assert "without --replay" in result.stderr
    assert len(read_lines()) == PAPERS
    assert (then.exit_code, then.report["annotated"], server.calls) == (0, PAPERS, PAPERS)


def test_a_replay_can_not_ask_anew(cli: Cli, day: Path) -> None:
    result = cli("annotate", day, "-o", "out.jsonl", "--replay", "--retry-failed", "-m", "m")

    assert result.exit_code == 2
    assert "choose one" in result.stderr


def test_a_replay_needs_no_key(cli: Cli, day: Path) -> None:
    result = cli("annotate", day, "-o", "out.jsonl", "--json", "--replay", "-m", "m")

    assert (result.exit_code, result.report["pending"]) == (1, PAPERS)


def test_a_dry_run_counts_what_would_be_asked_and_asks_nothing(cli: Cli, server: ChatServer, day: Path) -> None:
    found = forecast(cli, day, "--price-in", "1", "--price-out", "4", "--rpm", "6")

    assert (found["read"], found["to_ask"], found["calls"]) == (PAPERS, PAPERS, PAPERS)
    assert found["input_tokens"] > PAPERS * 1000
    assert 0 < found["low_usd"] < found["high_usd"]
    assert found["minutes"] == 2.0
    assert server.calls == 0
    assert not Path("out.jsonl").exists()
    assert not Path("runs.jsonl").exists()


def test_the_estimate_is_near_what_the_run_then_takes(cli: Cli, server: ChatServer, day: Path) -> None:
    prices = ("--price-in", "1", "--price-out", "4")
    found = forecast(cli, day, *prices)
    report = cli("annotate", day, "-o", "out.jsonl", "--json", *prices).report

    assert found["input_tokens"] == pytest.approx(report["usage"]["input_tokens"], rel=0.15)
    assert report["calls"] == found["calls"]
    assert report["cost_usd"] < found["high_usd"]


def test_a_dry_run_knows_what_is_done_already_and_what_is_free(cli: Cli, server: ChatServer, day: Path) -> None:
    cli("annotate", day, "-o", "other.jsonl", "--limit", "8")
    cli("annotate", day, "-o", "out.jsonl", "--limit", "3")
    before = Path("out.jsonl").read_bytes()
    found = forecast(cli, day)
    anew = forecast(cli, day, "--overwrite")

    assert (found["resumed"], found["cached"], found["to_ask"], found["calls"]) == (3, 5, 4, 4)
    assert (anew["resumed"], anew["cached"], anew["to_ask"]) == (0, 8, 4)
    assert Path("out.jsonl").read_bytes() == before


def test_failures_are_free_until_they_are_asked_for_anew(cli: Cli, server: ChatServer, day: Path) -> None:
    server.fault_for("of 205 patients", Refusal())
    cli("annotate", day, "-o", "out.jsonl")

    assert forecast(cli, day)["calls"] == 0
    assert forecast(cli, day, "--retry-failed")["calls"] == 1


def test_the_second_call_of_each_paper_is_counted(cli: Cli, server: ChatServer, day: Path) -> None:
    first = forecast(cli, day, "--translate-abstract")
    cli("annotate", day, "-o", "out.jsonl")
    second = forecast(cli, day, "--translate-abstract", "--overwrite")

    assert (first["to_ask"], first["calls"]) == (PAPERS, 2 * PAPERS)
    assert (second["to_ask"], second["calls"]) == (PAPERS, PAPERS)


def test_an_unknown_price_is_said_and_never_zero(cli: Cli, server: ChatServer, day: Path) -> None:
    found = forecast(cli, day)
    told = cli("annotate", day, "-o", "out.jsonl", "--dry-run").stdout

    assert (found["low_usd"], found["high_usd"], found["worst_call_usd"]) == (None, None, None)
    assert "cost unknown" in told
    assert "--price-in" in told


def test_people_are_told_what_low_and_high_mean_how_long_it_takes_and_when_the_budget_is_too_small(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    options = ("--price-in", "1", "--price-out", "4", "--max-cost", "0.02", "--tpm", "100")
    told = cli("annotate", day, "-o", "out.jsonl", "--dry-run", *options).stdout

    assert "12 read = 12 to ask + 0 resumed + 0 free + 0 skipped + 0 duplicate" in told
    assert "(lengths as estimated" in told
    assert "(no prompt cache" in told
    assert "--max-cost $0.02 may end it on the way" in told
    assert "at --tpm 100" in told


def test_the_extractive_annotator_is_free_and_a_dry_run_reads_what_the_run_would(cli: Cli, day: Path) -> None:
    found = forecast(cli, day, "-m", "extractive", "--limit", "5")

    assert (found["read"], found["cached"], found["calls"], found["low_usd"]) == (5, 5, 0, 0.0)


def test_a_dry_run_to_standard_output_may_be_for_machines(cli: Cli, server: ChatServer, day: Path) -> None:
    result = cli("annotate", day, "-o", "-", "--dry-run", "--json")

    assert json.loads(result.stdout)["to_ask"] == PAPERS


def test_results_of_another_model_stop_a_dry_run_as_they_would_the_run(cli: Cli, server: ChatServer, day: Path) -> None:
    cli("annotate", day, "-o", "out.jsonl", "-m", "extractive")
    result = cli("annotate", day, "-o", "out.jsonl", "--dry-run")

    assert result.exit_code == 2
    assert "made with another" in result.stderr
