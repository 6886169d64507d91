"""From what is counted of one annotation to the column of a metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from summarizer.contract.schema import Annotation
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Column, Metric
from summarizer.evaluation.scorers.samples import Sample

with eval_extra():
    import numpy as np

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

Count = Callable[[Sample, Annotation | None], "Sequence[float] | Array"]
"""The statistics of one annotation; None stands for a failure."""


def divide(numerators: Array, denominators: Array) -> Array:
    """Divide element by element; NaN where the denominator is 0, so that what is not defined looks like no number."""
    return np.divide(numerators, denominators, out=np.full_like(numerators, np.nan), where=denominators > 0)


def ratio_of_sums(weights: Array, statistics: Array) -> Array:
    """Return the sum of the first statistic over that of the second: a weighted mean, where the second counts.

    Args:
        weights: shape (B, n).
        statistics: shape (n, 2).

    Returns:
        Shape (B,); NaN where the second sum is 0.
    """
    sums = weights @ statistics
    return divide(sums[:, 0], sums[:, 1])


def build_column(metric: Metric, samples: Sequence[Sample], count: Count) -> Column:
    """Count each annotation, average over the repeats of a paper, and work out each paper's own value."""
    statistics = np.array(
        [
            np.mean([np.asarray(count(sample, annotation), np.float64) for annotation in sample.annotations], axis=0)
            for sample in samples
        ]
    )
    return Column(metric, statistics, per_paper=metric.aggregate(np.eye(len(samples)), statistics))
