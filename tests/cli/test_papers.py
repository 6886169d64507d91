"""Facts about `summarizer papers`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from summarizer.papers import read
from tests.cli.conftest import SAMPLE_WEEK, Cli, write_day


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Three papers, one of them twice and one without abstract, and two lines that are none."""
    path = tmp_path / "mixed.jsonl"
    records = [
        {
            "id": "2402.00001v1",
            "title": "Liver CT",
            "summary": "s",
            "categories": ["eess.IV"],
            "published": "2024-02-01",
        },
        {"id": "2402.00001v1", "title": "Liver CT", "summary": "s"},
        {"title": "No\u001b[31m abstract"},
        {"title": 7},
        {"id": "2402.00002", "title": "Brain MR", "summary": "s", "categories": ["cs.CV"], "published": "2024-02-03"},
    ]
    path.write_text("\n".join([*map(json.dumps, records), "{"]))
    return path


def test_the_table_counts_papers_abstracts_skipped_records_and_duplicates(cli: Cli, mixed: Path) -> None:
    result = cli("papers", mixed, "--dedupe")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == [str(mixed), "3", "2", "2", "1"]
    assert "6 records = 3 papers + 2 skipped + 1 duplicates" in result.stdout
    assert "published 2024-02-01 to 2024-02-03; 1 papers without a date" in result.stdout
    assert "primary categories: eess.IV 1, cs.CV 1" in result.stdout


def test_every_skipped_record_is_explained_with_its_line(cli: Cli, mixed: Path) -> None:
    result = cli("papers", mixed)

    assert f"skipped 1: unreadable value: title is no text\n    {mixed}, line 4\n" in result.stdout
    assert f"skipped 1: not JSON: unexpected end of data at column 2\n    {mixed}, line 6\n" in result.stdout


def test_each_source_has_a_row_and_all_of_them_a_sum(cli: Cli, mixed: Path, tmp_path: Path) -> None:
    day = write_day(tmp_path / "day.txt", 3)
    rows = [row.split()[:2] for row in cli("papers", mixed, day).stdout.splitlines()[1:4]]

    assert rows == [[str(mixed), "4"], [str(day), "3"], ["all", "7"]]


def test_json_has_one_object_for_each_record(cli: Cli, mixed: Path) -> None:
    records = lines(cli("papers", mixed, "--dedupe", "--json").stdout)

    assert [record["status"] for record in records] == ["paper", "duplicate", "paper", "skipped", "paper", "skipped"]
    assert records[0]["paper"]["title"] == "Liver CT"
    assert records[1]["reason"] == "a record with the same arXiv id was read before in this run"
    assert records[3] == {
        "status": "skipped",
        "path": str(mixed),
        "line": 4,
        "reason": "unreadable value: title is no text",
    }


def test_the_json_is_input_again(cli: Cli, mixed: Path) -> None:
    Path("again.jsonl").write_text(cli("papers", mixed, "--json").stdout)

    assert list(read("again.jsonl")) == list(read(mixed))


def test_filters_choose_and_say_what_they_left_out(cli: Cli, mixed: Path) -> None:
    result = cli("papers", mixed, "--since", "2024-02-02", "--json")
    records = lines(result.stdout)

    assert [record["paper"]["title"] for record in records if record["status"] == "paper"] == [
        "Liver CT", "No [31m abstract", "Brain MR",
    ]  # fmt: skip
    assert result.stderr == "1 papers left out by the filters\n2 papers kept although they have no date to compare\n"


@pytest.mark.parametrize(
    ("flags", "count"),
    [
        (["--category", "eess.*"], 12),
        (["--category", "cs.*"], 0),
        (["--match", "type ak"], 1),
        (["--exclude", "/type a[kl]/"], 10),
        (["--limit", "5"], 5),
        (["--sample", "5", "--seed", "3"], 5),
        (["--venue", "MICCAI"], 0),
        (["--until", "2024-01-31"], 0),
    ],
)
def test_every_filter_is_a_flag(cli: Cli, tmp_path: Path, flags: list[str], count: int) -> None:
    result = cli("papers", write_day(tmp_path / "day.txt", 12), "--json", *flags)

    assert len(result.stdout.splitlines()) == count


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--since", "last week"], "error: since: expected a day such as 2026-11-16, found 'last week'"),
        (["--match", "/(/"], "error: match: /(/ is no regular expression"),
        (["--source", "nonsense"], "error: source: no format is called 'nonsense'"),
    ],
)
def test_a_flag_that_makes_no_sense_is_named(cli: Cli, flags: list[str], message: str) -> None:
    result = cli("papers", SAMPLE_WEEK, *flags)

    assert result.exit_code == 2
    assert result.stderr.startswith(message)


def test_names_cannot_colour_the_terminal(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31mred.txt"
    write_day(path, 1)

    assert "\x1b" not in cli("papers", path).stdout


def test_many_skipped_records_of_one_kind_are_summed_up(cli: Cli) -> None:
    Path("bad.jsonl").write_text('{"title": "t"}\n' + '{"title": 7}\n' * 30)
    result = cli("papers", "bad.jsonl")

    assert "skipped 30: unreadable value: title is no text" in result.stdout
    assert "and 10 more; --json lists all" in result.stdout


@pytest.mark.parametrize(
    ("seed", "count"), [("001_8365cecda7d1ee74", 41), ("002_ee4d7f849f30c58d", 200), ("004_126af9eaec7cd56a", 90)]
)
def test_a_seed_has_its_papers(cli: Cli, shared: Path, seed: str, count: int) -> None:
    records = lines(cli("papers", shared / "seeds" / f"{seed}.txt", "--json").stdout)

    assert [record["status"] for record in records] == ["paper"] * count


def test_a_paper_table_carries_its_chinese_abstracts(cli: Cli, shared: Path) -> None:
    records = lines(cli("papers", shared / "seeds" / "001_8365cecda7d1ee74.txt", "--json").stdout)

    assert sum(bool(record["paper"]["reference_translations"]["zh-Hans"]["abstract"]) for record in records) == 41


def test_days_of_a_crawl_hold_duplicates(cli: Cli, shared: Path) -> None:
    records = lines(cli("papers", shared / "corpus" / "arxiv-daily", "--dedupe", "--json").stdout)
    statuses = [record["status"] for record in records]

    assert (statuses.count("paper"), statuses.count("duplicate")) == (914, 1708 - 914)
