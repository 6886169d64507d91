"""The guardrails of two paired scorecards: what is newly broken, what is fixed, and whether that may ship."""

from __future__ import annotations

from summarizer.evaluation.comparison import GuardrailComparison, NewViolation, Status
from summarizer.evaluation.gate_config import GateConfig, Rule
from summarizer.evaluation.intervals import bonett_price, mcnemar_p_value, wilson
from summarizer.evaluation.metric import Guardrail, Scorecard


def compare_guardrails(a: Scorecard, b: Scorecard, config: GateConfig) -> tuple[GuardrailComparison, ...]:
    """Compare and judge the guardrails of two scorecards over the same papers.

    Args:
        a: the baseline.
        b: with the papers and guardrails of `a`, in its order.
        config: rules and waivers.
    """
    return tuple(
        _compare(first, second, a.ids, config) for first, second in zip(a.guardrails, b.guardrails, strict=True)
    )


def _compare(a: Guardrail, b: Guardrail, ids: tuple[str, ...], config: GateConfig) -> GuardrailComparison:
    rows = list(zip(ids, a.violations, b.violations, strict=True))
    new = tuple(
        NewViolation(paper_id, after, config.find_waiver(b.name, paper_id))
        for paper_id, before, after in rows
        if after and not before
    )
    fixed = tuple(paper_id for paper_id, before, after in rows if before and not after)
    n, clean_a = len(rows), sum(not before for _, before, _ in rows)
    clean_b = clean_a - len(new) + len(fixed)
    rule = config.guard.get(b.name, "no_new")
    broken = tuple(paper_id for paper_id, _, after in rows if after and config.find_waiver(b.name, paper_id) is None)
    confidence = config.eval.confidence
    return GuardrailComparison(
        name=b.name,
        label=b.label,
        task=b.task,
        rule=rule,
        n=n,
        clean_a=clean_a,
        clean_b=clean_b,
        a_interval=wilson(clean_a, n, confidence),
        b_interval=wilson(clean_b, n, confidence),
        difference_interval=bonett_price(len(new), len(fixed), n, confidence),
        p_value=mcnemar_p_value(len(new), len(fixed)),
        new=new,
        fixed=fixed,
        broken=broken,
        status=_judge(rule, new, n - len(broken), n, confidence),
    )


def _judge(rule: Rule, new: tuple[NewViolation, ...], accepted: int, n: int, confidence: float) -> Status:
    if rule == "no_new":
        return "fail" if any(found.waiver is None for found in new) else "ok"
    if (
        accepted == n or rule == 1
    ):  # no interval reaches 1, and that of few papers no floor: no more than all can be asked for
        return "ok" if accepted == n else "fail"
    return "ok" if wilson(accepted, n, confidence).low >= rule else "fail"
