"""More papers for a gold set, from any readable source: drafts that wait for a person's labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from summarizer.evaluation.gold import GoldFacts
from summarizer.evaluation.gold_files import read_drafts, read_gold, write_drafts
from summarizer.evaluation.shingles import find_near_duplicates
from summarizer.evaluation.splits import assign_split
from summarizer.papers import DuplicatePaper, Paper, SeenPapers, SkippedRecord


@dataclass(slots=True)
class Growth:
    """What became of every record that was read."""

    added: list[GoldFacts] = field(default_factory=list)
    known: list[Paper] = field(default_factory=list)
    """In the set, among its drafts, or read before."""
    without_abstract: list[Paper] = field(default_factory=list)
    skipped: list[SkippedRecord] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All records."""
        return len(self.added) + len(self.known) + len(self.without_abstract) + len(self.skipped)


def add_drafts(
    folder: Path, records: Iterable[Paper | SkippedRecord], *, limit: int | None = None, language: str = "en"
) -> Growth:
    """Append papers to the drafts of the gold set in `folder`, each in the split of its group.

    A near-duplicate of a paper that is there joins its group, and so its split. No record is read beyond the last one added.

    Args:
        folder: holds `papers.jsonl`.
        records: as `papers.read` gives them.
        limit: of papers added.
        language: of the abstracts.

    Raises:
        EvaluationError: the set can't be read, or the drafts can't be written.
        SourceError: the source can't be read.
    """
    drafts = read_drafts(folder)
    known: list[GoldFacts] = [*read_gold(folder), *drafts]
    seen, growth = SeenPapers(), Growth()
    for facts in known:
        seen.add(facts.to_paper())
    for record in records:
        if isinstance(record, SkippedRecord):
            growth.skipped.append(record)
        elif not record.abstract:
            growth.without_abstract.append(record)
        elif isinstance(admitted := seen.admit(record), DuplicatePaper) or admitted.supersedes:
            growth.known.append(record)
        else:
            growth.added.append(_to_draft(record, [*known, *growth.added], language))
        if len(growth.added) == limit:
            break
    if growth.added:
        write_drafts(folder, [*drafts, *growth.added])
    return growth


def _to_draft(paper: Paper, known: Sequence[GoldFacts], language: str) -> GoldFacts:
    draft = GoldFacts(
        id=paper.id,
        group=paper.id,
        title=paper.title,
        abstract=paper.abstract,
        language=language,
        authors=paper.authors,
        venue=paper.venue or paper.journal,
        categories=paper.categories,
        year=paper.published.year if paper.published else None,
        origin=f"added from {PurePath(paper.source).name}",
        split=assign_split(paper.id),
    )
    for one, two, _ in find_near_duplicates([*known, draft]):
        if two is draft:
            return draft.model_copy(update={"group": one.group, "split": one.split})
    return draft
