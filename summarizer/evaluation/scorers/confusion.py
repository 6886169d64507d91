"""Measures of agreement between two grades, from counts of how often each pair of grades occurred.

A table of counts has one row for each gold grade and one column for each grade given, both from the lowest up. Counts add up,
so resampling is a matrix product. All functions take tables of shape (B, g, g), of counts from 0 up that need not be whole,
and return shape (B,); NaN where the measure is not defined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.scorers.columns import divide

with eval_extra():
    import numpy as np

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array


def auroc(tables: Array, threshold: int) -> Array:
    """Return how often a paper at or above the threshold in gold has the higher grade than one below; ties count half."""
    positives, negatives = _split(tables, threshold)
    below = np.cumsum(negatives, axis=1) - negatives
    won = (positives * (below + negatives / 2)).sum(axis=1)
    return divide(won, positives.sum(axis=1) * negatives.sum(axis=1))


def recall(tables: Array, threshold: int) -> Array:
    """Return the share of the papers at or above the threshold in gold that were graded so."""
    positives, _ = _split(tables, threshold)
    return divide(positives[:, threshold:].sum(axis=1), positives.sum(axis=1))


def precision(tables: Array, threshold: int) -> Array:
    """Return the share of the papers graded at or above the threshold that are so in gold."""
    positives, negatives = (side[:, threshold:].sum(axis=1) for side in _split(tables, threshold))
    return divide(positives, positives + negatives)


def precision_at_prevalence(tables: Array, threshold: int, prevalence: float) -> Array:
    """Return the precision to expect where `prevalence` is the share of relevant papers, whatever it is in the tables."""
    positives, negatives = _split(tables, threshold)
    found = prevalence * divide(positives[:, threshold:].sum(axis=1), positives.sum(axis=1))
    wrong = (1 - prevalence) * divide(negatives[:, threshold:].sum(axis=1), negatives.sum(axis=1))
    return divide(found, found + wrong)


def average_precision(tables: Array, threshold: int) -> Array:
    """Return the sum over grades, from the top, of precision times the recall that the grade adds; no interpolation."""
    positives, negatives = (side[:, ::-1] for side in _split(tables, threshold))
    true, false = np.cumsum(positives, axis=1), np.cumsum(negatives, axis=1)
    precisions = divide(true, true + false)
    return divide(np.where(positives > 0, positives * precisions, 0.0).sum(axis=1), positives.sum(axis=1))


def quadratic_kappa(tables: Array) -> Array:
    """Return Cohen's kappa with quadratic weights (J. Cohen, 1968)."""
    distances = _steps(tables)[:, None] - _steps(tables)
    gold, given = tables.sum(axis=2), tables.sum(axis=1)
    chance = np.einsum("bi,ij,bj->b", gold, distances**2, given, optimize=True)
    return 1 - divide((tables * distances**2).sum(axis=(1, 2)) * gold.sum(axis=1), chance)


def spearman(tables: Array) -> Array:
    """Return Pearson's correlation of mid-ranks (C. Spearman, 1904)."""
    gold, given = tables.sum(axis=2), tables.sum(axis=1)
    rows, columns = _centred_ranks(gold), _centred_ranks(given)
    shared = (rows[:, None, :] @ tables @ columns[:, :, None])[:, 0, 0]
    return divide(shared, np.sqrt((gold * rows**2).sum(axis=1) * (given * columns**2).sum(axis=1)))


def kendall_tau_b(tables: Array) -> Array:
    """Return concordant minus discordant pairs, over the pairs that are not tied (M. Kendall, 1945)."""
    later = np.triu(np.ones(tables.shape[1:]), k=1)
    difference = (tables * (later @ tables @ (later.T - later))).sum(axis=(1, 2))
    untied = [(sums.sum(axis=1) ** 2 - (sums**2).sum(axis=1)) / 2 for sums in (tables.sum(axis=2), tables.sum(axis=1))]
    return divide(difference, np.sqrt(untied[0] * untied[1]))


def mean_absolute_error(tables: Array) -> Array:
    """Return the mean distance in grades."""
    return _mean(tables, np.abs(_steps(tables)[:, None] - _steps(tables)))


def bias(tables: Array) -> Array:
    """Return the mean of the given minus the gold grade."""
    return _mean(tables, _steps(tables) - _steps(tables)[:, None])


def brier(tables: Array, threshold: int) -> Array:
    """Return the mean squared difference between grade over highest grade and whether gold reaches the threshold."""
    steps = _steps(tables)
    return _mean(tables, (steps / steps[-1] - (steps >= threshold)[:, None]) ** 2)


def _split(tables: Array, threshold: int) -> tuple[Array, Array]:
    """Return the grades given to the papers that are at or above the threshold in gold, and to the others."""
    return tables[:, threshold:].sum(axis=1), tables[:, :threshold].sum(axis=1)


def _steps(tables: Array) -> Array:
    return np.arange(tables.shape[1], dtype=np.float64)


def _mean(tables: Array, costs: Array) -> Array:
    return divide((tables * costs).sum(axis=(1, 2)), tables.sum(axis=(1, 2)))


def _centred_ranks(counts: Array) -> Array:
    """Return the mid-rank of each grade, less the mean rank."""
    totals = counts.sum(axis=1, keepdims=True)
    ranks: Array = np.cumsum(counts, axis=1) - counts / 2 - totals / 2
    return ranks
