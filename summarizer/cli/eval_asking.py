"""From the flags of an evaluation to finished runs, with progress on stderr."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from summarizer.chat.offline import OfflineChatModel
from summarizer.cli.output import say
from summarizer.cli.setup import read_settings
from summarizer.errors import ConfigurationError
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Finished, Plan, run_experiment
from summarizer.settings import Settings

INTERRUPTED = 130
_LINES = 10


def build_side(flags: Mapping[str, Any], **changes: str | int | None) -> Side:
    """Return who is asked, from the flags of the command and what differs on this side.

    Raises:
        ConfigurationError: an unknown name or a bad value.
    """
    settings = read_settings({**flags, **{name: value for name, value in changes.items() if value is not None}})
    return Side(settings, OfflineChatModel() if flags["offline"] else None)


def check_packs(sides: Sequence[Side]) -> None:
    """Refuse to compare two sizes of packs.

    Raises:
        ConfigurationError: the parts of one side's packs are the other one's stored replies, so nothing would differ.
    """
    packs = {side.settings.pack for side in sides}
    if len(packs) > 1 and 1 not in packs:
        raise ConfigurationError(
            "packs of two sizes share their stored replies; compare each with one paper a request: --b-pack N alone"
        )


def build_plan(flags: Mapping[str, Any], **changes: Any) -> Plan:
    """Return what is evaluated on, from the flags of the command.

    Raises:
        ConfigurationError: nobody's name for the ledger of the test split.
    """
    fields = {name: flags[name] for name in ("gold", "split", "reports", "repeats", "reason") if name in flags}
    fields |= changes
    is_test = fields.get("split") == "test"
    return Plan(**fields, by=(flags["by"] or _login_name()) if is_test else "")


def ask_sides(sides: Sequence[Side], plan: Plan) -> list[Finished]:
    """Ask every side and score what came back; Ctrl-C ends it with exit 130, and the same line goes on from there.

    Raises:
        SummarizerError: see `run_experiment`.
    """
    try:
        return run_experiment(sides, plan, on_progress=_Progress().update)
    except KeyboardInterrupt:
        say("interrupted: replies that arrived are kept, the same line goes on from here")
        raise typer.Exit(INTERRUPTED) from None


def keep_rest(settings: Settings, finished: Sequence[Finished]) -> Settings:
    """Return the settings with what `finished` left of their cap: --max-cost is for the whole command."""
    if settings.max_cost is None:
        return settings
    # What is spent is unknown only without a price, and a cap without one is refused.
    spent = sum((entry.spent_usd or 0.0) + entry.possibly_billed_usd for entry in finished)
    return settings.model_copy(update={"max_cost": max(settings.max_cost - spent, 0.0)})


def say_missing(finished: Sequence[Finished]) -> None:
    """Name the papers without a reply."""
    for entry in finished:
        missing = entry.run.manifest.missing
        for absent in missing[:_LINES]:
            say(f"no reply for {absent.id}: {absent.reason}")
        if len(missing) > _LINES:
            say(f"and {len(missing) - _LINES} more, in {entry.run.folder}")
        if missing:
            say(f"{entry.run.manifest.run_id} is INCOMPLETE; the same line goes on from here")


def say_spending(finished: Sequence[Finished], settings: Settings) -> None:
    """Say what was spent this time."""
    spent = [entry.spent_usd for entry in finished]
    if any(cost is None for cost in spent):
        say(f"cost unknown (no price for {settings.model}: name it with --price-in and --price-out)")
    elif total := sum(cost or 0.0 for cost in spent):
        say(f"${total:,.4f} spent")


def say_folders(finished: Sequence[Finished]) -> None:
    """Name the folders of the runs."""
    for entry in finished:
        say(f"run: {entry.run.folder}")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise ConfigurationError("say who reads the test split with --by NAME") from None


class _Progress:
    """A live line on a terminal; nothing in a log, where an evaluation is short."""

    def __init__(self) -> None:
        self._is_live = sys.stderr.isatty()

    def update(self, done: int, total: int) -> None:
        """Show how many replies are there."""
        if self._is_live:
            end = "\n" if done == total else ""
            print(f"\r{done:,} of {total:,} replies", end=end, file=sys.stderr, flush=True)  # noqa: T201
