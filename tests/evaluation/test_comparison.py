"""Facts about comparing two runs as a whole: symmetries, verdicts of known differences, and the same bytes each time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.compare import compare, summarize
from summarizer.evaluation.comparison import Comparison, MetricComparison
from summarizer.evaluation.gate_config import EvalTable
from summarizer.evaluation.metric import Column, Metric, Scorecard
from summarizer.evaluation.verdict_json import SCHEMA, to_json
from tests.evaluation.scorecards import (
    COST,
    ERROR,
    F1,
    MEAN,
    gate_config,
    guardrail,
    mean_column,
    random_scorecard,
    scorecard,
    take,
)

CONFIG = gate_config()
ONE_PRIMARY = gate_config(gate={"summary": {"primary": "rouge_l", "margin": 0.05}})


def run(a: Scorecard, b: Scorecard, **arguments: object) -> Comparison:
    return compare(a, b, **{"config": CONFIG, **arguments})  # type: ignore[arg-type]


def shifted(shift: float, n: int = 100, **columns: float) -> tuple[Scorecard, Scorecard]:
    """Return two runs whose means differ by `shift`, with a standard deviation of .1 between papers."""
    generator = np.random.default_rng(5)
    before, noise = generator.normal(0.5, 0.1, n), generator.normal(0, 0.1, n)
    after = before + noise - noise.mean() + shift
    prices = [[mean_column([price] * n, COST)] if (price := columns.get(side)) else [] for side in ("a", "b")]
    return scorecard([mean_column(before), *prices[0]], [guardrail(n)]), scorecard(
        [mean_column(after), *prices[1]], [guardrail(n)]
    )


def test_a_run_against_itself_is_a_pass_with_no_difference() -> None:
    card = random_scorecard(1)
    found = run(card, card)

    assert (found.verdict, found.is_improved) == ("PASS", False)
    assert [entry.difference for entry in found.metrics] == [0.0] * 5
    assert [entry.interval for entry in found.metrics] == [(0.0, 0.0)] * 5
    assert [entry.p_value for entry in found.metrics] == [1.0] * 5
    assert found.guardrails[0].difference_interval.low < 0 < found.guardrails[0].difference_interval.high
    assert found.worse_papers == ()
    assert found.headline == ("PASS – No primary metric lost its margin, and no guardrail is newly broken.")


def test_swapping_the_runs_negates_every_difference_and_mirrors_every_interval() -> None:
    a, b = random_scorecard(2), random_scorecard(3, shift=0.03)
    there, back = run(a, b), run(b, a)

    for forth, reverse in zip(there.metrics, back.metrics, strict=True):
        assert forth.difference is not None
        assert reverse.difference == -forth.difference
        assert (forth.a, forth.a_interval, forth.p_value) == (reverse.b, reverse.b_interval, reverse.p_value)
        for name in ("interval", "gate_interval", "simultaneous", "adjusted"):
            interval = getattr(forth, name)
            assert (interval is None) == (forth.margin is None and name == "adjusted")
            if interval is not None:
                assert getattr(reverse, name) == pytest.approx((-interval.high, -interval.low))
    assert there.guardrails[0].difference_interval == pytest.approx(back.guardrails[0].difference_interval.mirror())
    assert [new.id for new in there.guardrails[0].new] == list(back.guardrails[0].fixed)


def test_the_order_of_the_papers_changes_nothing() -> None:
    a, b = random_scorecard(2), random_scorecard(3)
    order = np.random.default_rng(4).permutation(60).tolist()

    assert to_json(run(take(a, order), take(b, order[::-1]))) == to_json(run(a, b))


def test_doubling_every_paper_changes_no_difference_and_narrows_intervals() -> None:
    a, b = random_scorecard(2), random_scorecard(3)
    ids = [f"p{place:03}" for place in range(120)]
    once = run(a, b)
    twice = run(*(take(card, [*range(60), *range(60)], ids=ids) for card in (a, b)))

    for single, double in zip(once.metrics, twice.metrics, strict=True):
        assert double.difference == pytest.approx(single.difference, abs=1e-12)
        assert single.interval is not None
        assert double.interval is not None
        ratio = (double.interval.high - double.interval.low) / (single.interval.high - single.interval.low)
        assert ratio == pytest.approx(2**-0.5, abs=0.08)


def test_copies_of_a_paper_in_its_group_narrow_no_interval() -> None:
    a, b = random_scorecard(2), random_scorecard(3)
    ids = [f"p{place:03}" for place in range(120)]

    def double(card: Scorecard) -> Scorecard:
        return replace(take(card, [*range(60), *range(60)], ids=ids), groups=card.groups * 2)

    for single, copied in zip(run(a, b).metrics, run(double(a), double(b)).metrics, strict=True):
        assert copied.interval == pytest.approx(single.interval)
        assert copied.gate_interval == pytest.approx(single.gate_interval)
        assert copied.p_value == single.p_value


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    a, b = random_scorecard(2), random_scorecard(3)
    other = gate_config(eval={"bootstrap": 1000, "seed": 7})

    assert to_json(run(a, b)) == to_json(run(a, b))
    assert to_json(run(a, b)) != to_json(run(a, b, config=other))


def test_a_primary_where_lower_is_better_is_the_mirror_of_one_where_higher_is() -> None:
    generator = np.random.default_rng(8)
    scores, before, after = generator.random(40), generator.gamma(1, 0.2, 40), generator.gamma(1, 0.3, 40)
    positive = replace(ERROR, higher_is_better=True)
    config = gate_config(
        gate={"relevance": {"primary": "mae", "margin": 0.01}, "summary": {"primary": "rouge_l", "margin": 0.01}}
    )

    def primary(metric: Metric, sign: float) -> MetricComparison:
        first, second = (
            scorecard([mean_column(values), mean_column(sign * errors, metric)])
            for values, errors in ((scores, before), (scores[::-1], after))
        )
        return run(first, second, config=config).metrics[1]

    errors, negated = primary(ERROR, 1), primary(positive, -1)

    assert errors.adjusted is not None
    assert negated.adjusted is not None
    assert errors.adjusted == pytest.approx((-negated.adjusted.high, -negated.adjusted.low))
    assert (errors.verdict, errors.needed_n) == (negated.verdict, negated.needed_n)
    assert errors.gain == pytest.approx(negated.gain)


def test_a_large_loss_fails_and_its_sentence_says_so() -> None:
    found = run(*shifted(-0.08), config=ONE_PRIMARY)

    assert found.verdict == "FAIL"
    assert found.primaries[0].verdict == "worse"
    assert found.headline.startswith("FAIL – Summary ROUGE-L is worse: -0.080 [-0.09")
    assert len(found.worse_papers) > 50


def test_a_small_sure_loss_warns() -> None:
    found = run(*shifted(-0.02), config=ONE_PRIMARY)

    assert found.verdict == "WARN"
    assert "worse within margin: -0.020" in found.headline


def test_a_sure_gain_passes_as_improved() -> None:
    found = run(*shifted(0.05), config=ONE_PRIMARY)

    assert (found.verdict, found.is_improved) == ("PASS", True)
    assert found.headline.startswith("PASS, improved – Summary ROUGE-L is better: +0.050 [+0.03")


def test_too_few_papers_are_inconclusive_and_the_needed_number_is_told() -> None:
    a, b = shifted(0.0, n=20)
    found = run(a, b, config=ONE_PRIMARY)
    narrow = run(*shifted(0.0), config=gate_config(gate={"summary": {"primary": "rouge_l", "margin": 0.01}}))

    assert narrow.verdict == "INCONCLUSIVE"
    assert found.primaries[0].n == 20
    reason, note = narrow.reasons
    assert reason.startswith("Summary ROUGE-L can't be told from its margin: ")
    assert re.search(r"margin 0\.01; about \d{3} papers needed, 100 scored\.$", reason)
    assert narrow.headline == f"INCONCLUSIVE – first of 2 findings: {reason}"
    assert re.fullmatch(
        r"Summary ROUGE-L: these 100 papers support no margin under 0\.02\d; for 0\.01, equal prompts pass 80 % of the "
        r"time with \d{3} papers, 95 % with 1,\d{3}\.",
        note,
    )


def test_a_needed_number_of_papers_is_enough_when_there_are_that_many() -> None:
    narrow = gate_config(gate={"summary": {"primary": "rouge_l", "margin": 0.015}})
    needed = run(*shifted(0.0), config=narrow).primaries[0].needed_n

    assert needed is not None
    assert run(*shifted(0.0, n=needed), config=narrow).verdict == "PASS"


def test_a_newly_broken_guardrail_fails_a_better_run() -> None:
    a, b = shifted(0.05)
    found = run(a, replace(b, guardrails=(guardrail(100, broken=[4]),)), config=ONE_PRIMARY)

    assert (found.verdict, found.is_improved) == ("FAIL", False)
    assert found.reasons[0] == "1 paper newly broke 'summary.unsupported_numbers': p004."
    assert found.papers[0].id == "p004" or found.papers[0].harm > 3
    assert [entry.name for entry in found.failed_guardrails] == ["summary.unsupported_numbers"]


def test_many_broken_papers_are_counted_and_three_named() -> None:
    a, b = shifted(0.0)
    found = run(a, replace(b, guardrails=(guardrail(100, broken=[4, 5, 6, 7, 8]),)), config=ONE_PRIMARY)

    assert found.reasons == ("5 papers newly broke 'summary.unsupported_numbers': p004, p005, p006 and 2 more.",)


def test_a_share_under_its_floor_is_explained() -> None:
    a, b = shifted(0.0)
    broken = replace(b, guardrails=(guardrail(100, broken=[4]),))
    gate = {"summary": {"primary": "rouge_l", "margin": 0.05}}
    every = run(a, broken, config=gate_config(gate=gate, guard={"summary.unsupported_numbers": 1.0}))
    most = run(a, broken, config=gate_config(gate=gate, guard={"summary.unsupported_numbers": 0.96}))

    assert every.reasons == ("99 of 100 papers keep 'summary.unsupported_numbers', every paper must: not p004.",)
    assert most.reasons == (
        "99 of 100 papers keep 'summary.unsupported_numbers', surely 96.0% must, which is not shown: not p004.",
    )


def test_a_new_violation_that_is_accepted_is_told_beside_a_pass() -> None:
    a, b = shifted(0.0)
    name, gate = "summary.unsupported_numbers", {"summary": {"primary": "rouge_l", "margin": 0.05}}
    broken = replace(b, guardrails=(guardrail(100, broken=[4]),))
    waiver = ({"id": "p004", "guardrail": name, "reason": "a difference"},)
    floor = run(a, broken, config=gate_config(gate=gate, guard={name: 0.9}))
    waived = run(a, broken, config=gate_config(gate=gate, waiver=waiver))

    assert (floor.verdict, waived.verdict) == ("PASS", "PASS")
    assert floor.reasons == (
        "No primary metric lost its margin, and no guardrail fails.",
        f"1 paper newly broke '{name}', which its floor admits: p004.",
    )
    assert waived.reasons[1] == f"1 paper newly broke '{name}', all waived: p004."


def test_a_cost_over_its_limit_fails() -> None:
    dear = gate_config(gate={"summary": {"primary": "rouge_l", "margin": 0.05}}, cost={"max_increase": 0.25})
    found = run(*shifted(0.0, a=2.0, b=2.6), config=dear)

    assert found.verdict == "FAIL"
    assert found.reasons == ("B costs +30% (USD per 1,000 papers); +25% is the limit.",)
    assert found.cost is not None
    assert found.cost.difference == pytest.approx(0.6)


def test_a_limit_on_a_cost_that_is_not_known_is_said_to_be_idle() -> None:
    limited = gate_config(gate={"summary": {"primary": "rouge_l", "margin": 0.05}}, cost={"max_increase": 0.25})
    found = run(*shifted(0.0), config=limited)

    assert (found.verdict, found.cost) == ("PASS", None)
    assert found.reasons[1:] == ("Cost was not looked at: cost.usd_per_1k is not known of both runs.",)


def test_missing_papers_leave_differences_and_no_verdict() -> None:
    a, b = random_scorecard(2), random_scorecard(3, shift=-0.2)
    found = run(a, take(b, range(58)), missing_b=["p058", "p059"])

    assert found.verdict == "INCOMPLETE"
    assert found.reasons == ("Papers are missing: 2 were scored only in A, 0 only in B, 0 in neither, and 0 may be.",)
    assert len(found.pairing.paired) == 58
    assert all(entry.verdict is None for entry in found.metrics)
    assert found.primaries[0].difference is not None


def test_missing_papers_within_the_limit_are_accepted() -> None:
    a, b = shifted(0.0)
    config = gate_config(
        gate={"summary": {"primary": "rouge_l", "margin": 0.05}}, eval={"bootstrap": 500, "max_missing": 2}
    )

    assert run(a, take(b, range(98)), config=config).verdict == "PASS"
    assert run(a, take(b, range(98)), config=config, missing_a=["p200"]).verdict == "INCOMPLETE"


def test_a_primary_or_guardrail_that_was_not_scored_leaves_no_verdict() -> None:
    a, b = shifted(0.0)
    found = run(a, b, config=gate_config(guard={"structure.parse": 1.0}))

    assert found.verdict == "INCOMPLETE"
    assert found.reasons == (
        "tags.micro_f1 is gated, but was not scored in both runs.",
        "relevance.auroc is gated, but was not scored in both runs.",
        "structure.parse is gated, but was not scored in both runs.",
    )
    assert found.headline == f"INCOMPLETE – first of 3 findings: {found.reasons[0]}"


def test_a_guardrail_of_one_run_only_leaves_no_verdict() -> None:
    a, b = shifted(0.0)
    found = run(replace(a, guardrails=()), b, config=ONE_PRIMARY)

    assert found.verdict == "INCOMPLETE"
    assert found.reasons == ("summary.unsupported_numbers is gated, but was not scored in both runs.",)
    assert found.uncompared == ("summary.unsupported_numbers",)


def test_a_gate_without_a_primary_gives_no_verdict() -> None:
    found = run(*shifted(0.0), config=ONE_PRIMARY.model_copy(update={"gate": {}}))

    assert (found.verdict, found.reasons) == ("INCOMPLETE", ("No primary metric is gated.",))


def test_a_primary_that_is_not_defined_is_inconclusive() -> None:
    empty = Column(F1, np.zeros((10, 3)), np.full(10, np.nan))
    config = gate_config(gate={"tags": {"primary": "micro_f1", "margin": 0.05}})
    found = run(scorecard([empty]), scorecard([empty]), config=config)

    assert found.verdict == "INCONCLUSIVE"
    assert found.reasons == ("Tags micro-F1 is not defined over these papers.",)
    assert json.loads(to_json(found))["metrics"][0]["difference"] is None


def test_the_number_of_papers_is_that_of_those_with_a_value() -> None:
    some = mean_column([0.5] * 10)
    some = replace(some, per_paper=np.where(np.arange(10) < 4, 0.5, np.nan))
    none = replace(some, per_paper=np.full(10, np.nan))

    assert run(scorecard([some]), scorecard([some])).metrics[0].n == 4
    assert run(scorecard([none]), scorecard([none])).metrics[0].n == 10


def test_the_json_has_a_schema_and_every_number_of_the_comparison() -> None:
    a, b = random_scorecard(2), random_scorecard(3)
    found = run(a, b, labels=("annotate.v1", "annotate.v2"))
    document = json.loads(to_json(found))

    assert document["schema"] == SCHEMA
    assert (document["a"], document["b"]) == ("annotate.v1", "annotate.v2")
    assert (document["verdict"], document["headline"]) == (found.verdict, found.headline)
    assert document["pairing"]["paired"] == list(found.pairing.paired)
    for entry, written in zip(found.metrics, document["metrics"], strict=True):
        assert written["name"] == entry.metric.name
        assert written["difference"] == pytest.approx(entry.difference)
        assert written["interval"] == pytest.approx(list(entry.interval or ()))
    (rule,) = document["guardrails"]
    assert [new["id"] for new in rule["new"]] == [new.id for new in found.guardrails[0].new]
    assert [paper["id"] for paper in document["worse_papers"]] == [paper.id for paper in found.worse_papers]


def list_numbers(document: object) -> list[float]:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        return [number for entry in document for number in list_numbers(entry)]
    return [document] if isinstance(document, float) else []


def test_no_number_of_the_json_has_digits_that_another_processor_may_not_agree_on() -> None:
    written = to_json(run(random_scorecard(2), random_scorecard(3)))
    numbers = list_numbers(json.loads(written))

    assert len(numbers) > 100
    assert all(number == float(f"{number:.9g}") for number in numbers)
    assert b"-0.0," not in written


def test_another_process_writes_the_same_bytes() -> None:
    program = (
        "import sys\nfrom tests.evaluation.test_comparison import *\n"
        "sys.stdout.buffer.write(to_json(run(random_scorecard(2), random_scorecard(3))))"
    )
    written = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "1"},
    ).stdout

    assert written == to_json(run(random_scorecard(2), random_scorecard(3)))


def test_one_run_is_summarised_with_intervals() -> None:
    card = random_scorecard(2)
    table = EvalTable(bootstrap=1000)
    summaries = summarize(card, table)

    assert [summary.metric.name for summary in summaries] == [column.metric.name for column in card.columns]
    for summary, entry in zip(summaries, run(card, card).metrics, strict=True):
        assert (summary.value, summary.interval, summary.n) == (entry.a, entry.a_interval, entry.n)
    assert summarize(take(card, list(reversed(range(60)))), table) == summaries


def test_nothing_scored_has_no_summary() -> None:
    with pytest.raises(EvaluationError, match="nothing was scored"):
        summarize(take(random_scorecard(1), []))


def test_a_metric_without_a_value_is_summarised_as_none() -> None:
    empty = Column(F1, np.zeros((10, 3)), np.full(10, np.nan))
    (summary,) = summarize(scorecard([empty]), EvalTable(bootstrap=300))

    assert (summary.value, summary.interval) == (None, None)


def test_intervals_of_one_run_hold_its_value() -> None:
    for summary in summarize(random_scorecard(9), EvalTable(bootstrap=500)):
        assert summary.value is not None
        assert summary.interval is not None
        assert summary.interval.low < summary.value < summary.interval.high


def test_a_difference_of_the_last_digit_is_none() -> None:
    before, after = (scorecard([mean_column(values)]) for values in ([0.1, 0.2, 0.3], [0.3, 0.2, 0.1]))

    assert sum([0.1, 0.2, 0.3]) != sum([0.3, 0.2, 0.1])
    assert run(before, after).metrics[0].difference == 0


def test_the_mean_is_the_mean() -> None:
    values = np.random.default_rng(3).random(30)
    found = run(scorecard([mean_column(values, MEAN)]), scorecard([mean_column(values[::-1], MEAN)]))

    assert found.metrics[0].a == pytest.approx(values.mean())
