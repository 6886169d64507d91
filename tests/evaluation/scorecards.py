"""Small scorecards: a mean, a micro-F1 and an AUROC over made-up papers, and guardrails that some of them break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.metric import Column, Guardrail, Metric, Scorecard, Violation

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array


def compute_mean(weights: Array, statistics: Array) -> Array:
    """Return the weighted mean of the first statistic; the second counts the paper."""
    sums = weights @ statistics
    mean: Array = sums[:, 0] / sums[:, 1]
    return mean


def compute_f1(weights: Array, statistics: Array) -> Array:
    """Return micro-F1 from true positives, false positives and false negatives."""
    right, wrong, missed = (weights @ statistics).T
    f1: Array = 2 * right / (2 * right + wrong + missed)
    return f1


def compute_auroc(weights: Array, statistics: Array) -> Array:
    """Return the area under the ROC curve from whether a paper is relevant and its score."""
    is_relevant = statistics[:, 0] > 0
    gaps = statistics[is_relevant, 1][:, None] - statistics[~is_relevant, 1][None, :]
    wins = np.where(gaps > 0, 1.0, np.where(gaps == 0, 0.5, 0.0))
    relevant, other = weights[:, is_relevant], weights[:, ~is_relevant]
    auroc: Array = ((relevant @ wins) * other).sum(axis=1) / (relevant.sum(axis=1) * other.sum(axis=1))
    return auroc


MEAN = Metric("summary.rouge_l", "ROUGE-L", "summary", "primary", True, "rouge|v1", compute_mean)
F1 = Metric("tags.micro_f1", "micro-F1", "tags", "primary", True, "f1|v1", compute_f1)
AUROC = Metric("relevance.auroc", "AUROC", "relevance", "primary", True, "auroc|v1", compute_auroc)
ERROR = Metric("relevance.mae", "MAE", "relevance", "secondary", False, "mae|v1", compute_mean)
COST = Metric("cost.usd_per_1k", "USD per 1,000 papers", "cost", "diagnostic", False, "usd|v1", compute_mean, "USD")


def mean_column(values: Iterable[float], metric: Metric = MEAN) -> Column:
    """Return a column whose metric is the mean of these values."""
    per_paper = np.array(list(values), dtype=np.float64)
    return Column(metric, np.stack((per_paper, np.ones(len(per_paper))), axis=1), per_paper)


def guardrail(n: int, broken: Sequence[int] = (), name: str = "summary.unsupported_numbers") -> Guardrail:
    """Return a guardrail that the papers at these places break."""
    violation = (Violation("the number 5000 is not in the abstract", "5000"),)
    return Guardrail(name, "numbers", "summary", tuple(violation if place in broken else () for place in range(n)))


def scorecard(columns: Sequence[Column], guardrails: Sequence[Guardrail] = ()) -> Scorecard:
    """Return a scorecard over papers p000, p001 and so on, each in a group of its own; a third of them are relevant."""
    n = len(columns[0].per_paper)
    ids = tuple(f"p{place:03}" for place in range(n))
    strata = tuple("relevant" if place % 3 == 0 else "other" for place in range(n))
    return Scorecard(ids, ids, strata, tuple(columns), tuple(guardrails))


def random_scorecard(seed: int, n: int = 60, shift: float = 0.0) -> Scorecard:
    """Return five metrics, the price included, and a guardrail; the more `shift`, the better the scores are."""
    generator = np.random.default_rng(seed)
    right = generator.binomial(3, 0.7 + shift, n).astype(float)
    tags = np.stack((right, 3 - right, 3 - right), axis=1)
    is_relevant = np.arange(n) % 3 == 0
    ranked = np.stack((is_relevant, np.round(generator.normal(is_relevant * (1.5 + 4 * shift)), 1)), axis=1)
    columns = (
        mean_column(generator.normal(0.5 + shift, 0.15, n)),
        Column(F1, tags, right / 3),
        Column(AUROC, ranked.astype(np.float64), np.full(n, np.nan)),
        mean_column(np.abs(generator.normal(0.6 - shift, 0.3, n)), ERROR),
        mean_column(generator.gamma(9, 0.2, n), COST),
    )
    return scorecard(columns, [guardrail(n, broken=[place for place in range(n) if generator.random() < 0.05])])


def take(card: Scorecard, places: Sequence[int], *, ids: Sequence[str] | None = None) -> Scorecard:
    """Return a scorecard over the papers at these places, under other names if `ids` are given."""
    chosen = list(places)
    return Scorecard(
        tuple(ids or (card.ids[place] for place in chosen)),
        tuple(ids or (card.groups[place] for place in chosen)),
        tuple(card.strata[place] for place in chosen),
        tuple(
            replace(column, statistics=column.statistics[chosen], per_paper=column.per_paper[chosen])
            for column in card.columns
        ),
        tuple(replace(rule, violations=tuple(rule.violations[place] for place in chosen)) for rule in card.guardrails),
    )


def gate_config(*, bootstrap: int = 1000, **tables: object) -> GateConfig:
    """Return a gate over the three primaries, or with other tables."""
    default = {
        "gate": {
            "summary": {"primary": "rouge_l", "margin": 0.05},
            "tags": {"primary": "micro_f1", "margin": 0.1},
            "relevance": {"primary": "auroc", "margin": 0.2},
        },
        "eval": {"bootstrap": bootstrap},
    }
    return GateConfig.model_validate({**default, **tables})
