"""P values: if A and B were the same, their labels could be exchanged paper by paper (approximate randomisation).

After E. W. Noreen, 1989: each metric is recomputed with the labels of some groups exchanged. The statistics of both runs stand
under each other, and weights of 0 and 1 choose for each paper whose reply counts: so no metric needs code of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from summarizer.evaluation.bootstrap import chunk_rows, evaluate, resample
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Column

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

with eval_extra():
    import numpy as np

TOLERANCE = 1e-9
"""Differences closer than this share of the largest one are equal: sums in another order differ in their last digits."""


def permutation_p_values(
    a: Sequence[Column], b: Sequence[Column], groups: Sequence[str], *, permutations: int, seed: int
) -> list[float | None]:
    """Return for each metric how often exchanged labels differ as much as the real ones: (1 + hits) / (1 + permutations).

    Args:
        a: columns of one run over n papers.
        b: the same metrics of the other run, over the same papers.
        groups: of each paper: what is exchanged together.
        permutations: drawn at random.
        seed: of the generator.

    Returns:
        two-sided p values; None where the difference is not defined.
    """
    observed = evaluate(b) - evaluate(a)
    both = [_stack(first, second) for first, second in zip(a, b, strict=True)]
    pieces = [
        resample(both, [np.hstack((chosen, 1 - chosen))]) - resample(both, [np.hstack((1 - chosen, chosen))])
        for chosen in _draw_sides(groups, permutations, seed)
    ]
    return [_p_value(*pair) for pair in zip(observed, np.concatenate(pieces).T, strict=True)]


def _stack(a: Column, b: Column) -> Column:
    return Column(a.metric, np.vstack((a.statistics, b.statistics)), np.concatenate((a.per_paper, b.per_paper)))


def _draw_sides(groups: Sequence[str], permutations: int, seed: int) -> Iterator[Array]:
    """Yield pieces (rows, n) of which papers take the reply of A, the same for all papers of a group."""
    names, group_of = np.unique(np.asarray(groups), return_inverse=True)
    generator = np.random.default_rng(seed)
    for rows in chunk_rows(permutations, 2 * len(groups)):
        yield generator.integers(2, size=(rows, len(names))).astype(np.float64)[:, group_of]


def _p_value(observed: float, permuted: Array) -> float | None:
    defined = np.abs(permuted[np.isfinite(permuted)])
    if not np.isfinite(observed) or not defined.size:
        return None
    hits = np.count_nonzero(defined >= abs(observed) - TOLERANCE * defined.max())
    return float((1 + hits) / (1 + defined.size))
