"""The counts of a run, and the law that they obey."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from summarizer.chat.interface import Usage
from summarizer.errors import ConservationError


@dataclass
class RunReport:
    """What became of every record that entered a run."""

    read: int = 0
    annotated: int = 0
    failed: int = 0
    skipped: int = 0
    duplicate: int = 0
    pending: int = 0
    """Read but without an outcome, after an early stop."""
    resumed: int = 0
    """Of `annotated`: taken over from an earlier run on the same output."""
    calls: int = 0
    """HTTP requests made."""
    cache_hits: int = 0
    """Papers answered from the cache alone."""
    usage: Usage = field(default_factory=Usage)
    """Tokens paid for in this run."""
    cost_usd: float | None = 0.0
    """Money spent in this run; None as soon as the price of a call is unknown."""
    possibly_billed_usd: float = 0.0
    """At most billed on top of it, for attempts whose bill nobody knows; 0 also where the price is unknown."""
    seconds: float = 0.0

    def check_conservation(self) -> None:
        """Verify that every record read is accounted for exactly once.

        Raises:
            ConservationError: it is not: a bug in the pipeline.
        """
        accounted = self.annotated + self.failed + self.skipped + self.duplicate + self.pending
        if self.read != accounted:
            raise ConservationError(f"{self.read} records were read, but {accounted} accounted for: {self}")

    @property
    def prompt_cache_share(self) -> float | None:
        """Share of the input tokens that the provider had in its prompt cache, 0 to 1; None without input."""
        usage = self.usage
        return usage.cached_input_tokens / usage.input_tokens if usage.input_tokens else None

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        share = self.prompt_cache_share
        return {
            **asdict(self),
            "usage": self.usage.model_dump(),
            "prompt_cache_share": None if share is None else round(share, 4),
            "seconds": round(self.seconds, 3),
        }
