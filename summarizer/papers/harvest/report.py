"""What a harvest did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from summarizer.papers.harvest.windows import MissingDay
from summarizer.papers.paper import SkippedRecord


@dataclass
class HarvestReport:
    """Counts of one harvest; every record received is new, known or skipped."""

    service: str
    since: date | None = None
    until: date | None = None
    is_resumed: bool = False
    """Whether it went on where an earlier one had stopped."""
    is_complete: bool = False
    """Whether everything up to `until` has been read."""
    requests: int = 0
    """Failed attempts included."""
    pages: int = 0
    papers: int = 0
    """Received, new and known."""
    new: int = 0
    """Written to the output."""
    skipped: list[SkippedRecord] = field(default_factory=list)
    """Records that could not be read."""
    restarts: int = 0
    """Windows read again because a token had expired or the results had changed."""
    days: int = 0
    """Days from `since` to `until`."""
    missing_days: list[MissingDay] = field(default_factory=list)
    """Days without a paper, once the harvest is complete."""
    seconds: float = 0.0

    @property
    def known(self) -> int:
        """Papers that the output held already in this version."""
        return self.papers - self.new

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "service": self.service,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "resumed": self.is_resumed,
            "complete": self.is_complete,
            "requests": self.requests,
            "pages": self.pages,
            "papers": self.papers,
            "new": self.new,
            "known": self.known,
            "skipped": [{"path": item.path, "line": item.line, "reason": item.reason} for item in self.skipped],
            "restarts": self.restarts,
            "days": self.days,
            "missing_days": [day.to_json() for day in self.missing_days],
            "seconds": round(self.seconds, 1),
        }
