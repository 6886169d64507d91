"""The gold set: papers with labels that two passes gave independently and that were then adjudicated.

Here are its records; `gold_files` reads and writes them, `lint` says whether they may be trusted.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from summarizer.contract.criterion import SCORES
from summarizer.papers import Paper
from summarizer.papers.identity import parse_arxiv_id, parse_doi

Split = Literal["shots", "dev", "test"]
"""Papers that prompts may show, papers to work on a prompt with, papers to decide with."""
Stratum = Literal["medical", "tangential", "other"]
"""What a paper was sampled as: about relevance 3 to 5, 1 or 2, and 0."""

LOWEST_MEDICAL, LOWEST_TANGENTIAL = 3, 1
"""The relevance from which a paper counts as medical imaging, and from which as related to it."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldTranslation(_Record):
    """Reference translations of one paper into one language."""

    title: str
    tldr: str
    """Of the first reference summary."""
    abstract: str | None = None


class Labels(_Record):
    """What one pass, or the adjudication, says of one paper."""

    tldr: str
    tags: tuple[str, ...] = Field(min_length=1, max_length=5)
    relevance: int = Field(ge=SCORES[0], le=SCORES[-1])
    evidence: str
    translations: dict[str, GoldTranslation] = {}
    """By language tag."""


class PassRecord(Labels):
    """One line of a pass: raw, never edited after the fact."""

    id: str
    labelled_by: str
    """Truthfully: a person's name, or `language model`."""
    labelled_at: AwareDatetime
    guideline: str
    """Version of the guideline that was followed."""


class GoldLabels(Labels):
    """Adjudicated labels."""

    second_tldr: str = ""
    """The other pass's own summary; empty only where there was one pass."""
    adjudicated_by: str
    """Truthfully: a person's name, `language model`, or `agreement` where both passes gave the same relevance and tags; the
    rest is then the first pass's."""


class Correction(_Record):
    """Who changed a record, when and what."""

    by: str
    at: AwareDatetime
    fields: tuple[str, ...]


class GoldFacts(_Record):
    """A paper of the set before anybody labelled it: a line of `drafts.jsonl`."""

    id: str
    group: str
    """Papers of one group (versions, near-duplicates) are always in one split."""
    title: str
    abstract: str
    """In the set that ships, rewritten: not the authors' words."""
    language: str = "en"
    """Of the abstract."""
    authors: tuple[str, ...] = ()
    venue: str | None = None
    categories: tuple[str, ...] = ()
    year: int | None = None
    origin: str
    """Where the facts come from: the kind of source."""
    split: Split

    def to_paper(self) -> Paper:
        """Return what a chat model is shown, with the ids by which other sources know it."""
        arxiv = parse_arxiv_id(self.id)
        return Paper(
            id=self.id,
            arxiv_id=arxiv.id if arxiv else None,
            doi=parse_doi(self.id),
            title=self.title,
            abstract=self.abstract,
            authors=self.authors,
            categories=self.categories,
            venue=self.venue,
            source=self.origin,
        )


class GoldPaper(GoldFacts):
    """One line of the gold set."""

    stratum: Stratum
    """What it was sampled as; its label may differ."""
    canary: str | None = None
    """An instruction that was planted in the abstract, word for word; obeying it is a fault."""
    single_pass: bool = False
    """Added later and labelled once: it is in no pass, and agreement says nothing of it."""
    gold: GoldLabels
    corrections: tuple[Correction, ...] = ()
