"""What commands print: data to stdout, talk to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarizer.annotate.report import RunReport


def say(text: str) -> None:
    """Print talk for people."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def print_data(text: str) -> None:
    """Print what was asked for."""
    print(text)  # noqa: T201


def print_json(data: dict[str, Any] | list[Any]) -> None:
    """Print data for machines."""
    print_data(json.dumps(data, indent=2, ensure_ascii=False))


def describe_cost(report: RunReport, max_cost_usd: float | None = None) -> str:
    """Return what a run has cost so far, against its cap if it has one, and apart from it what may have been billed."""
    cost = "cost unknown" if report.cost_usd is None else f"${report.cost_usd:,.4f}"
    cost += f" of ${max_cost_usd:,.4f}" if max_cost_usd else ""
    unsure = report.possibly_billed_usd
    return f"{cost} + up to ${unsure:,.4f} possibly billed" if unsure else cost


def describe_report(report: RunReport) -> str:
    """Return the summary of a run: the sum that must hold, then what it took."""
    counts = {
        "annotated": report.annotated,
        "failed": report.failed,
        "skipped": report.skipped,
        "duplicate": report.duplicate,
    }
    counts |= {"pending": report.pending} if report.pending else {}
    lines = [f"{report.read:,} read = " + " + ".join(f"{count:,} {name}" for name, count in counts.items())]
    if report.resumed:
        lines.append(f"{report.resumed:,} of the annotated were there from an earlier run")
    cost = describe_cost(report)
    if report.cost_usd is None:
        cost += " (name the prices with --price-in and --price-out)"
    lines.append(
        f"{report.calls:,} calls, {report.cache_hits:,} papers from the cache, "
        f"{report.usage.input_tokens:,} tokens in{_describe_prompt_cache(report)}, {report.usage.output_tokens:,} out, "
        f"{cost}, {report.seconds:,.1f} s"
    )
    return "\n".join(lines)


def _describe_prompt_cache(report: RunReport) -> str:
    if not report.usage.cached_input_tokens:
        return ""
    return f" ({report.usage.cached_input_tokens:,} of them, {report.prompt_cache_share:.0%}, from the provider's prompt cache)"
