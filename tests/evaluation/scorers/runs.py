"""Runs to score: gold labels as records, with faults planted where a test wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.chat.interface import Usage
from summarizer.contract.schema import Annotation, Translation
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import PAPERS_FILE, read_gold
from summarizer.evaluation.lint.leaks import load_shown_texts
from summarizer.evaluation.metric import Column, Guardrail, Scorecard, Violation
from summarizer.evaluation.scorers import score_run
from tests.builders import PROFILE, build_failed, build_provenance
from tests.evaluation.small_gold import small_gold

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

GOLD = Path(__file__).parents[3] / "eval" / "gold"
HAS_GOLD = (GOLD / PAPERS_FILE).exists()
TAXONOMY = load_taxonomy("taxonomy.v1")
SHOWN = load_shown_texts()
USAGE = Usage(input_tokens=900, cached_input_tokens=600, output_tokens=120)


def shipped_gold() -> list[GoldPaper]:
    return read_gold(GOLD)


def to_annotated(paper: GoldPaper, **changes: Any) -> AnnotatedRecord:
    """Return the gold labels of a paper as a record, with `changes` to its annotation."""
    gold = paper.gold
    translations = {tag: Translation(**texts.model_dump()) for tag, texts in gold.translations.items()}
    fields: dict[str, Any] = {
        "tldr": gold.tldr,
        "tags": gold.tags,
        "relevance": gold.relevance,
        "evidence": gold.evidence,
        "translations": translations,
    }
    return AnnotatedRecord(
        paper=paper.to_paper(),
        annotation=Annotation(**fields | changes),
        provenance=build_provenance(PROFILE, usage=USAGE),
    )


def to_failed(paper: GoldPaper, error_type: str = "AnnotationInvalidError", raw_text: str = "") -> FailedRecord:
    record = build_failed(paper.to_paper(), error_type)
    error = record.error.model_copy(update={"raw_text": raw_text})
    return record.model_copy(update={"error": error})


def score(
    papers: Sequence[GoldPaper],
    changed: Mapping[str, AnnotatedRecord | FailedRecord | Sequence[AnnotatedRecord | FailedRecord]] | None = None,
    **options: Any,
) -> Scorecard:
    """Score a run that answers with the gold labels but for `changed`."""
    outcomes: dict[str, Sequence[AnnotatedRecord | FailedRecord]] = {}
    for paper in papers:
        answer = (changed or {}).get(paper.id, to_annotated(paper))
        outcomes[paper.id] = answer if isinstance(answer, Sequence) else [answer]
    return score_run(papers, outcomes, **{"taxonomy": TAXONOMY, "shown": SHOWN, **options})


def column(card: Scorecard, name: str) -> Column:
    (found,) = [column for column in card.columns if column.metric.name == name]
    return found


def value(card: Scorecard, name: str, weights: Array | None = None) -> float:
    found = column(card, name)
    weights = np.ones((1, len(card.ids))) if weights is None else weights
    return float(found.metric.aggregate(weights, found.statistics)[0])


def guardrail(card: Scorecard, name: str) -> Guardrail:
    (found,) = [guardrail for guardrail in card.guardrails if guardrail.name == name]
    return found


def violated(card: Scorecard) -> dict[str, list[Violation]]:
    """Return the violations of a scorecard, by guardrail; those without any are left out."""
    found = {guard.name: [violation for each in guard.violations for violation in each] for guard in card.guardrails}
    return {name: violations for name, violations in found.items() if violations}


def details(violations: Iterable[Violation]) -> str:
    return "; ".join(violation.detail for violation in violations)


def small_run(*, relevances: Sequence[int] | None = None) -> list[GoldPaper]:
    papers = small_gold()
    if relevances is None:
        return papers
    return [
        paper.model_copy(update={"gold": paper.gold.model_copy(update={"relevance": relevance})})
        for paper, relevance in zip(papers, relevances, strict=True)
    ]
