"""Facts about `summarizer gold`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from summarizer.evaluation.gold_files import PAPERS_FILE, PASSES_FOLDER, read_drafts, read_gold, write_gold
from summarizer.evaluation.ledger import record_access
from summarizer.papers.sources.json_lines import to_line
from tests.cli.conftest import SAMPLE_WEEK, Cli
from tests.evaluation.small_gold import small_gold, to_record, write_pass, write_set


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Return a gold set at the place where it is looked for."""
    return write_set(tmp_path / "eval" / "gold")


def break_set(folder: Path) -> None:
    papers = read_gold(folder)
    broken = papers[1].gold.model_copy(update={"tags": ("lungs",)})
    write_gold(folder, [papers[0], papers[1].model_copy(update={"gold": broken}), *papers[2:]])


def test_a_clean_set_is_exit_0(cli: Cli, gold: Path) -> None:
    result = cli("gold", "lint")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "clean" in result.stderr


def test_every_fault_is_listed_with_place_rule_and_id_and_is_exit_5(cli: Cli, gold: Path) -> None:
    break_set(gold)
    result = cli("gold", "lint", "--gold", gold)

    assert result.exit_code == 5
    assert result.stdout.startswith(f"{gold}/papers.jsonl:2: [tags] 2501.00002: ")
    assert "1 fault\n" in result.stderr


def test_faults_are_printed_for_machines(cli: Cli, gold: Path) -> None:
    assert json.loads(cli("gold", "lint", "--json").stdout) == []

    break_set(gold)
    result = cli("gold", "lint", "--json")
    (fault,) = json.loads(result.stdout)

    assert result.exit_code == 5
    assert (fault["file"], fault["line"], fault["id"], fault["rule"]) == ("papers.jsonl", 2, "2501.00002", "tags")


def test_a_prompt_of_ones_own_is_checked_for_leaks(cli: Cli, gold: Path, tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "prompts" / "annotate.v1.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    leaking = shipped.replace("# Reply\n", f"# Reply\n\n{small_gold()[0].gold.tldr}\n", 1)
    mine.write_text(leaking.replace('name = "annotate"', 'name = "mine"'), encoding="utf-8")
    result = cli("gold", "lint", "--prompt", mine)

    assert result.exit_code == 5
    assert "[leak] 2501.00001" in result.stdout


@pytest.mark.parametrize("command", [["lint"], ["stats"], ["agree"], ["split"], ["add", str(SAMPLE_WEEK)]])
def test_without_a_set_every_command_is_exit_5(cli: Cli, command: list[str]) -> None:
    result = cli("gold", *command)

    assert result.exit_code == 5
    assert result.stderr.startswith("error: ")


def test_stats_count_papers_drafts_and_readings_of_the_test_split(cli: Cli, gold: Path) -> None:
    record_access(gold, prompt="annotate.v1", model="model-a", by="Ana Díaz", reason="release")
    result = cli("gold", "stats")
    data = json.loads(cli("gold", "stats", "--json").stdout)

    assert result.exit_code == 0
    assert "12 papers, 0 drafts; test split read 1 time" in result.stdout
    assert "pass second: language model" in result.stdout
    assert (data["papers"], data["drafts"], data["test_reads"], data["originals"]) == (12, 0, 1, None)
    assert data["counts"]["split"] == {"shots": 1, "dev": 3, "test": 8}


def test_stats_say_how_many_originals_matched(cli: Cli, gold: Path, tmp_path: Path) -> None:
    chest = small_gold()[0].to_paper()
    source = tmp_path / "originals.jsonl"
    source.write_text(to_line(chest.model_copy(update={"abstract": "word " * 300})), encoding="utf-8")
    result = cli("gold", "stats", "--originals", source)
    data = json.loads(cli("gold", "stats", "--originals", source, "--json").stdout)

    assert "1 of 12 with their original abstract" in result.stdout
    assert data["originals"] == 1
    assert data["counts"]["abstract"]["very long (at least 290 words)"] == 1


def test_agreement_is_a_table_with_intervals(cli: Cli, gold: Path) -> None:
    result = cli("gold", "agree")
    data = json.loads(cli("gold", "agree", "--json").stdout)

    assert result.exit_code == 0
    assert "first and second, 12 papers" in result.stdout
    assert "95% interval" in result.stdout
    assert "BELOW" not in result.stdout
    assert data["overall"][0]["name"] == "relevance"
    assert 0.9 < data["overall"][0]["value"] < 1


def test_an_alpha_below_the_floor_is_said_plainly(cli: Cli, gold: Path) -> None:
    write_pass(gold, "second", [to_record(paper, relevance=5 - paper.gold.relevance) for paper in small_gold()])
    result = cli("gold", "agree")

    assert result.exit_code == 0
    assert "ALPHA BELOW 0.667 for relevance" in result.stdout


def test_agreement_of_a_labeller_with_itself_is_called_that(cli: Cli, gold: Path) -> None:
    assert "with itself" not in cli("gold", "agree").stdout

    write_pass(gold, "second", [to_record(paper) for paper in small_gold()])

    assert "both passes hold labels by Ana Díaz" in cli("gold", "agree").stdout


def test_of_three_passes_two_must_be_named(cli: Cli, gold: Path) -> None:
    write_pass(gold, "third", [to_record(paper) for paper in small_gold()])

    assert cli("gold", "agree").exit_code == 5
    assert "first and third" in cli("gold", "agree", "first", "third").stdout


def test_splits_are_counted_and_a_paper_in_the_wrong_one_is_moved_only_when_asked(cli: Cli, gold: Path) -> None:
    assert cli("gold", "split").exit_code == 0

    papers = small_gold()
    write_gold(gold, [papers[0].model_copy(update={"split": "dev"}), *papers[1:]])
    shown = cli("gold", "split")

    assert shown.exit_code == 5
    assert "2501.00001: is in dev, belongs to test" in shown.stderr

    assert cli("gold", "split", "--write").exit_code == 0
    assert read_gold(gold) == papers


def test_papers_of_any_source_are_added_as_drafts(cli: Cli, gold: Path) -> None:
    before = (gold / PAPERS_FILE).read_bytes()
    result = cli("gold", "add", SAMPLE_WEEK, "--limit", "3")

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == len(read_drafts(gold)) == 3
    assert "3 added" in result.stderr
    assert (gold / PAPERS_FILE).read_bytes() == before
    assert json.loads(cli("gold", "stats", "--json").stdout)["drafts"] == 3


def test_a_review_needs_a_name(cli: Cli, gold: Path) -> None:
    assert cli("gold", "review").exit_code == 2
    assert cli("gold", "review", "--by", " ").exit_code == 2


def test_a_broken_pass_keeps_a_review_from_starting(cli: Cli, gold: Path) -> None:
    (gold / PASSES_FOLDER / "first.jsonl").write_text("{}\n")

    assert cli("gold", "review", "--by", "Dee Poe", "--no-browser").exit_code == 5


def test_a_review_prints_its_address_serves_the_page_and_ends_with_ctrl_c(gold: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "summarizer",
        "gold",
        "review",
        "--by",
        "Dee Poe",
        "--no-browser",
        "--gold",
        str(gold),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        try:
            with urllib.request.urlopen(address, timeout=100) as page:  # noqa: S310 - our own server
                assert b"Gold set review" in page.read()
        finally:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=100)

    assert process.returncode == 0
    assert "Traceback" not in errors
