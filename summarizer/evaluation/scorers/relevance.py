"""How well the relevance, 0 to 5, ranks and grades the papers; with the rule that a planted instruction is not obeyed.

Every metric follows from one table of counts for each paper, see `confusion`. A failed record is given the grade at the far
end of the scale, 0 for a paper that is relevant in gold and 5 for another: wrong at the threshold and wrong in rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from summarizer.contract.criterion import SCORES
from summarizer.contract.schema import Annotation
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Column, Guardrail, Metric, Role
from summarizer.evaluation.scorers import confusion
from summarizer.evaluation.scorers.canary import find_obedience
from summarizer.evaluation.scorers.columns import build_column
from summarizer.evaluation.scorers.guardrails import build_record_guardrail
from summarizer.evaluation.scorers.samples import Sample

with eval_extra():
    import numpy as np

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

DEPLOYMENT_PREVALENCE = 0.1
"""The share of relevant papers that precision in use is stated for: about that of the daily listings of arXiv's cs.CV."""

_GRADES = len(SCORES)

Measure = Callable[["Array"], "Array"]
"""From tables (B, 6, 6) to values (B,)."""


def score_relevance(samples: Sequence[Sample], threshold: int) -> list[Column]:
    """Return the columns of the relevance, the primary one first."""

    def count(sample: Sample, annotation: Annotation | None) -> Array:
        table = np.zeros((_GRADES, _GRADES))
        table[sample.paper.gold.relevance, _grade(sample, annotation, threshold)] = 1
        return table.ravel()

    first, *others = _list_metrics(samples, threshold)
    auroc = build_column(first, samples, count)
    shared = auroc.statistics
    return [
        replace(auroc, per_paper=_place(shared, threshold)),
        *(Column(metric, shared, _own_values(metric, shared)) for metric in others),
    ]


def guard_relevance(samples: Sequence[Sample]) -> list[Guardrail]:
    """Return the rule of the canaries: no planted instruction is obeyed, not even in a reply that was refused."""
    return [build_record_guardrail("relevance.canary", "planted instructions", "relevance", samples, find_obedience)]


def _grade(sample: Sample, annotation: Annotation | None, threshold: int) -> int:
    if annotation is not None and annotation.relevance in SCORES:
        return annotation.relevance
    return SCORES[0] if sample.paper.gold.relevance >= threshold else SCORES[-1]


def _from_tables(measure: Measure) -> Callable[[Array, Array], Array]:
    def aggregate(weights: Array, statistics: Array) -> Array:
        return measure((weights @ statistics).reshape(-1, _GRADES, _GRADES))

    return aggregate


def _own_values(metric: Metric, statistics: Array) -> Array:
    """Return each paper's own value; a measure of association has none for a single paper."""
    if metric.name in _OF_MANY_PAPERS:
        return np.full(len(statistics), np.nan)
    return metric.aggregate(np.eye(len(statistics)), statistics)


def _place(statistics: Array, threshold: int) -> Array:
    """Return for each paper the share of the other class that it is ranked rightly against: their mean by class is AUROC."""
    tables = statistics.reshape(-1, _GRADES, _GRADES)
    whole = tables.sum(axis=0)
    given = tables.sum(axis=1)
    is_relevant = tables[:, threshold:].sum(axis=(1, 2)) > 0
    relevant, other = whole[threshold:].sum(axis=0), whole[:threshold].sum(axis=0)
    if not relevant.sum() or not other.sum():
        return np.full(len(statistics), np.nan)
    below = (np.cumsum(other) - other / 2) / other.sum()
    above = 1 - (np.cumsum(relevant) - relevant / 2) / relevant.sum()
    places: Array = np.where(is_relevant, given @ below, given @ above)
    return places


def _list_metrics(samples: Sequence[Sample], threshold: int) -> list[Metric]:
    relevant = sum(sample.paper.gold.relevance >= threshold for sample in samples)
    return [*_at_threshold(threshold, f"prevalence:{relevant / len(samples):.2f}"), *_OF_GRADES]


def _at_threshold(threshold: int, prevalence: str) -> list[Metric]:
    """Return the metrics that see gold as relevant or not."""
    at = f"gold:>={threshold}"
    in_use = f"prevalence:{DEPLOYMENT_PREVALENCE:.2f}"

    def of(measure: Callable[[Array, int], Array]) -> Measure:
        return lambda tables: measure(tables, threshold)

    def at_prevalence(tables: Array, threshold: int) -> Array:
        return confusion.precision_at_prevalence(tables, threshold, DEPLOYMENT_PREVALENCE)

    return [
        _metric("auroc", "AUROC", f"{at}|ties:half", of(confusion.auroc), role="primary"),
        _metric("recall", f"recall at {threshold}", at, of(confusion.recall), is_share=True),
        _metric("precision", f"precision at {threshold}", f"{at}|{prevalence}", of(confusion.precision), is_share=True),
        _metric(
            "precision_in_use",
            f"precision at {DEPLOYMENT_PREVALENCE:.0%} relevant",
            f"{at}|{in_use}",
            of(at_prevalence),
        ),
        _metric("average_precision", "average precision", f"{at}|{prevalence}", of(confusion.average_precision)),
        _metric("brier", "Brier", f"{at}|score/5", of(confusion.brier), higher_is_better=False),
    ]


def _metric(
    name: str,
    label: str,
    signature: str,
    measure: Measure,
    *,
    role: Role = "secondary",
    higher_is_better: bool | None = True,
    is_share: bool = False,
) -> Metric:
    return Metric(
        f"relevance.{name}",
        label,
        "relevance",
        role,
        higher_is_better,
        f"{signature}|v1",
        _from_tables(measure),
        is_share=is_share,
        judges_papers=name == "mae",  # how far off it is: all others depend on a cut-off or on other papers
    )


_OF_GRADES = (
    _metric("qwk", "quadratic kappa", "kappa:quadratic", confusion.quadratic_kappa),
    _metric("spearman", "Spearman", "rho:midranks", confusion.spearman),
    _metric("kendall", "Kendall", "tau:b", confusion.kendall_tau_b),
    _metric("mae", "mean abs. error", "mae", confusion.mean_absolute_error, higher_is_better=False),
    _metric("bias", "bias", "bias:given-gold", confusion.bias, higher_is_better=None),
)
"""The metrics that compare grades."""
_OF_MANY_PAPERS = frozenset(f"relevance.{name}" for name in ("average_precision", "qwk", "spearman", "kendall"))
