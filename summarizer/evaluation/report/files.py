"""Write the reports of a verdict, or of one run, into its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summarizer.evaluation.compare import MetricSummary
from summarizer.evaluation.comparison import Comparison
from summarizer.evaluation.files import write_text
from summarizer.evaluation.report.junit import render_junit
from summarizer.evaluation.report.markdown import render_summary
from summarizer.evaluation.report.material import Material, ReportedRun
from summarizer.evaluation.report.page import render_report, render_run_report
from summarizer.evaluation.verdict_json import to_json

PAGE_FILE, SUMMARY_FILE, JUNIT_FILE, VERDICT_FILE = "report.html", "summary.md", "junit.xml", "verdict.json"


def write_reports(
    folder: Path, comparison: Comparison, run_a: ReportedRun, run_b: ReportedRun, material: Material
) -> list[Path]:
    """Write a verdict as page, Markdown, JUnit XML and JSON; return the files, the page first.

    Raises:
        ConfigurationError: junitparser is not installed.
        StoreError: a file can't be written.
    """
    texts = {
        PAGE_FILE: render_report(comparison, run_a, run_b, material),
        SUMMARY_FILE: render_summary(comparison, run_a, run_b, material),
        JUNIT_FILE: render_junit(comparison),
        VERDICT_FILE: to_json(comparison).decode(),
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def write_run_report(folder: Path, run: ReportedRun, summaries: Sequence[MetricSummary], material: Material) -> Path:
    """Write the page of one run.

    Raises:
        StoreError: it can't be written.
    """
    path = folder / PAGE_FILE
    write_text(path, render_run_report(run, summaries, material))
    return path
