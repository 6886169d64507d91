"""`summarizer harvest`: papers from arXiv, live."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from summarizer.cli import options
from summarizer.cli.output import print_json, say

if TYPE_CHECKING:
    from summarizer.papers.harvest import HarvestReport

INTERRUPTED = 130
LOG_SECONDS = 60.0
MAX_SKIPPED = 10
MAX_DAYS = 14
_WHAT, _HOW = "What is fetched", "How"

EPILOG = """[bold]Examples[/]

summarizer harvest --category eess.IV --since 2026-11-13 -o papers.jsonl

summarizer harvest --category cs.CV --query 'abs:"computed tomography"' --since 2026-01-01 --until 2026-03-31 -o ct.jsonl

summarizer harvest --category eess.IV --category cs.CV --today -o today.jsonl

summarizer harvest --oai --category cs --since 2026-10-01 -o cs.jsonl

A weekly job, which goes on where the last one ended and repeats no paper:

summarizer harvest --category eess.IV --since last -o papers.jsonl

After an error or Ctrl-C the same command goes on where it stopped.

arXiv asks for three seconds between requests and a single connection: run one harvest at a time.
"""


def harvest(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File that papers are added to (JSON lines).", show_default=False)
    ],
    categories: Annotated[
        list[str] | None,
        typer.Option(
            "--category",
            help="arXiv category (eess.IV) or archive (cs); repeat it for more.",
            rich_help_panel=_WHAT,
            show_default=False,
        ),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(help="Search in arXiv API syntax, for instance abs:radiomics.", rich_help_panel=_WHAT),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="First day of submission (UTC), or [bold]last[/] to go on from the last harvest into this file.",
            metavar="DAY",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Last day; today if not given.", metavar="DAY", rich_help_panel=_WHAT)
    ] = None,
    oai: Annotated[
        bool,
        typer.Option(
            "--oai", help="Fetch in bulk over OAI-PMH; days are those of a record's last change.", rich_help_panel=_HOW
        ),
    ] = False,
    today: Annotated[
        bool,
        typer.Option("--today", help="Fetch today's announcements from the feed.", rich_help_panel=_HOW),
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N new papers.", rich_help_panel=_HOW)] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Start the output anew.", rich_help_panel=_HOW)
    ] = False,
    address: Annotated[str | None, typer.Option(hidden=True)] = None,
    as_json: options.AsJson = False,
) -> None:
    """Fetch papers from arXiv: politely, resumably, and each version of a paper once."""
    from summarizer.papers.harvest import Harvest, HarvestRequest, PoliteClient  # noqa: PLC0415  # keeps --help instant

    if oai and today:
        raise typer.BadParameter("--oai and --today are two different services; choose one")
    request = HarvestRequest(
        service="oai-pmh" if oai else "announcements" if today else "arxiv-api",
        categories=tuple(categories or ()),
        query=query,
        since=_read_since(since),
        until=_read_day("--until", until) if until else None,
        address=address,
    )
    interrupted = False
    with (
        PoliteClient(spacing_seconds=0, trust_env=False) if request.is_local else PoliteClient() as client,
        _stoppable(),
    ):
        run = Harvest(request, output, client, overwrite=overwrite, limit=limit, on_progress=Progress().update)
        try:
            run.execute()
        except KeyboardInterrupt:
            interrupted = True
        finally:
            if run.report.requests:
                say(describe_harvest(run.report, output))
                if as_json:
                    print_json(run.report.to_json())
    if interrupted:
        raise typer.Exit(INTERRUPTED)


class Progress:
    """Says how far a harvest is: a live line on a terminal, a line a minute in a log."""

    def __init__(self) -> None:
        self._is_live = sys.stderr.isatty()
        self._shown = time.monotonic()

    def update(self, report: HarvestReport) -> None:
        """Take note of one more page."""
        text = f"{report.papers:,} papers, {report.new:,} of them new, {report.pages:,} pages"
        if self._is_live:
            print(f"\r{text}", end="\033[K\r", file=sys.stderr, flush=True)  # noqa: T201
        elif time.monotonic() - self._shown >= LOG_SECONDS:
            self._shown = time.monotonic()
            say(text)


def _read_since(text: str | None) -> date | Literal["last"] | None:
    if text is None:
        return None
    return "last" if text == "last" else _read_day("--since", text)


def _read_day(flag: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{flag} {text!r}: expected a day such as 2026-11-13") from None


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM end the harvest as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def describe_harvest(report: HarvestReport, output: Path) -> str:
    """Return what a harvest did: the sum that must hold, then what was skipped and which days had no papers."""
    lines = [
        f"{report.papers + len(report.skipped):,} records = {report.new:,} new papers + {report.known:,} already in "
        f"{output} + {len(report.skipped):,} skipped; {report.requests:,} request{'s' * (report.requests != 1)}, {report.seconds:,.1f} s"
    ]
    lines += [f"skipped {record.path}, line {record.line}: {record.reason}" for record in report.skipped[:MAX_SKIPPED]]
    if len(report.skipped) > MAX_SKIPPED:
        lines.append(f"skipped {len(report.skipped) - MAX_SKIPPED:,} more; --json lists them all")
    for reason, days in groupby(sorted(report.missing_days, key=lambda day: day.reason), key=lambda day: day.reason):
        dates = [f"{day.date}" for day in days]
        shown = ", ".join(dates[:MAX_DAYS]) + (f" and {len(dates) - MAX_DAYS:,} more" if len(dates) > MAX_DAYS else "")
        lines.append(f"days without papers ({reason}): {shown}")
    if not report.is_complete:
        lines.append("not all of it yet; the same command goes on where this one stopped")
    return "\n".join(lines)
