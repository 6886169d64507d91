"""What is scored: each paper of a gold set with what a run said of it, once or several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.contract.schema import Annotation
from summarizer.contract.validation.source import Source
from summarizer.errors import (
    AnnotationInvalidError,
    EvaluationError,
    IncompleteOutputError,
    PaperRejectedError,
    RefusalError,
)
from summarizer.evaluation.gold import GoldPaper

Result = AnnotatedRecord | FailedRecord

CONTRACT_FAILURES = frozenset([AnnotationInvalidError.__name__])
TRUNCATIONS = frozenset([IncompleteOutputError.__name__])
REFUSALS = frozenset([RefusalError.__name__, PaperRejectedError.__name__])
SCORED_FAILURES = CONTRACT_FAILURES | TRUNCATIONS | REFUSALS
"""Failures that say something of prompt and model. Every other one means that the question was never answered."""

_SHOWN_IDS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One paper and its records, one for each repeat."""

    paper: GoldPaper
    source: Source
    """Title and abstract, read once for all checks."""
    records: tuple[Result, ...]

    @property
    def annotations(self) -> list[Annotation | None]:
        """The annotation of each repeat; None where it failed."""
        return [record.annotation if isinstance(record, AnnotatedRecord) else None for record in self.records]


def collect_samples(papers: Sequence[GoldPaper], outcomes: Mapping[str, Sequence[Result]]) -> list[Sample]:
    """Match papers and records by id; records of other papers are left alone.

    Raises:
        EvaluationError: there is no paper, a paper has no record or not as many as the others, or a record failed for
            want of an endpoint: such a run is incomplete, and scoring it would blame the prompt.
    """
    if not papers:
        raise EvaluationError("there is no paper to score")
    _refuse(
        "without a record", [paper.id for paper in papers if not outcomes.get(paper.id)], "annotate every paper first"
    )
    repeats = len(outcomes[papers[0].id])
    uneven = [paper.id for paper in papers if len(outcomes[paper.id]) != repeats]
    _refuse(f"with another number of records than {repeats}", uneven, "repeat every paper equally often")
    unanswered = [paper.id for paper in papers if not all(map(_is_scored, outcomes[paper.id]))]
    _refuse("that the endpoint never answered", unanswered, "the run is incomplete, so resume it")
    return [Sample(paper, Source(paper.title, paper.abstract), tuple(outcomes[paper.id])) for paper in papers]


def _is_scored(record: Result) -> bool:
    return isinstance(record, AnnotatedRecord) or record.error.type in SCORED_FAILURES


def _refuse(what: str, ids: Sequence[str], advice: str) -> None:
    if ids:
        more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
        raise EvaluationError(f"papers {what}: {', '.join(ids[:_SHOWN_IDS])}{more}; {advice}")
