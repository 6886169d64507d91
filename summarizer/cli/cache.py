"""`summarizer cache`: what the response cache holds, whether it is sound, and copies that can be shared."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli import options
from summarizer.cli.output import print_data, print_json, say

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="The response cache: every reply that was ever paid for.",
    epilog="""[bold]Examples[/]

summarizer cache info

summarizer cache export -o replies.jsonl

summarizer cache import replies.jsonl --cache-dir elsewhere
""",
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@app.command("info", epilog="[bold]Example[/]: summarizer cache info --json")
def info(cache_dir: options.CacheDir = None, as_json: options.AsJson = False) -> None:
    """Count replies and tokens, by the model that served them."""
    from summarizer.cli.caching import describe, survey  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    directory = read_settings({"cache_dir": cache_dir}).responses_dir
    found = survey(directory)
    if as_json:
        print_json(found)
    else:
        print_data(describe(found, directory))


@app.command("verify", epilog="[bold]Example[/]: summarizer cache verify\n\nExit code 1 when something was wrong.")
def verify(cache_dir: options.CacheDir = None, dry_run: DryRun = False) -> None:
    """Check the file and every entry; broken ones are moved to a file beside it, so that they are asked for again."""
    from summarizer.cli.caching import isolate  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    sound, broken, isolated = isolate(read_settings({"cache_dir": cache_dir}).responses_dir, dry_run=dry_run)
    for reason in broken:
        say(reason)
    if isolated:
        say(f"the broken entries are in {isolated} now; what they replied to will be asked for again")
    print_data(f"{sound:,} sound, {len(broken):,} broken")
    raise typer.Exit(int(bool(broken)))


@app.command("export", epilog="[bold]Example[/]: summarizer cache export -o replies.jsonl")
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="File, or - for standard output.", show_default=False)],
    cache_dir: options.CacheDir = None,
) -> None:
    """Write every reply as a JSON line: with it, others repeat your run without a key. Exit code 1 when broken entries are left out."""
    from collections import Counter  # noqa: PLC0415

    from summarizer.cli.caching import export_lines  # noqa: PLC0415
    from summarizer.cli.files import write_lines  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    counts = Counter[str]()
    write_lines(export_lines(read_settings({"cache_dir": cache_dir}).responses_dir, counts), output)
    say(f"{counts['exported']:,} replies exported")
    if counts["broken"]:
        say(f"{counts['broken']:,} broken entries left out; `summarizer cache verify` says what is wrong with them")
    raise typer.Exit(int(bool(counts["broken"])))


@app.command(
    "import",
    epilog="[bold]Example[/]: summarizer cache import replies.jsonl\n\nExit code 1 when lines could not be read; the others were imported all the same.",
)
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Files of cache export; - for standard input.", show_default=False)
    ],
    cache_dir: options.CacheDir = None,
) -> None:
    """Take over exported replies; what is there already stays as it is."""
    from summarizer.cli.caching import import_files  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    counts = import_files(files, read_settings({"cache_dir": cache_dir}).responses_dir)
    for problem in counts.problems:
        say(problem)
    if counts.unreadable > len(counts.problems):
        say(f"and {counts.unreadable - len(counts.problems):,} more lines that are no stored reply")
    print_data(
        f"{counts.read:,} read = {counts.added:,} added + {counts.known:,} known + {counts.different:,} known with "
        f"another reply + {counts.unreadable:,} unreadable"
    )
    raise typer.Exit(int(bool(counts.unreadable)))


@app.command("prune", epilog="[bold]Example[/]: summarizer cache prune --older-than 365 --dry-run")
def prune(
    older_than: Annotated[int, typer.Option("--older-than", min=1, metavar="DAYS", help="Days.", show_default=False)],
    cache_dir: options.CacheDir = None,
    dry_run: DryRun = False,
) -> None:
    """Remove replies that were stored long ago. They are paid for: asking for them again costs money."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from summarizer.chat.cache_file import remove_before, scan_cache  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    directory, moment = read_settings({"cache_dir": cache_dir}).responses_dir, datetime.now(UTC) - timedelta(older_than)
    if dry_run:
        print_data(f"{sum(1 for _ in scan_cache(directory, before=moment)):,} replies would be removed")
    else:
        print_data(f"{remove_before(directory, moment):,} replies removed")
