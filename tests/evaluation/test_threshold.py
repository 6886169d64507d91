"""Facts about the choice of a cut-off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Plan, run_experiment
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.intervals import wilson
from summarizer.evaluation.runs import EvaluationRun, Missing
from summarizer.evaluation.threshold import CutOff, choose_cut_off, list_cut_offs, write_threshold
from summarizer.settings import load_settings
from tests.evaluation.scripted_gold import SHIPPED, Change, build_settings, read_dev, script_gold


def run_dev(folder: Path, change: Change = lambda _, reply: reply) -> EvaluationRun:
    side = Side(build_settings(folder), script_gold(read_dev(), change))
    return run_experiment([side], Plan(gold=SHIPPED, reports=folder))[0].run


def cut_off(relevance: int, found: int, shown: int) -> CutOff:
    return CutOff(relevance, found=found, relevant=20, shown=shown, papers=60)


def test_the_highest_cut_off_that_reaches_the_recall_is_chosen() -> None:
    cut_offs = [cut_off(0, 20, 60), cut_off(1, 20, 40), cut_off(2, 19, 25), cut_off(3, 18, 19), cut_off(4, 9, 9)]

    assert choose_cut_off(cut_offs, 0.95).relevance == 2
    assert choose_cut_off(cut_offs, 0.90).relevance == 3
    assert choose_cut_off(cut_offs, 1.0).relevance == 1


def test_no_cut_off_is_chosen_where_relevant_papers_failed() -> None:
    with pytest.raises(EvaluationError, match="no cut-off"):
        choose_cut_off([cut_off(0, 18, 58), cut_off(1, 17, 40)], 0.95)


def test_recall_has_a_wilson_interval() -> None:
    entry = cut_off(3, 18, 19)

    assert (entry.recall, entry.precision) == (0.9, 18 / 19)
    assert entry.recall_interval == wilson(18, 20)
    assert entry.may_reach(0.95)
    assert not entry.may_reach(0.98)


def test_nothing_shown_has_no_precision() -> None:
    assert cut_off(5, 0, 0).precision is None


def test_a_perfect_model_loses_nothing_at_the_line_between_the_classes(tmp_path: Path) -> None:
    cut_offs = list_cut_offs(run_dev(tmp_path), SHIPPED)

    assert [entry.relevance for entry in cut_offs] == [0, 1, 2, 3, 4, 5]
    assert (cut_offs[0].shown, cut_offs[3].recall, cut_offs[3].precision) == (45, 1.0, 1.0)
    assert choose_cut_off(cut_offs, 0.95).relevance == 3


def test_a_failed_paper_is_a_paper_missed(tmp_path: Path) -> None:
    def break_one(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
        is_first = paper.id == next(entry.id for entry in read_dev() if entry.gold.relevance == 5)
        return {**reply, "tags": []} if is_first else reply

    cut_offs = list_cut_offs(run_dev(tmp_path, break_one), SHIPPED)

    assert cut_offs[0].found == cut_offs[0].relevant - 1


def test_an_incomplete_run_chooses_nothing(tmp_path: Path) -> None:
    run = run_dev(tmp_path)
    missing = (Missing(id="2501.00005", repeat=0, reason="busy"),)
    run = EvaluationRun(run.folder, run.manifest.model_copy(update={"missing": missing}), run.outcomes)

    with pytest.raises(EvaluationError, match="incomplete"):
        list_cut_offs(run, SHIPPED)


def test_the_threshold_is_written_and_comments_and_tables_survive(tmp_path: Path) -> None:
    path = tmp_path / "summarizer.toml"
    path.write_text('# mine\nmodel = "m"  # cheap\n\n[profiles.a]\nx = 1\n', encoding="utf-8")
    write_threshold(path, 3)
    write_threshold(path, 2)
    text = path.read_text(encoding="utf-8")

    assert text.startswith('# mine\nmodel = "m"  # cheap\nmin_relevance = 2\n')
    assert text.endswith("[profiles.a]\nx = 1\n")


def test_a_written_threshold_is_a_setting(tmp_path: Path) -> None:
    write_threshold(tmp_path / "summarizer.toml", 2)

    assert load_settings({}, {}, tmp_path).min_relevance == 2


def test_a_settings_file_that_is_broken_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "summarizer.toml"
    path.write_text("model =", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"summarizer\.toml"):
        write_threshold(path, 3)
    assert path.read_text(encoding="utf-8") == "model ="
