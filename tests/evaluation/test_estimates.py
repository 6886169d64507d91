"""Facts about how sure shares are: in one run and in two, near 0 and 1 above all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from summarizer.evaluation.compare import compare, summarize
from summarizer.evaluation.comparison import Interval, MetricComparison
from summarizer.evaluation.gate_config import EvalTable
from summarizer.evaluation.intervals import bonett_price, minimum_detectable_effect, paired_share_error, wilson
from summarizer.evaluation.metric import Column, Metric, Scorecard
from tests.evaluation.scorecards import AUROC, ERROR, MEAN, gate_config, mean_column, scorecard

RECALL = replace(MEAN, name="relevance.recall", task="relevance", is_share=True)
GATE = gate_config(bootstrap=400, gate={"relevance": {"primary": "recall", "margin": 0.05}})
QUICK = EvalTable(bootstrap=400)


def share(*values: float, metric: Metric = RECALL) -> Scorecard:
    return scorecard([mean_column(values, metric)])


def compare_shares(a: Sequence[float], b: Sequence[float]) -> MetricComparison:
    return compare(share(*a), share(*b), config=GATE).metrics[0]


def test_a_share_of_every_paper_is_not_certain() -> None:
    (summary,) = summarize(share(*[1.0] * 30), QUICK)

    assert summary.interval == wilson(30, 30)


def test_an_error_that_is_0_or_1_for_each_paper_is_no_share() -> None:
    values = [0.0] * 20 + [1.0] * 10
    (summary,) = summarize(share(*values, metric=ERROR), QUICK)

    assert summary.interval not in {None, wilson(10, 30)}


def test_a_perfect_ranking_has_no_interval_rather_than_a_point() -> None:
    ranked = np.array([[place % 3 == 0, place % 3 == 0] for place in range(30)], dtype=np.float64)
    (summary,) = summarize(scorecard([Column(AUROC, ranked, np.full(30, np.nan))]), QUICK)

    assert (summary.value, summary.interval) == (1.0, None)


def test_a_comparison_gives_both_runs_the_interval_that_a_run_alone_has() -> None:
    a, b = [1.0] * 40, [1.0] * 38 + [0.0] * 2
    entry = compare_shares(a, b)

    assert (entry.a_interval, entry.b_interval) == (wilson(40, 40), wilson(38, 40))


def test_a_gated_share_that_no_paper_changed_is_not_certain_to_be_equal() -> None:
    entry = compare_shares([1.0] * 22, [1.0] * 22)

    assert entry.difference == 0
    assert entry.gate_interval == bonett_price(0, 0, 22, 0.9)
    assert entry.verdict == "inconclusive"
    assert entry.needed_n is not None
    assert entry.needed_n > 22


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (3, 0), (1, 6), (12, 2)])
def test_all_bounds_of_a_share_hold_one_another(lost: int, gained: int) -> None:
    a = [1.0] * lost + [0.0] * gained + [1.0] * (60 - lost - gained)
    b = [0.0] * lost + [1.0] * gained + [1.0] * (60 - lost - gained)
    entry = compare_shares(a, b)

    assert entry.interval == bonett_price(lost, gained, 60)
    assert entry.gate_interval is not None
    assert entry.simultaneous == entry.interval  # of one metric
    assert entry.adjusted == pytest.approx(entry.gate_interval)  # of one primary
    assert entry.difference == pytest.approx((gained - lost) / 60)
    assert entry.mde == pytest.approx(minimum_detectable_effect(paired_share_error(lost, gained, 60)))


def test_shares_of_other_papers_are_resampled() -> None:
    """Precision counts the papers that each run shows; those are no pairs."""
    a, b = [1.0] * 10 + [0.0] * 10 + [np.nan] * 10, [1.0] * 15 + [0.0] * 3 + [np.nan] * 12

    def column(values: Sequence[float]) -> Column:
        shown = np.isfinite(values)
        statistics = np.stack((np.nan_to_num(values), shown), axis=1).astype(np.float64)
        return Column(RECALL, statistics, np.array(values))

    entry = compare(scorecard([column(a)]), scorecard([column(b)]), config=GATE).metrics[0]

    assert entry.interval not in {None, bonett_price(5, 0, 18)}


def test_copies_of_a_paper_make_no_share_surer_than_resampled_groups() -> None:
    values = [1.0] * 8 + [0.0] * 4
    once, copied = share(*values), share(*values * 5)
    copied = replace(copied, groups=once.groups * 5, strata=once.strata * 5)
    single, many = (summarize(card, EvalTable(bootstrap=2000))[0].interval for card in (once, copied))

    assert isinstance(single, Interval)
    assert isinstance(many, Interval)
    assert many.high - many.low > 0.8 * (single.high - single.low)
