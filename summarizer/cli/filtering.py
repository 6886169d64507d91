"""The flags that choose papers, shared by every command that reads some, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summarizer.cli.output import say
from summarizer.errors import ConfigurationError

if TYPE_CHECKING:
    from summarizer.papers import FilterCounts, Filters

_PANEL = "Which papers"
_DAY = "YYYY-MM-DD"

Categories = Annotated[
    list[str] | None,
    typer.Option(
        "--category", help="arXiv category, for instance cs.CV or eess.*; repeatable.", rich_help_panel=_PANEL
    ),
]
PrimaryOnly = Annotated[
    bool, typer.Option("--primary", help="Compare the primary category alone.", rich_help_panel=_PANEL)
]
Since = Annotated[str | None, typer.Option(help="First day of publication.", metavar=_DAY, rich_help_panel=_PANEL)]
Until = Annotated[str | None, typer.Option(help="Last day of publication.", metavar=_DAY, rich_help_panel=_PANEL)]
Venues = Annotated[
    list[str] | None, typer.Option("--venue", help="Words of the venue or journal; repeatable.", rich_help_panel=_PANEL)
]
Match = Annotated[
    list[str] | None,
    typer.Option(
        help="Words of title or abstract, all needed, or /regular expression/; repeatable for one or the other.",
        rich_help_panel=_PANEL,
    ),
]
Exclude = Annotated[list[str] | None, typer.Option(help="As --match, for papers to leave out.", rich_help_panel=_PANEL)]
Limit = Annotated[int | None, typer.Option(min=1, help="Take only the first N papers.", rich_help_panel=_PANEL)]
Sample = Annotated[int | None, typer.Option(min=1, help="Draw N papers at random.", rich_help_panel=_PANEL)]
SampleSeed = Annotated[
    int, typer.Option("--sample-seed", "--seed", help="Another number draws other papers.", rich_help_panel=_PANEL)
]
"""In commands whose `--seed` is the chat model's: `typer.Option("--sample-seed", …)` alone."""
SourceName = Annotated[
    str | None, typer.Option("--source", help="Name of the input format, where detection fails.", metavar="NAME")
]


def build_filters(flags: Mapping[str, Any]) -> Filters:
    """Build the filters of a command from its parameters.

    Raises:
        ConfigurationError: a date, expression or number can't be used.
    """
    from summarizer.papers import Filters  # noqa: PLC0415  # keeps --help instant

    return Filters(
        categories=tuple(flags["categories"] or ()),
        primary_only=flags["primary_only"],
        since=parse_day("since", flags["since"]),
        until=parse_day("until", flags["until"]),
        venues=tuple(flags["venues"] or ()),
        match=tuple(flags["match"] or ()),
        exclude=tuple(flags["exclude"] or ()),
        limit=flags["limit"],
        sample=flags["sample"],
        seed=flags["sample_seed"],
    )


def say_counts(counts: FilterCounts) -> None:
    """Say what filters did, where they did something."""
    if counts.left_out:
        say(f"{counts.left_out:,} papers left out by the filters")
    if counts.undated:
        say(f"{counts.undated:,} papers kept although they have no date to compare")


def parse_day(name: str, text: str | None) -> date | None:
    """Return the day that a flag names; None where it is not given.

    Raises:
        ConfigurationError: it is no day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError(f"{name}: expected a day such as 2026-11-16, found {text!r}") from error
