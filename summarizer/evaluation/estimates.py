"""How sure a metric and its difference are: closed forms for plain shares of papers, the bootstrap for everything else.

Where every paper succeeds, every resample of them does, and a bootstrap is certain of what it can't know. So a share has
Wilson's interval, and the difference of two paired shares Bonett and Price's. Both take papers for independent; where
groups repeat, an interval reaches at least as far as the bootstrap's, which draws whole groups.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from summarizer.evaluation.bootstrap import percentile_interval, standard_errors
from summarizer.evaluation.comparison import Interval
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.intervals import bonett_price, paired_share_error, wilson
from summarizer.evaluation.metric import Column

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

with eval_extra():
    import numpy as np


class Changes(NamedTuple):
    """What became of the papers of a share."""

    lost: int
    """Papers that succeed in A and fail in B."""
    gained: int
    n: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How sure the difference of one metric is."""

    interval: Interval | None
    gate: Interval | None
    adjusted: Interval | None
    """Over all primaries; None unless primary."""
    simultaneous: Interval | None
    """Over all metrics."""
    error: float | None
    """Standard error."""


def count_papers(*columns: Column) -> int:
    """Return how many papers have a value of their own in one of these columns; all if no paper has."""
    has_value = np.any([np.isfinite(column.per_paper) for column in columns], axis=0)
    return int(np.count_nonzero(has_value)) or len(has_value)


def to_number(value: float) -> float | None:
    """Return a computed value as a plain number; None where it is not defined."""
    return float(value) + 0.0 if math.isfinite(value) else None


def find_value_interval(column: Column, resampled: Array, confidence: float, *, is_grouped: bool) -> Interval | None:
    """Return the interval of one metric of one run.

    Args:
        column: over n papers.
        resampled: the metric on each resample, shape (B,).
        confidence: of the two-sided interval.
        is_grouped: whether papers share groups.

    Returns:
        None where the metric is not defined often enough, and where no resample differs: that is no certainty.
    """
    drawn = percentile_interval(resampled, confidence)
    if _is_plain_share(column):
        own = column.per_paper[np.isfinite(column.per_paper)]
        closed = wilson(int(own.sum()), len(own), confidence)
        return _hull(closed, drawn) if is_grouped else closed
    return None if drawn and drawn.low == drawn.high else drawn


def count_changes(a: Column, b: Column) -> Changes | None:
    """Return what changed from A to B; None unless both are plain shares of the same papers."""
    has_value = np.isfinite(a.per_paper)
    if not (_is_plain_share(a) and _is_plain_share(b) and np.array_equal(has_value, np.isfinite(b.per_paper))):
        return None
    steps = (b.per_paper - a.per_paper)[has_value]
    return Changes(int((steps < 0).sum()), int((steps > 0).sum()), len(steps))


def find_bounds(
    resampled: Array, adjusted: Interval | None, simultaneous: Interval | None, confidence: float
) -> Bounds:
    """Return how sure a difference is by its resamples, shape (B,)."""
    return Bounds(
        percentile_interval(resampled, confidence),
        percentile_interval(resampled, 2 * confidence - 1),
        adjusted,
        simultaneous,
        to_number(standard_errors(resampled[:, None])[0]),
    )


def find_share_bounds(
    changes: Changes, drawn: Bounds, confidence: float, *, primaries: int, metrics: int, is_grouped: bool
) -> Bounds:
    """Return how sure the difference of two paired shares is, adjusted after Bonferroni.

    Args:
        changes: from A to B.
        drawn: the same by resampling.
        confidence: of the two-sided interval.
        primaries: number of metrics that are gated together.
        metrics: number of all metrics.
        is_grouped: whether papers share groups.
    """

    def widen(other: Interval | None, level: float) -> Interval:
        closed = bonett_price(*changes, confidence=level)
        return _hull(closed, other) if is_grouped else closed

    error, rest = paired_share_error(*changes), 1 - confidence
    return Bounds(
        widen(drawn.interval, confidence),
        widen(drawn.gate, 1 - 2 * rest),
        widen(drawn.adjusted, 1 - 2 * rest / primaries) if drawn.adjusted else None,
        widen(drawn.simultaneous, 1 - rest / metrics),
        max(error, drawn.error or 0.0) if is_grouped else error,
    )


def _is_plain_share(column: Column) -> bool:
    """Tell whether the metric counts papers; with several replies a paper may count by half, and does not."""
    own = column.per_paper[np.isfinite(column.per_paper)]
    return column.metric.is_share and own.size > 0 and bool(np.isin(own, (0.0, 1.0)).all())


def _hull(interval: Interval, other: Interval | None) -> Interval:
    return Interval(min(interval.low, other.low), max(interval.high, other.high)) if other else interval
