"""How far two passes agree: Krippendorff's alpha for relevance and tags, Cohen's kappa for relevance and each tag.

Alpha after K. Krippendorff, Content Analysis (4th ed., 2018), computed by the `krippendorff` package; kappa after J. Cohen,
1960, with quadratic weights after 1968; F1 of the tags is what a prompt would score that labels as the other pass does.
Intervals are percentile bootstrap over papers, with a fixed seed; a resample in which a coefficient is not defined is
left out.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from summarizer.contract.criterion import SCORES
from summarizer.errors import EvaluationError
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.gold import LOWEST_MEDICAL, PassRecord

with eval_extra():
    import krippendorff
    import numpy as np
    from numpy.typing import NDArray

Counts = NDArray[np.int64]
"""What was counted of one paper in each row."""
Pairs = Sequence[tuple[PassRecord, PassRecord]]
"""What the two passes say of each paper."""

RESAMPLES = 1000
SEED = 20261120
MIN_SUPPORT = 5
"""Tags that fewer papers were given are noise: they are counted, not measured."""
FLOOR = 0.667
"""Below this alpha no conclusion from the labels is tenable (Krippendorff's own bound): the guideline needs mending."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One coefficient with its 95 % interval; None where it is not defined because the labels don't vary."""

    name: str
    coefficient: str
    value: float | None
    low: float | None
    high: float | None
    support: int
    """Papers; for a tag, papers that either pass gave it to."""

    @property
    def is_too_low(self) -> bool:
        """Whether this is an alpha below the floor."""
        return self.coefficient.startswith("alpha") and self.value is not None and self.value < FLOOR


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The agreement of two passes."""

    passes: tuple[str, str]
    papers: int
    shared_labellers: tuple[str, ...]
    """Who gave labels in both passes: they agree with themselves there, which says little about how right they are."""
    overall: tuple[Agreement, ...]
    tags: tuple[Agreement, ...]
    rare_tags: tuple[str, ...]
    """Given, but to too few papers to be measured."""


def pair_passes(first: Sequence[PassRecord], second: Sequence[PassRecord]) -> list[tuple[PassRecord, PassRecord]]:
    """Match two passes paper by paper, in the order of the first.

    Raises:
        EvaluationError: one of them is empty or lacks a paper.
    """
    other = {record.id: record for record in second}
    if missing := {record.id for record in first} ^ set(other):
        raise EvaluationError(f"the two passes do not hold the same papers: {min(missing)} is in one only")
    if not other:
        raise EvaluationError("the two passes hold no papers")
    return [(record, other[record.id]) for record in first]


def choose_passes(passes: Mapping[str, Sequence[PassRecord]], names: Sequence[str] = ()) -> tuple[str, str]:
    """Return the two passes to compare: those that are named, else the only two.

    Raises:
        EvaluationError: there are not two, or a name is unknown.
    """
    chosen = tuple(names) or tuple(passes)
    if len(chosen) != 2 or not set(chosen) <= set(passes):  # noqa: PLR2004 - a comparison of two
        raise EvaluationError(f"name two passes to compare; there are: {', '.join(passes) or 'none'}")
    return chosen[0], chosen[1]


def measure_agreement(passes: Mapping[str, Sequence[PassRecord]], names: Sequence[str] = ()) -> AgreementReport:
    """Return how far two passes agree on relevance, on tags, and on each tag that is not rare.

    Raises:
        ConfigurationError: the `eval` extra is not installed.
        EvaluationError: there are not two passes over the same papers.
    """
    first, second = choose_passes(passes, names)
    pairs = pair_passes(passes[first], passes[second])
    tags = sorted({tag for pair in pairs for record in pair for tag in record.tags})
    support = {tag: sum(any(tag in record.tags for record in pair) for pair in pairs) for tag in tags}
    return AgreementReport(
        passes=(first, second),
        papers=len(pairs),
        shared_labellers=tuple(sorted(_labellers(passes[first]) & _labellers(passes[second]))),
        overall=tuple(_measure_overall(pairs, tags)),
        tags=tuple(
            _measure(tag, "kappa", _tables(pairs, tag), _kappa, count)
            for tag, count in support.items()
            if count >= MIN_SUPPORT
        ),
        rare_tags=tuple(tag for tag, count in support.items() if count < MIN_SUPPORT),
    )


def _labellers(records: Sequence[PassRecord]) -> set[str]:
    return {record.labelled_by for record in records}


def _measure_overall(pairs: Pairs, tags: Sequence[str]) -> list[Agreement]:
    relevance = np.array([[[record.relevance == score for score in SCORES] for record in pair] for pair in pairs])
    grades = relevance.sum(axis=1)
    medical = np.stack((grades[:, :LOWEST_MEDICAL].sum(axis=1), grades[:, LOWEST_MEDICAL:].sum(axis=1)), axis=1)
    given = np.array([[[tag in record.tags for tag in tags] for record in pair] for pair in pairs])
    said = np.stack(((~given).sum(axis=1), given.sum(axis=1)), axis=2)
    shared = np.stack((given.all(axis=1).sum(axis=1), given.sum(axis=(1, 2))), axis=1)
    papers = len(pairs)
    return [
        _measure("relevance", "alpha, ordinal", grades, lambda counts: _alpha(counts, "ordinal"), papers),
        _measure("relevance", "kappa, quadratic", _cross(relevance), _kappa, papers),
        _measure(f"relevance >= {LOWEST_MEDICAL}", "alpha, nominal", medical, _alpha, papers),
        _measure("tags, pooled", "alpha, nominal", said, lambda counts: _alpha(counts.reshape(-1, 2)), papers),
        _measure("tags, pooled", "F1", shared, _f1, papers),
    ]


def _measure(
    name: str, coefficient: str, counts: Counts, compute: Callable[[Counts], float], support: int
) -> Agreement:
    draws = np.random.default_rng(SEED).integers(len(counts), size=(RESAMPLES, len(counts)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # division by zero where the labels of a resample don't vary
        value = compute(counts)
        resampled = [found for draw in draws if math.isfinite(found := compute(counts[draw]))]
    if not math.isfinite(value):
        return Agreement(name, coefficient, None, None, None, support)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Agreement(name, coefficient, value, float(low), float(high), support)


def _tables(pairs: Pairs, tag: str) -> Counts:
    """Return for each paper the 2 x 2 table of whether the first and the second pass gave it the tag."""
    return _cross(np.array([[[tag not in record.tags, tag in record.tags] for record in pair] for pair in pairs]))


def _cross(given: NDArray[np.bool_]) -> Counts:
    """Return for each paper the table of what the first (rows) and the second pass said (columns)."""
    return (given[:, 0, :, None] & given[:, 1, None, :]).astype(np.int64)


def _alpha(counts: Counts, level: Literal["nominal", "ordinal"] = "nominal") -> float:
    """Return alpha from how often each unit was given each value; NaN where only one value was given at all."""
    if np.count_nonzero(counts.sum(axis=0)) < 2:  # noqa: PLR2004 - nothing varies
        return math.nan
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=level))


def _kappa(tables: Counts) -> float:
    """Return kappa with quadratic weights (of 2 x 2 tables: plain kappa) from one table for each paper."""
    observed = tables.sum(axis=0)
    steps = np.arange(len(observed))
    weights = np.subtract.outer(steps, steps) ** 2
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    return float(1 - np.divide((weights * observed).sum(), (weights * expected).sum()))


def _f1(counts: Counts) -> float:
    shared, given = counts.sum(axis=0)
    return float(2 * shared / given)
