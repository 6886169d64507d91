"""Facts about the files of a gold set."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import (
    PAPERS_FILE,
    PASSES_FOLDER,
    read_drafts,
    read_gold,
    read_passes,
    scan_file,
    write_gold,
)
from tests.evaluation.small_gold import small_gold


def test_papers_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_gold(tmp_path, small_gold())

    assert read_gold(tmp_path) == small_gold()


def test_one_paper_is_one_line_of_plain_text(tmp_path: Path) -> None:
    write_gold(tmp_path, small_gold())
    lines = (tmp_path / PAPERS_FILE).read_text(encoding="utf-8").splitlines()

    assert len(lines) == len(small_gold())
    assert "慢注意力" in lines[0]


def test_passes_are_read_by_name(gold_folder: Path) -> None:
    passes = read_passes(gold_folder)

    assert list(passes) == ["first", "second"]
    assert passes["second"][0].labelled_by == "language model"


def test_a_line_that_breaks_its_form_is_named(gold_folder: Path) -> None:
    path = gold_folder / PASSES_FOLDER / "first.jsonl"
    path.write_text(path.read_text().replace('"relevance":2', '"relevance":"two"', 1))

    with pytest.raises(EvaluationError, match=r"first\.jsonl, line 4: relevance"):
        read_passes(gold_folder)


def test_a_time_without_zone_is_refused(gold_folder: Path) -> None:
    path = gold_folder / PASSES_FOLDER / "first.jsonl"
    path.write_text(path.read_text().replace("08:00:00Z", "08:00:00", 1))

    with pytest.raises(EvaluationError, match="line 1: labelled_at"):
        read_passes(gold_folder)


def test_a_set_without_drafts_has_none(gold_folder: Path) -> None:
    assert read_drafts(gold_folder) == []


def test_a_missing_set_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="--gold"):
        read_gold(tmp_path / "nowhere")


def test_a_write_that_fails_leaves_the_set_as_it_was(tmp_path: Path) -> None:
    write_gold(tmp_path, small_gold())
    (tmp_path / f"{PAPERS_FILE}.part").mkdir()

    with pytest.raises(EvaluationError, match="can't be written"):
        write_gold(tmp_path, [])
    assert read_gold(tmp_path) == small_gold()


def test_a_line_break_too_many_is_a_broken_line(gold_folder: Path) -> None:
    path = gold_folder / PAPERS_FILE
    path.write_text(path.read_text() + "\n")

    assert list(scan_file(path, GoldPaper).broken) == [13]
