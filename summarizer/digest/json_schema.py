"""The JSON form of a digest, for other programs. `docs/digest-json.md` explains it; its JSON Schema is made from here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from summarizer.annotate.records import Reference
from summarizer.chat.interface import Usage
from summarizer.contract.schema import Translation
from summarizer.digest.account import Link, SetAside
from summarizer.digest.contents import (
    DayCount,
    Evidence,
    GoldScore,
    Overview,
    PastDigest,
    Window,
)

DIGEST_SCHEMA_VERSION = 1
"""Version of the form: raised when a field goes or changes its meaning, not when one is added."""


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True)


class PaperForm(_Form):
    """One annotated paper."""

    id: str
    """Stable identity: the arXiv id without version, else `doi:…`, else `title:…`."""
    version: int | None
    """arXiv version, where the source states it."""
    arxiv_id: str | None
    doi: str | None
    title: str
    abstract: str
    """Formulas as LaTeX; empty when the source has none."""
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    """arXiv categories, the primary one first."""
    announced: date | None
    """UTC day of first announcement, else the day in the name of the source file."""
    published: datetime | None
    updated: datetime | None
    venue: str | None
    journal: str | None
    comment: str | None
    links: tuple[Link, ...]
    """http and https addresses alone."""
    tldr: str
    tags: tuple[str, ...]
    """Ids of tags, the most specific first; `tags` of the document explains them."""
    relevance: int
    """0 to 5."""
    evidence: Evidence | None
    """Quote that the relevance rests on, with its place in title and abstract by code points."""
    translations: dict[str, Translation]
    """By language tag."""
    truncated: bool
    """The abstract was cut to the input limit before it was read."""


class SectionForm(_Form):
    """Papers under one heading."""

    title: str
    kind: Literal["must_read", "topic", "rest"]
    tag: str | None
    """Id of a topic's tag."""
    papers: tuple[PaperForm, ...]


class FailedForm(_Form):
    """A paper that could not be annotated."""

    id: str
    title: str
    links: tuple[Link, ...]
    error_type: str
    message: str


class CountsForm(_Form):
    """What became of the records: `read` is the sum of the others."""

    read: int
    annotated: int
    failed: int
    skipped: int
    duplicate: int


class TagForm(_Form):
    """A tag that occurs."""

    id: str
    facet: str
    label: str
    labels: dict[str, str]
    """Label by language tag."""
    papers: int


class TrendForm(_Form):
    """A frequent tag against the digests before."""

    tag: str
    papers: int
    share: float
    """Of this digest's papers, 0 to 1."""
    past_shares: tuple[float, ...]
    """In earlier digests, the oldest first."""


class CriterionForm(_Form):
    """What relevance is measured by."""

    name: str
    fingerprint: str
    subject: str
    levels: dict[int, str]
    """Definition by relevance."""


class ProvenanceForm(_Form):
    """How the annotations came about: each list has the distinct values among the papers."""

    annotators: tuple[str, ...]
    requested_models: tuple[str, ...]
    served_models: tuple[str, ...]
    prompts: tuple[Reference, ...]
    usage: Usage
    cost_usd: float | None
    """Null when a price is unknown."""
    cache_hits: int
    versions: tuple[str, ...]
    run_ids: tuple[str, ...]


class DigestForm(_Form):
    """A digest."""

    schema_version: int = DIGEST_SCHEMA_VERSION
    title: str
    headline: str
    generated_at: datetime
    window: Window | None
    """Null when everything that was read is shown."""
    threshold: int
    """Relevance from which a paper has a place among the topics."""
    counts: CountsForm
    earlier: int
    """Papers left out because another digest of the same folder showed them."""
    undated: int
    """Annotated papers without a day of announcement."""
    notes: tuple[str, ...]
    """What a reader must know about papers that are not here, a sentence each."""
    sections: tuple[SectionForm, ...]
    """Every annotated paper stands in one section or in `new_versions`, once."""
    new_versions: tuple[PaperForm, ...]
    """Papers that an earlier digest showed in an older version."""
    failed: tuple[FailedForm, ...]
    skipped: tuple[SetAside, ...]
    duplicates: tuple[SetAside, ...]
    relevance_counts: tuple[int, ...]
    """Papers by relevance, 0 to 5."""
    tags: tuple[TagForm, ...]
    days: tuple[DayCount, ...]
    trends: tuple[TrendForm, ...]
    past: tuple[PastDigest, ...]
    archive_url: str | None
    overview: Overview | None
    overview_absence: str
    """Why there is no overview; empty when there is one."""
    gold_score: GoldScore | None
    languages: tuple[str, ...]
    missing_languages: tuple[str, ...]
    """Languages asked for that no paper is translated to."""
    criterion: CriterionForm
    taxonomy: Reference
    provenance: ProvenanceForm
