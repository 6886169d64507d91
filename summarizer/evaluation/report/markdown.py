"""Render a verdict as Markdown for a pull request."""

from __future__ import annotations

import re

from markupsafe import Markup

from summarizer.digest.markdown import escape_markdown
from summarizer.digest.templates import load_template
from summarizer.evaluation.comparison import Comparison
from summarizer.evaluation.report import numbers, wording
from summarizer.evaluation.report.charts import describe_intervals
from summarizer.evaluation.report.material import PACKAGE, Material, ReportedRun
from summarizer.evaluation.report.papers import build_comparison_entries
from summarizer.evaluation.report.prompt_difference import compare_questions

MAX_BYTES = 60_000
"""GitHub refuses comments of more than 65,536 characters."""
MAX_REGRESSIONS = 10
MAX_CHARACTERS = 300
"""Of one text that is not ours."""

_CODE = re.compile(r"((?<!\\)`[^`\n]*`)")
_REFERENCE = re.compile(r"\\?([@#])(?=\w)")


def render_summary(comparison: Comparison, run_a: ReportedRun, run_b: ReportedRun, material: Material) -> str:
    """Return the verdict with the worst papers, at most `MAX_BYTES`: fewer papers and violations where they would take more."""
    entries = build_comparison_entries(comparison, run_a, run_b, material)
    template = load_template("summary.md.j2", escape=_finalize, package=PACKAGE)
    values = {
        "comparison": comparison,
        "manifest": run_b.scored.manifest,
        "asked": compare_questions(run_a, run_b, material),
        "intervals_sentence": describe_intervals(comparison.metrics),
        "worse": [entry for entry in entries if entry.fate == "worse"],
        "total": len(entries),
        "violations": [(rule, found) for rule in comparison.guardrails for found in rule.new],
        "material": material,
        "clip": _clip,
        "raw": Markup,
        "number": numbers,
        "wording": wording,
    }
    texts = (
        re.sub(r"\n{3,}", "\n\n", template.render(shown=shown, **values)) for shown in range(MAX_REGRESSIONS, -1, -1)
    )
    return next(text for text in texts if len(text.encode()) <= MAX_BYTES)


def _clip(text: str) -> str:
    """Return text on one line, cut."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]} …"


def _finalize(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape_comment(str(value))


def escape_comment(text: str) -> Markup:
    """Return text that is no Markdown and, in a comment on GitHub, calls nobody by `@` and links nothing by `#`."""
    pieces = _CODE.split(escape_markdown(" ".join(text.split()) if "\n" in text else text))
    plain = (piece if at % 2 else _REFERENCE.sub(r"\1<!-- -->", piece) for at, piece in enumerate(pieces))
    return Markup("".join(plain))  # noqa: S704 - escaped above
