"""Dates as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MONTHS = dict(
    zip(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], range(1, 13), strict=True)
)


def parse_date(text: str | None) -> datetime | None:
    """Return a date in ISO 8601 or as in mail (`Mon, 2 Apr 2007 19:18:42 GMT`), in UTC where it names no time zone.

    None where there is no text.

    Raises:
        ValueError: it is neither.
    """
    if not text or not (text := text.strip()):
        return None
    date = _parse_mail_date(text) if "," in text else datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _parse_mail_date(text: str) -> datetime:
    # arXiv writes all its dates in one way; the library, which knows every way, takes four times as long.
    match text.split():
        case [_, day, month, year, clock, "GMT"] if month in _MONTHS:
            return datetime.fromisoformat(f"{year}-{_MONTHS[month]:02}-{day:0>2}T{clock}+00:00")
    return parsedate_to_datetime(text)
