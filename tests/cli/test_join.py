"""Facts about `summarizer join`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from summarizer.papers import Paper, read
from tests.cli.conftest import Cli

NAMED: list[dict[str, Any]] = [
    {"title": "Sparse views for cone-beam CT", "authors": ["Díaz, Ana"]},
    {"title": "Lost and never found", "authors": ["Bo Li"]},
    {"title": "Here already", "abstract": "Mine.", "authors": ["C. Rossi"]},
]
FULL: list[dict[str, Any]] = [
    {"id": "2402.00001v2", "title": "Sparse Views for Cone Beam CT", "authors": ["A. Diaz"], "abstract": "We rebuild."},
    {"title": "Here already", "abstract": "Theirs.", "authors": ["C. Rossi"]},
    {"title": 7},
]


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "named.jsonl", tmp_path / "full.jsonl"
    for path, records in zip(paths, (NAMED, FULL), strict=True):
        path.write_text("\n".join(map(json.dumps, records)))
    return paths


def test_filled_papers_are_written_and_read_back(cli: Cli, sources: tuple[Path, Path]) -> None:
    result = cli("join", *sources, "-o", "out.jsonl")
    papers = [paper for paper in read("out.jsonl") if isinstance(paper, Paper)]

    assert result.exit_code == 0
    assert [paper.abstract for paper in papers] == ["We rebuild.", "", "Mine."]
    assert (papers[0].id, papers[0].version, papers[0].position) == ("2402.00001", 2, 1)


def test_what_stayed_unmatched_is_said(cli: Cli, sources: tuple[Path, Path]) -> None:
    named, full = sources
    result = cli("join", *sources, "-o", "out.jsonl")

    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "3 papers = 1 with an abstract already + 1 matched + 1 unmatched",
        f"unmatched: Lost and never found ({named}, line 2): no record with the same id, DOI or title has an abstract",
        f"skipped: {full}, line 3: unreadable value: title is no text",
    ]


def test_the_report_for_machines_lists_matches_and_the_rest(cli: Cli, sources: tuple[Path, Path]) -> None:
    named, full = map(str, sources)
    report = json.loads(cli("join", *sources, "-o", "out.jsonl", "--json").stdout)

    assert report["papers"] == 3
    assert [(match["title"], match["found"]) for match in report["matched"]] == [
        ("Sparse views for cone-beam CT", {"path": full, "line": 1})
    ]
    assert [(item["title"], item["path"], item["line"]) for item in report["unmatched"]] == [
        ("Lost and never found", named, 2)
    ]
    assert report["skipped"] == [{"path": full, "line": 3, "reason": "unreadable value: title is no text"}]


def test_filters_choose_among_the_papers_to_fill(cli: Cli, sources: tuple[Path, Path]) -> None:
    cli("join", *sources, "-o", "out.jsonl", "--match", "sparse")

    assert len(list(read("out.jsonl"))) == 1


def test_standard_output_takes_papers_or_the_report(cli: Cli, sources: tuple[Path, Path]) -> None:
    assert len(cli("join", *sources, "-o", "-").stdout.splitlines()) == 3
    assert cli("join", *sources, "-o", "-", "--json").exit_code == 2


def test_an_output_that_cannot_be_written_leaves_nothing_behind(cli: Cli, sources: tuple[Path, Path]) -> None:
    Path("file").write_text("kept")
    result = cli("join", *sources, "-o", "file/out.jsonl")

    assert result.exit_code == 2
    assert "can't be written" in result.stderr
    assert Path("file").read_text() == "kept"


@pytest.mark.parametrize("output", ["named.jsonl", "full.jsonl", "folder/../named.jsonl", "link.jsonl"])
def test_an_input_is_not_replaced(cli: Cli, sources: tuple[Path, Path], output: str) -> None:
    before = [path.read_bytes() for path in sources]
    Path("folder").mkdir()
    Path("link.jsonl").symlink_to("named.jsonl")
    result = cli("join", *sources, "-o", output, "--limit", "1")

    assert result.exit_code == 2
    assert f"-o {Path(output)}: is read as an input" in result.stderr
    assert [path.read_bytes() for path in sources] == before


@pytest.mark.parametrize(
    ("source", "output"), [("in", "in/out.jsonl"), ("in", "in/sub/out.jsonl"), ("i*", "in/a.jsonl")]
)
def test_nothing_is_written_into_a_folder_that_is_read(
    cli: Cli, sources: tuple[Path, Path], source: str, output: str
) -> None:
    Path("in").mkdir()
    Path("in/a.jsonl").write_bytes(sources[0].read_bytes())
    result = cli("join", source, sources[1], "-o", output)

    assert result.exit_code == 2
    assert f"is read as an input ({source})" in result.stderr
    assert [path.name for path in Path("in").iterdir()] == ["a.jsonl"]
