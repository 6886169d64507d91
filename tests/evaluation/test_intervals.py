"""Facts about closed forms, against published tables and scipy."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom

from summarizer.evaluation.intervals import (
    bonett_price,
    mcnemar_p_value,
    minimum_detectable_effect,
    needed_n,
    needed_repeats,
    supported_margin,
    wilson,
)

Z = 1.959963984540054


@pytest.mark.parametrize(("share", "low", "high"), [(0.8, 0.72, 0.86), (0.95, 0.895, 0.977), (1.0, 0.969, 1.0)])
def test_wilson_gives_the_intervals_of_the_table_at_120_papers(share: float, low: float, high: float) -> None:
    assert wilson(round(share * 120), 120) == pytest.approx((low, high), abs=0.003)


@pytest.mark.parametrize(("successes", "n"), [(0, 7), (3, 11), (59, 60), (200, 200)])
def test_wilson_is_the_score_interval_of_its_formula(successes: int, n: int) -> None:
    share = successes / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)

    assert wilson(successes, n) == pytest.approx((centre - half, centre + half), abs=1e-12)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_wilson_refuses_counts_that_are_no_share(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match=r"must"):
        wilson(successes, n)


def test_bonett_price_is_that_of_a_table_computed_by_hand() -> None:
    # n = 98, 4 lost, 9 gained: shares .05 and .10, difference .05, variance (.15 - .0025) / 100.
    half = Z * math.sqrt((0.15 - 0.0025) / 100)

    assert bonett_price(4, 9, 98) == pytest.approx((0.05 - half, 0.05 + half))


def test_bonett_price_is_no_point_where_no_paper_changed() -> None:
    low, high = bonett_price(0, 0, 40)

    assert low == -high
    assert 0.05 < high < 0.1


@pytest.mark.parametrize("pair", [(5, 0), (0, 5), (1, 1)])
def test_bonett_price_stays_within_what_shares_can_differ(pair: tuple[int, int]) -> None:
    low, high = bonett_price(*pair, 5)

    assert -1 <= low < high <= 1


@pytest.mark.parametrize(("lost", "gained"), [(1, 6), (0, 4), (12, 3), (5, 5)])
def test_mcnemar_doubles_the_smaller_tail_of_a_fair_coin(lost: int, gained: int) -> None:
    expected = min(1.0, 2 * binom.cdf(min(lost, gained), lost + gained, 0.5))

    assert mcnemar_p_value(lost, gained) == pytest.approx(expected)


def test_mcnemar_without_a_change_is_certain_of_nothing() -> None:
    assert mcnemar_p_value(0, 0) == 1


@pytest.mark.parametrize(
    ("n", "sd", "effect"), [(60, 0.10, 0.036), (100, 0.20, 0.056), (120, 0.15, 0.038), (200, 0.30, 0.059)]
)
def test_the_detectable_effect_is_that_of_the_table(n: int, sd: float, effect: float) -> None:
    assert minimum_detectable_effect(sd / math.sqrt(n)) == pytest.approx(effect, abs=0.0006)


@pytest.mark.parametrize(("power", "margin"), [(0.8, 0.034), (0.95, 0.045)])
def test_the_supported_margin_is_that_of_the_table(power: float, margin: float) -> None:
    assert supported_margin(0.15 / math.sqrt(120), power) == pytest.approx(margin, abs=0.0005)


@pytest.mark.parametrize(("power", "n"), [(0.8, 1390), (0.95, 2435)])
def test_a_margin_of_a_hundredth_needs_the_papers_of_the_table(power: float, n: int) -> None:
    assert needed_n(120, 0.15 / math.sqrt(120), 0.01, power=power) == pytest.approx(n, rel=0.005)


def test_a_loss_beyond_its_margin_needs_no_number_of_papers() -> None:
    assert needed_n(100, 0.02, 0.0) is None
    assert needed_repeats(100, 0.02, -0.01, within_sd=0.1) is None


def test_papers_without_any_spread_need_one() -> None:
    assert needed_n(100, 0.0, 0.03) == 1


def test_repeats_help_where_replies_vary() -> None:
    # Between .05, within .10: the error falls from .0137 to .0087 with three repeats.
    error, wanted = math.sqrt((0.05**2 + 2 * 0.1**2) / 120), math.sqrt((0.05**2 + 2 * 0.1**2 / 3) / 120)

    assert needed_repeats(120, error, supported_margin(wanted), within_sd=0.1) == 3


def test_repeats_already_made_are_counted() -> None:
    error = math.sqrt((0.1**2 + 2 * 0.1**2 / 3) / 120)

    assert needed_repeats(120, error, supported_margin(error), within_sd=0.1, repeats=3) == 3


def test_repeats_do_not_help_where_papers_vary() -> None:
    error = math.sqrt((0.15**2 + 2 * 0.05**2) / 120)

    assert needed_repeats(120, error, supported_margin(error) / 2, within_sd=0.05) is None
