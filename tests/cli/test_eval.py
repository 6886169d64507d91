"""Facts about `summarizer eval`: what it prints, writes and exits with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Plan, run_experiment
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from tests.chat_server import ChatServer, Refusal
from tests.cli.conftest import Cli, Result
from tests.evaluation.scripted_gold import SHIPPED, build_settings, script_gold, write_dev, write_prompt

DEV_PAPERS = 8


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        monkeypatch.setenv("SUMMARIZER_PRICE_IN", "1")
        monkeypatch.setenv("SUMMARIZER_PRICE_OUT", "4")
        yield server


@pytest.fixture
def gold(cli: Cli, tmp_path: Path) -> Path:
    """A gold set where `eval` looks for one, and a gate that needs few resamples."""
    (tmp_path / "eval").mkdir()
    gate = (SHIPPED.parent / "gate.toml").read_text(encoding="utf-8")
    (tmp_path / "eval" / "gate.toml").write_text(gate.replace("bootstrap = 10000", "bootstrap = 500"), encoding="utf-8")
    return write_dev(tmp_path / "eval" / "gold")[0]


def run_eval(cli: Cli, *options: str | Path) -> tuple[Result, str]:
    """Run `eval run` and return its result with the id of the run."""
    result = cli("eval", "run", "--json", *options)
    return result, json.loads(result.stdout)["run"]


@pytest.mark.usefixtures("gold")
def test_the_extractive_annotator_is_scored_without_a_key(cli: Cli) -> None:
    result = cli("eval", "run", "-m", "extractive")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert lines[0].startswith("eval  extractive   dev 8 papers   gold ")
    assert max(map(len, lines)) <= 80
    assert next(line for line in lines if "micro-F1" in line).count("[") == 1
    assert any("rules kept by every paper" in line for line in lines)


@pytest.mark.usefixtures("gold")
def test_a_chat_model_is_asked_once_and_then_replayed_without_a_server(cli: Cli, server: ChatServer) -> None:
    first, run = run_eval(cli)
    calls = server.calls
    second, again = run_eval(cli, "--offline")

    assert (first.exit_code, second.exit_code, run) == (0, 0, again)
    assert calls == server.calls == DEV_PAPERS
    assert json.loads(first.stdout)["metrics"] == json.loads(second.stdout)["metrics"]
    assert "$0.0" in first.stderr
    assert "spent" not in second.stderr


@pytest.mark.usefixtures("gold")
def test_offline_without_stored_replies_nothing_is_scored_and_the_exit_is_5(cli: Cli, server: ChatServer) -> None:
    result = cli("eval", "run", "--offline")

    assert (result.exit_code, result.stdout, server.calls) == (5, "", 0)
    assert "2501.00005" in result.stderr
    assert "nothing is scored" in result.stderr


@pytest.mark.usefixtures("gold")
def test_a_missing_reply_is_exit_5_and_the_rest_is_shown(cli: Cli, server: ChatServer) -> None:
    run_eval(cli)
    text = Path("eval/gold/papers.jsonl").read_text(encoding="utf-8")
    changed = text.replace("Luggage moves under the X-ray at", "Luggage moves below the X-ray at", 1)
    Path("eval/gold/papers.jsonl").write_text(changed, encoding="utf-8")
    result = cli("eval", "run", "--offline")

    assert result.exit_code == 5
    assert "no reply for 2501.00005" in result.stderr
    assert "INCOMPLETE" in result.stderr
    assert "AUROC" in result.stdout


@pytest.mark.usefixtures("gold")
def test_an_incomplete_run_is_shown_beside_no_baseline_and_its_gate_is_incomplete(cli: Cli, server: ChatServer) -> None:
    """The papers that lack may be those that a metric of the baseline is defined by."""
    _, whole = run_eval(cli, "-m", "extractive")
    cli("eval", "bless", whole)
    path = Path("eval/baselines/main.json")
    other_papers = path.read_text(encoding="utf-8").replace("|prevalence:", "|prevalence:0")
    path.write_text(other_papers, encoding="utf-8")
    stopped = cli("eval", "run", "--max-cost", "0.04", "-c", "1")
    [run] = [folder.name for folder in Path("eval/reports").iterdir() if folder.name != whole]
    result = cli("eval", "run", "--offline")
    gated = cli("eval", "gate", run, "--json")

    assert (stopped.exit_code, result.exit_code) == (6, 5)
    assert "complete this run first" in result.stderr
    assert "AUROC" in result.stdout
    assert (gated.exit_code, json.loads(gated.stdout)["verdict"]) == (5, "INCOMPLETE")


@pytest.mark.usefixtures("gold")
def test_a_run_compared_with_itself_passes_with_difference_0(cli: Cli, server: ChatServer) -> None:
    _, run = run_eval(cli)
    result = cli("eval", "compare", run, run, "--json")
    report = json.loads(result.stdout)

    assert (result.exit_code, report["verdict"], report["factors"]) == (0, "PASS", [])
    assert {metric["difference"] for metric in report["metrics"]} == {0.0}


@pytest.mark.usefixtures("gold")
def test_the_verdict_is_written_and_the_same_byte_for_byte_after_a_replay(
    cli: Cli, server: ChatServer, tmp_path: Path
) -> None:
    prompt = write_prompt(tmp_path / "mine.toml")
    asked = cli("eval", "ab", "--a", "annotate.v1", "--b", prompt)
    [verdict] = Path("eval/reports").glob("*/verdict.json")
    written = verdict.read_bytes()
    calls = server.calls
    replayed = cli("eval", "ab", "--a", "annotate.v1", "--b", prompt, "--offline")

    assert "annotate.v1 → annotate.v99" in asked.stdout
    assert "changed: prompt" in asked.stdout
    assert max(map(len, asked.stdout.splitlines())) <= 80
    assert asked.exit_code == replayed.exit_code
    assert verdict.read_bytes() == written
    assert (calls, server.calls) == (2 * DEV_PAPERS, 2 * DEV_PAPERS)


@pytest.mark.usefixtures("gold")
def test_more_than_one_changed_factor_is_said_to_confound(cli: Cli, server: ChatServer, tmp_path: Path) -> None:
    prompt = write_prompt(tmp_path / "mine.toml")
    result = cli("eval", "ab", "--a", "annotate.v1", "--b", prompt, "--a-model", "one", "--b-model", "two")

    assert "confounded: 2 factors changed (prompt, model)" in " ".join(result.stdout.split())


def test_ab_without_two_sides_is_a_usage_error(cli: Cli, gold: Path) -> None:
    result = cli("eval", "ab", "-m", "extractive")

    assert result.exit_code == 2
    assert "--a" in result.stderr


@pytest.mark.usefixtures("gold")
def test_a_worse_run_fails_the_gate_against_a_blessed_one(cli: Cli, server: ChatServer) -> None:
    _, good = run_eval(cli)
    blessed = cli("eval", "bless", good)
    server.fault_rate, server.chaos = 1.0, [Refusal()]
    _, bad = run_eval(cli, "-m", "refusing-model")
    passed = cli("eval", "gate", good)
    failed = cli("eval", "gate", bad)

    assert (blessed.exit_code, passed.exit_code, failed.exit_code) == (0, 0, 3)
    assert "FAIL" in failed.stdout


def test_an_inconclusive_verdict_is_exit_4_unless_told_otherwise(cli: Cli, gold: Path, tmp_path: Path) -> None:
    """One lost tag in eight papers can't be told from a margin of 0.0005."""
    papers = [paper for paper in read_gold(gold) if paper.split == "dev"]
    victim = next(paper for paper in papers if len(paper.gold.tags) > 1)

    def lose_one(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "tags": reply["tags"][:1]} if paper is victim else reply

    sides = [
        Side(build_settings(tmp_path, model="one"), script_gold(papers)),
        Side(build_settings(tmp_path, model="two"), script_gold(papers, lose_one)),
    ]
    runs = [entry.run.manifest.run_id for entry in run_experiment(sides, Plan(gold=gold))]
    gate = '[eval]\nbootstrap = 500\n\n[gate.tags]\nprimary = "micro_f1"\nmargin = 0.0005\n'
    Path("eval/gate.toml").write_text(gate, encoding="utf-8")
    codes = [
        cli("eval", "compare", *runs, *options).exit_code
        for options in ([], ["--inconclusive", "pass"], ["--inconclusive", "fail"])
    ]

    assert codes == [4, 0, 3]


@pytest.mark.usefixtures("gold")
def test_the_budget_stops_at_exit_6_and_the_next_run_goes_on(cli: Cli, server: ChatServer) -> None:
    stopped = cli("eval", "run", "--max-cost", "0.04", "-c", "1")
    calls = server.calls
    resumed, _ = run_eval(cli)

    assert stopped.exit_code == 6
    assert 0 < calls < DEV_PAPERS
    assert (resumed.exit_code, server.calls) == (0, DEV_PAPERS)


def test_a_run_that_was_killed_goes_on_and_repeats_no_stored_reply(
    cli: Cli, server: ChatServer, gold: Path, tmp_path: Path
) -> None:
    server.hold(from_call=4)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "summarizer", "eval", "run", "-c", "1"]
    process = subprocess.Popen(command, cwd=Path.cwd(), env=environment)
    server.wait_for_calls(4)
    process.kill()
    process.wait()
    server.release()
    result, _ = run_eval(cli)

    assert result.exit_code == 0
    assert server.calls == DEV_PAPERS + 1


def test_the_test_split_needs_a_reason_and_leaves_a_trace(cli: Cli, gold: Path) -> None:
    refused = cli("eval", "run", "-m", "extractive", "--split", "test")
    ledger = gold / "test_access.jsonl"

    assert (refused.exit_code, ledger.exists()) == (2, False)
    assert "--reason" in refused.stderr

    allowed = cli("eval", "run", "-m", "extractive", "--split", "test", "--reason", "release", "--by", "Ana Díaz")

    assert allowed.exit_code == 0
    assert "test 4 papers (read #1)" in allowed.stdout
    assert json.loads(ledger.read_text(encoding="utf-8"))["by"] == "Ana Díaz"


def test_changed_labels_are_refused_until_the_run_is_scored_anew(cli: Cli, gold: Path) -> None:
    _, run = run_eval(cli, "-m", "extractive")
    path = gold / "papers.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"relevance":1', '"relevance":2', 1), encoding="utf-8")
    refused = cli("eval", "compare", run, run)
    rescored = cli("eval", "rescore", run)

    assert refused.exit_code == 5
    assert "eval rescore" in refused.stderr
    assert rescored.exit_code == 0
    assert cli("eval", "bless", run, "--name", "extractive").exit_code == 0


@pytest.mark.usefixtures("gold")
def test_committed_baselines_stand_beside_a_run_and_say_whether_they_are_beaten(cli: Cli, server: ChatServer) -> None:
    _, run = run_eval(cli, "-m", "extractive")
    cli("eval", "bless", run, "--name", "extractive")
    server.fault_rate, server.chaos = 1.0, [Refusal()]
    result = cli("eval", "run")

    assert "\nextractive " in result.stdout
    assert "DOES NOT BEAT extractive in" in result.stdout


def test_the_table_of_results_is_printed_and_put_into_a_document(cli: Cli, gold: Path) -> None:
    empty = cli("eval", "results")
    _, run = run_eval(cli, "-m", "extractive")
    cli("eval", "bless", run, "--name", "extractive")
    printed = cli("eval", "results")
    Path("plain.md").write_text("no marks", encoding="utf-8")

    assert empty.exit_code == 5
    assert "| extractive | extractive | dev | 8 |" in printed.stdout
    assert cli("eval", "results", "--write", "plain.md").exit_code == 2


def test_a_threshold_is_chosen_on_dev_checked_once_on_test_and_written(cli: Cli, gold: Path) -> None:
    looked = cli("eval", "threshold", "-m", "extractive", "--recall", "0.9")

    assert looked.exit_code == 0
    assert "nothing is written" in looked.stderr
    assert not Path("summarizer.toml").exists()

    chosen = cli("eval", "threshold", "-m", "extractive", "--recall", "0.9", "--reason", "release", "--json")
    report = json.loads(chosen.stdout)

    assert chosen.exit_code == 0
    assert Path("summarizer.toml").read_text(encoding="utf-8") == f"min_relevance = {report['chosen']}\n"
    assert len((gold / "test_access.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.usefixtures("gold")
def test_the_cap_of_a_threshold_holds_for_dev_and_test_together(cli: Cli, server: ChatServer) -> None:
    options = ("--recall", "0.01", "--reason", "release", "-c", "1", "--max-output-tokens", "100")
    free = cli("eval", "threshold", *options, "-m", "free-model")
    asked = server.calls
    dev = cli("eval", "run", "-m", "test-model", "-c", "1", "--max-output-tokens", "100", "--json")
    cost = json.loads(dev.stdout)["manifest"]["cost_usd"]
    capped = cli("eval", "threshold", *options, "-m", "capped-model", "--max-cost", f"{cost * 1.02 + 0.02:.4f}")

    assert (free.exit_code, asked) == (0, DEV_PAPERS + 4)
    assert capped.exit_code == 6
    assert DEV_PAPERS <= server.calls - asked - DEV_PAPERS < DEV_PAPERS + 4


@pytest.mark.usefixtures("gold")
def test_noise_is_measured_between_two_replies_to_the_same_question(cli: Cli, server: ChatServer) -> None:
    result = cli("eval", "noise")

    assert (result.exit_code, server.calls) == (0, 2 * DEV_PAPERS)
    assert "sigma_w" in result.stdout
    assert "both repeats are the same" in result.stdout


@pytest.mark.usefixtures("gold")
def test_a_run_that_does_not_exist_is_a_usage_error(cli: Cli) -> None:
    assert cli("eval", "compare", "no-run", "no-run").exit_code == 2
