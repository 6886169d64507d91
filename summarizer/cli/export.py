"""`summarizer export`: results for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.output import say

EPILOG = """[bold]Examples[/]

summarizer export results.jsonl --to markdown-table -o papers.md

summarizer export results.jsonl --to csv,markdown-table -o papers
"""


def export(
    results: Annotated[list[Path], typer.Argument(help="Results files.", show_default=False)],
    to: Annotated[str, typer.Option("--to", help="csv or markdown-table, or both with a comma.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="File, or - for standard output.", show_default=False)],
) -> None:
    """Write the annotated papers as tables: Markdown with summaries or abstracts in your language, or CSV."""
    from summarizer.cli.exporting import export as export_results  # noqa: PLC0415  # keeps --help instant

    for path in export_results(results, to, output):
        say(f"wrote {path}")
