"""`summarizer join`: fill the abstracts of one source from another."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import print_json, say

if TYPE_CHECKING:
    from summarizer.papers import Joined, Paper

EPILOG = """[bold]Examples[/]

summarizer join notes.md conference.md -o notes.jsonl

summarizer join reading-list.bib arxiv-metadata.jsonl.gz -o reading-list.jsonl --json
"""


def join(
    papers: Annotated[str, typer.Argument(help="The papers: file, folder, or - for standard input.", metavar="A")],
    other: Annotated[str, typer.Argument(help="Where abstracts come from.", metavar="B")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Papers as JSON lines, or - for standard output.", show_default=False),
    ],
    categories: filtering.Categories = None,
    primary_only: filtering.PrimaryOnly = False,
    since: filtering.Since = None,
    until: filtering.Until = None,
    venues: filtering.Venues = None,
    match: filtering.Match = None,
    exclude: filtering.Exclude = None,
    limit: filtering.Limit = None,
    sample: filtering.Sample = None,
    sample_seed: filtering.SampleSeed = 0,
    as_json: options.AsJson = False,
) -> None:
    """Write the papers of A, those without an abstract filled from B, and report what stayed unmatched.

    Filters choose among the papers of A as they are before.
    """
    flags = dict(locals())
    from summarizer.cli.files import STANDARD_OUTPUT, check_is_no_input, write_lines  # noqa: PLC0415  # keeps --help instant
    from summarizer.papers import FilterCounts, read  # noqa: PLC0415
    from summarizer.papers import join as join_papers  # noqa: PLC0415
    from summarizer.papers.sources.json_lines import to_line  # noqa: PLC0415

    if as_json and str(output) == STANDARD_OUTPUT:
        raise typer.BadParameter("-o - and --json both want standard output; name a file")
    check_is_no_input(output, (papers, other))
    counts = FilterCounts()
    joined = join_papers(filtering.build_filters(flags).apply(read(papers), counts), read(other))
    write_lines(map(to_line, joined.papers), output)
    filtering.say_counts(counts)
    say(_describe(joined))
    if as_json:
        print_json(_to_json(joined))


def _describe(joined: Joined) -> str:
    had = len(joined.papers) - len(joined.matched) - len(joined.unmatched)
    lines = [
        f"{len(joined.papers):,} papers = {had:,} with an abstract already + {len(joined.matched):,} matched "
        f"+ {len(joined.unmatched):,} unmatched"
    ]
    lines += [
        f"unmatched: {item.paper.title} ({item.paper.source}, line {item.paper.position}): {item.reason}"
        for item in joined.unmatched
    ]
    lines += [f"skipped: {record.path}, line {record.line}: {record.reason}" for record in joined.skipped]
    return "\n".join(lines)


def _to_json(joined: Joined) -> dict[str, Any]:
    return {
        "papers": len(joined.papers),
        "matched": [
            {"id": item.paper.id, "title": item.paper.title, "shared": item.shared, "found": _place(item.found)}
            for item in joined.matched
        ],
        "unmatched": [
            {"title": item.paper.title, "reason": item.reason, **_place(item.paper)} for item in joined.unmatched
        ],
        "skipped": [asdict(record) for record in joined.skipped],
    }


def _place(paper: Paper) -> dict[str, Any]:
    return {"path": paper.source, "line": paper.position}
