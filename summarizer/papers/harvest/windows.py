"""Ranges of days: what is fetched in one go, and which days turned out to have no papers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

_SATURDAY = 5
_ANNOUNCEMENT_DAYS = 4
"""A paper of Friday afternoon is announced on Monday evening (https://info.arxiv.org/help/availability.html)."""


class Window(BaseModel):
    """Days from `since` to `until`, both included (UTC)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date
    until: date
    set_spec: str | None = None
    """OAI-PMH set that the window is about."""

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.until - self.since).days + 1

    def split(self, pieces: int) -> tuple[Window, ...]:
        """Return up to `pieces` windows of about the same length that cover the same days."""
        pieces = min(pieces, self.days)
        starts = [self.since + timedelta(days=self.days * piece // pieces) for piece in range(pieces)]
        ends = [*(start - timedelta(days=1) for start in starts[1:]), self.until]
        return tuple(
            self.model_copy(update={"since": start, "until": end}) for start, end in zip(starts, ends, strict=True)
        )

    def __str__(self) -> str:
        days = f"{self.since}" if self.since == self.until else f"{self.since} to {self.until}"
        return f"{days} ({self.set_spec})" if self.set_spec else days


@dataclass(frozen=True, slots=True)
class MissingDay:
    """A day of the harvest without any paper."""

    date: date
    reason: Literal["weekend", "too recent", "no papers"]
    """`too recent`: what was submitted then may not be announced yet."""

    def to_json(self) -> dict[str, str]:
        """Return the day as plain data."""
        return {"date": self.date.isoformat(), "reason": self.reason}


def find_missing_days(since: date, until: date, days: Collection[date], today: date) -> Iterator[MissingDay]:
    """Yield the days from `since` to `until` that are not among `days`."""
    for offset in range((until - since).days + 1):
        day = since + timedelta(days=offset)
        if day in days:
            continue
        if day.weekday() >= _SATURDAY:
            yield MissingDay(day, "weekend")
        elif (today - day).days < _ANNOUNCEMENT_DAYS:
            yield MissingDay(day, "too recent")
        else:
            yield MissingDay(day, "no papers")
