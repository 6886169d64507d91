"""One paper as a report shows it: what gold says, what the runs said, what failed and what changed."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.metric import Metric
from summarizer.evaluation.report.word_differences import TextDifference
from summarizer.evaluation.runs import GoldRecord

MAX_RAW_CHARACTERS, MAX_MESSAGE_CHARACTERS, MAX_TITLE_CHARACTERS = 1_500, 300, 500
"""Of a reply that failed, of why it did, and of a title."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of gold and of the runs."""

    label: str
    language: str
    task: str
    difference: TextDifference


@dataclass(frozen=True, slots=True)
class TagMark:
    """One tag as a run gave it."""

    tag: str
    fate: str
    """`right`, `wrong` where gold lacks it, `missed` where only gold has it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A guardrail that one paper breaks in one run."""

    name: str
    label: str
    detail: str
    is_new: bool
    """The other run was clean."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one run said of one paper."""

    record: GoldRecord | None
    """None where the reply is missing, or was not kept."""
    tags: tuple[TagMark, ...]
    checks: tuple[Check, ...]

    @property
    def relevance(self) -> int | None:
        """None where it failed."""
        return self.record.annotation.relevance if isinstance(self.record, AnnotatedRecord) else None

    @property
    def summary(self) -> str:
        """Empty where it failed."""
        return self.record.annotation.tldr if isinstance(self.record, AnnotatedRecord) else ""

    @property
    def evidence(self) -> str:
        """What the relevance rests on."""
        return self.record.annotation.evidence if isinstance(self.record, AnnotatedRecord) else ""

    @property
    def failure(self) -> str:
        """Why there is no annotation; empty where there is one."""
        return self.record.error.message[:MAX_MESSAGE_CHARACTERS] if isinstance(self.record, FailedRecord) else ""

    @property
    def raw_text(self) -> str:
        """The reply that failed, cut."""
        return self.record.error.raw_text[:MAX_RAW_CHARACTERS] if isinstance(self.record, FailedRecord) else ""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One metric of one paper that changed."""

    metric: Metric
    a: float | None
    b: float | None

    @property
    def gain(self) -> float:
        """Positive where B is better; 0 where neither direction is, or one is not defined."""
        if self.a is None or self.b is None or self.metric.higher_is_better is None:
            return 0.0
        return self.b - self.a if self.metric.higher_is_better else self.a - self.b


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One paper of a report."""

    paper: GoldPaper
    abstract: str
    """Cut."""
    replies: tuple[Reply, ...]
    texts: tuple[TextRow, ...]
    changes: tuple[ValueChange, ...]
    harm: float
    fate: str
    """`worse`, `better` or `same`."""
    is_both_wrong: bool
    """Both runs say the same, and gold says otherwise: perhaps gold is wrong."""
    tasks: tuple[str, ...]
    """In which something got worse; in a single run, in which a check failed."""
    command: str
    """Prints the stored replies."""

    @property
    def title(self) -> str:
        """Cut."""
        return self.paper.title[:MAX_TITLE_CHARACTERS]

    @property
    def is_broken(self) -> bool:
        """Whether it newly breaks a guardrail, or breaks one in a single run."""
        return any(check.is_new for check in self.replies[-1].checks)
