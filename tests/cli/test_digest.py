"""Facts about `summarizer digest`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chat_server import ChatServer
from tests.cli.conftest import SAMPLE_WEEK, Cli, read_lines, write_day

FORMS = ("index.html", "digest.md", "feed.xml", "digest.json")


def test_a_week_becomes_a_page_and_a_markdown_file(cli: Cli) -> None:
    result = cli("digest", SAMPLE_WEEK, "-o", "digest", "--model", "extractive")
    page = Path("digest/index.html").read_text()

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"digest/{name}" for name in FORMS]
    assert "40 read = 40 annotated + 0 failed" in result.stderr
    assert all(record.paper and record.paper.id in page for record in read_lines(Path("digest/results.jsonl")))


def test_rebuilding_from_results_gives_the_same_bytes(cli: Cli) -> None:
    cli("digest", SAMPLE_WEEK, "-o", "first", "--model", "extractive")
    again = cli("digest", "first/results.jsonl", "-o", "second")
    resumed = cli("digest", SAMPLE_WEEK, "-o", "first", "--model", "extractive")

    assert (again.exit_code, resumed.exit_code) == (0, 0)
    for name in FORMS:
        assert Path("first", name).read_bytes() == Path("second", name).read_bytes()


def test_chinese_stands_on_the_page(cli: Cli, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 3)
    with ChatServer() as server:
        result = cli("digest", "day.txt", "-o", "digest", "--model", "m", "--base-url", server.base_url)
    (line, *_) = Path("digest/results.jsonl").read_text().splitlines()
    chinese = json.loads(line)["annotation"]["translations"]["zh-Hans"]["title"]

    assert result.exit_code == 0
    assert chinese in Path("digest/index.html").read_text()
    assert chinese in Path("digest/digest.md").read_text()


def test_papers_and_results_are_not_mixed(cli: Cli) -> None:
    cli("digest", SAMPLE_WEEK, "-o", "digest", "--model", "extractive")
    result = cli("digest", SAMPLE_WEEK, "digest/results.jsonl", "-o", "other", "--model", "extractive")

    assert result.exit_code == 2
    assert "one kind at a time" in result.stderr


def test_results_made_with_another_taxonomy_ask_for_its_file(cli: Cli, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "prompts" / "taxonomy.v1.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped.read_text().replace('name = "taxonomy"', 'name = "mine"'))
    cli("annotate", SAMPLE_WEEK, "-o", "out.jsonl", "--model", "extractive", "--taxonomy", mine)
    without = cli("digest", "out.jsonl", "-o", "digest")
    wrong = cli("digest", "out.jsonl", "-o", "digest", "--taxonomy", "taxonomy.v1")
    right = cli("digest", "out.jsonl", "-o", "digest", "--taxonomy", mine)

    assert (without.exit_code, wrong.exit_code, right.exit_code) == (2, 2, 0)
    assert "--taxonomy" in without.stderr
    assert "--taxonomy" in wrong.stderr


@pytest.mark.parametrize("content", ['{"provenance": {"x": 1}, "status": "annotated"}\n', ""])
def test_broken_results_are_exit_2(cli: Cli, content: str) -> None:
    Path("out.jsonl").write_text(content)
    result = cli("digest", "out.jsonl", "-o", "digest", "--model", "extractive")

    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_a_failed_paper_is_named_on_the_page_and_in_the_exit_code(cli: Cli, tmp_path: Path) -> None:
    from tests.chat_server import Refusal  # noqa: PLC0415

    write_day(tmp_path / "day.txt", 3)
    with ChatServer() as server:
        server.fault_for("of 201 patients", Refusal())
        result = cli("digest", "day.txt", "-o", "digest", "--model", "m", "--base-url", server.base_url)

    assert result.exit_code == 1
    assert "RefusalError" in Path("digest/index.html").read_text()


def test_the_demo_of_the_readme_has_its_title(cli: Cli) -> None:
    cli("digest", SAMPLE_WEEK, "-o", "digest", "--model", "extractive", "--title", "A <week> of papers")

    assert "A &lt;week&gt; of papers" in Path("digest/index.html").read_text()


def test_settings_of_the_environment_hold_for_the_pages_too(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Path(__file__).parents[2] / "prompts" / "taxonomy.v1.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped.read_text().replace('name = "taxonomy"', 'name = "mine"'))
    monkeypatch.setenv("SUMMARIZER_TAXONOMY", str(mine))
    built = cli("digest", SAMPLE_WEEK, "-o", "digest", "--model", "extractive")
    rebuilt = cli("digest", "digest/results.jsonl", "-o", "again")

    assert (built.exit_code, rebuilt.exit_code) == (0, 0)


def test_a_folder_that_is_a_file_is_exit_2(cli: Cli, tmp_path: Path) -> None:
    cli("annotate", SAMPLE_WEEK, "-o", "out.jsonl", "--model", "extractive")
    (tmp_path / "taken").write_text("")
    result = cli("digest", "out.jsonl", "-o", "taken")

    assert result.exit_code == 2
    assert "can't be written" in result.stderr


def test_filters_do_not_choose_among_results(cli: Cli) -> None:
    cli("annotate", SAMPLE_WEEK, "-o", "out.jsonl", "--model", "extractive")
    result = cli("digest", "out.jsonl", "-o", "digest", "--limit", "3")

    assert result.exit_code == 2
    assert "filters choose among papers" in result.stderr
