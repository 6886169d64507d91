"""Facts about `summarizer export`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from summarizer.annotate.records import Record
from summarizer.cli.exporting import _read_last, _survey
from summarizer.papers import Paper, read
from tests.builders import build_annotated, build_failed, build_paper
from tests.cli.conftest import Cli


def write_results(*records: Record) -> Path:
    path = Path("results.jsonl")
    path.write_text("".join(f"{record.model_dump_json()}\n" for record in records))
    return path


def test_a_markdown_table_reads_back_as_papers(cli: Cli) -> None:
    papers = [build_paper(number, authors=("Ana Díaz", "Bo Li"), venue="MICCAI 2024") for number in (1, 2)]
    results = write_results(*map(build_annotated, papers))
    result = cli("export", results, "--to", "markdown-table", "-o", "table.md")
    read_back = [paper for paper in read("table.md") if isinstance(paper, Paper)]

    assert result.exit_code == 0
    assert [(paper.title, paper.abstract, paper.authors) for paper in read_back] == [
        (paper.title, paper.abstract, paper.authors) for paper in papers
    ]
    assert read_back[0].arxiv_id == "2401.00001"


def test_the_last_line_about_a_paper_counts(cli: Cli) -> None:
    first, second = build_paper(1), build_paper(2)
    results = write_results(
        build_failed(first),
        build_annotated(second),
        build_annotated(first),
        build_failed(second),
        build_failed(build_paper(3)),
    )
    cli("export", results, "--to", "csv", "-o", "table.csv")
    with Path("table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["id"] for row in rows] == [first.id]


def test_several_formats_become_several_files(cli: Cli) -> None:
    results = write_results(build_annotated(build_paper()))
    result = cli("export", results, "--to", "csv,markdown-table", "-o", "out/week")

    assert result.stderr == "wrote out/week.csv\nwrote out/week.md\n"
    assert Path("out/week.csv").is_file()
    assert Path("out/week.md").read_text(encoding="utf-8").startswith("| 年份 | 题目 |")


def test_one_format_may_go_to_standard_output(cli: Cli) -> None:
    results = write_results(build_annotated(build_paper()))

    assert len(cli("export", results, "--to", "markdown-table", "-o", "-").stdout.splitlines()) == 3


@pytest.mark.parametrize(
    ("to", "output", "message"),
    [
        ("xls", "out", "error: to: no format is called 'xls'; choose from: csv, markdown-table, parquet"),
        ("parquet", "-", "error: to: parquet is no text for standard output; name a file with -o"),
        ("csv,markdown-table", "-", "error: to: standard output takes one format; name a file with -o"),
    ],
)
def test_a_wrong_format_is_named(cli: Cli, to: str, output: str, message: str) -> None:
    result = cli("export", write_results(build_annotated(build_paper())), "--to", to, "-o", output)

    assert result.exit_code == 2
    assert result.stderr.strip() == message


def test_a_parquet_file_keeps_types_and_every_translation(cli: Cli) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    papers = [build_paper(number, authors=("Ana Díaz", "Bo Li")) for number in range(3)]
    result = cli("export", write_results(*map(build_annotated, papers)), "--to", "parquet", "-o", "out/papers.parquet")
    rows = parquet.read_table("out/papers.parquet").to_pylist()

    assert result.exit_code == 0
    assert [(row["id"], row["title"], row["authors"], row["abstract"]) for row in rows] == [
        (paper.id, paper.title, list(paper.authors), paper.abstract) for paper in papers
    ]
    annotation = build_annotated(papers[0]).annotation
    assert rows[0]["relevance"] == annotation.relevance
    assert rows[0]["tags"] == list(annotation.tags)
    assert [translation["language"] for translation in rows[0]["translations"]] == list(annotation.translations)
    assert not Path("out/papers.parquet.part").exists()


def test_results_without_an_annotated_paper_are_no_table(cli: Cli) -> None:
    result = cli("export", write_results(build_failed(build_paper())), "--to", "csv", "-o", "out.csv")

    assert result.exit_code == 2
    assert "holds no annotated papers" in result.stderr
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(("name", "to", "output"), [("r.jsonl", "csv", "r.jsonl"), ("r.md", "csv,markdown-table", "r")])
def test_results_are_not_replaced(cli: Cli, name: str, to: str, output: str) -> None:
    results = write_results(build_annotated(build_paper())).rename(name)
    before = results.read_bytes()
    result = cli("export", results, "--to", to, "-o", output)

    assert result.exit_code == 2
    assert "is read as an input" in result.stderr
    assert results.read_bytes() == before


def test_what_follows_a_dot_in_a_name_is_kept(cli: Cli) -> None:
    results = write_results(build_annotated(build_paper()))
    result = cli("export", results, "--to", "csv,markdown-table", "-o", "week.05")
    also = cli("export", results, "--to", "csv,markdown-table", "-o", "all.csv")

    assert result.stderr == "wrote week.05.csv\nwrote week.05.md\n"
    assert also.stderr == "wrote all.csv\nwrote all.md\n"


def test_a_folder_is_no_name_of_files(cli: Cli) -> None:
    result = cli("export", write_results(build_annotated(build_paper())), "--to", "csv,markdown-table", "-o", ".")

    assert result.exit_code == 2
    assert "is a folder" in result.stderr


def test_a_parquet_file_that_can_not_be_written_is_said(cli: Cli) -> None:
    pytest.importorskip("pyarrow.parquet")
    Path("file").write_text("")
    result = cli("export", write_results(build_annotated(build_paper())), "--to", "parquet", "-o", "file/x.parquet")

    assert result.exit_code == 2
    assert "file/x.parquet: can't be written" in result.stderr


def test_a_paper_that_a_run_adds_during_an_export_is_left_for_the_next_one(cli: Cli) -> None:
    results = write_results(build_annotated(build_paper(1)))
    last, _ = _survey([results])
    with results.open("a") as file:
        file.write(f"{build_annotated(build_paper(2)).model_dump_json()}\n")

    assert [record.paper for record in _read_last([results], last)] == [build_paper(1)]
