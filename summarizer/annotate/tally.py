"""What one paper has taken so far: tokens, requests, time."""

from __future__ import annotations

from dataclasses import dataclass, field

from summarizer.chat.endpoint import Reply
from summarizer.chat.interface import Usage


@dataclass
class Tally:
    """Adds up the replies behind one record."""

    usage: Usage = field(default_factory=Usage)
    paid: Usage = field(default_factory=Usage)
    attempts: int = 0
    replies: int = 0
    is_unmetered: bool = False
    latency_seconds: float | None = None
    truncated: bool = False
    served_model: str | None = None
    raw_text: str = ""

    def add(self, reply: Reply) -> None:
        """Count one more reply."""
        self.usage = self.usage + reply.response.usage if self.replies else reply.response.usage
        self.paid = self.paid + reply.paid if self.replies else reply.paid
        self.attempts += reply.attempts
        self.replies += 1
        self.is_unmetered = self.is_unmetered or (not reply.cached and reply.response.usage.is_empty)
        if reply.response.latency_seconds is not None:
            self.latency_seconds = (self.latency_seconds or 0.0) + reply.response.latency_seconds
        self.served_model = reply.response.served_model or None
        self.raw_text = reply.response.text
