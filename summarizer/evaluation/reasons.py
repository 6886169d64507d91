"""Why the gate decided as it did: one sentence for each finding, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarizer.evaluation.comparison import (
    CostComparison,
    GuardrailComparison,
    MetricComparison,
    MetricVerdict,
    Pairing,
)
from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.intervals import POWER, needed_n, supported_margin

_NAMED = 3
"""Papers that a sentence names; reports list them all."""
_HIGH_POWER = 0.95


def explain_gaps(pairing: Pairing, unscored: Sequence[str], config: GateConfig) -> Iterator[str]:
    """Yield why no verdict can be given; nothing if one can."""
    if pairing.missing_count > (max_missing := config.eval.max_missing):
        yield (
            f"Papers are missing: {len(pairing.a_only)} were scored only in A, {len(pairing.b_only)} only in B, "
            f"{len(pairing.missing)} in neither, and {max_missing} may be."
        )
    for name in unscored:
        yield f"{name} is gated, but was not scored in both runs."
    if not config.primaries:
        yield "No primary metric is gated."


def explain_verdict(
    metrics: Sequence[MetricComparison],
    guardrails: Sequence[GuardrailComparison],
    cost: CostComparison | None,
    config: GateConfig,
) -> tuple[str, ...]:
    """Return what the verdict rests on, or that nothing was found; then what the gate could not or hardly look at."""

    def explain(verdict: MetricVerdict) -> list[str]:
        return [_explain_metric(entry) for entry in metrics if entry.verdict == verdict]

    failed = [_explain_guardrail(entry) for entry in guardrails if entry.status == "fail"]
    dear = [_explain_cost(cost)] if cost and cost.status == "fail" else []
    reasons = [*failed, *explain("worse"), *dear, *explain("inconclusive"), *explain("worse within margin")]
    reasons += explain("better")
    notes = [
        note
        for entry in metrics
        if entry.verdict == "inconclusive"
        for note in _explain_margin(entry, config.eval.confidence)
    ]
    accepted = [_explain_accepted(entry) for entry in guardrails if entry.status == "ok" and entry.new]
    notes += accepted
    if config.cost and not cost:
        notes.append(f"Cost was not looked at: {config.cost.metric} is not known of both runs.")
    nothing = f"No primary metric lost its margin, and no guardrail {'fails' if accepted else 'is newly broken'}."
    return (*(reasons or [nothing]), *notes)


def _explain_metric(entry: MetricComparison) -> str:
    if entry.difference is None or entry.gate_interval is None:
        return f"{_name(entry)} is not defined over these papers."
    found = "can't be told from its margin" if entry.verdict == "inconclusive" else f"is {entry.verdict}"
    low, high = entry.gate_interval
    need = f"; {_explain_need(entry)}" if entry.verdict == "inconclusive" else ""
    return f"{_name(entry)} {found}: {entry.difference:+.3f} [{low:+.3f}, {high:+.3f}], margin {entry.margin:g}{need}."


def _explain_need(entry: MetricComparison) -> str:
    if entry.needed_n is None:
        return "if the loss is as large as seen, no number of papers would do"
    repeats = f", or {entry.needed_repeats} replies for each" if entry.needed_repeats else ""
    return f"about {entry.needed_n:,} papers needed, {entry.n:,} scored{repeats}"


def _explain_margin(entry: MetricComparison, confidence: float) -> Iterator[str]:
    """Yield that a margin is too small, where equal prompts too would often be found beyond it."""
    error, margin = entry.standard_error, entry.margin
    if error is None or margin is None or (supported := supported_margin(error, confidence=confidence)) <= margin:
        return
    often, surely = (
        needed_n(entry.n, error, margin, power=power, confidence=confidence) for power in (POWER, _HIGH_POWER)
    )
    yield (
        f"{_name(entry)}: these {entry.n:,} papers support no margin under {supported:.3f}; for {margin:g}, "
        f"equal prompts pass 80 % of the time with {often:,} papers, 95 % with {surely:,}."
    )


def _name(entry: MetricComparison) -> str:
    return f"{entry.metric.task.capitalize()} {entry.metric.label}"


def _explain_guardrail(entry: GuardrailComparison) -> str:
    if entry.rule == "no_new":
        broken = [found.id for found in entry.new if found.waiver is None]
        return f"{len(broken)} {'paper' if len(broken) == 1 else 'papers'} newly broke {entry.name!r}: {_list(broken)}."
    asked = "every paper must" if entry.rule == 1 else f"surely {entry.rule:.1%} must, which is not shown"
    return f"{entry.n - len(entry.broken)} of {entry.n} papers keep {entry.name!r}, {asked}: not {_list(entry.broken)}."


def _explain_accepted(entry: GuardrailComparison) -> str:
    broken, count = _list([found.id for found in entry.new]), len(entry.new)
    why = "all waived" if len(entry.waived) == count else "which its floor admits"
    return f"{count} {'paper' if count == 1 else 'papers'} newly broke {entry.name!r}, {why}: {broken}."


def _list(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"{', '.join(ids[:_NAMED])}{more}"


def _explain_cost(cost: CostComparison) -> str:
    if cost.increase is None:
        return f"B costs {cost.b:.3g} {cost.metric.label}, A nothing."
    return f"B costs {cost.increase:+.0%} ({cost.metric.label}); {cost.max_increase:+.0%} is the limit."
