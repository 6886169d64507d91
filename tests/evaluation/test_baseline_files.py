"""Facts about blessed runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.baseline_files import MAX_QUOTED_CHARACTERS, bless, list_baselines, read_baseline
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Plan, run_experiment
from summarizer.evaluation.gate_config import load_gate
from summarizer.evaluation.metric import Scorecard
from summarizer.evaluation.results_table import BEGIN, END, render_results, replace_results
from summarizer.evaluation.runs import Manifest, Missing
from summarizer.evaluation.scored import Scored, compare_scored, from_baseline, from_finished
from tests.evaluation.scripted_gold import GATE, SHIPPED, build_settings, read_dev, script_gold

CONFIG = load_gate(GATE)
QUICK = CONFIG.model_copy(update={"eval": CONFIG.eval.model_copy(update={"bootstrap": 500})})


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Two replies for each paper of dev, the second without the tags after the first."""
    folder = tmp_path_factory.mktemp("baseline")
    seen: set[str] = set()

    def answer(paper: object, reply: dict[str, object]) -> dict[str, object]:
        title = str(paper)
        tags = reply["tags"] if title in seen else reply["tags"][:1]  # type: ignore[index]
        seen.add(title)
        return {**reply, "tags": tags, "tldr": f"This paper is it: {reply['tldr']}"}

    side = Side(build_settings(folder), script_gold(read_dev(), answer))
    return from_finished(run_experiment([side], Plan(gold=SHIPPED, reports=folder, repeats=2))[0])


@pytest.fixture
def path(scored: Scored, tmp_path: Path) -> Path:
    return bless(scored.manifest, scored.card, "main", tmp_path)


def names(card: Scorecard) -> list[str]:
    return [column.metric.name for column in card.columns]


def test_a_baseline_is_read_back_number_by_number(scored: Scored, path: Path) -> None:
    card = read_baseline(path).to_scorecard(scored.metrics)

    assert (card.ids, card.groups, card.strata) == (scored.card.ids, scored.card.groups, scored.card.strata)
    assert names(card) == names(scored.card)
    for ours, theirs in zip(card.columns, scored.card.columns, strict=True):
        assert np.array_equal(ours.statistics, theirs.statistics)
        assert np.array_equal(ours.per_paper, theirs.per_paper, equal_nan=True)
    assert [rule.name for rule in card.guardrails] == [rule.name for rule in scored.card.guardrails]
    assert [[bool(found) for found in rule.violations] for rule in card.guardrails] == [
        [bool(found) for found in rule.violations] for rule in scored.card.guardrails
    ]


def test_a_run_against_its_own_baseline_has_no_difference_and_guardrails_still_have_width(
    scored: Scored, path: Path
) -> None:
    comparison = compare_scored(from_baseline(read_baseline(path), scored.metrics), scored, QUICK)

    assert {entry.difference for entry in comparison.metrics} == {0.0}
    assert all(rule.difference_interval.low < 0 < rule.difference_interval.high for rule in comparison.guardrails)
    assert {rule.new for rule in comparison.guardrails} == {()}


def test_a_baseline_is_small_and_has_a_paper_to_a_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert path.stat().st_size < 100_000
    assert sum(line.startswith('{"id":') for line in lines) == 45
    assert json.loads(path.read_text(encoding="utf-8"))["schema_version"] == 1


def test_equal_runs_give_equal_files(scored: Scored, path: Path, tmp_path: Path) -> None:
    again = bless(scored.manifest, scored.card, "again", tmp_path)

    assert again.read_bytes() == path.read_bytes()


def test_quotations_are_cut(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    quoted = [
        found["quoted"]
        for paper in json.loads(text)["papers"]
        for violations in paper["violations"].values()
        for found in violations
    ]

    assert quoted
    assert max(map(len, quoted)) <= MAX_QUOTED_CHARACTERS


def test_an_incomplete_run_is_not_blessed(scored: Scored, tmp_path: Path) -> None:
    missing = (Missing(id="2501.00005", repeat=0, reason="busy"),)

    with pytest.raises(EvaluationError, match="incomplete"):
        bless(scored.manifest.model_copy(update={"missing": missing}), scored.card, "main", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_metric_that_is_defined_in_another_way_is_refused(scored: Scored, path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"f1:micro|v1"', '"f1:micro|v0"'), encoding="utf-8")

    with pytest.raises(EvaluationError, match=r"f1:micro\|v0"):
        read_baseline(path).to_scorecard(scored.metrics)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema_version": 2}'])
def test_a_file_that_is_no_baseline_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.json").write_text(text)

    with pytest.raises(EvaluationError, match=r"main\.json"):
        read_baseline(tmp_path / "main.json")


def test_only_baselines_of_the_same_papers_and_labels_are_listed(scored: Scored, path: Path) -> None:
    manifest: Manifest = scored.manifest

    assert [entry.name for entry in list_baselines(path.parent, split="dev", gold_sha=manifest.gold_sha)] == ["main"]
    assert list_baselines(path.parent, split="test", gold_sha=manifest.gold_sha) == []
    assert list_baselines(path.parent, split="dev", gold_sha="0") == []


def test_the_table_of_results_has_a_row_for_each_baseline(path: Path) -> None:
    lines = render_results(path.parent, SHIPPED, QUICK).splitlines()

    assert lines[0].startswith("| baseline | model | split | n | summary ROUGE-L | tags micro-F1 |")
    assert lines[2].startswith("| main | test-model | dev | 45 | ")
    assert len(lines) == 3


def test_a_table_is_replaced_between_its_marks() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    replaced = replace_results(text, "| new |\n")

    assert replaced == f"before\n{BEGIN}\n\n| new |\n\n{END}\nafter\n"
    assert replace_results(replaced, "| new |\n") == replaced
