"""Reports: one verdict as a page, as Markdown for a pull request, as JUnit XML, as annotations, as JSON.

Everything is said from the one `Comparison`; nothing here computes a difference or judges it. Nothing depends on the clock:
equal arguments give equal bytes.
"""

from summarizer.evaluation.report.material import BaselineRow, Material, ReportedRun, build_baseline_rows
from summarizer.evaluation.report.page import render_report, render_run_report

__all__ = [
    "BaselineRow",
    "Material",
    "ReportedRun",
    "build_baseline_rows",
    "render_report",
    "render_run_report",
]
