"""What a metric is: statistics for each paper, and how a weighted sample of papers becomes one number.

Every metric has this form, so one set of resampling weights serves all of them: results are paired across prompts and
jointly distributed across metrics. numpy is only needed where something is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]

Task = Literal["structure", "summary", "tags", "relevance", "translation", "cost"]
"""The part of an annotation that a metric is about, in the order of reports."""
Role = Literal["primary", "secondary", "diagnostic"]
"""Gated by a margin; shown with simultaneous intervals; shown. Guardrails are counts of violations, see `Guardrail`."""

Aggregate: TypeAlias = "Callable[[Array, Array], Array]"
"""From weights (B, n) and statistics (n, k) to values (B,). A weight is how often a resample drew the paper."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number over a set of papers."""

    name: str
    """Task and metric, for instance `tags.micro_f1`."""
    label: str
    """For tables: `micro-F1`."""
    task: Task
    role: Role
    higher_is_better: bool | None
    """None where neither direction is better: a length, a bias."""
    signature: str
    """What makes the value reproducible: `rouge:L|stem:no|tok:en+hanchar|refs:max|v1`."""
    aggregate: Aggregate
    unit: str = ""
    """`USD`, `tokens`, `words`; empty for a share or a coefficient."""
    is_share: bool = False
    """Whether it is the share of papers that succeed (or fail), each counted as 0 or 1."""
    judges_papers: bool = True
    """Whether a paper's own value says if its reply is better: a rank among other papers, or one side of a cut-off, does not."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One metric over the papers of a scorecard."""

    metric: Metric
    statistics: Array
    """Shape (n, k), finite; row i belongs to the i-th paper. Repeats of a paper are averaged."""
    per_paper: Array
    """Shape (n,): the paper's own value, for the list of papers that got worse; NaN where it has none."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What one reply did that no reply may do."""

    detail: str
    """For people: `the number 5000 is not in the abstract`."""
    quoted: str = ""
    """The stretch of the reply that shows it."""


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A rule that is counted, not averaged: a new violation fails the gate."""

    name: str
    """Task and rule, for instance `summary.unsupported_numbers`."""
    label: str
    task: Task
    violations: tuple[tuple[Violation, ...], ...]
    """For each paper of the scorecard, over all its repeats; empty where it is clean."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """All metrics of one run over one list of papers."""

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    """For each paper, what is resampled together: versions and near-duplicates share a group."""
    strata: tuple[str, ...]
    """For each paper, the class that resampling keeps the size of: relevant or not."""
    columns: tuple[Column, ...]
    guardrails: tuple[Guardrail, ...]

    @property
    def has_shared_groups(self) -> bool:
        """Whether a group has more than one paper."""
        return len(set(self.groups)) < len(self.groups)
