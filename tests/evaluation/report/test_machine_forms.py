"""Facts about what machines read: Markdown for a pull request, JUnit, annotations, and the files of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import orjson
import pytest
from junitparser import JUnitXml

from summarizer.errors import StoreError
from summarizer.evaluation.comparison import CostComparison, Verdict
from summarizer.evaluation.report import (
    render_annotations,
    render_junit,
    render_report,
    render_run_report,
    render_summary,
    write_reports,
    write_run_report,
)
from summarizer.evaluation.scored import summarize_run
from tests.evaluation.report.samples import GATE, Sample


def read_results(sample: Sample) -> dict[str, list[str]]:
    """Return the kinds of results of each test case."""
    [suite] = JUnitXml.fromstring(render_junit(sample.comparison))
    return {str(case.name): [type(result).__name__ for result in case.result] for case in suite}


def test_the_summary_has_verdict_table_and_worst_papers(sample: Sample) -> None:
    text = render_summary(sample.comparison, sample.a, sample.b, sample.material)

    assert text.startswith("## FAIL: annotate.v1 → annotate.v99\n\n**B may not ship.**")
    assert text.count("\n| ") == len(sample.comparison.primaries) + 1
    assert "1. " in text
    assert "10. " in text
    assert "11. " not in text
    assert "more in `report.html`" in text
    assert text == render_summary(sample.comparison, sample.a, sample.b, sample.material)


def test_the_summary_of_equal_runs_lists_no_paper(sample: Sample) -> None:
    comparison = replace(sample.comparison, verdict="PASS", papers=(), guardrails=())
    text = render_summary(comparison, sample.a, sample.b, sample.material)

    assert "### Papers that got worse: 0 of 0" in text
    assert "1. " not in text.split("### Papers")[1].replace("v1. ", "")
    assert "New violations" not in text


def test_each_gated_thing_is_one_test_case(sample: Sample) -> None:
    results = read_results(sample)

    assert [*results] == [
        "verdict",
        *(entry.metric.name for entry in sample.comparison.primaries),
        *(rule.name for rule in sample.comparison.guardrails),
        "cost.usd_per_1k",
    ]
    assert results["verdict"] == ["Failure"]
    assert results["structure.parse"] == ["Failure"]
    assert results["structure.truncated"] == []


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [("PASS", []), ("WARN", []), ("FAIL", ["Failure"]), ("INCONCLUSIVE", ["Skipped"]), ("INCOMPLETE", ["Error"])],
)
def test_a_verdict_has_its_result(sample: Sample, verdict: Verdict, expected: list[str]) -> None:
    changed = replace(sample, comparison=replace(sample.comparison, verdict=verdict))

    assert read_results(changed)["verdict"] == expected


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [("better", []), ("pass", []), ("worse within margin", []), ("worse", ["Failure"]), ("inconclusive", ["Skipped"])],
)
def test_a_primary_metric_has_its_result(sample: Sample, verdict: str, expected: list[str]) -> None:
    metrics = tuple(
        replace(entry, verdict=verdict) if entry.margin else entry  # type: ignore[arg-type]
        for entry in sample.comparison.metrics
    )
    changed = replace(sample, comparison=replace(sample.comparison, metrics=metrics))

    assert read_results(changed)["tags.micro_f1"] == expected


def test_a_cost_over_its_limit_is_a_failure(sample: Sample) -> None:
    cost = sample.comparison.cost
    assert isinstance(cost, CostComparison)
    changed = replace(sample, comparison=replace(sample.comparison, cost=replace(cost, status="fail")))

    assert read_results(changed)["cost.usd_per_1k"] == ["Failure"]


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_an_annotation_has_the_level_of_its_verdict(sample: Sample, verdict: Verdict) -> None:
    text = render_annotations(replace(sample.comparison, verdict=verdict, reasons=("50 % lost.",)))
    level = {"PASS": "notice", "WARN": "warning", "INCONCLUSIVE": "warning"}.get(verdict, "error")

    assert text == f"::{level} title={verdict}%3A annotate.v1 → annotate.v99::50 %25 lost.\n"


def test_the_files_of_a_verdict_say_the_same(sample: Sample, tmp_path: Path) -> None:
    files = write_reports(tmp_path / "run", sample.comparison, sample.a, sample.b, sample.material)
    before = [path.read_bytes() for path in files]
    again = write_reports(tmp_path / "run", sample.comparison, sample.a, sample.b, sample.material)

    assert [path.name for path in files] == ["report.html", "summary.md", "junit.xml", "verdict.json"]
    assert [path.read_bytes() for path in again] == before
    assert before[0].decode() == render_report(sample.comparison, sample.a, sample.b, sample.material)
    assert orjson.loads(before[3])["verdict"] == sample.comparison.verdict
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == sorted(path.name for path in files)


def test_the_page_of_a_run_is_written(sample: Sample, tmp_path: Path) -> None:
    summaries = summarize_run(sample.b.scored, GATE.eval)
    path = write_run_report(tmp_path, sample.b, summaries, sample.material)

    assert path.read_text(encoding="utf-8") == render_run_report(sample.b, summaries, sample.material)


def test_a_folder_that_cannot_be_written_is_said(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="can't be written"):
        write_reports(tmp_path / "file", sample.comparison, sample.a, sample.b, sample.material)
