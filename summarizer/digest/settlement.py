"""The lines of a results file settled: which line of each record counts, and what the runs behind them were."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from summarizer.annotate.records import AnnotatedRecord, DuplicateRecord, FailedRecord, Record, Reference, SkippedLine
from summarizer.chat.interface import Usage
from summarizer.digest.account import Counts, Origin

Outcome = AnnotatedRecord | FailedRecord


@dataclass(frozen=True, slots=True)
class SettledRecords:
    """Each record once, with the line that counts."""

    annotated: tuple[AnnotatedRecord, ...]
    failed: tuple[FailedRecord, ...]
    skipped: tuple[SkippedLine, ...]
    duplicates: tuple[DuplicateRecord, ...]
    spent_usd: float | None
    """Over every line, since a retried paper was paid for each time; None when a price is unknown."""

    @property
    def counts(self) -> Counts:
        """Distinct records by outcome."""
        return Counts(len(self.annotated), len(self.failed), len(self.skipped), len(self.duplicates))


def settle_records(records: Iterable[Record]) -> SettledRecords:
    """Return each distinct record once: the last line about it counts, and of two versions of a paper the newer one.

    Annotated and failed lines are about the paper with that id; skipped and duplicate lines are about what stands at a
    place in a source, so that reading the same file again adds nothing.
    """
    outcomes: dict[str, Outcome] = {}
    skipped: dict[tuple[str, int, str, str | None], SkippedLine] = {}
    duplicates: dict[tuple[str, str, int], DuplicateRecord] = {}
    costs: list[float | None] = []
    for record in records:
        match record:
            case SkippedLine():
                title = record.paper.title if record.paper else None
                skipped[record.path, record.line, record.reason, title] = record
            case DuplicateRecord(paper=paper):
                duplicates[paper.id, paper.source, paper.position] = record
            case _:
                earlier = outcomes.get(record.paper.id)
                if earlier is None or (record.paper.version or 0) >= (earlier.paper.version or 0):
                    outcomes[record.paper.id] = record
                costs.append(record.provenance.cost_usd)
    known = [cost for cost in costs if cost is not None]
    return SettledRecords(
        annotated=tuple(record for record in outcomes.values() if isinstance(record, AnnotatedRecord)),
        failed=tuple(record for record in outcomes.values() if isinstance(record, FailedRecord)),
        skipped=tuple(skipped.values()),
        duplicates=tuple(duplicates.values()),
        spent_usd=math.fsum(known) if len(known) == len(costs) else None,
    )


def build_origin(settled: SettledRecords) -> Origin:
    """Return how the annotated and failed papers came about."""
    lines = [record.provenance for record in (*settled.annotated, *settled.failed)]
    prompts = (prompt for line in lines for prompt in (line.prompt, line.translation_prompt))
    return Origin(
        annotators=_distinct(line.annotator for line in lines),
        requested_models=_distinct(line.requested_model for line in lines),
        served_models=_distinct(line.served_model for line in lines),
        prompts=_distinct_references(prompts),
        usage=sum((line.usage for line in lines), Usage()),
        cost_usd=settled.spent_usd,
        cache_hits=sum(line.cache_hit for line in lines),
        versions=_distinct(line.version for line in lines),
        run_ids=_distinct(line.run_id for line in lines),
    )


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _distinct_references(references: Iterable[Reference | None]) -> tuple[Reference, ...]:
    by_key = {(item.name, item.fingerprint): item for item in references if item}
    return tuple(by_key[key] for key in sorted(by_key))
