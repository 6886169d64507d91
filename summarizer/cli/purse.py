"""One cap over several runs: what they have taken of it, and what is left."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.annotate.report import RunReport
from summarizer.settings import Settings


@dataclass
class Purse:
    """A cap in USD and what is gone of it; without a cap there is always enough."""

    max_usd: float | None = None
    spent_usd: float = 0.0
    """At most, what may have been billed included."""

    def settle(self, report: RunReport) -> None:
        """Take out what a run cost; all there is where nobody knows."""
        if report.cost_usd is not None:
            self.spend(report.cost_usd + report.possibly_billed_usd)
        elif self.max_usd is not None:
            self.spend(max(0.0, self.max_usd - self.spent_usd))

    def spend(self, usd: float) -> None:
        """Take out so much."""
        self.spent_usd += usd

    def limit(self, settings: Settings) -> Settings:
        """Return the settings of a run that may take what is left, which may be nothing."""
        if self.max_usd is None:
            return settings
        return settings.model_copy(update={"max_cost": max(0.0, self.max_usd - self.spent_usd)})
