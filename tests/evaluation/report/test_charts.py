"""Facts about the charts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summarizer.evaluation.compare import compare
from summarizer.evaluation.comparison import Interval, MetricComparison
from summarizer.evaluation.report.charts import SWEEP_HEIGHT, describe_intervals, plot_forest, plot_sweep
from summarizer.evaluation.threshold import CutOff
from tests.evaluation.scorecards import ERROR, F1, gate_config, random_scorecard

METRICS = compare(random_scorecard(1), random_scorecard(2), config=gate_config()).metrics


def entry(low: float, high: float, *, simultaneous: tuple[float, float] | None = None) -> MetricComparison:
    """Return a micro-F1 whose difference has this interval."""
    [found] = [found for found in METRICS if found.metric is F1]
    return replace(
        found,
        difference=(low + high) / 2,
        interval=Interval(low, high),
        simultaneous=Interval(*(simultaneous or (low - 1, high + 1))),
    )


def test_a_gain_stands_to_the_right_of_zero_whichever_direction_is_better() -> None:
    less = replace(entry(-0.2, -0.1), metric=ERROR)
    [(_, [more]), (_, [fewer])] = plot_forest([entry(0.1, 0.2), less]).groups

    assert more.place > 50
    assert fewer.place > 50
    assert 50 < fewer.interval.start < fewer.interval.end < 100


def test_wider_than_the_axis_ends_at_its_edge() -> None:
    [(_, [row])] = plot_forest([entry(-0.1, 0.1, simultaneous=(-9, 9))]).groups

    assert row.simultaneous == (0, 100)


def test_the_margin_is_the_stretch_of_accepted_losses() -> None:
    [(_, [row])] = plot_forest([replace(entry(-0.1, 0.1), margin=0.1)]).groups

    assert row.margin is not None
    assert row.margin.start == row.interval.start
    assert row.margin.end == 50


def test_cost_and_what_is_undefined_are_not_drawn() -> None:
    undefined = replace(entry(0, 1), difference=None, interval=None)
    forest = plot_forest([*METRICS, undefined])

    assert [found.metric.name for found in forest.undrawn] == ["cost.usd_per_1k", "tags.micro_f1"]


def test_equal_runs_are_drawn_at_zero() -> None:
    [(_, [row])] = plot_forest([entry(0, 0)]).groups

    assert row.place == 50
    assert row.interval == (50, 50)


@pytest.mark.parametrize("reach", [1e-6, 0.004, 0.07, 0.3, 1.0, 90.0])
def test_ticks_are_few_and_lie_on_the_axis(reach: float) -> None:
    ticks = plot_forest([entry(-reach, reach)]).ticks

    assert 3 <= len(ticks) <= 7
    assert all(0 <= tick.place <= 100 for tick in ticks)
    assert "0" in [tick.label for tick in ticks]


def test_the_sentence_counts_what_excludes_zero_and_what_survives() -> None:
    sure, seen, not_seen = entry(0.1, 0.2, simultaneous=(0.05, 0.3)), entry(0.1, 0.2), entry(-0.1, 0.2)

    assert describe_intervals([sure, seen, not_seen]) == (
        "2 of 3 intervals exclude zero; only tags micro-F1 survives adjustment for all of them."
    )
    assert describe_intervals([seen, not_seen]) == (
        "1 of 2 interval excludes zero; none survives adjustment for all of them."
    )
    assert describe_intervals([not_seen]) == "None of 1 intervals excludes zero: no difference was shown."


def test_the_sentence_names_three_metrics_at_most() -> None:
    assert "tags micro-F1, tags micro-F1, tags micro-F1 and 5 more survive" in describe_intervals(
        [entry(0.1, 0.2, simultaneous=(0.05, 0.3))] * 8
    )


def test_a_sweep_goes_from_left_to_right_with_1_at_the_top() -> None:
    sweep = [CutOff(0, 4, 4, 10, 10), CutOff(1, 2, 4, 2, 10), CutOff(2, 0, 4, 0, 10)]

    assert plot_sweep(sweep, "recall") == [(6, 0), (51, SWEEP_HEIGHT / 2), (96, SWEEP_HEIGHT)]
    assert [point.x for point in plot_sweep(sweep, "precision")] == [6, 51]
