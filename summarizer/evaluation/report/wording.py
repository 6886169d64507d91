"""What reports say in words, the same on the page, in Markdown and in JUnit."""

from __future__ import annotations

from collections.abc import Sequence

from summarizer.evaluation.comparison import Comparison, GuardrailComparison, MetricComparison, Verdict
from summarizer.evaluation.report.numbers import NONE, find_scale, format_interval, format_number, format_share
from summarizer.evaluation.runs import Manifest
from summarizer.evaluation.scored import Standing

TASKS = {
    "structure": "Reply",
    "summary": "Summary",
    "tags": "Tags",
    "relevance": "Relevance",
    "translation": "Translation",
    "cost": "Cost",
}
"""Headings, in the order of reports."""

_ANSWERS: dict[Verdict, str] = {
    "PASS": "B may ship.",
    "WARN": "B may ship, but something got worse, within its margin.",
    "FAIL": "B may not ship.",
    "INCONCLUSIVE": "Not decided: these papers can't tell whether B may ship.",
    "INCOMPLETE": "No verdict: there is not enough to judge.",
}


def say_answer(comparison: Comparison) -> str:
    """Return what the verdict means for the change."""
    return "B may ship, and is better." if comparison.is_improved else _ANSWERS[comparison.verdict]


def say_set(manifest: Manifest) -> str:
    """Return which papers were read."""
    reads = f", test read #{manifest.test_reads}" if manifest.test_reads else ""
    return f"{manifest.split} split, {len(manifest.papers)} papers, gold {manifest.gold_sha[:8]}{reads}"


def say_factors(factors: Sequence[str]) -> str:
    """Return what changed, and whether that can explain a difference."""
    if len(factors) > 1:
        names = f"{', '.join(factors[:-1])} and {factors[-1]}"
        return f"Confounded: {len(factors)} factors changed ({names}), so no difference has a known cause."
    return f"One factor changed: {factors[0]}." if factors else "Nothing changed but chance."


def say_difference(entry: MetricComparison) -> str:
    """Return a difference with its 95 % interval."""
    scale = find_scale(entry)
    difference = format_number(entry.difference, scale, sign=True)
    return f"{difference} {format_interval(entry.interval, scale, sign=True)}"


def say_gate(entry: MetricComparison) -> str:
    """Return a difference with the 90 % interval that the gate reads."""
    scale = find_scale(entry)
    difference = format_number(entry.difference, scale, sign=True)
    return f"{difference} {format_interval(entry.gate_interval, scale, sign=True)}"


def say_standing(standing: Standing, side: str) -> str:
    """Return how a run stands against a committed baseline."""
    if not standing.unbeaten:
        said = f"{side} beats {standing.baseline} in every primary metric that both have."
    else:
        found = [f"{entry.metric.task} {entry.metric.label} ({say_difference(entry)})" for entry in standing.unbeaten]
        said = f"{side} does not beat {standing.baseline} in {'; '.join(found)}."
    return f"{said} Not compared: {', '.join(standing.lacking)}." if standing.lacking else said


def say_rule(entry: GuardrailComparison) -> str:
    """Return what a guardrail asks for."""
    if entry.rule == "no_new":
        return "no new violation"
    return "every paper" if entry.rule == 1 else f"at least {entry.rule:.1%}"


def say_cost(comparison: Comparison) -> str:
    """Return what B costs for 1,000 papers."""
    cost = comparison.cost
    if cost is None:
        return NONE
    change = f" ({format_share(cost.increase)})" if cost.increase is not None else ""
    return f"${cost.a or 0:,.2f} \N{RIGHTWARDS ARROW} ${cost.b or 0:,.2f}{change}"
