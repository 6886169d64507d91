"""How often intervals hold their truth and the gate errs, over many made-up sets: the figures that the docs promise.

Simulations have fixed seeds; the tolerances are about three standard errors of as many simulations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom, multinomial

from summarizer.evaluation.bootstrap import (
    draw_weights,
    evaluate,
    percentile_interval,
    resample,
    simultaneous_intervals,
)
from summarizer.evaluation.compare import compare
from summarizer.evaluation.comparison import Verdict
from summarizer.evaluation.intervals import bonett_price, mcnemar_p_value, wilson
from summarizer.evaluation.metric import Column
from summarizer.evaluation.permutation import permutation_p_values
from tests.evaluation.scorecards import AUROC, F1, MEAN, gate_config, mean_column, scorecard

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SD, MARGIN, PRIMARIES = 0.15, 0.05, ("summary.x", "tags.x", "relevance.x", "translation.x")
GATE = gate_config(
    gate={name.partition(".")[0]: {"primary": "x", "margin": MARGIN} for name in PRIMARIES}, eval={"bootstrap": 800}
)


def correlated(generator: np.random.Generator, n: int, metrics: int, correlation: float) -> Array:
    """Return differences (n, metrics) with standard deviation .15 that share a part over the metrics of a paper."""
    shared = generator.normal(size=(n, 1)) * correlation**0.5
    differences: Array = SD * (shared + generator.normal(size=(n, metrics)) * (1 - correlation) ** 0.5)
    return differences


@cache
def gate_rates(n: int, shifts: tuple[float, ...], simulations: int) -> dict[Verdict, float]:
    """Return how often the gate gives each verdict where the true differences are `shifts`."""
    generator = np.random.default_rng([n, simulations])
    metrics = [replace(MEAN, name=name, task=name.partition(".")[0]) for name in PRIMARIES]  # type: ignore[arg-type]
    before = [mean_column(np.full(n, 0.5), metric) for metric in metrics]
    counts: Counter[Verdict] = Counter()
    for _ in range(simulations):
        differences = correlated(generator, n, len(metrics), 0.3) + np.array(shifts)
        after = [mean_column(0.5 + differences[:, place], metric) for place, metric in enumerate(metrics)]
        counts[compare(scorecard(before), scorecard(after), config=GATE).verdict] += 1
    return {verdict: count / simulations for verdict, count in counts.items()}


@pytest.mark.parametrize(
    ("n", "passed", "inconclusive", "failed"),
    [(80, 0.72, 0.24, 0.046), (120, 0.91, 0.04, 0.046), (200, 0.95, 0, 0.004)],
)
def test_a_change_that_changes_nothing_passes_and_rarely_fails(
    n: int, passed: float, inconclusive: float, failed: float
) -> None:
    rates = gate_rates(n, (0.0, 0.0, 0.0, 0.0), 800 if n == 120 else 400)

    tolerance = 0.03 if n == 120 else 0.06

    assert rates["PASS"] == pytest.approx(passed, abs=tolerance)
    assert rates.get("INCONCLUSIVE", 0) == pytest.approx(inconclusive, abs=tolerance)
    assert rates.get("FAIL", 0) == pytest.approx(failed, abs=0.025)


@pytest.mark.parametrize("n", [80, 120])
def test_a_loss_beyond_its_margin_fails(n: int) -> None:
    assert gate_rates(n, (-0.08, 0.0, 0.0, 0.0), 200)["FAIL"] >= 0.975


def test_a_loss_at_its_margin_rarely_passes() -> None:
    rates = gate_rates(120, (-0.05, 0.0, 0.0, 0.0), 200)

    assert rates.get("PASS", 0) + rates.get("WARN", 0) <= 0.09
    assert rates["FAIL"] >= 0.85


def test_a_gain_in_every_metric_passes() -> None:
    assert gate_rates(80, (0.03, 0.03, 0.03, 0.03), 200)["PASS"] >= 0.985


def cover(pairs: Sequence[tuple[Column, Column]], truth: float, strata: Sequence[str]) -> float:
    """Return how often the 95 % interval of the difference holds the truth."""
    groups = [str(place) for place in range(len(strata))]
    hits = 0
    for seed, (a, b) in enumerate(pairs):
        resampled = resample([a, b], draw_weights(groups, strata, resamples=600, seed=seed))
        interval = percentile_interval(resampled[:, 1] - resampled[:, 0], 0.95)
        hits += interval is not None and interval.low <= truth <= interval.high
    return hits / len(pairs)


@pytest.mark.parametrize(("n", "low", "high"), [(20, 0.88, 0.97), (80, 0.92, 0.975)])
def test_intervals_of_a_mean_cover_what_they_say(n: int, low: float, high: float) -> None:
    generator = np.random.default_rng(n)
    pairs = [(mean_column(generator.beta(4, 2, n)), mean_column(generator.beta(5, 2, n))) for _ in range(600)]

    assert low <= cover(pairs, 5 / 7 - 4 / 6, ["all"] * n) <= high


def tag_column(generator: np.random.Generator, difficulty: Array, recall: float) -> Column:
    """Return the F1 of a labeller that finds each of three tags with a chance that depends on the paper."""
    right = generator.binomial(3, np.clip(recall - difficulty, 0.05, 0.95)).astype(np.float64)
    wrong = generator.binomial(2, 0.25, len(difficulty)).astype(np.float64)
    return Column(F1, np.stack((right, wrong, 3 - right), axis=1), np.full(len(difficulty), np.nan))


@pytest.mark.parametrize(("n", "low", "high"), [(40, 0.915, 0.975), (120, 0.92, 0.975)])
def test_intervals_of_paired_f1_cover_what_they_say(n: int, low: float, high: float) -> None:
    generator = np.random.default_rng(n)

    def draw_pair(papers: int) -> tuple[Column, Column]:
        difficulty = generator.beta(2, 4, papers)
        return tag_column(generator, difficulty, 1.0), tag_column(generator, difficulty, 1.06)

    before, after = evaluate(draw_pair(1_000_000))

    assert low <= cover([draw_pair(n) for _ in range(600)], float(after - before), ["all"] * n) <= high


def test_intervals_of_paired_auroc_cover_what_they_say() -> None:
    generator = np.random.default_rng(1)
    is_relevant = np.arange(80) % 3 == 0
    strata = ["relevant" if relevant else "other" for relevant in is_relevant]

    def draw_pair(relevant: Array) -> tuple[Column, Column]:
        shared = generator.normal(size=len(relevant))
        first, second = (
            np.round(2 * (gap * relevant + 0.7 * shared + 0.7 * generator.normal(size=len(relevant))))
            for gap in (1.4, 1.8)
        )
        empty = np.full(len(relevant), np.nan)
        return tuple(Column(AUROC, np.stack((relevant, score), axis=1), empty) for score in (first, second))  # type: ignore[return-value]

    many = evaluate(draw_pair(np.repeat([1.0, 0.0], 3000)))

    assert (
        0.92
        <= cover([draw_pair(is_relevant.astype(np.float64)) for _ in range(500)], float(many[1] - many[0]), strata)
        <= 0.975
    )


@pytest.mark.parametrize("share", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("n", [40, 120])
def test_wilson_intervals_cover_what_they_say(share: float, n: int) -> None:
    held = [k for k in range(n + 1) if wilson(k, n).low <= share <= wilson(k, n).high]

    assert binom.pmf(held, n, share).sum() >= 0.92


@pytest.mark.parametrize("chances", [(0.015, 0.015), (0.01, 0.05), (0.05, 0.1), (0.002, 0.002)])
@pytest.mark.parametrize("n", [20, 40, 120])
def test_bonett_price_intervals_cover_what_they_say(chances: tuple[float, float], n: int) -> None:
    lost, gained = chances
    truth = gained - lost
    pairs = [(b, c) for b in range(min(n, 40) + 1) for c in range(min(n - b, 40) + 1)]
    held = [(b, c, n - b - c) for b, c in pairs if bonett_price(b, c, n).low <= truth <= bonett_price(b, c, n).high]

    assert multinomial.pmf(held, n, (lost, gained, 1 - lost - gained)).sum() >= 0.94


@pytest.mark.parametrize("discordant", [0.05, 0.2])
def test_mcnemar_seldom_finds_what_is_not_there(discordant: float) -> None:
    n, half = 60, discordant / 2
    pairs = [(b, c) for b in range(31) for c in range(31 - b)]
    found = [(b, c, n - b - c) for b, c in pairs if mcnemar_p_value(b, c) <= 0.05]

    assert multinomial.pmf(found, n, (half, half, 1 - discordant)).sum() <= 0.05


@pytest.mark.parametrize("n", [20, 120])
def test_permutation_seldom_finds_what_is_not_there(n: int) -> None:
    generator = np.random.default_rng(n)
    groups = [str(place) for place in range(n)]
    found = 0
    for seed in range(600):
        steps = generator.choice([-0.5, 0.0, 0.0, 0.0, 0.5], n)  # most papers are tied
        a, b = mean_column(np.zeros(n)), mean_column(steps)
        (p_value,) = permutation_p_values([a], [b], groups, permutations=400, seed=seed)
        found += p_value is not None and p_value <= 0.05

    assert 0.015 <= found / 600 <= 0.075


def test_simultaneous_intervals_hold_together_and_single_ones_do_not() -> None:
    n, simulations = 80, 600
    generator = np.random.default_rng(6)
    groups, strata = [str(place) for place in range(n)], ["all"] * n
    missed = Counter[str]()
    for seed in range(simulations):
        columns = [mean_column(values) for values in correlated(generator, n, 6, 0.5).T]
        resampled = resample(columns, draw_weights(groups, strata, resamples=600, seed=seed))
        single = [percentile_interval(values, 0.95) for values in resampled.T]
        together = simultaneous_intervals(evaluate(columns), resampled, 0.95)
        missed["single"] += any(not interval.low <= 0 <= interval.high for interval in single if interval)
        missed["together"] += any(not interval.low <= 0 <= interval.high for interval in together if interval)

    assert missed["together"] / simulations == pytest.approx(0.05, abs=0.03)
    assert missed["single"] / simulations > 0.15
