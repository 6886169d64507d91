"""Compare two scorecards and judge: `compare` for two runs, `summarize` for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from summarizer.errors import EvaluationError
from summarizer.evaluation.bootstrap import draw_weights, evaluate, resample
from summarizer.evaluation.comparison import Comparison, Interval
from summarizer.evaluation.estimates import count_papers, find_value_interval, to_number
from summarizer.evaluation.gate import judge, judge_cost, judge_metrics
from summarizer.evaluation.gate_config import EvalTable, GateConfig
from summarizer.evaluation.guardrail_comparison import compare_guardrails
from summarizer.evaluation.harm import compare_papers
from summarizer.evaluation.metric import Metric, Scorecard
from summarizer.evaluation.metric_comparison import compare_metrics
from summarizer.evaluation.pairing import Paired, pair_scorecards, select_papers
from summarizer.evaluation.reasons import explain_gaps, explain_verdict


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """One metric of one run."""

    metric: Metric
    value: float | None
    """None where it is not defined over these papers."""
    interval: Interval | None
    """None too where no resample differs: then nothing is known of the spread."""
    n: int
    """Papers that have a value of their own; all papers where the metric has only one over all of them."""


def summarize(card: Scorecard, table: EvalTable | None = None) -> tuple[MetricSummary, ...]:
    """Return each metric of one run with its interval, in the order of the scorecard.

    Args:
        card: of the run.
        table: seed, resamples and confidence.

    Raises:
        EvaluationError: nothing was scored.
    """
    if not card.ids or not card.columns:
        raise EvaluationError("nothing was scored")
    table, card = table or EvalTable(), select_papers(card, sorted(card.ids))
    weights = draw_weights(card.groups, card.strata, resamples=table.bootstrap, seed=table.seed)
    resampled = resample(card.columns, weights)
    return tuple(
        MetricSummary(
            column.metric,
            to_number(value),
            find_value_interval(column, draws, table.confidence, is_grouped=card.has_shared_groups),
            count_papers(column),
        )
        for column, value, draws in zip(card.columns, evaluate(card.columns), resampled.T, strict=True)
    )


def compare(
    a: Scorecard,
    b: Scorecard,
    *,
    config: GateConfig,
    labels: tuple[str, str] = ("A", "B"),
    missing_a: Collection[str] = (),
    missing_b: Collection[str] = (),
    repeats: int = 1,
) -> Comparison:
    """Compare run B with run A over the papers that both scored. Equal arguments give an equal result.

    Args:
        a: the baseline.
        b: what may replace it.
        config: margins, rules, waivers, seed, resamples.
        labels: what A and B are, for reports.
        missing_a: ids that run A should have scored and could not, for want of a reply.
        missing_b: the same of run B.
        repeats: replies for each paper behind either scorecard.

    Returns:
        also where papers are missing: then the differences stand, without a verdict.

    Raises:
        ConfigurationError: a metric in which neither direction is better is gated.
        EvaluationError: the runs share fewer than two papers or no metric, or were scored by other rules or other labels.
    """
    paired = pair_scorecards(a, b, {*missing_a, *missing_b})
    gaps = tuple(explain_gaps(paired.pairing, _list_unscored(paired, a, b, config), config))
    measured = compare_metrics(paired.a, paired.b, config.eval, primaries=config.primaries)
    metrics = judge_metrics(measured, config, repeats=repeats)
    guardrails = compare_guardrails(paired.a, paired.b, config)
    cost = judge_cost(metrics, config.cost)
    verdict, is_improved = judge(metrics, guardrails, cost, is_complete=not gaps)
    return Comparison(
        label_a=labels[0],
        label_b=labels[1],
        pairing=paired.pairing,
        metrics=metrics if not gaps else tuple(replace(entry, verdict=None) for entry in metrics),
        uncompared=paired.uncompared,
        guardrails=guardrails,
        papers=compare_papers(paired.a, paired.b),
        cost=cost,
        verdict=verdict,
        is_improved=is_improved,
        reasons=gaps or explain_verdict(metrics, guardrails, cost, config),
        seed=config.eval.seed,
        resamples=config.eval.bootstrap,
        confidence=config.eval.confidence,
    )


def _list_unscored(paired: Paired, a: Scorecard, b: Scorecard, config: GateConfig) -> list[str]:
    """Return what is gated and cannot be judged: every guardrail of either run is gated, named in the file or not."""
    metrics = {column.metric.name for column in paired.a.columns}
    both = {rule.name for rule in paired.a.guardrails}
    wanted = dict.fromkeys((*config.guard, *(rule.name for card in (a, b) for rule in card.guardrails)))
    return [
        *(name for name in config.primaries if name not in metrics),
        *(name for name in wanted if name not in both),
    ]
