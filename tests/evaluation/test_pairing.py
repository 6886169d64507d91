"""Facts about which papers and metrics of two runs are compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.metric import Column
from summarizer.evaluation.pairing import pair_scorecards, select_papers
from tests.evaluation.scorecards import MEAN, guardrail, mean_column, random_scorecard, scorecard, take


def test_papers_of_both_runs_are_paired_in_order_of_their_ids() -> None:
    card = random_scorecard(1, n=12)
    paired = pair_scorecards(take(card, [5, 3, 0, 1, 7]), take(card, [1, 2, 3, 5, 7]), missing=["p011", "p003"])

    assert paired.a.ids == paired.b.ids == ("p001", "p003", "p005", "p007")
    assert paired.pairing.paired == paired.a.ids
    assert (paired.pairing.a_only, paired.pairing.b_only) == (("p000",), ("p002",))
    assert paired.pairing.missing == ("p011",)
    assert paired.pairing.missing_count == 3


def test_each_value_stays_with_its_paper() -> None:
    card = scorecard([mean_column([0.0, 0.1, 0.2, 0.3])], [guardrail(4, broken=[2])])
    chosen = select_papers(card, ["p002", "p000"])

    assert chosen.columns[0].per_paper.tolist() == [0.2, 0.0]
    assert chosen.columns[0].statistics[:, 0].tolist() == [0.2, 0.0]
    assert [bool(found) for found in chosen.guardrails[0].violations] == [True, False]
    assert chosen.strata == ("other", "relevant")


def test_metrics_and_guardrails_of_one_run_only_are_named() -> None:
    other = replace(MEAN, name="summary.rouge_1")
    a = scorecard([mean_column([0.1] * 3), mean_column([0.1] * 3, other)], [guardrail(3)])
    b = scorecard([mean_column([0.1] * 3)], [guardrail(3), guardrail(3, name="translation.formulas")])
    paired = pair_scorecards(a, b)

    assert paired.uncompared == ("summary.rouge_1", "translation.formulas")
    assert [column.metric.name for column in paired.a.columns] == ["summary.rouge_l"]


def test_metrics_are_matched_by_name_whatever_their_order() -> None:
    card = random_scorecard(2, n=6)
    paired = pair_scorecards(card, replace(card, columns=card.columns[::-1]))

    for first, second in zip(paired.a.columns, paired.b.columns, strict=True):
        assert first.metric.name == second.metric.name
        assert np.array_equal(first.statistics, second.statistics)


def test_runs_with_fewer_than_two_common_papers_are_refused() -> None:
    card = random_scorecard(3, n=6)

    with pytest.raises(EvaluationError, match="share 1 of their papers"):
        pair_scorecards(take(card, [0, 1]), take(card, [1, 2]))


def test_runs_without_a_common_metric_are_refused() -> None:
    a, b = (scorecard([mean_column([0.1] * 3, replace(MEAN, name=name))]) for name in ("x.y", "x.z"))

    with pytest.raises(EvaluationError, match="share no metric"):
        pair_scorecards(a, b)


def test_a_metric_of_two_definitions_is_refused() -> None:
    a, b = (scorecard([mean_column([0.1] * 3, replace(MEAN, signature=text))]) for text in ("rouge|v1", "rouge|v2"))

    with pytest.raises(EvaluationError, match=r"rouge_l was scored by two definitions, rouge\|v1 and rouge\|v2"):
        pair_scorecards(a, b)


def test_runs_scored_against_two_gold_sets_are_refused() -> None:
    card = random_scorecard(4, n=6)

    for other in (replace(card, groups=("other",) * 6), replace(card, strata=("other",) * 6)):
        with pytest.raises(EvaluationError, match="other versions of the gold set"):
            pair_scorecards(card, other)


def test_a_run_that_scored_one_paper_twice_is_refused() -> None:
    card = random_scorecard(5, n=4)

    with pytest.raises(EvaluationError, match="one paper twice"):
        pair_scorecards(card, take(card, [0, 1, 1]))


def test_a_metric_that_other_papers_define_in_another_way_is_not_compared() -> None:
    """Macro-F1 is over the tags that enough papers have: with papers missing, over other tags, and other statistics."""
    macro = replace(MEAN, name="tags.macro_f1", signature="tags:4")
    a = scorecard([mean_column([0.1] * 3), mean_column([0.1] * 3, replace(macro, signature="tags:2"))])
    b = scorecard([mean_column([0.1] * 4), Column(macro, np.ones((4, 8)), np.ones(4))])
    paired = pair_scorecards(a, b)

    assert paired.pairing.b_only == ("p003",)
    assert [column.metric.name for column in paired.a.columns] == [MEAN.name]
    assert paired.uncompared == ("tags.macro_f1",)
