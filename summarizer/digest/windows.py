"""The days that a digest is about, and which papers fall on them."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from pathlib import PurePath

from summarizer.digest.contents import Window
from summarizer.errors import ConfigurationError
from summarizer.papers.paper import Paper

_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII | re.IGNORECASE)
_FILE_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_SUNDAY = 7


def parse_week(text: str) -> Window:
    """Return a week of ISO 8601, Monday to Sunday, such as `2026-W46`.

    Raises:
        ConfigurationError: `text` names no week.
    """
    match = _WEEK.fullmatch(text.strip())
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        monday = None
    if monday is None:
        raise ConfigurationError(f"week: expected a week such as 2026-W46, found {text!r}")
    return _week_of(monday)


def last_week(today: date) -> Window:
    """Return the last whole week, Monday to Sunday, before the week of `today`."""
    return _week_of(today - timedelta(days=7))


def span_days(first: date, last: date) -> Window:
    """Return the window from `first` to `last`, both included; a whole ISO week is named as one.

    Raises:
        ConfigurationError: `first` is after `last`.
    """
    if first > last:
        raise ConfigurationError(f"since: {first} is after until ({last}); no day is between them")
    week = _week_of(first)
    return week if (week.first, week.last) == (first, last) else Window(f"{first}..{last}", first, last)


def announced_day(paper: Paper) -> date | None:
    """Return the UTC day of first announcement, else the day in the name of the source file, else None."""
    return paper.published.astimezone(UTC).date() if paper.published else _file_day(paper)


def updated_day(paper: Paper) -> date | None:
    """Return the UTC day on which this version came out, else the day in the name of the source file, else None."""
    return paper.updated.astimezone(UTC).date() if paper.updated else _file_day(paper)


def is_within(window: Window, day: date | None) -> bool:
    """Return whether a day lies in `window`; an unknown one lies in every window, so that no paper is lost."""
    return day is None or window.first <= day <= window.last


def _week_of(day: date) -> Window:
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Window(f"{year:04}-W{week:02}", monday, monday + timedelta(days=_SUNDAY - 1))


def _file_day(paper: Paper) -> date | None:
    match = _FILE_DAY.search(PurePath(paper.source).name)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None
