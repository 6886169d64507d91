"""`summarizer export`: results for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.output import say

EPILOG = """[bold]Examples[/]

summarizer export results.jsonl --to markdown-table -o papers.md

summarizer export results.jsonl --to csv,parquet -o papers
"""


def export(
    results: Annotated[list[Path], typer.Argument(help="Results files.", show_default=False)],
    to: Annotated[
        str, typer.Option("--to", help="csv, markdown-table or parquet; several with commas.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File, or - for standard output.", show_default=False)],
) -> None:
    """Write the annotated papers as tables: Markdown with summaries or abstracts in your language, CSV, or Parquet."""
    from summarizer.cli.exporting import FORMATS, output_of  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.exporting import export as export_results  # noqa: PLC0415
    from summarizer.cli.files import check_is_no_input  # noqa: PLC0415

    check_is_no_input(output, results)
    if "," in to:  # each format puts its own suffix in place
        for name in FORMATS:
            check_is_no_input(output_of(name, output), results)
    for path in export_results(results, to, output):
        say(f"wrote {path}")
