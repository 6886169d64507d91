"""`summarizer runs`: the ledger of a folder, and what its runs took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summarizer.cli import options
from summarizer.cli.output import print_data, print_json

if TYPE_CHECKING:
    from summarizer.annotate.ledger import RunEntry

EPILOG = """[bold]Examples[/]

summarizer runs

summarizer runs digest --json

A run that is listed as killed left no last line: what it spent is not in the totals.
"""

_TOTALS = ("annotated", "failed", "calls", "cost_usd", "possibly_billed_usd")


def runs(
    folder: Annotated[Path, typer.Argument(help="Folder of results files.", show_default="this one")] = Path(),
    as_json: options.AsJson = False,
) -> None:
    """List the runs whose results are in a folder, with what they took."""
    from summarizer.annotate.ledger import LEDGER_NAME, RunLedger  # noqa: PLC0415  # keeps --help instant
    from summarizer.errors import ConfigurationError  # noqa: PLC0415

    if not (folder / LEDGER_NAME).is_file():
        raise ConfigurationError(f"{folder}: no ledger of runs ({LEDGER_NAME}); name the folder of a results file")
    entries = RunLedger(folder).read()
    totals = _sum_up(entries)
    if as_json:
        listed = [entry.model_dump(mode="json") for entry in entries]
        print_json({"runs": listed, "totals": totals})
        return
    print_data("\n".join([*_table(entries), _describe_totals(totals)]))


def _sum_up(entries: list[RunEntry]) -> dict[str, Any]:
    reports = [entry.end.report for entry in entries if entry.end]
    totals: dict[str, Any] = {name: sum(report.get(name) or 0 for report in reports) for name in _TOTALS}
    totals["annotated"] -= sum(report.get("resumed", 0) for report in reports)
    return {
        "runs": len(entries),
        "killed": sum(entry.status == "killed" for entry in entries),
        **totals,
        "runs_of_unknown_cost": sum(report.get("cost_usd") is None for report in reports),
    }


def _table(entries: list[RunEntry]) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("started (UTC)", "run", "status", "annotated", "failed", "calls", "cost", "results")
    ]
    rows += [_row(entry) for entry in entries]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(entry: RunEntry) -> tuple[str, ...]:
    start = (f"{entry.start.time:%Y-%m-%d %H:%M:%S}", entry.start.run_id, entry.status)
    if not entry.end:
        return (*start, "?", "?", "?", "?", entry.start.output)
    report = entry.end.report
    cost = "unknown" if report.get("cost_usd") is None else f"${report['cost_usd']:,.4f}"
    fresh = report.get("annotated", 0) - report.get("resumed", 0)
    return (
        *start,
        f"{fresh:,}",
        f"{report.get('failed', 0):,}",
        f"{report.get('calls', 0):,}",
        cost,
        entry.start.output,
    )


def _describe_totals(totals: dict[str, Any]) -> str:
    is_known = bool(totals["cost_usd"]) or not totals["runs_of_unknown_cost"]
    cost = f"${totals['cost_usd']:,.4f}" if is_known else "cost unknown"
    text = f"{totals['runs']:,} runs, {totals['annotated']:,} papers annotated, {totals['calls']:,} calls, {cost}"
    if totals["possibly_billed_usd"]:
        text += f" + up to ${totals['possibly_billed_usd']:,.4f} possibly billed"
    if is_known and totals["runs_of_unknown_cost"]:
        text += f"; the cost of {totals['runs_of_unknown_cost']:,} is unknown"
    if totals["killed"]:
        text += f"; {totals['killed']:,} killed, what they spent is not known here"
    return text
