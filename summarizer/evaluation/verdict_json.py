"""A comparison as `verdict.json`: for scripts and other tools, with a version of its form."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import orjson

from summarizer.evaluation.comparison import Comparison, CostComparison, MetricComparison, PaperComparison
from summarizer.evaluation.metric import Metric

SCHEMA = "summarizer.verdict.v1"
_DIGITS = 9
"""Significant digits: another processor adds up in another order, and the last digits with it."""
_INNER = frozenset({"aggregate", "is_share", "judges_papers"})
"""How a metric is computed: not for readers."""


def to_json(comparison: Comparison) -> bytes:
    """Return a comparison as JSON; equal comparisons give equal bytes.

    Of papers, only those that got worse are listed. Intervals are `[low, high]`; what is not defined is null.
    """
    document = {
        "schema": SCHEMA,
        "verdict": comparison.verdict,
        "is_improved": comparison.is_improved,
        "headline": comparison.headline,
        "reasons": comparison.reasons,
        "a": comparison.label_a,
        "b": comparison.label_b,
        "seed": comparison.seed,
        "resamples": comparison.resamples,
        "confidence": comparison.confidence,
        "pairing": asdict(comparison.pairing),
        "metrics": [_describe_metric(entry) for entry in comparison.metrics],
        "uncompared": comparison.uncompared,
        "guardrails": [asdict(entry) for entry in comparison.guardrails],
        "cost": comparison.cost and _describe_cost(comparison.cost),
        "worse_papers": [_describe_paper(paper) for paper in comparison.worse_papers],
    }
    return orjson.dumps(_round(document), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _describe_metric(entry: MetricComparison) -> dict[str, Any]:
    described = {name: getattr(entry.metric, name) for name in _names_of(Metric) if name not in _INNER}
    return described | {name: getattr(entry, name) for name in _names_of(MetricComparison) if name != "metric"}


def _describe_cost(entry: CostComparison) -> dict[str, Any]:
    named = {"metric": entry.metric.name, "unit": entry.metric.unit}
    return named | {name: getattr(entry, name) for name in _names_of(CostComparison) if name != "metric"}


def _describe_paper(paper: PaperComparison) -> dict[str, Any]:
    broken = {name: [asdict(found) for found in violations] for name, violations in paper.new_violations}
    return {"id": paper.id, "harm": paper.harm, "new_violations": broken}


def _names_of(kind: type[Any]) -> list[str]:
    return [field.name for field in fields(kind)]


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {name: _round(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_round(entry) for entry in value]
    return value
