"""Facts about resampling: what is drawn together, what is paired, and parity with scipy and closed forms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import bootstrap, norm

from summarizer.evaluation.bootstrap import (
    CHUNK_WEIGHTS,
    draw_weights,
    evaluate,
    one_sided_intervals,
    percentile_interval,
    resample,
    simultaneous_intervals,
    standard_errors,
)
from summarizer.evaluation.metric import Column
from tests.evaluation.scorecards import AUROC, F1, mean_column

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array


def names(n: int) -> list[str]:
    return [f"p{place}" for place in range(n)]


def draw(groups: list[str], strata: list[str] | None = None, *, resamples: int = 400, seed: int = 1) -> Array:
    return np.concatenate(list(draw_weights(groups, strata or ["all"] * len(groups), resamples=resamples, seed=seed)))


def test_each_resample_draws_as_many_papers_as_there_are() -> None:
    weights = draw(names(17))

    assert weights.shape == (400, 17)
    assert (weights.sum(axis=1) == 17).all()
    assert (weights >= 0).all()


def test_each_stratum_keeps_its_size() -> None:
    strata = ["relevant"] * 3 + ["other"] * 14
    weights = draw(names(17), strata)

    assert (weights[:, :3].sum(axis=1) == 3).all()
    assert weights[:, :3].std() > 0


def test_papers_of_a_group_are_drawn_together() -> None:
    weights = draw(["a", "b", "a", "c", "b", "d"])

    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, 1] == weights[:, 4]).all()
    assert (weights[:, [0, 1, 3, 5]].sum(axis=1) == 4).all()


def test_a_group_across_strata_is_still_drawn_as_a_whole() -> None:
    weights = draw(["a", "a", "b", "c"], ["relevant", "other", "other", "relevant"])

    assert (weights[:, 0] == weights[:, 1]).all()


def test_draws_are_those_of_independent_papers() -> None:
    weights = draw(names(40), resamples=20_000)

    assert weights.mean(axis=0) == pytest.approx(np.ones(40), abs=0.03)
    assert weights.var() == pytest.approx(1 - 1 / 40, abs=0.01)
    assert np.corrcoef(weights[:, 0], weights[:, 1])[0, 1] == pytest.approx(-1 / 39, abs=0.03)


def test_equal_seeds_draw_equal_papers() -> None:
    assert (draw(names(9)) == draw(names(9))).all()
    assert (draw(names(9)) != draw(names(9), seed=2)).any()


def test_pieces_stay_small_and_add_up() -> None:
    n = 3000
    pieces = list(draw_weights(names(n), ["all"] * n, resamples=100, seed=1))

    assert max(piece.size for piece in pieces) <= CHUNK_WEIGHTS
    assert sum(len(piece) for piece in pieces) == 100


def test_the_size_of_the_pieces_does_not_change_what_is_drawn() -> None:
    few, many = names(90), [*names(90)] * 40
    strata = ["relevant" if place % 3 else "other" for place in range(90)]

    assert (draw(many, strata * 40)[:, :90] == draw(few, strata)).all()


def test_more_papers_than_a_piece_holds_are_drawn_one_resample_at_a_time() -> None:
    n = CHUNK_WEIGHTS + 1

    assert [piece.shape for piece in draw_weights(["same"] * n, ["all"] * n, resamples=2, seed=1)] == [(1, n), (1, n)]


def test_metrics_of_both_runs_are_computed_on_the_same_draws() -> None:
    column = mean_column(np.random.default_rng(3).random(30))
    resampled = resample([column, column], [draw(names(30))])

    assert (resampled[:, 0] == resampled[:, 1]).all()
    assert resampled[:, 0].std() > 0


def test_the_whole_set_is_evaluated_with_each_paper_once() -> None:
    scores = np.column_stack(([1, 1, 0, 0], [0.9, 0.3, 0.3, 0.1])).astype(np.float64)
    tags = np.array([[2, 1, 0], [1, 0, 2]], dtype=np.float64)

    assert evaluate([Column(AUROC, scores, np.full(4, np.nan))]) == pytest.approx([3.5 / 4])
    assert evaluate([Column(F1, tags, np.full(2, np.nan))]) == pytest.approx([6 / 9])


def test_the_interval_of_a_mean_is_that_of_scipy() -> None:
    values = np.random.default_rng(4).gamma(2, size=80)
    ours = percentile_interval(resample([mean_column(values)], [draw(names(80), resamples=20_000)])[:, 0], 0.95)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(5)
    ).confidence_interval

    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_the_error_of_grouped_papers_is_the_clustered_one() -> None:
    generator = np.random.default_rng(6)
    groups = [f"g{place // 3}" for place in range(300)]
    values = np.repeat(generator.normal(size=100), 3) + 0.3 * generator.normal(size=300)

    sums = (values - values.mean()).reshape(100, 3).sum(axis=1)
    closed = math.sqrt(100 / 99 * (sums**2).sum()) / 300  # E. Miller, 2024, arXiv 2411.00640

    (error,) = standard_errors(resample([mean_column(values)], [draw(groups, resamples=8000)]))

    assert error == pytest.approx(closed, rel=0.04)


def test_resamples_without_a_value_are_left_out_while_they_are_few() -> None:
    values = np.concatenate((np.linspace(0, 1, 96), np.full(4, np.nan)))

    assert percentile_interval(values, 0.9) == pytest.approx((0.05, 0.95))


def test_no_interval_is_given_where_many_resamples_have_no_value() -> None:
    values = np.concatenate((np.linspace(0, 1, 94), np.full(6, np.nan)))

    assert percentile_interval(values, 0.9) is None
    assert np.isnan(standard_errors(values[:, None])).all()


def test_simultaneous_intervals_of_one_metric_are_its_own() -> None:
    draws = np.random.default_rng(7).normal(2.0, 0.5, (40_000, 1))

    (band,) = simultaneous_intervals(np.array([2.0]), draws, 0.95)

    assert band == pytest.approx((2 - 1.96 * 0.5, 2 + 1.96 * 0.5), abs=0.02)


def test_simultaneous_intervals_of_independent_metrics_are_those_of_sidak() -> None:
    draws = np.random.default_rng(8).normal(size=(40_000, 6))
    reach = norm.ppf((1 + 0.95 ** (1 / 6)) / 2)

    for band in simultaneous_intervals(np.zeros(6), draws, 0.95):
        assert band == pytest.approx((-reach, reach), abs=0.04)


def test_copies_of_a_metric_do_not_widen_its_interval() -> None:
    draws = np.random.default_rng(9).normal(size=(5000, 1))
    (alone,) = simultaneous_intervals(np.zeros(1), draws, 0.95)

    assert simultaneous_intervals(np.zeros(5), np.repeat(draws, 5, axis=1), 0.95) == [pytest.approx(alone)] * 5


def test_one_sided_bounds_of_one_metric_are_its_percentiles() -> None:
    draws = np.random.default_rng(10).gamma(2, size=(2000, 1))
    (bounds,) = one_sided_intervals(np.array([2.0]), draws, 0.95)

    assert bounds == pytest.approx(percentile_interval(draws[:, 0], 0.9))


def test_one_sided_bounds_of_several_metrics_hold_together() -> None:
    draws = np.random.default_rng(11).normal(size=(40_000, 4))
    reach = norm.ppf(0.95 ** (1 / 4))

    for bounds in one_sided_intervals(np.zeros(4), draws, 0.95):
        assert bounds == pytest.approx((-reach, reach), abs=0.04)


def test_a_metric_that_does_not_vary_has_a_point_and_widens_no_other() -> None:
    varying = np.random.default_rng(12).normal(size=(4000, 1))
    fixed = np.full((4000, 1), 0.25)
    (alone,) = simultaneous_intervals(np.zeros(1), varying, 0.95)

    both = simultaneous_intervals(np.array([0.0, 0.25]), np.hstack((varying, fixed)), 0.95)

    assert both == [alone, (0.25, 0.25)]


def test_an_undefined_metric_has_no_band_and_widens_no_other() -> None:
    varying = np.random.default_rng(13).normal(size=(4000, 1))
    undefined = np.full((4000, 1), np.nan)
    (alone,) = simultaneous_intervals(np.zeros(1), varying, 0.95)

    both = simultaneous_intervals(np.array([0.0, np.nan]), np.hstack((varying, undefined)), 0.95)

    assert both == [alone, None]
