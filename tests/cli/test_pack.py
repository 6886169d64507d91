"""Facts about `--pack N`: the same records for fewer calls, whatever stops the run or happens to a pack."""

from __future__ import annotations

import json
import math
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from summarizer.annotate.records import AnnotatedRecord
from tests.chat_server import ChatServer, Fault, NotJson, Refusal, Status, Truncated, WrongPack
from tests.cli.conftest import Cli, Result, read_lines, write_day
from tests.cli.program import finish, start

PROMPT = Path(__file__).parents[1] / "data" / "prompts" / "annotate-packed.toml"
PAPERS = 30


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "tiktoken"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # no encoding is fetched
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        monkeypatch.setenv("SUMMARIZER_PROMPT", str(PROMPT))
        yield server


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_day(tmp_path / "day.txt", PAPERS)


def annotate(cli: Cli, day: Path, *options: str | Path) -> Result:
    return cli("annotate", day, "-o", "out.jsonl", "--json", *options)


def asked_papers(server: ChatServer) -> Counter[str]:
    """Count how often each paper was sent, by the first line of its text."""
    titles = Counter[str]()
    for request in server.requests:
        message = request.body["messages"][1]["content"]
        titles.update(line for line in message.splitlines() if line.startswith("Title: "))
    return titles


def test_a_pack_of_eight_takes_an_eighth_of_the_calls(cli: Cli, server: ChatServer, day: Path) -> None:
    report = annotate(cli, day, "--pack", "8", "-c", "1").report
    records = [record for record in read_lines() if isinstance(record, AnnotatedRecord)]

    assert (report["annotated"], report["calls"]) == (PAPERS, math.ceil(PAPERS / 8))
    assert server.calls == math.ceil(PAPERS / 8)
    assert all(record.annotation.tldr.startswith(f"This paper presents {record.paper.title}") for record in records)
    assert sum(record.provenance.usage.input_tokens for record in records) == server.usage.prompt_tokens
    assert sum(record.provenance.usage.output_tokens for record in records) == server.usage.completion_tokens
    assert report["usage"]["input_tokens"] == server.usage.prompt_tokens


def test_as_many_requests_are_in_flight_as_without_packs(cli: Cli, server: ChatServer, day: Path) -> None:
    server.latency_seconds = 0.2
    annotate(cli, day, "--pack", "5", "-c", "6")

    assert server.max_in_flight > 2


@pytest.mark.parametrize(
    "fault", [*(WrongPack(kind) for kind in ("drop", "duplicate", "swap", "unknown", "reverse")), None]
)
def test_a_mixed_up_pack_costs_no_paper(cli: Cli, server: ChatServer, day: Path, fault: Fault | None) -> None:
    server.script([fault] * 4)
    report = annotate(cli, day, "--pack", "10", "-c", "1").report
    calls = server.calls
    again = cli("annotate", day, "-o", "again.jsonl", "--json", "--pack", "7", "--replay").report

    assert report["annotated"] == again["annotated"] == PAPERS
    assert calls <= 3 + 6
    assert (again["calls"], server.calls) == (0, calls)


@pytest.mark.parametrize("fault", [Truncated(), Refusal(), NotJson(), Status(400, "context_length_exceeded")])
def test_a_pack_that_is_of_no_use_is_asked_for_paper_by_paper(
    cli: Cli, server: ChatServer, day: Path, fault: Fault
) -> None:
    annotate(cli, day, "--pack", "10", "--limit", "1")  # finds out the output mode
    server.reset_stats()
    server.script([fault])
    report = annotate(cli, day, "--pack", "10", "-c", "1").report

    assert report["annotated"] == PAPERS
    assert server.calls == 3 + 10


def test_runs_killed_with_packs_of_any_size_repeat_no_stored_paper(
    server: ChatServer, day: Path, tmp_path: Path
) -> None:
    """What is sent twice was in flight or unwritten at a kill; a pack and its parts are on disk together or not at all."""
    server.latency_seconds = 0.05
    draw, sent, stored, lost = random.Random(20261120), 0, 0, 0
    for turn in range(2):
        options = ("-o", f"{turn}.jsonl", "-c", "2", "--pack", str(draw.randint(2, 5)))
        calls = server.calls
        server.hold(from_call=calls + 3)  # no run comes to the end, however late it is killed
        process = start(server.base_url, tmp_path, *options)
        server.wait_for_calls(calls + draw.randint(1, 3))
        time.sleep(draw.random() * 0.08)
        process.kill()
        process.communicate()
        server.wait_until_idle()
        sent_now, stored_now = asked_papers(server).total() - sent, count_parts(tmp_path) - stored
        sent, stored, lost = sent + sent_now, stored + stored_now, lost + sent_now - stored_now

        assert 0 <= sent_now - stored_now <= 2 * 5

    server.release()
    report, _ = finish(start(server.base_url, tmp_path, "-o", "last.jsonl", "--pack", "3"))

    assert report["annotated"] == PAPERS
    assert asked_papers(server).total() == PAPERS + lost
    assert count_parts(tmp_path) == PAPERS


def count_parts(folder: Path) -> int:
    """Count the papers with a stored part, after making sure that no pack is stored without the parts of it."""
    database = folder / "cache" / "responses" / "cache.db"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as connection:
        texts = [json.loads(value)["text"] for (value,) in connection.execute("SELECT value FROM Cache")]
    sizes = Counter(len(json.loads(text)["papers"]) for text in texts)

    assert sum(size * count for size, count in sizes.items() if size > 1) <= sizes[1]
    return sizes[1]


def test_a_second_run_with_another_pack_is_free_and_wants_another_file(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day, "--pack", "4")
    calls = server.calls
    same_file = annotate(cli, day, "--pack", "6")
    report = cli("annotate", day, "-o", "other.jsonl", "--json", "--pack", "6").report

    assert same_file.exit_code == 2
    assert "another parameters" in same_file.stderr
    assert (report["annotated"], report["cache_hits"], server.calls) == (PAPERS, PAPERS, calls)


def test_papers_that_failed_are_asked_for_anew(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day, "--pack", "5", "--limit", "1")
    server.fault_for(lambda body: "lesion type bl in" in str(body["messages"]), Refusal(), times=2)
    failed = annotate(cli, day, "--pack", "5").report
    calls = server.calls
    report = annotate(cli, day, "--pack", "5", "--retry-failed").report
    again = cli("annotate", day, "-o", "again.jsonl", "--json", "--pack", "5").report

    assert failed["failed"] + failed["annotated"] == PAPERS
    assert failed["failed"] == 1
    assert (report["annotated"], report["calls"]) == (PAPERS, 1)
    assert (again["annotated"], again["calls"], server.calls) == (PAPERS, 0, calls + 1)


def test_a_budget_stops_a_run_with_packs_at_or_under_it(cli: Cli, server: ChatServer, day: Path) -> None:
    flags = ("--pack", "5", "--price-in", "1", "--price-out", "2", "--max-output-tokens", "500")
    worst_usd = json.loads(annotate(cli, day, *flags, "--dry-run").stdout)["worst_call_usd"]
    cap_usd = round(1.2 * worst_usd, 4)
    result = annotate(cli, day, *flags, "--max-cost", str(cap_usd))
    bill = (server.usage.prompt_tokens * 1 + server.usage.completion_tokens * 2) / 1e6
    then = annotate(cli, day, *flags).report

    assert result.exit_code == 6
    assert 0 < bill <= cap_usd
    assert result.report["cost_usd"] == pytest.approx(bill)
    assert then["annotated"] == PAPERS
    assert asked_papers(server).total() == PAPERS


def test_a_dry_run_counts_packs_and_asks_nothing(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day, "--pack", "5", "--limit", "9")
    calls = server.calls
    flags = ("--dry-run", "--pack", "5", "--overwrite")
    packed = json.loads(annotate(cli, day, *flags).stdout)
    alone = json.loads(annotate(cli, day, "--dry-run", "--overwrite").stdout)

    assert (packed["cached"], packed["to_ask"], packed["calls"]) == (9, PAPERS - 9, math.ceil((PAPERS - 9) / 5))
    assert packed["input_tokens"] < alone["input_tokens"] * (PAPERS - 9) / PAPERS
    assert packed["output_tokens"] == pytest.approx(alone["output_tokens"] * (PAPERS - 9) / PAPERS)
    assert server.calls == calls


def test_a_dry_run_counts_translations_behind_packs(cli: Cli, server: ChatServer, day: Path) -> None:
    flags = ("--dry-run", "--pack", "5", "--translate-abstract")
    nothing = json.loads(annotate(cli, day, *flags).stdout)
    annotate(cli, day, "--pack", "5")
    annotations = json.loads(annotate(cli, day, *flags, "--overwrite").stdout)

    assert (nothing["to_ask"], nothing["calls"]) == (PAPERS, 6 + PAPERS)
    assert (annotations["to_ask"], annotations["calls"]) == (PAPERS, PAPERS)


def test_a_batch_is_about_one_paper_a_request_and_says_so(
    cli: Cli, server: ChatServer, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARIZER_PACK", "4")
    result = cli("batch", "export", day, "-o", "requests.jsonl")

    assert result.exit_code == 2
    assert "pack: a request of a batch is about one paper" in result.stderr
    assert not Path("requests.jsonl").exists()


def test_a_prompt_without_instructions_for_packs_is_exit_2(cli: Cli, server: ChatServer, day: Path) -> None:
    result = annotate(cli, day, "--prompt", "annotate.v1", "--pack", "4")

    assert result.exit_code == 2
    assert "`pack` section" in result.stderr
    assert server.calls == 0


@pytest.mark.parametrize("size", ["0", "33"])
def test_a_pack_is_of_1_to_32_papers(cli: Cli, server: ChatServer, day: Path, size: str) -> None:
    result = annotate(cli, day, "--pack", size)

    assert result.exit_code == 2
    assert "pack (from flag)" in result.stderr


def test_the_tokens_from_the_prompt_cache_are_reported(cli: Cli, server: ChatServer, day: Path) -> None:
    """The server discounts a system message from 1,024 tokens on when it has seen it before."""
    result = cli("annotate", day, "-o", "out.jsonl", "--json", "--prompt", "annotate.v1")
    usage, share = result.report["usage"], result.report["prompt_cache_share"]

    assert usage["cached_input_tokens"] == server.usage.cached_tokens > 0
    assert share == pytest.approx(server.usage.cached_tokens / server.usage.prompt_tokens, abs=1e-4)
    assert f"{usage['cached_input_tokens']:,} of them, {share:.0%}, from the provider's prompt cache" in result.stderr


def test_a_run_without_calls_has_no_share(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day)
    result = cli("annotate", day, "-o", "again.jsonl", "--json")

    assert result.report["prompt_cache_share"] is None
    assert "prompt cache" not in result.stderr
