"""A verdict as JUnit XML: one test case for each thing that is gated. The sole importer of junitparser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from summarizer.evaluation.comparison import Comparison, GuardrailComparison, MetricComparison
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.report import wording

with eval_extra():
    from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

SUITE = "summarizer eval"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(comparison: Comparison) -> str:
    """Return JUnit XML: a failure is what fails the gate; what is inconclusive is skipped; INCOMPLETE is an error."""
    suite = TestSuite(SUITE)
    suite.add_testcase(_build_case("verdict", "gate", _judge_whole(comparison)))
    for case in _list_cases(comparison):
        suite.add_testcase(case)
    document = JUnitXml(SUITE)
    document.add_testsuite(suite)
    text = document.tostring()  # type: ignore[no-untyped-call]  # left untyped by its authors
    return f"{text.decode() if isinstance(text, bytes) else text}\n"


def _list_cases(comparison: Comparison) -> Iterator[TestCase]:
    for entry in comparison.primaries:
        yield _build_case(entry.metric.name, "metric", _judge_metric(entry))
    for rule in comparison.guardrails:
        yield _build_case(rule.name, "guardrail", _judge_rule(rule))
    if (cost := comparison.cost) and cost.max_increase is not None:
        failed = [Failure(_clean(wording.say_cost(comparison)), "cost")] if cost.status == "fail" else []
        yield _build_case(cost.metric.name, "cost", failed)


_Results = Sequence[Error | Failure | Skipped]


def _build_case(name: str, kind: str, results: _Results) -> TestCase:
    case = TestCase(name, f"summarizer.{kind}")
    case.result = list(results)
    return case


def _judge_whole(comparison: Comparison) -> _Results:
    message = _clean(comparison.headline)
    match comparison.verdict:
        case "INCOMPLETE":
            return [Error(message, "incomplete")]
        case "FAIL":
            return [Failure(message, "fail")]
        case "INCONCLUSIVE":
            return [Skipped(message, "inconclusive")]
        case _:
            return []


def _judge_metric(entry: MetricComparison) -> _Results:
    message = _clean(f"{wording.say_gate(entry)}, margin {entry.margin:g}" if entry.margin else "")
    match entry.verdict:
        case "worse":
            return [Failure(message, "worse")]
        case "inconclusive" | None:
            return [Skipped(message, entry.verdict or "not judged")]
        case _:
            return []


def _judge_rule(rule: GuardrailComparison) -> _Results:
    if rule.status == "ok":
        return []
    details = {found.id: found.violations[0].detail for found in rule.new}
    failure = Failure(_clean(f"{len(rule.broken)} papers break it: {', '.join(rule.broken)}"), "guardrail")
    failure.text = _clean("\n".join(f"{name}: {details[name]}" for name in rule.broken if name in details))
    return [failure]


def _clean(text: str) -> str:
    """Replace what XML 1.0 can't hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
