"""chrF2 as statistics that add up: F-score of character n-grams (M. Popović, 2015), with recall weighted twice.

The values are those of `sacrebleu.CHRF()`: n-grams of 1 to 6 characters, white space left out, case kept, and an n-gram length
counts only where both sides have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.scorers.columns import divide

with eval_extra():
    import numpy as np

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

SIGNATURE = "case:mixed|eff:yes|nc:6|nw:0|space:no"
"""In the words of sacrebleu."""

_ORDER = 6
_RECALL_WEIGHT = 4  # beta squared
_PERCENT = 100


def count_chrf(prediction: str, references: Sequence[str]) -> Array:
    """Return the statistics against the reference that fits best.

    Args:
        prediction: one segment; may be empty.
        references: at least one.

    Returns:
        Shape (18,): for each length, n-grams of the prediction, of the reference, and of both.
    """
    ours = _count_ngrams(prediction)
    counted = [_match(ours, _count_ngrams(reference)) for reference in references]
    return max(counted, key=lambda statistics: float(compute_chrf(statistics[None])[0]))


def aggregate_chrf(weights: Array, statistics: Array) -> Array:
    """Return chrF2 of each weighted corpus, 0 to 100."""
    return compute_chrf(weights @ statistics)


def compute_chrf(sums: Array) -> Array:
    """Return chrF2 from summed statistics of shape (B, 18); NaN where there are no references at all."""
    predicted, wanted, shared = (sums[:, start::3] for start in range(3))
    is_counted = (predicted > 0) & (wanted > 0)
    orders = np.maximum(is_counted.sum(axis=1), 1)
    precision, recall = (
        np.where(is_counted, divide(shared, counts), 0.0).sum(axis=1) / orders for counts in (predicted, wanted)
    )
    weighted = _RECALL_WEIGHT * precision + recall
    scores = _PERCENT * (1 + _RECALL_WEIGHT) * precision * recall / np.where(weighted > 0, weighted, 1.0)
    return np.where(wanted.sum(axis=1) > 0, scores, np.nan)


def _count_ngrams(text: str) -> list[Counter[str]]:
    characters = "".join(text.split())
    return [
        Counter(characters[start : start + length] for start in range(len(characters) - length + 1))
        for length in range(1, _ORDER + 1)
    ]


def _match(ours: Sequence[Counter[str]], theirs: Sequence[Counter[str]]) -> Array:
    counts = [
        (mine.total() if other else 0, other.total(), (mine & other).total())
        for mine, other in zip(ours, theirs, strict=True)
    ]
    return np.array(counts, dtype=np.float64).ravel()
