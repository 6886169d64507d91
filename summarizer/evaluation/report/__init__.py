"""Reports: one verdict as a page, as Markdown for a pull request, as JUnit XML, as annotations, as JSON.

Everything is said from the one `Comparison`; nothing here judges. Nothing depends on the clock: equal arguments give equal
bytes.
"""

from summarizer.evaluation.report.annotations import render_annotations
from summarizer.evaluation.report.files import write_reports, write_run_report
from summarizer.evaluation.report.junit import render_junit
from summarizer.evaluation.report.markdown import render_summary
from summarizer.evaluation.report.material import BaselineRow, Material, ReportedRun, build_baseline_rows
from summarizer.evaluation.report.page import render_report, render_run_report

__all__ = [
    "BaselineRow",
    "Material",
    "ReportedRun",
    "build_baseline_rows",
    "render_annotations",
    "render_junit",
    "render_report",
    "render_run_report",
    "render_summary",
    "write_reports",
    "write_run_report",
]
