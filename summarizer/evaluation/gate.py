"""The rule that decides whether B may replace A, from one-sided 95 % bounds of the differences.

Of each primary metric, with its margin: B is *non-inferior* if the loss is surely less than the margin; *worse* or *better* if it
surely is, after adjustment for the number of primaries. Non-inferiority needs no adjustment: all primaries must show it
(intersection-union test, R. L. Berger, 1982). Then:

    INCOMPLETE    papers, primaries or guardrails are missing: no verdict
    FAIL          a primary is worse and not non-inferior, a guardrail is broken, or B costs too much
    INCONCLUSIVE  else a primary is not non-inferior
    WARN          else a primary is worse, within its margin
    PASS          else; improved if a primary is better
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from summarizer.errors import ConfigurationError
from summarizer.evaluation.comparison import (
    CostComparison,
    GuardrailComparison,
    MetricComparison,
    MetricVerdict,
    Verdict,
)
from summarizer.evaluation.gate_config import COST_METRIC, CostTable, GateConfig, GateTable
from summarizer.evaluation.intervals import needed_n, needed_repeats

_EXIT_CODES: dict[Verdict, int] = {"PASS": 0, "WARN": 0, "FAIL": 3, "INCONCLUSIVE": 4, "INCOMPLETE": 5}


def to_exit_code(verdict: Verdict) -> int:
    """Return the exit code of a command that ends with this verdict."""
    return _EXIT_CODES[verdict]


def judge_metrics(
    metrics: Sequence[MetricComparison], config: GateConfig, *, repeats: int = 1
) -> tuple[MetricComparison, ...]:
    """Give each primary its margin, its verdict and what a clear verdict would take.

    Args:
        metrics: what the comparison found.
        config: margins.
        repeats: replies for each paper behind either run.

    Raises:
        ConfigurationError: a metric in which neither direction is better is gated.
    """
    tables = config.primaries
    return tuple(
        _judge_metric(entry, tables[entry.metric.name], repeats, config.eval.confidence)
        if entry.metric.name in tables
        else entry
        for entry in metrics
    )


def _judge_metric(entry: MetricComparison, table: GateTable, repeats: int, confidence: float) -> MetricComparison:
    if entry.metric.higher_is_better is None:
        raise ConfigurationError(f"{entry.metric.name} can't be gated: neither direction of it is better")
    entry = replace(entry, margin=table.margin, verdict=_find_verdict(entry, table.margin))
    if entry.standard_error is None or entry.gain is None:
        return entry
    known = (entry.n, entry.standard_error, table.margin + min(entry.gain, 0.0))
    more = None
    if table.within_sd is not None:
        more = needed_repeats(*known, within_sd=table.within_sd, repeats=repeats, confidence=confidence)
    return replace(entry, needed_n=needed_n(*known, confidence=confidence), needed_repeats=more)


def _find_verdict(entry: MetricComparison, margin: float) -> MetricVerdict:
    unadjusted, adjusted = entry.to_gain(entry.gate_interval), entry.to_gain(entry.adjusted)
    if unadjusted is None or adjusted is None:
        return "inconclusive"
    is_non_inferior = unadjusted.low > -margin
    if adjusted.high < 0:
        return "worse within margin" if is_non_inferior else "worse"
    if not is_non_inferior:
        return "inconclusive"
    return "better" if adjusted.low > 0 else "pass"


def judge_cost(metrics: Sequence[MetricComparison], table: CostTable | None) -> CostComparison | None:
    """Return what B costs against A; None where one of them was not priced."""
    name = table.metric if table else COST_METRIC
    entry = next((entry for entry in metrics if entry.metric.name == name), None)
    if entry is None or entry.a is None or entry.b is None or entry.difference is None:
        return None
    increase = entry.b / entry.a - 1 if entry.a > 0 else None
    limit = table.max_increase if table else None
    is_over = limit is not None and entry.difference > limit * entry.a
    return CostComparison(
        entry.metric, entry.a, entry.b, entry.difference, entry.interval, increase, limit, "fail" if is_over else "ok"
    )


def judge(
    metrics: Sequence[MetricComparison],
    guardrails: Sequence[GuardrailComparison],
    cost: CostComparison | None,
    *,
    is_complete: bool,
) -> tuple[Verdict, bool]:
    """Return the verdict of the gate, and whether it is a PASS that shows an improvement."""
    verdicts = {entry.verdict for entry in metrics}
    statuses = [*(entry.status for entry in guardrails), *([cost.status] if cost else [])]
    if not is_complete:
        return "INCOMPLETE", False
    if "worse" in verdicts or "fail" in statuses:
        return "FAIL", False
    if "inconclusive" in verdicts:
        return "INCONCLUSIVE", False
    if "worse within margin" in verdicts:
        return "WARN", False
    return "PASS", "better" in verdicts
