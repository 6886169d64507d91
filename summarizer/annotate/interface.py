"""What every annotator gives: one record for one paper, and what it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile
from summarizer.chat.interface import Usage
from summarizer.papers.paper import Paper


@dataclass(frozen=True, slots=True)
class Outcome:
    """A record and what it took in this run."""

    record: AnnotatedRecord | FailedRecord
    paid: Usage
    """Tokens of the replies that did not come from the cache."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the calls of a run took."""

    calls: int = 0
    """HTTP requests."""
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = 0.0
    """None when the price, or the usage of a reply, is unknown."""
    possibly_billed_usd: float = 0.0
    """At most billed on top of it, for attempts whose bill nobody knows."""


class Annotator(Protocol):
    """Makes one record of one paper."""

    profile: Profile
    """What its annotations depend on, apart from the paper."""

    async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
        """Annotate one paper.

        Args:
            paper: one that has an abstract.
            fresh: ask anew even if a reply is cached.

        Raises:
            SummarizerError: the next paper would meet the same error.
        """
        ...

    @property
    def spending(self) -> Spending:
        """What was spent so far, also on papers that have no record yet."""
        ...

    def stop(self) -> None:
        """Send nothing more: papers whose requests wait for a turn are cancelled, replies under way still come."""
        ...

    async def aclose(self) -> None:
        """Release connections and files."""
        ...
