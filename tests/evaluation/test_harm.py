"""Facts about the order of the papers that got worse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summarizer.evaluation.harm import VIOLATION_HARM, compare_papers
from summarizer.evaluation.metric import Column
from tests.evaluation.scorecards import COST, ERROR, F1, MEAN, guardrail, mean_column, random_scorecard, scorecard


def harms(a: list[Column], b: list[Column]) -> dict[str, float]:
    return {paper.id: paper.harm for paper in compare_papers(scorecard(a), scorecard(b))}


def test_the_most_harmed_paper_is_first_and_equal_ones_stand_by_id() -> None:
    papers = compare_papers(
        scorecard([mean_column([0.5, 0.5, 0.5, 0.5])]), scorecard([mean_column([0.5, 0.4, 0.5, 0.1])])
    )

    assert [paper.id for paper in papers] == ["p003", "p001", "p000", "p002"]
    assert [paper.is_worse for paper in papers] == [True, True, False, False]


def test_harm_is_the_fall_in_standard_deviations_of_the_metric() -> None:
    # Values 0 and 1 in equal number have a standard deviation of 1/2: a fall by 1 is two of them.
    found = harms([mean_column([1, 1, 0, 0])], [mean_column([0, 1, 0, 1])])

    assert found == {"p000": pytest.approx(2.0), "p001": 0, "p002": 0, "p003": 0}


def test_a_rise_is_harm_where_lower_is_better() -> None:
    found = harms([mean_column([0.1, 0.1, 0.4], ERROR)], [mean_column([0.4, 0.1, 0.1], ERROR)])

    assert found["p000"] > 0
    assert found["p001"] == found["p002"] == 0


def test_a_gain_in_one_task_does_not_make_up_for_another() -> None:
    found = harms(
        [mean_column([0.5, 0.5]), mean_column([0.5, 0.5], replace(F1, aggregate=MEAN.aggregate))],
        [mean_column([0.9, 0.5]), mean_column([0.1, 0.5], replace(F1, aggregate=MEAN.aggregate))],
    )

    assert found["p000"] > 0


def test_metrics_of_one_task_are_averaged() -> None:
    other = replace(MEAN, name="summary.rouge_1", role="secondary")
    one = harms([mean_column([0.5, 0.3])], [mean_column([0.1, 0.3])])
    both = harms(
        [mean_column([0.5, 0.3]), mean_column([0.4, 0.4], other)],
        [mean_column([0.1, 0.3]), mean_column([0.4, 0.4], other)],
    )

    assert both["p000"] == pytest.approx(one["p000"] / 2)


@pytest.mark.parametrize(
    "metric", [COST, replace(MEAN, role="diagnostic"), replace(MEAN, higher_is_better=None)], ids=lambda m: str(m.role)
)
def test_cost_diagnostics_and_metrics_without_a_direction_do_no_harm(metric: object) -> None:
    found = harms([mean_column([1, 5], metric)], [mean_column([5, 1], metric)])  # type: ignore[arg-type]

    assert found == {"p000": 0, "p001": 0}


def test_a_newly_broken_guardrail_is_harm_and_an_old_one_is_not() -> None:
    columns = [mean_column([0.5, 0.5, 0.5])]
    a = scorecard(columns, [guardrail(3, broken=[0, 2])])
    b = scorecard(columns, [guardrail(3, broken=[0, 1])])
    worst, *others = compare_papers(a, b)

    assert (worst.id, worst.harm) == ("p001", VIOLATION_HARM)
    assert worst.new_violations == (("summary.unsupported_numbers", b.guardrails[0].violations[1]),)
    assert not any(paper.is_worse for paper in others)


def test_a_paper_without_a_value_in_a_metric_is_not_harmed_by_it() -> None:
    missing = float("nan")
    papers = compare_papers(
        scorecard([mean_column([0.5, missing, 0.5])]), scorecard([mean_column([0.4, missing, missing])])
    )

    assert {paper.id for paper in papers if paper.is_worse} == {"p000"}
    assert [paper.values[0][1:] for paper in sorted(papers, key=lambda paper: paper.id)] == [
        (0.5, 0.4),
        (None, None),
        (0.5, None),
    ]


def test_a_run_harms_no_paper_against_itself() -> None:
    card = random_scorecard(1)

    assert not any(paper.is_worse for paper in compare_papers(card, card))
