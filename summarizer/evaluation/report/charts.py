"""Charts as geometry that templates draw as inline SVG: places across in per cent, so that a chart fits any width."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from summarizer.contract.criterion import SCORES
from summarizer.evaluation.comparison import Interval, MetricComparison
from summarizer.evaluation.report.numbers import MINUS
from summarizer.evaluation.threshold import CutOff

SWEEP_HEIGHT = 180
"""Pixels between 0 and 1."""

_HUNDREDTHS = 100
_RANGES = {"summary.chrf2": 100, "translation.chrf2": 100, "translation.bleu": 100, "relevance.mae": SCORES[-1]}
"""From the worst to the best value, of the metrics that are no shares."""
_NAMED = 3
"""Metrics that the sentence names."""
_STEPS = (1, 2, 5)
_EDGE = 0.92
"""Share of the axis that the widest interval takes."""


class Stroke(NamedTuple):
    """From one place to another, in per cent of the width."""

    start: float
    end: float

    @property
    def width(self) -> float:
        """How far they are apart."""
        return round(self.end - self.start, 2)


class Tick(NamedTuple):
    """A number under the axis."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One metric of a forest plot, its gain to the right."""

    entry: MetricComparison
    place: float
    """Of the gain that was seen."""
    interval: Stroke
    simultaneous: Stroke | None
    margin: Stroke | None
    """The losses that are accepted."""


@dataclass(frozen=True, slots=True)
class Forest:
    """A forest plot: gains in points, hundredths of each metric's range."""

    groups: tuple[tuple[str, tuple[ForestRow, ...]], ...]
    """By task."""
    ticks: tuple[Tick, ...]
    undrawn: tuple[MetricComparison, ...]
    """Metrics in which neither direction is better, cost, and what is not defined."""


def plot_forest(metrics: Sequence[MetricComparison]) -> Forest:
    """Place the differences of quality on one axis, zero in the middle."""
    drawn = [entry for entry in metrics if _is_drawn(entry)]
    reach = max((abs(bound) for entry in drawn for bound in _scaled(entry, entry.interval)), default=0.0)
    reach = max([reach, *(margin for entry in drawn if (margin := _scale_margin(entry)))]) or 1.0
    axis = _Axis(reach / _EDGE)
    tasks = dict.fromkeys(entry.metric.task for entry in drawn)
    return Forest(
        groups=tuple(
            (task, tuple(_build_row(entry, axis) for entry in drawn if entry.metric.task == task)) for task in tasks
        ),
        ticks=axis.list_ticks(),
        undrawn=tuple(entry for entry in metrics if not _is_drawn(entry)),
    )


def describe_intervals(metrics: Sequence[MetricComparison]) -> str:
    """Say in a sentence how many differences are shown, and which hold when all are looked at together."""
    shown = [entry for entry in metrics if entry.shows_difference]
    if not shown:
        return f"None of {len(metrics)} intervals excludes zero: no difference was shown."
    surviving = sorted((entry for entry in shown if entry.survives_adjustment), key=lambda entry: entry.margin is None)
    kept = [f"{entry.metric.task} {entry.metric.label}" for entry in surviving]
    verb = "interval excludes" if len(shown) == 1 else "intervals exclude"
    rest = f"{_enumerate(kept)} survive{'s' if len(kept) == 1 else ''}" if kept else "none survives"
    only = "only " if 0 < len(kept) < len(shown) else ""
    return f"{len(shown)} of {len(metrics)} {verb} zero; {only}{rest} adjustment for all of them."


class _Axis:
    """From gains in hundredths to places in per cent."""

    def __init__(self, reach: float) -> None:
        self._reach = reach

    def find(self, value: float) -> float:
        return round(min(max(50 + 50 * value / self._reach, 0.0), 100.0), 2)

    def stroke(self, bounds: Iterable[float]) -> Stroke:
        return Stroke(*map(self.find, bounds))

    def list_ticks(self) -> tuple[Tick, ...]:
        power = 10.0 ** math.floor(math.log10(self._reach))
        rough = self._reach / 2.5
        step = next(
            (size for scale in (power / 10, power) for base in _STEPS if (size := base * scale) >= rough), self._reach
        )
        values = [place * step for place in range(-3, 4) if abs(place * step) <= self._reach * _EDGE]
        return tuple(Tick(self.find(value), _label(value)) for value in values)


def _label(value: float) -> str:
    return f"{value:+g}".replace("-", MINUS) if value else "0"


def _is_drawn(entry: MetricComparison) -> bool:
    return entry.metric.task != "cost" and entry.gain is not None and entry.interval is not None


def _factor(entry: MetricComparison) -> float:
    return _HUNDREDTHS / _RANGES.get(entry.metric.name, 1)


def _scaled(entry: MetricComparison, interval: Interval | None) -> tuple[float, ...]:
    return tuple(bound * _factor(entry) for bound in entry.to_gain(interval) or ())


def _scale_margin(entry: MetricComparison) -> float:
    return (entry.margin or 0.0) * _factor(entry)


def _build_row(entry: MetricComparison, axis: _Axis) -> ForestRow:
    return ForestRow(
        entry,
        place=axis.find((entry.gain or 0.0) * _factor(entry)),
        interval=axis.stroke(_scaled(entry, entry.interval)),
        simultaneous=axis.stroke(_scaled(entry, entry.simultaneous)) if entry.simultaneous else None,
        margin=axis.stroke((-_scale_margin(entry), 0.0)) if entry.margin else None,
    )


class Point(NamedTuple):
    """A place in the threshold sweep: per cent across, pixels down."""

    x: float
    y: float


def plot_sweep(sweep: Sequence[CutOff], measure: str) -> list[Point]:
    """Return the line of `recall` or `precision` over the cut-offs; places without a value are left out.

    Args:
        sweep: of one run, by cut-off.
        measure: name of the property.
    """
    width = max(len(sweep) - 1, 1)
    values = [(place, getattr(entry, measure)) for place, entry in enumerate(sweep)]
    return [
        Point(round(6 + 90 * place / width, 2), round(SWEEP_HEIGHT * (1 - value), 1))
        for place, value in values
        if value is not None
    ]


def _enumerate(names: Sequence[str]) -> str:
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
