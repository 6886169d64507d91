"""A shard: one file of requests, and the one batch that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from summarizer.chat.interface import OutputMode, Usage

ShardState = Literal[
    "prepared",  # the file is written
    "uploaded",  # and at the provider
    "creating",  # a batch is about to be created, or was
    "in_progress",  # it was
    "completed",  # it has ended, whatever the end; its results wait to be collected
    "collected",
    "failed",
    "expired",
    "cancelled",
    "exported",  # a plain file, for another engine
]
RequestState = Literal["outstanding", "answered", "failed", "expired", "cancelled"]

WAITING: tuple[ShardState, ...] = ("prepared", "uploaded")
"""Not sent yet."""
RUNNING: tuple[ShardState, ...] = ("creating", "in_progress", "completed")
"""Paid for, and not collected."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One row of the ledger."""

    id: str
    run: str
    """Of the command that wrote it."""
    state: ShardState
    base_url: str
    """Without its query."""
    model: str
    output_mode: OutputMode
    path: str
    """Of the file of requests; below the folder of the ledger, which may move, unless it was exported elsewhere."""
    sha256: str
    requests: int
    bytes: int
    tokens: int
    """Estimate of the input, for the provider's queue limit."""
    queue_tokens: int | None
    """At most so many may be queued at the provider; None for no limit."""
    file_id: str | None = None
    batch_id: str | None = None
    provider_status: str | None = None
    creating_at: float | None = None
    """Seconds since the epoch."""
    duplicate: int = 0
    """Lines of the results beyond the first of their request."""
    unknown: int = 0
    """Lines whose id is none of this shard."""
    malformed: int = 0
    input_tokens: int = 0
    """As counted from the lines."""
    cached_input_tokens: int = 0
    output_tokens: int = 0
    provider_tokens: int | None = None
    """Input and output as the provider sums them up."""
    detail: str = ""
    """Why it failed."""

    @property
    def usage(self) -> Usage:
        """Tokens of the lines."""
        return Usage(
            input_tokens=self.input_tokens,
            cached_input_tokens=self.cached_input_tokens,
            output_tokens=self.output_tokens,
        )

    @property
    def metadata(self) -> dict[str, str]:
        """What its batch is known by."""
        return {"run": self.run, "shard": self.id, "sha256": self.sha256}


class RequestRow(NamedTuple):
    """One request of a shard."""

    line: int
    """From 1."""
    key: str
    paper: str
    """Id of the paper that it is about."""
    state: RequestState = "outstanding"
    error: str | None = None
