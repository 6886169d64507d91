"""Which papers got worse, and how badly: the order in which a person looks at a change."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from summarizer.evaluation.comparison import PaperComparison, PaperValue
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Metric, Scorecard

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

with eval_extra():
    import numpy as np

VIOLATION_HARM = 3.0
"""A newly broken guardrail weighs as much as a metric that falls by three standard deviations."""


def compare_papers(a: Scorecard, b: Scorecard) -> tuple[PaperComparison, ...]:
    """Compare two scorecards over the same papers paper by paper, the most harmed first, equal ones by id."""
    harm = _score_metrics(a, b)
    papers = (_compare(place, a, b, float(harm[place])) for place in range(len(a.ids)))
    return tuple(sorted(papers, key=lambda paper: (-paper.harm, paper.id)))


def _score_metrics(a: Scorecard, b: Scorecard) -> Array:
    """Return for each paper the sum over tasks of how much their metrics fell on average, gains counted as 0."""
    losses: dict[str, list[Array]] = defaultdict(list)
    for before, after in zip(a.columns, b.columns, strict=True):
        if _is_harm(before.metric):
            sign = 1.0 if before.metric.higher_is_better else -1.0
            losses[before.metric.task].append(sign * _standardize_fall(before.per_paper, after.per_paper))
    means = [np.maximum(np.mean(columns, axis=0), 0.0) for columns in losses.values()]
    return np.sum(means, axis=0) if means else np.zeros(len(a.ids))


def _is_harm(metric: Metric) -> bool:
    is_judged = metric.judges_papers and metric.role != "diagnostic" and metric.task != "cost"
    return is_judged and metric.higher_is_better is not None


def _standardize_fall(before: Array, after: Array) -> Array:
    """Return A - B in standard deviations of the metric over papers; 0 for papers that lack a value."""
    values = np.concatenate((before, after))
    values = values[np.isfinite(values)]
    falls = np.nan_to_num(before - after, nan=0.0)
    return falls / values.std() if np.any(falls) else falls


def _compare(place: int, a: Scorecard, b: Scorecard, metric_harm: float) -> PaperComparison:
    new = tuple(
        (after.name, after.violations[place])
        for before, after in zip(a.guardrails, b.guardrails, strict=True)
        if after.violations[place] and not before.violations[place]
    )
    values = tuple(
        PaperValue(before.metric.name, _to_value(before.per_paper[place]), _to_value(after.per_paper[place]))
        for before, after in zip(a.columns, b.columns, strict=True)
    )
    return PaperComparison(a.ids[place], metric_harm + VIOLATION_HARM * len(new), values, new)


def _to_value(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
