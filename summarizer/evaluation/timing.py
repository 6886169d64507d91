"""How long replies took: reported, never gated, because a provider's load changes by the hour.

Only fresh calls count; a reply from the cache says nothing about today. Two runs are compared only if they were asked
together, their calls interleaved: otherwise the hour is compared, not the prompt.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from summarizer.evaluation.comparison import Interval
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.runs import EvaluationRun, GoldRecord, Timing

MIN_PAPERS = 5
"""Fewer pairs say nothing about a median."""
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class TimingComparison:
    """How much longer B takes than A."""

    papers: int
    """With a fresh reply from both."""
    a_seconds: float
    """Median."""
    b_seconds: float
    ratio: float
    """B / A."""
    interval: Interval
    """Of the ratio, 95 %, from resampled papers."""


def measure_timing(records: Iterable[GoldRecord], session: datetime) -> Timing | None:
    """Return the median and the 95th percentile of what fresh calls took; None where there was none."""
    seconds = sorted(found for record in records if (found := _fresh_seconds(record)) is not None)
    if not seconds:
        return None
    nearest = [seconds[math.ceil(share * len(seconds)) - 1] for share in (0.5, 0.95)]
    return Timing(session=session, fresh=len(seconds), p50_seconds=nearest[0], p95_seconds=nearest[1])


def compare_timing(a: EvaluationRun, b: EvaluationRun, *, seed: int) -> TimingComparison | None:
    """Compare the first replies of both runs; None where they were not asked together, or hardly any paper anew.

    Raises:
        ConfigurationError: numpy is not installed.
    """
    timings = (a.manifest.timing, b.manifest.timing)
    if timings[0] is None or timings[1] is None or timings[0].session != timings[1].session:
        return None
    with eval_extra():
        import numpy as np  # noqa: PLC0415  # heavy, and only needed here
    shared = sorted(a.outcomes.keys() & b.outcomes.keys())
    pairs = [(_fresh_seconds(a.outcomes[name][0]), _fresh_seconds(b.outcomes[name][0])) for name in shared]
    seconds = np.array([pair for pair in pairs if None not in pair], dtype=np.float64)
    if len(seconds) < MIN_PAPERS:
        return None
    drawn = np.random.default_rng(seed).integers(len(seconds), size=(_RESAMPLES, len(seconds)))
    medians, resampled = np.median(seconds, axis=0), np.median(seconds[drawn], axis=1)
    low, high = np.quantile(resampled[:, 1] / resampled[:, 0], (0.025, 0.975))
    return TimingComparison(
        len(seconds),
        float(medians[0]),
        float(medians[1]),
        float(medians[1] / medians[0]),
        Interval(float(low), float(high)),
    )


def _fresh_seconds(record: GoldRecord) -> float | None:
    provenance = record.provenance
    return None if provenance.cache_hit else provenance.latency_seconds
