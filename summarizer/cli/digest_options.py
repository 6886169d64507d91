"""The flags of `digest` alone: which days, what is shown, in which forms, to whom."""

from __future__ import annotations

from typing import Annotated

import typer

_WINDOW, _FORMS, _MAIL = "Which days", "What is written", "E-mail"
_DAY = "YYYY-MM-DD"

Week = Annotated[
    str | None, typer.Option(help="A week, Monday to Sunday.", metavar="2026-W46", rich_help_panel=_WINDOW)
]
LastWeek = Annotated[bool, typer.Option("--last-week", help="The last whole week.", rich_help_panel=_WINDOW)]
Since = Annotated[str | None, typer.Option(help="First day of announcement.", metavar=_DAY, rich_help_panel=_WINDOW)]
Until = Annotated[
    str | None, typer.Option(help="Last day, today when left out.", metavar=_DAY, rich_help_panel=_WINDOW)
]
Repeat = Annotated[bool, typer.Option("--repeat", help="Show papers of earlier digests too.", rich_help_panel=_WINDOW)]
Threshold = Annotated[
    str | None,
    typer.Option(
        "--min-relevance",
        help="Relevance from which a paper has a place among the topics; [bold]auto[/] for what eval threshold chose.",
        metavar="0-5|auto",
        rich_help_panel=_FORMS,
    ),
]
Formats = Annotated[
    str, typer.Option("--format", help="Any of html, md, atom, json, comma-separated.", rich_help_panel=_FORMS)
]
Title = Annotated[str | None, typer.Option(help="Title of the page.", show_default=False, rich_help_panel=_FORMS)]
SiteUrl = Annotated[
    str | None,
    typer.Option(help="Where the folder is published; goes into feed and mail.", metavar="URL", rich_help_panel=_FORMS),
]
Email = Annotated[bool, typer.Option("--email", help="Send the digest by SMTP with TLS.", rich_help_panel=_MAIL)]
To = Annotated[
    list[str] | None,
    typer.Option(
        help="Recipient, instead of those of the settings; repeatable.", metavar="ADDRESS", rich_help_panel=_MAIL
    ),
]
