"""The days that `digest` is asked for, and the papers of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from summarizer.cli.filtering import parse_day
from summarizer.digest.contents import Window
from summarizer.digest.selection import Selection
from summarizer.digest.shown import SHOWN_FILE, ShownDigest, digests_before, read_shown
from summarizer.digest.windows import last_week, parse_week, span_days
from summarizer.errors import ConfigurationError
from summarizer.papers import FilterCounts, Filters, Paper, SkippedRecord


@dataclass(frozen=True, slots=True)
class WindowedFilters(Filters):
    """Conditions on the papers that a selection chose."""

    selection: Selection | None = None

    def apply(
        self, records: Iterable[Paper | SkippedRecord], counts: FilterCounts | None = None
    ) -> Iterator[Paper | SkippedRecord]:
        """Yield the papers of the digest that meet the conditions, and every skipped record."""
        chosen = self.selection.choose_papers(records) if self.selection else records
        return Filters.apply(self, chosen, counts)


@dataclass(frozen=True, slots=True)
class Edition:
    """One digest of several in a folder."""

    window: Window
    past: tuple[ShownDigest, ...]
    """Digests of earlier windows, the earliest first."""
    selection: Selection

    def narrow(self, filters: Filters) -> Filters:
        """Return conditions that leave out the papers of other days first."""
        conditions = {field.name: getattr(filters, field.name) for field in fields(filters)}
        return WindowedFilters(**conditions, selection=self.selection)


def open_edition(flags: Mapping[str, Any], folder: Path, today: date) -> Edition | None:
    """Return the edition that the flags of `digest` ask for, or None when they name no days.

    Raises:
        ConfigurationError: the flags contradict each other, a day can't be read, or `folder` holds editions and none is
            asked for.
        StoreError: what `folder` says about earlier digests can't be used.
    """
    window = _build_window(flags, today)
    if window is None:
        if (folder / SHOWN_FILE).exists():
            raise ConfigurationError(
                f"{folder} holds digests of weeks with an archive above them; name the days with --week, --last-week or "
                "--since, or choose another folder with -o"
            )
        if flags["repeat"]:
            raise ConfigurationError("repeat: without --week, --last-week or --since everything is shown anyway")
        return None
    shown = read_shown(folder)
    return Edition(window, digests_before(window, shown), Selection(window, shown, repeat=flags["repeat"]))


def describe_selection(selection: Selection) -> list[str]:
    """Return what was left out of the window, where something was."""
    lines = []
    if selection.outside:
        lines.append(f"{_count(selection.outside, 'record')} of other days left out")
    if selection.earlier:
        papers = _count(selection.earlier, "paper")
        lines.append(f"{papers} left out that another digest showed (--repeat shows them)")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _build_window(flags: Mapping[str, Any], today: date) -> Window | None:
    since, until = parse_day("since", flags["since"]), parse_day("until", flags["until"])
    if bool(flags["week"]) + bool(flags["last_week"]) + bool(since or until) > 1:
        raise ConfigurationError("week: give one of --week, --last-week and --since with --until")
    if flags["week"]:
        return parse_week(flags["week"])
    if flags["last_week"]:
        return last_week(today)
    if until and not since:
        raise ConfigurationError("until: the window needs its first day too; add --since")
    return span_days(since, until or today) if since else None
