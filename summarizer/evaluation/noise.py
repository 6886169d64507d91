"""How much a run differs from itself: the noise floor below which no difference between prompts means anything.

The same papers are asked twice with the same prompt, repeat 1 against repeat 2 (an A/A comparison). What is left of the
difference is chance; from its standard deviation follow the smallest effect that a set of papers shows, and the margins
that a gate can keep: with a margin of 2.49 standard errors, equal prompts pass 80 % of the time, with 3.29 in 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.errors import EvaluationError
from summarizer.evaluation.compare import compare
from summarizer.evaluation.comparison import Interval, MetricComparison
from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.intervals import minimum_detectable_effect, supported_margin
from summarizer.evaluation.metric import Metric
from summarizer.evaluation.runs import EvaluationRun
from summarizer.evaluation.scoring import score

SIZES = (45, 100, 160, 200)
"""Numbers of papers that the smallest detectable effects are given for: dev, test, the whole set, a larger one."""
HIGH_POWER = 0.95


@dataclass(frozen=True, slots=True)
class MetricNoise:
    """What chance does to one metric."""

    metric: Metric
    n: int
    first: float
    second: float
    interval: Interval | None
    """Of second - first: a sound A/A comparison has 0 in it 95 times of 100."""
    within_sd: float
    """Standard deviation between replies to the same request, for one paper: sigma_w."""
    detectable: tuple[float, ...]
    """For each of `SIZES`, the smallest difference that so many papers show with power .8, if chance were all there is."""
    margins: tuple[float, float]
    """The smallest margins that these papers support in 80 % and in 95 % of comparisons of equal prompts."""
    margin: float | None
    """The one in `gate.toml`; None unless primary."""

    @property
    def is_silent(self) -> bool:
        """Whether both repeats gave the same for every paper."""
        return self.within_sd == 0


def measure_noise(run: EvaluationRun, gold: Path, config: GateConfig) -> list[MetricNoise]:
    """Compare the first repeat of a run with the second.

    Args:
        run: complete, with two repeats or more.
        gold: folder of the gold set.
        config: seed, resamples and margins.

    Returns:
        The metrics that the gate names first.

    Raises:
        EvaluationError: the run has one repeat, or replies are missing.
    """
    if run.manifest.repeats < 2:  # noqa: PLR2004 - a difference needs two
        raise EvaluationError(f"{run.manifest.run_id} has one reply for each paper; noise shows between two")
    if run.manifest.missing:
        raise EvaluationError(f"{run.manifest.run_id} is incomplete: run it again to go on")
    first, second = (score(run, gold, repeat=repeat) for repeat in (0, 1))
    compared = compare(first, second, config=config, labels=("repeat 1", "repeat 2")).metrics
    silent = {
        before.metric.name
        for before, after in zip(first.columns, second.columns, strict=True)
        if (before.statistics == after.statistics).all()
    }
    noise = [
        _describe(entry, config, len(first.ids), is_silent=entry.metric.name in silent)
        for entry in compared
        if entry.metric.higher_is_better is not None
    ]
    return sorted((entry for entry in noise if entry), key=lambda entry: entry.margin is None)


def suggest_margins(noise: Sequence[MetricNoise]) -> dict[str, float]:
    """Return for each primary metric the margin that equal prompts keep 95 times of 100, in two digits, rounded up."""
    return {entry.metric.name: _round_up(entry.margins[1]) for entry in noise if entry.margin and not entry.is_silent}


def describe_noise(noise: Sequence[MetricNoise]) -> list[dict[str, Any]]:
    """Return plain data."""
    return [
        {
            "name": entry.metric.name,
            "n": entry.n,
            "first": entry.first,
            "second": entry.second,
            "interval": entry.interval and list(entry.interval),
            "within_sd": entry.within_sd,
            "detectable": dict(zip(map(str, SIZES), entry.detectable, strict=True)),
            "supported_margins": {"0.80": entry.margins[0], "0.95": entry.margins[1]},
            "margin": entry.margin,
        }
        for entry in noise
    ]


def _describe(entry: MetricComparison, config: GateConfig, papers: int, *, is_silent: bool) -> MetricNoise | None:
    """Describe one metric; a share of relevant papers has fewer than `papers` of its own, and sizes count them all."""
    if entry.a is None or entry.b is None or entry.standard_error is None:
        return None
    table = config.primaries.get(entry.metric.name)
    error = 0.0 if is_silent else entry.standard_error
    return MetricNoise(
        entry.metric,
        entry.n,
        entry.a,
        entry.b,
        entry.interval,
        error * math.sqrt(entry.n / 2),
        tuple(minimum_detectable_effect(error * math.sqrt(papers / size)) for size in SIZES),
        (supported_margin(error), supported_margin(error, HIGH_POWER)),
        table.margin if table else None,
    )


def _round_up(value: float) -> float:
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(math.ceil(value / step) * step, 12)
