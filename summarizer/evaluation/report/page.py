"""Render a comparison, or one run, as a self-contained HTML page that asks the network for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from summarizer.contract.criterion import SCORES
from summarizer.digest.policy import content_security_policy
from summarizer.digest.templates import load_template, read_asset
from summarizer.evaluation.compare import MetricSummary
from summarizer.evaluation.comparison import Comparison
from summarizer.evaluation.report import charts, numbers, wording
from summarizer.evaluation.report.costs import list_costs, list_provenance
from summarizer.evaluation.report.entries import PaperEntry
from summarizer.evaluation.report.material import PACKAGE, Material, ReportedRun
from summarizer.evaluation.report.papers import build_comparison_entries, build_run_entries
from summarizer.evaluation.report.prompt_difference import compare_questions
from summarizer.evaluation.report.relevance import Confusion, count_confusion, sweep_cut_offs
from summarizer.evaluation.report.tag_table import build_tag_rows
from summarizer.evaluation.threshold import CutOff


class Side(NamedTuple):
    """One column of a report."""

    letter: str
    """`A` or `B`; empty of a single run."""
    label: str
    run: ReportedRun
    confusion: Confusion | None
    """None where replies were not kept."""
    sweep: list[CutOff]


def render_report(comparison: Comparison, run_a: ReportedRun, run_b: ReportedRun, material: Material) -> str:
    """Return the page of a verdict. Equal arguments give an equal page.

    Args:
        comparison: what was found; every figure that is judged comes from here.
        run_a: what stands; a committed baseline has no replies to show.
        run_b: what may replace it.
        material: gold set, gate, committed baselines, command.
    """
    entries = build_comparison_entries(comparison, run_a, run_b, material)
    return _render(
        "report.html.j2",
        [_see("A", comparison.label_a, run_a, material), _see("B", comparison.label_b, run_b, material)],
        entries,
        material,
        comparison=comparison,
        asked=compare_questions(run_a, run_b, material),
        forest=charts.plot_forest(comparison.metrics),
        intervals_sentence=charts.describe_intervals(comparison.metrics),
        counts=_count_fates(entries),
    )


def render_run_report(run: ReportedRun, summaries: Sequence[MetricSummary], material: Material) -> str:
    """Return the page of one run. Equal arguments give an equal page.

    Args:
        run: with its replies.
        summaries: its metrics with their intervals.
        material: gold set, gate, committed baselines, command.
    """
    entries = build_run_entries(run, material)
    return _render(
        "run.html.j2",
        [_see("", run.scored.manifest.label, run, material)],
        entries,
        material,
        summaries=summaries,
        counts={"guardrail": sum(entry.is_broken for entry in entries), "all": len(entries)},
    )


def _see(letter: str, label: str, run: ReportedRun, material: Material) -> Side:
    if run.run is None:
        return Side(letter, label, run, None, [])
    return Side(letter, label, run, count_confusion(run, material.gold), sweep_cut_offs(run, material.gold))


def link_paper(paper_id: str) -> str:
    """Return the address of a paper within a page; it finds the paper without a script too."""
    return f"#paper={quote(paper_id, safe='')}"


def _render(
    template: str, sides: Sequence[Side], entries: Sequence[PaperEntry], material: Material, **values: object
) -> str:
    style, script = read_asset("style.css", package=PACKAGE), read_asset("report.js", package=PACKAGE)
    runs = [side.run for side in sides]
    shown = [run for run in runs if run.run]
    return load_template(template, package=PACKAGE).render(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=content_security_policy(style, script),
        sides=sides,
        manifest=runs[-1].scored.manifest,
        entries=entries,
        tag_rows=build_tag_rows(shown, material.gold) if shown else [],
        costs=list_costs(runs),
        provenance=list_provenance(runs),
        signatures=[column.metric for column in runs[-1].scored.card.columns],
        material=material,
        scores=SCORES,
        charts=charts,
        number=numbers,
        wording=wording,
        link_paper=link_paper,
        **values,
    )


def _count_fates(entries: Sequence[PaperEntry]) -> dict[str, int]:
    return {
        "worse": sum(entry.fate == "worse" for entry in entries),
        "better": sum(entry.fate == "better" for entry in entries),
        "same": sum(entry.fate == "same" for entry in entries),
        "wrong": sum(entry.is_both_wrong for entry in entries),
        "guardrail": sum(entry.is_broken for entry in entries),
        "all": len(entries),
    }
