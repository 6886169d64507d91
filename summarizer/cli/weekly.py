"""`summarizer weekly`: from harvest to page, for every reader of `summarizer.toml`, in one command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli import options
from summarizer.cli.output import print_data, say
from summarizer.errors import ConfigurationError, SummarizerError

if TYPE_CHECKING:
    from summarizer.cli.fetching import Fetcher
    from summarizer.cli.mail_record import MailRecord
    from summarizer.cli.profiles import ReaderProfile
    from summarizer.cli.purse import Purse
    from summarizer.cli.weekly_run import Outcome, Plan
    from summarizer.digest.contents import Window

INTERRUPTED = 130

EPILOG = """[bold]Examples[/]

summarizer weekly

summarizer weekly --week 2026-W46 --profile liver-mri

summarizer weekly --dry-run

`summarizer init` writes the profiles. The same command again goes on where the last one stopped, makes no call twice
and sends no mail twice.
"""


def weekly(
    profiles: Annotated[
        list[str] | None,
        typer.Option("--profile", help="Do this profile alone; repeatable.", metavar="NAME", show_default=False),
    ] = None,
    week: Annotated[
        str | None, typer.Option(help="A week, Monday to Sunday; the last whole one if not given.", metavar="2026-W46")
    ] = None,
    work: Annotated[
        Path, typer.Option(help="Folder of papers, results and records of mail; not for publishing.")
    ] = Path("weekly"),
    max_cost: options.MaxCost = None,
    overwrite: options.Overwrite = False,
    retry_failed: options.RetryFailed = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and say what would be done; fetch and send nothing.")
    ] = False,
    address: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Fetch last week's papers, annotate them, publish a digest for each profile, and mail it once.

    The worst exit code of all profiles counts; a profile that fails does not stop the others.
    """
    from summarizer.cli.weekly_run import find_worst  # noqa: PLC0415  # keeps --help instant

    window = _choose_window(week)
    planned = list(_plan(profiles or [], window, {"max_cost": max_cost}, work, address))
    plans = [(name, plan) for name, plan in planned if not isinstance(plan, SummarizerError)]
    codes = [_tell(name, plan) for name, plan in planned if isinstance(plan, SummarizerError)]
    if dry_run:
        for _, plan in plans:
            print_data("\n".join(plan.describe()))
    elif plans:
        chosen = [replace(plan, overwrite=overwrite, retry_failed=retry_failed) for _, plan in plans]
        codes += _execute(chosen, work / window.label / "papers", work / "mailed.jsonl")
    raise typer.Exit(find_worst(codes))


def _choose_window(week: str | None) -> Window:
    from datetime import UTC, datetime  # noqa: PLC0415

    from summarizer.digest.windows import last_week, parse_week  # noqa: PLC0415

    return parse_week(week) if week else last_week(datetime.now(UTC).date())


def _plan(
    names: list[str], window: Window, flags: Mapping[str, object], work: Path, address: str | None
) -> Iterable[tuple[str, Plan | SummarizerError]]:
    """Yield the plan of each reader, or what is wrong with it."""
    from summarizer.cli.setup import read_profiles, read_settings  # noqa: PLC0415
    from summarizer.cli.weekly_run import plan_profile  # noqa: PLC0415

    settings = read_settings(flags)
    for name, profile in _choose(read_profiles(), names).items():
        try:
            yield name, plan_profile(name, profile, settings, window, work=work, address=address)
        except SummarizerError as error:
            yield name, error


def _choose(profiles: dict[str, ReaderProfile], names: list[str]) -> dict[str, ReaderProfile]:
    if not profiles:
        raise ConfigurationError("there is no [profile.NAME] in summarizer.toml; `summarizer init` writes one")
    if unknown := [name for name in names if name not in profiles]:
        raise ConfigurationError(f"--profile {unknown[0]}: there is none; there are: {', '.join(profiles)}")
    return {name: profile for name, profile in profiles.items() if not names or name in names}


def _execute(plans: list[Plan], papers: Path, mail_file: Path) -> list[int]:
    from summarizer.cli.fetching import Fetcher  # noqa: PLC0415
    from summarizer.cli.mail_record import MailRecord  # noqa: PLC0415
    from summarizer.cli.purse import Purse  # noqa: PLC0415

    purse, codes = Purse(plans[0].settings.max_cost), list[int]()
    is_local = all(plan.request.is_local for plan in plans if plan.request)
    with MailRecord(mail_file) as mailed, Fetcher(papers, is_local=is_local) as fetcher:
        for plan in plans:
            outcome = _attempt(plan, fetcher, purse, mailed)
            codes.append(outcome if isinstance(outcome, int) else outcome.exit_code)
            if not isinstance(outcome, int):
                print_data(outcome.summary)
            if codes[-1] == INTERRUPTED:
                break
    return codes


def _attempt(plan: Plan, fetcher: Fetcher, purse: Purse, mailed: MailRecord) -> Outcome | int:
    from summarizer.cli.weekly_run import execute  # noqa: PLC0415

    try:
        return execute(plan, fetcher, purse, mailed)
    except KeyboardInterrupt:
        say(f"{plan.name}: interrupted; the same command goes on")
        return INTERRUPTED
    except SummarizerError as error:
        return _tell(plan.name, error)


def _tell(name: str, error: SummarizerError) -> int:
    say(f"error: {name}: {error}")
    return error.exit_code
