"""What comparing two runs found: the one object that text, JSON, report and exit code all derive from.

A is what stands (the baseline), B is what may replace it. A difference is always B - A, in the metric's own unit. A value
that is not defined over these papers, such as an F1 where nobody gave a tag, is None.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Metric, Task, Violation

Verdict = Literal["PASS", "WARN", "FAIL", "INCONCLUSIVE", "INCOMPLETE"]
"""Of the whole gate; INCOMPLETE means that no verdict is given."""
MetricVerdict = Literal["better", "pass", "worse within margin", "worse", "inconclusive"]
"""Of one primary metric."""
Status = Literal["ok", "fail"]


class Interval(NamedTuple):
    """Both bounds, the lower first."""

    low: float
    high: float

    def mirror(self) -> Interval:
        """Return the interval of the negative value."""
        return Interval(0.0 - self.high, 0.0 - self.low)


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """One metric over the papers that both runs scored."""

    metric: Metric
    n: int
    """Papers that have a value of their own; all papers where the metric has only one over all of them."""
    a: float | None
    b: float | None
    difference: float | None
    """B - A; also for a metric where lower is better."""
    a_interval: Interval | None
    """95 % percentile interval, as every interval here unless it says otherwise."""
    b_interval: Interval | None
    interval: Interval | None
    """Of the difference."""
    gate_interval: Interval | None
    """Of the difference, 90 %: its bounds are the one-sided 95 % bounds that the gate reads. Shown beside the verdict."""
    simultaneous: Interval | None
    """Of the difference, wide enough that all compared metrics hold together (max-t)."""
    adjusted: Interval | None
    """One-sided 95 % bounds of the difference that hold over all primaries together; None unless primary.
    The gate reads "worse" and "better" from it."""
    p_value: float | None
    """Of no difference: paired permutation of the labels A and B, two-sided."""
    sd: float | None
    """Standard deviation of the difference for one paper: its standard error x sqrt(n)."""
    mde: float | None
    """Smallest true difference that n papers show with power .8 at a two-sided 5 %, from the observed `sd`."""
    margin: float | None
    """The largest loss that is accepted, positive; None unless primary."""
    needed_n: int | None
    """Papers with which four of five gates would find B within the margin, if the true difference is the one seen (0 if B
    is better). None unless primary, and where no number would do because B is seen at or beyond the margin."""
    needed_repeats: int | None
    """Replies for each paper that would do the same with these papers; None where it is not known or none would."""
    verdict: MetricVerdict | None
    """None unless primary."""

    @property
    def gain(self) -> float | None:
        """The difference, positive where B is better; None too where neither direction is better."""
        if self.difference is None or self.metric.higher_is_better is None:
            return None
        return self.difference if self.metric.higher_is_better else 0.0 - self.difference

    @property
    def standard_error(self) -> float | None:
        """Of the difference."""
        return None if self.sd is None else self.sd / math.sqrt(self.n)

    def to_gain(self, interval: Interval | None) -> Interval | None:
        """Return an interval of the difference as one of the gain."""
        return interval and (interval.mirror() if self.metric.higher_is_better is False else interval)

    @property
    def shows_difference(self) -> bool:
        """Whether the 95 % interval excludes 0."""
        return self.interval is not None and not self.interval.low <= 0 <= self.interval.high

    @property
    def survives_adjustment(self) -> bool:
        """Whether 0 is still excluded when all compared metrics are looked at together."""
        return self.simultaneous is not None and not self.simultaneous.low <= 0 <= self.simultaneous.high


@dataclass(frozen=True, slots=True)
class NewViolation:
    """A paper that was clean in A and is not in B."""

    id: str
    violations: tuple[Violation, ...]
    waiver: str | None
    """Why it is accepted; None if it is not."""


@dataclass(frozen=True, slots=True)
class GuardrailComparison:
    """One guardrail over the papers that both runs scored. Shares are of clean papers."""

    name: str
    label: str
    task: Task
    rule: Literal["no_new"] | float
    """`no_new`: no paper that was clean may break it. A number: the share of clean papers in B may not be below it."""
    n: int
    clean_a: int
    clean_b: int
    a_interval: Interval
    """Wilson."""
    b_interval: Interval
    difference_interval: Interval
    """Bonett and Price, of clean share B - A: never a point, also where no paper changed."""
    p_value: float
    """McNemar, exact, two-sided."""
    new: tuple[NewViolation, ...]
    """By id."""
    fixed: tuple[str, ...]
    """Ids that broke it in A and are clean in B."""
    broken: tuple[str, ...]
    """All ids that break it in B and have no waiver."""
    status: Status

    @property
    def waived(self) -> tuple[NewViolation, ...]:
        """The new violations that a waiver accepts."""
        return tuple(found for found in self.new if found.waiver is not None)


class PaperValue(NamedTuple):
    """One metric of one paper; None where the paper has no value of its own."""

    metric: str
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True)
class PaperComparison:
    """One paper in both runs."""

    id: str
    harm: float
    """For each task, how much worse its metrics got on average, in standard deviations of each metric over papers; and 3
    for each guardrail newly broken. Gains in one task do not make up for another. Diagnostics and cost are left out."""
    values: tuple[PaperValue, ...]
    """In the order of `Comparison.metrics`."""
    new_violations: tuple[tuple[str, tuple[Violation, ...]], ...]
    """Guardrail and what broke it, where A was clean; waived ones too."""

    @property
    def is_worse(self) -> bool:
        """Whether anything got worse."""
        return self.harm > 0


@dataclass(frozen=True, slots=True)
class CostComparison:
    """What B costs against A."""

    metric: Metric
    a: float | None
    b: float | None
    difference: float | None
    interval: Interval | None
    """Of the difference."""
    increase: float | None
    """B / A - 1; None where A costs nothing."""
    max_increase: float | None
    """None where cost is not gated."""
    status: Status


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which papers could be compared."""

    paired: tuple[str, ...]
    a_only: tuple[str, ...]
    b_only: tuple[str, ...]
    missing: tuple[str, ...]
    """Ids that neither run scored."""

    @property
    def missing_count(self) -> int:
        """Papers that were to be compared and could not be."""
        return len(self.a_only) + len(self.b_only) + len(self.missing)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that comparing run B with run A found."""

    label_a: str
    label_b: str
    pairing: Pairing
    metrics: tuple[MetricComparison, ...]
    """In the order of the scorecards, over `pairing.paired`."""
    uncompared: tuple[str, ...]
    """Metrics and guardrails that one run has and the other lacks, and metrics that the papers of one run define in another
    way. A primary or a guardrail among them leaves no verdict."""
    guardrails: tuple[GuardrailComparison, ...]
    papers: tuple[PaperComparison, ...]
    """The most harmed first; equal ones by id."""
    cost: CostComparison | None
    """None where a run was not priced."""
    verdict: Verdict
    is_improved: bool
    """A PASS in which at least one primary is better after adjustment."""
    reasons: tuple[str, ...]
    """What the verdict rests on, one sentence each, the gravest first; at least one."""
    seed: int
    resamples: int
    """Of the intervals, and permutations of the p values."""
    confidence: float

    @property
    def headline(self) -> str:
        """The verdict and its gravest reason, in one sentence."""
        name = "PASS, improved" if self.is_improved else self.verdict
        place = f"first of {len(self.reasons)} findings: " if len(self.reasons) > 1 else ""
        return f"{name} \N{EN DASH} {place}{self.reasons[0]}"

    @property
    def primaries(self) -> tuple[MetricComparison, ...]:
        """The metrics that are gated."""
        return tuple(entry for entry in self.metrics if entry.margin is not None)

    @property
    def failed_guardrails(self) -> tuple[GuardrailComparison, ...]:
        """The guardrails that fail the gate."""
        return tuple(entry for entry in self.guardrails if entry.status == "fail")

    @property
    def worse_papers(self) -> tuple[PaperComparison, ...]:
        """The papers that got worse, the most harmed first."""
        return tuple(paper for paper in self.papers if paper.is_worse)
