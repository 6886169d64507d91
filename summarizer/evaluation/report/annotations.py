"""A verdict as annotations of a GitHub Actions run.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from summarizer.evaluation.comparison import Comparison, Verdict

_LEVELS: dict[Verdict, str] = {
    "PASS": "notice",
    "WARN": "warning",
    "FAIL": "error",
    "INCONCLUSIVE": "warning",
    "INCOMPLETE": "error",
}
_SHOWN = 9
"""GitHub keeps ten annotations of a level for each step."""


def render_annotations(comparison: Comparison) -> str:
    """Return one line for each finding; no text in it can end its line or start another command."""
    level = _LEVELS[comparison.verdict]
    title = _escape_property(f"{comparison.verdict}: {comparison.label_a} → {comparison.label_b}")
    return "".join(f"::{level} title={title}::{_escape(reason)}\n" for reason in comparison.reasons[:_SHOWN])


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
