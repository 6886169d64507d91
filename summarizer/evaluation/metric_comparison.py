"""The metrics of two paired scorecards and everything that is known about their differences, before any judgement."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.evaluation.bootstrap import (
    draw_weights,
    evaluate,
    one_sided_intervals,
    resample,
    simultaneous_intervals,
)
from summarizer.evaluation.comparison import Interval, MetricComparison
from summarizer.evaluation.estimates import (
    Bounds,
    count_changes,
    count_papers,
    find_bounds,
    find_share_bounds,
    find_value_interval,
    to_number,
)
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.gate_config import EvalTable
from summarizer.evaluation.intervals import minimum_detectable_effect
from summarizer.evaluation.metric import Column, Metric, Scorecard
from summarizer.evaluation.permutation import permutation_p_values

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

with eval_extra():
    import numpy as np

ROUNDING = 1e-12
"""Differences below this share of the values are noise of their last digits."""


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """All metrics of both runs, as observed (metrics,) or on each resample (B, metrics)."""

    a: Array
    b: Array
    differences: Array


@dataclass(frozen=True, slots=True)
class _Joint:
    """What is known of each metric only from all of them together."""

    simultaneous: list[Interval | None]
    adjusted: Mapping[int, Interval | None]
    """By the place of a primary metric."""
    p_values: list[float | None]
    is_grouped: bool
    """Whether papers share groups."""


def compare_metrics(
    a: Scorecard, b: Scorecard, table: EvalTable, *, primaries: Collection[str]
) -> tuple[MetricComparison, ...]:
    """Compare two scorecards metric by metric; nothing is judged yet.

    Args:
        a: the baseline.
        b: with the papers and metrics of `a`, in its order.
        table: seed, resamples and confidence.
        primaries: names of the metrics that are gated together.
    """
    metrics = [column.metric for column in a.columns]
    observed = _to_values(evaluate(a.columns), evaluate(b.columns))
    resampled = _resample_both(a, b, table)
    joint = _Joint(
        simultaneous_intervals(observed.differences, resampled.differences, table.confidence),
        _adjust(metrics, observed, resampled, table.confidence, primaries),
        permutation_p_values(a.columns, b.columns, a.groups, permutations=table.bootstrap, seed=table.seed),
        a.has_shared_groups,
    )
    return tuple(
        _describe(place, columns, observed, resampled, joint, confidence=table.confidence)
        for place, columns in enumerate(zip(a.columns, b.columns, strict=True))
    )


def _to_values(a: Array, b: Array) -> _Values:
    differences = b - a
    differences[np.abs(differences) <= ROUNDING * np.maximum(np.abs(a), np.abs(b))] = 0.0
    return _Values(a, b, differences)


def _resample_both(a: Scorecard, b: Scorecard, table: EvalTable) -> _Values:
    weights = draw_weights(a.groups, a.strata, resamples=table.bootstrap, seed=table.seed)
    values = resample((*a.columns, *b.columns), weights)
    return _to_values(values[:, : len(a.columns)], values[:, len(a.columns) :])


def _adjust(
    metrics: list[Metric], observed: _Values, resampled: _Values, confidence: float, primaries: Collection[str]
) -> dict[int, Interval | None]:
    """Return bounds that hold over all primaries; losses are adjusted with losses, whichever direction is better."""
    places = [place for place, metric in enumerate(metrics) if metric.name in primaries]
    signs = np.array([-1.0 if metrics[place].higher_is_better is False else 1.0 for place in places])
    gains = observed.differences[places] * signs
    intervals = one_sided_intervals(gains, resampled.differences[:, places] * signs, confidence)
    return {
        place: interval.mirror() if interval and sign < 0 else interval
        for place, sign, interval in zip(places, signs, intervals, strict=True)
    }


def _describe(
    place: int,
    columns: tuple[Column, Column],
    observed: _Values,
    resampled: _Values,
    joint: _Joint,
    *,
    confidence: float,
) -> MetricComparison:
    n, bounds = count_papers(*columns), _find_bounds(place, columns, resampled, joint, confidence)
    a_interval, b_interval = (
        find_value_interval(column, values[:, place], confidence, is_grouped=joint.is_grouped)
        for column, values in zip(columns, (resampled.a, resampled.b), strict=True)
    )
    return MetricComparison(
        metric=columns[0].metric,
        n=n,
        a=to_number(observed.a[place]),
        b=to_number(observed.b[place]),
        difference=to_number(observed.differences[place]),
        a_interval=a_interval,
        b_interval=b_interval,
        interval=bounds.interval,
        gate_interval=bounds.gate,
        simultaneous=bounds.simultaneous,
        adjusted=bounds.adjusted,
        p_value=joint.p_values[place],
        sd=None if bounds.error is None else bounds.error * math.sqrt(n),
        mde=None if bounds.error is None else minimum_detectable_effect(bounds.error),
        margin=None,
        needed_n=None,
        needed_repeats=None,
        verdict=None,
    )


def _find_bounds(
    place: int, columns: tuple[Column, Column], resampled: _Values, joint: _Joint, confidence: float
) -> Bounds:
    drawn = find_bounds(
        resampled.differences[:, place], joint.adjusted.get(place), joint.simultaneous[place], confidence
    )
    if not (changes := count_changes(*columns)):
        return drawn
    return find_share_bounds(
        changes,
        drawn,
        confidence,
        primaries=len(joint.adjusted),
        metrics=len(joint.simultaneous),
        is_grouped=joint.is_grouped,
    )
