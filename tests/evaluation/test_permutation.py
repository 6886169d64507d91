"""Facts about exchanging labels: parity with scipy, ties, groups."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import permutation_test

from summarizer.evaluation.metric import Column, Metric
from summarizer.evaluation.permutation import permutation_p_values
from tests.evaluation.scorecards import F1, compute_f1, mean_column, random_scorecard

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array


def names(n: int) -> list[str]:
    return [f"p{place}" for place in range(n)]


def p_value(a: Column, b: Column, groups: list[str] | None = None, *, permutations: int = 4000) -> float | None:
    (value,) = permutation_p_values(
        [a], [b], groups or names(len(a.per_paper)), permutations=permutations, seed=20261120
    )
    return value


def test_the_p_value_of_a_mean_is_that_of_scipy() -> None:
    generator = np.random.default_rng(1)
    a = generator.normal(size=40)
    b = a + generator.normal(0.15, 0.5, size=40)
    theirs = permutation_test(
        (a, b),
        lambda x, y: np.mean(y - x),
        permutation_type="samples",
        n_resamples=20_000,
        rng=np.random.default_rng(2),
    ).pvalue

    assert p_value(mean_column(a), mean_column(b), permutations=20_000) == pytest.approx(theirs, abs=0.012)


def test_the_p_value_of_f1_is_that_of_every_exchange() -> None:
    generator = np.random.default_rng(3)
    a, b = (generator.integers(0, 4, size=(10, 3)).astype(np.float64) for _ in range(2))
    ones = np.ones((1, 10))

    def difference(first: Array, second: Array) -> float:
        return float(compute_f1(ones, second)[0] - compute_f1(ones, first)[0])

    chosen = [np.array(sides)[:, None] for sides in product([False, True], repeat=10)]
    exact = [abs(difference(np.where(side, a, b), np.where(side, b, a))) for side in chosen]
    expected = np.mean(np.array(exact) >= abs(difference(a, b)) - 1e-12)
    empty = np.full(10, np.nan)

    assert p_value(Column(F1, a, empty), Column(F1, b, empty), permutations=20_000) == pytest.approx(
        expected, abs=0.012
    )


def test_a_run_against_itself_has_p_value_one() -> None:
    card = random_scorecard(4)

    assert permutation_p_values(card.columns, card.columns, card.groups, permutations=300, seed=1) == [1.0] * 5


def test_a_large_difference_has_the_smallest_p_value_that_is_possible() -> None:
    zeros = mean_column(np.zeros(40))

    assert p_value(zeros, mean_column(np.linspace(0.9, 1, 40)), permutations=999) == 1 / 1000


def test_exchanging_a_and_b_changes_no_p_value() -> None:
    a, b = random_scorecard(5), random_scorecard(6, shift=0.03)
    there = permutation_p_values(a.columns, b.columns, a.groups, permutations=500, seed=1)
    back = permutation_p_values(b.columns, a.columns, a.groups, permutations=500, seed=1)

    assert there == back


def test_ties_count_whatever_their_last_digit() -> None:
    # Three papers gain .1 and none loses: all 8 exchanges but 2 give a smaller difference.
    a = np.full(20, 0.7)
    b = a.copy()
    b[:3] += 0.1

    assert p_value(mean_column(a), mean_column(b), permutations=20_000) == pytest.approx(0.25, abs=0.01)


def test_papers_of_a_group_are_exchanged_together() -> None:
    gains = np.zeros(20)
    gains[:8] = 0.1
    groups = ["same"] * 8 + names(12)

    assert p_value(mean_column(np.zeros(20)), mean_column(gains)) == pytest.approx(2 / 2**8, abs=0.005)
    assert p_value(mean_column(np.zeros(20)), mean_column(gains), groups) == 1.0


def test_a_difference_that_is_not_defined_has_no_p_value() -> None:
    nothing = Column(F1, np.zeros((5, 3)), np.full(5, np.nan))

    assert p_value(nothing, nothing) is None


def test_the_direction_that_is_better_does_not_matter() -> None:
    error = Metric("relevance.mae", "MAE", "relevance", "secondary", False, "mae|v1", mean_column([1]).metric.aggregate)
    a, b = np.random.default_rng(7).random((2, 30))

    assert p_value(mean_column(a, error), mean_column(b, error)) == p_value(mean_column(a), mean_column(b))
