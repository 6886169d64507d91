"""Facts about the rule: which bounds give which verdict, what stands above what, and the exit codes."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from summarizer.errors import ConfigurationError
from summarizer.evaluation.comparison import (
    CostComparison,
    GuardrailComparison,
    Interval,
    MetricComparison,
    MetricVerdict,
    Verdict,
)
from summarizer.evaluation.gate import judge, judge_cost, judge_metrics, to_exit_code
from summarizer.evaluation.gate_config import CostTable, EvalTable, GateConfig
from summarizer.evaluation.guardrail_comparison import compare_guardrails
from summarizer.evaluation.metric import Metric
from tests.evaluation.scorecards import COST, ERROR, MEAN, gate_config, guardrail, mean_column, scorecard

MARGIN = 0.05


def entry(
    gate: tuple[float, float] | None, adjusted: tuple[float, float] | None = None, metric: Metric = MEAN
) -> MetricComparison:
    """Return a difference in the middle of its unadjusted bounds, the adjusted ones a fifth wider unless given."""
    middle, half = ((gate[0] + gate[1]) / 2, (gate[1] - gate[0]) / 2) if gate else (None, 0.0)
    wider = adjusted or (middle is not None and (middle - 1.2 * half, middle + 1.2 * half)) or None
    unadjusted = Interval(*gate) if gate else None
    return MetricComparison(
        metric=metric,
        n=100,
        a=0.5,
        b=None if middle is None else 0.5 + middle,
        difference=middle,
        a_interval=None,
        b_interval=None,
        interval=unadjusted,
        gate_interval=unadjusted,
        simultaneous=None,
        adjusted=Interval(*wider) if wider else None,
        p_value=1.0,
        sd=10 * half / 1.645 if gate else None,
        mde=None,
        margin=None,
        needed_n=None,
        needed_repeats=None,
        verdict=None,
    )


def config(metric: Metric = MEAN, **table: object) -> GateConfig:
    task, _, name = metric.name.partition(".")
    return gate_config(gate={task: {"primary": name, "margin": MARGIN, **table}})


def judged(found: MetricComparison, **table: object) -> MetricComparison:
    (result,) = judge_metrics([found], config(found.metric, **table))
    return result


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.02, 0.02, "pass"),
        (-0.049, 0.03, "pass"),
        (-0.051, 0.03, "inconclusive"),
        (-0.05, 0.05, "inconclusive"),
        (-0.04, -0.01, "worse within margin"),
        (-0.04, -0.002, "pass"),
        (-0.09, -0.03, "worse"),
        (-0.2, 0.1, "inconclusive"),
        (0.01, 0.04, "better"),
        (0.002, 0.04, "pass"),
        (0.0, 0.0, "pass"),
    ],
)
def test_bounds_give_the_verdict(low: float, high: float, verdict: MetricVerdict) -> None:
    assert judged(entry((low, high))).verdict == verdict


def test_the_verdicts_of_a_metric_where_lower_is_better_are_mirrored() -> None:
    assert judged(entry((0.03, 0.09), metric=ERROR)).verdict == "worse"
    assert judged(entry((-0.04, -0.01), metric=ERROR)).verdict == "better"
    assert judged(entry((-0.2, 0.049), metric=ERROR)).verdict == "pass"


def test_being_worse_is_read_from_the_adjusted_bounds_and_the_margin_from_the_others() -> None:
    assert judged(entry((-0.049, -0.01), adjusted=(-0.06, 0.001))).verdict == "pass"
    assert judged(entry((-0.051, -0.01), adjusted=(-0.06, 0.001))).verdict == "inconclusive"
    assert judged(entry((-0.051, -0.01), adjusted=(-0.06, -0.001))).verdict == "worse"


def test_a_metric_that_is_not_defined_is_inconclusive() -> None:
    found = judged(entry(None))

    assert found.verdict == "inconclusive"
    assert (found.needed_n, found.margin) == (None, MARGIN)


def test_metrics_that_are_not_gated_are_left_as_they_are() -> None:
    other = entry((-0.9, -0.8), metric=replace(MEAN, name="summary.rouge_1"))

    assert judge_metrics([other], config()) == (other,)


def test_a_metric_without_a_better_direction_can_not_be_gated() -> None:
    with pytest.raises(ConfigurationError, match="neither direction"):
        judged(entry((0.0, 0.1), metric=replace(MEAN, higher_is_better=None)))


def test_an_inconclusive_metric_needs_more_papers_than_it_has() -> None:
    found = judged(entry((-0.06, 0.04)))

    # Half width .05 is a standard error of .0304; a loss of .01 leaves .04: 100 x (2.486 x .0304 / .04)^2.
    assert found.needed_n == 357
    assert found.needed_repeats is None


def test_a_lower_confidence_needs_fewer_papers() -> None:
    (found,) = judge_metrics([entry((-0.06, 0.04))], config().model_copy(update={"eval": EvalTable(confidence=0.8)}))

    # One-sided 80 % and power .8: (0.842 + 0.842)^2 in place of (1.645 + 0.842)^2.
    assert found.needed_n == 164


def test_a_gain_is_not_counted_on_when_papers_are_counted() -> None:
    assert judged(entry((-0.05, 0.05))).needed_n == judged(entry((-0.03, 0.07))).needed_n


def test_a_loss_at_its_margin_needs_no_number_of_papers() -> None:
    assert judged(entry((-0.12, 0.0))).needed_n is None


def test_repeats_are_named_where_their_noise_is_known() -> None:
    # The whole standard deviation of .304 is noise of replies: each repeat saves as much as a paper.
    found = judged(entry((-0.06, 0.04)), within_sd=0.304 / 2**0.5)

    assert found.needed_repeats == 4


def guarded(
    broken_a: list[int], broken_b: list[int], n: int = 40, guard: object = None, waived: int | None = None
) -> GuardrailComparison:
    name = "summary.unsupported_numbers"
    waiver = [] if waived is None else [{"id": f"p{waived:03}", "guardrail": name, "reason": "a difference"}]
    gate = gate_config(guard={} if guard is None else {name: guard}, waiver=tuple(waiver))
    column = mean_column([0.5] * n)
    a, b = (scorecard([column], [guardrail(n, broken, name)]) for broken in (broken_a, broken_b))
    (found,) = compare_guardrails(a, b, gate)
    return found


def test_a_paper_that_newly_breaks_a_guardrail_fails_it() -> None:
    found = guarded([3], [3, 5])

    assert found.status == "fail"
    assert [(new.id, new.waiver) for new in found.new] == [("p005", None)]
    assert (found.n, found.clean_a, found.clean_b, found.fixed) == (40, 39, 38, ())


def test_the_interval_of_the_clean_share_is_below_zero_where_many_papers_newly_break_it() -> None:
    low, high = guarded([], list(range(12))).difference_interval

    assert -0.5 < low < high < 0


def test_papers_that_broke_a_guardrail_before_do_not_fail_it() -> None:
    found = guarded([3, 5], [3])

    assert found.status == "ok"
    assert (found.fixed, found.broken) == (("p005",), ("p003",))
    assert (found.clean_a, found.clean_b) == (38, 39)


def test_a_waived_paper_is_shown_and_does_not_fail() -> None:
    found = guarded([], [5], waived=5)

    assert found.status == "ok"
    assert [(new.id, new.waiver) for new in found.waived] == [("p005", "a difference")]
    assert found.broken == ()


def test_a_waiver_covers_its_paper_alone() -> None:
    assert guarded([], [5, 6], waived=5).status == "fail"


def test_a_floor_of_one_asks_for_every_paper_whatever_was_before() -> None:
    assert guarded([5], [5], guard=1.0).status == "fail"
    assert guarded([5], [], guard=1.0).status == "ok"
    assert guarded([], [5], guard=1.0, waived=5).status == "ok"


def test_a_floor_is_held_against_the_lower_bound() -> None:
    # Of 40 papers, 40 clean: at least 91.2 %; 39 clean: at least 87.1 %.
    assert guarded([], [], guard=0.9).status == "ok"
    assert guarded([], [5], guard=0.9).status == "fail"
    assert guarded([], [5], guard=0.87).status == "ok"


def test_a_small_set_in_which_every_paper_is_clean_meets_any_floor() -> None:
    # Of 8 papers, 8 clean: at least 67.6 %, so no floor above could ever be met.
    assert guarded([], [], n=8, guard=0.85).status == "ok"
    assert guarded([], [5], n=8, guard=0.85).status == "fail"


def test_a_guardrail_that_nothing_breaks_still_has_an_interval() -> None:
    found = guarded([], [])

    assert found.difference_interval.low < 0 < found.difference_interval.high
    assert found.b_interval.low < 1
    assert found.p_value == 1


@pytest.mark.parametrize(
    ("a", "b", "status", "increase"),
    [
        (2.0, 2.4, "ok", 0.2),
        (2.0, 2.6, "fail", 0.3),
        (2.0, 1.0, "ok", -0.5),
        (0.0, 0.0, "ok", None),
        (0.0, 0.1, "fail", None),
    ],
)
def test_cost_may_rise_by_a_share(a: float, b: float, status: str, increase: float | None) -> None:
    priced = replace(entry((0.0, 0.0), metric=COST), a=a, b=b, difference=b - a)
    cost = judge_cost([priced], CostTable(max_increase=0.25))

    assert cost is not None
    assert cost.status == status
    assert cost.increase == (None if increase is None else pytest.approx(increase))


def test_cost_without_a_limit_is_shown() -> None:
    cost = judge_cost([replace(entry((0.0, 0.0), metric=COST), a=1.0, b=9.0, difference=8.0)], None)

    assert cost is not None
    assert (cost.status, cost.max_increase) == ("ok", None)


def test_runs_without_a_price_have_no_cost() -> None:
    assert judge_cost([entry((0.0, 0.1))], CostTable(max_increase=0.25)) is None


def verdict_of(
    *found: MetricVerdict, guard: bool = True, cost: bool = True, complete: bool = True
) -> tuple[Verdict, bool]:
    metrics = [replace(entry((0.0, 0.0)), verdict=verdict) for verdict in found]
    rule = guarded([], [] if guard else [1])
    price = CostComparison(COST, 1.0, 2.0, 1.0, None, 1.0, 0.5, "ok" if cost else "fail")
    return judge(metrics, [rule], price, is_complete=complete)


def test_verdicts_stand_in_their_order() -> None:
    assert verdict_of("worse", "inconclusive", "better", complete=False) == ("INCOMPLETE", False)
    assert verdict_of("worse", "inconclusive", "better") == ("FAIL", False)
    assert verdict_of("better", guard=False) == ("FAIL", False)
    assert verdict_of("better", cost=False) == ("FAIL", False)
    assert verdict_of("worse within margin", "inconclusive", "better") == ("INCONCLUSIVE", False)
    assert verdict_of("worse within margin", "better") == ("WARN", False)
    assert verdict_of("pass", "better") == ("PASS", True)
    assert verdict_of("pass", "pass") == ("PASS", False)


def test_every_verdict_has_its_exit_code() -> None:
    codes = {verdict: to_exit_code(verdict) for verdict in get_args(Verdict)}

    assert codes == {"PASS": 0, "WARN": 0, "FAIL": 3, "INCONCLUSIVE": 4, "INCOMPLETE": 5}
