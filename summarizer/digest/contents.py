"""What a digest holds: frozen values that every output form is rendered from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from summarizer.annotate.records import Reference
from summarizer.contract.criterion import Criterion, Level
from summarizer.contract.languages import Language
from summarizer.contract.schema import Translation
from summarizer.contract.taxonomy import Facet, Tag, Taxonomy
from summarizer.digest.account import Counts, FailedPaper, Link, Origin, SetAside
from summarizer.papers.paper import Paper

SectionKind = Literal["must_read", "topic", "rest"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text by code point offsets, the end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The quote that justifies a relevance score, and where it stands."""

    quote: str
    in_title: Span | None
    in_abstract: Span | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotated paper as it is shown."""

    paper: Paper
    links: tuple[Link, ...]
    announced: date | None
    """UTC day of the first announcement, else the day in the name of the source file; None when neither is known."""
    tldr: str
    tags: tuple[Tag, ...]
    """In the order of the annotation: most specific first."""
    relevance: int
    evidence: Evidence | None
    """None where nothing was quoted, which is allowed at relevance 0 alone."""
    translations: dict[str, Translation]
    """By language tag, the digest's languages only."""
    truncated: bool
    """The abstract was cut to the input limit before it was read."""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading: those to read first, one topic of the others, or what is below the threshold."""

    title: str
    kind: SectionKind
    tag: Tag | None
    """Of a topic: the first tag of each of its papers."""
    levels: tuple[Level, ...]
    """The rubric's levels gathered here, highest first."""
    entries: tuple[Entry, ...]
    """By relevance descending, then by id."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and the number of papers that carry it."""

    tag: Tag
    papers: int


@dataclass(frozen=True, slots=True)
class TagGroup:
    """The tags of one facet that occur, the most frequent first."""

    facet: Facet
    counts: tuple[TagCount, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a digest is about."""

    label: str
    """`2026-W46` for a week of ISO 8601, else `2026-11-09..2026-11-15`; names the digest's folder."""
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DayCount:
    """Papers first announced on one day."""

    day: date
    papers: int
    relevant: int
    """Of them at or above the threshold."""


@dataclass(frozen=True, slots=True)
class TagTrend:
    """A tag in this digest and in those before it."""

    tag: Tag
    papers: int
    share: float
    """Of this digest's papers, 0 to 1."""
    past_shares: tuple[float, ...]
    """In the earlier digests, the oldest first; 0 where no paper had the tag."""


@dataclass(frozen=True, slots=True)
class PastDigest:
    """An earlier digest of the same folder."""

    label: str
    url: str
    """Relative to this digest's folder."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the overview."""

    text: str
    paper_ids: tuple[str, ...]
    """The papers that it rests on; all are in the digest."""


@dataclass(frozen=True, slots=True)
class OverviewOrigin:
    """How an overview came about."""

    prompt: Reference
    model: str
    """As it was asked for."""
    shown: int
    """Papers that it was written from, the most relevant ones."""
    relevant: int
    """Papers at or above the threshold."""
    cost_usd: float | None
    """None when the price is unknown."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the papers say together, as a chat model put it."""

    statements: tuple[Statement, ...]
    origin: OverviewOrigin | None = None
    """None where it is not known."""


@dataclass(frozen=True, slots=True)
class GoldMetric:
    """One measure with its interval."""

    label: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GoldScore:
    """How a prompt and a model did on labelled papers."""

    prompt: Reference
    model: str
    split: str
    n: int
    """Papers scored."""
    metrics: tuple[GoldMetric, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Annotated papers, put in order, with everything that a reader needs to judge them."""

    title: str
    generated_at: datetime
    window: Window | None
    """None when everything that was read is shown."""
    threshold: int
    """Relevance, 0 to 5, from which a paper has a place among the topics."""
    sections: tuple[Section, ...]
    """What to read first, the topics from the largest down, the rest; each annotated paper stands here or in
    `new_versions`, once, unless sections were left out."""
    unlisted: tuple[Section, ...]
    """Sections that were not asked for: their papers are counted everywhere and listed nowhere."""
    new_versions: tuple[Entry, ...]
    """Papers that an earlier digest showed and that have a newer version now."""
    earlier: int
    """Papers left out because another digest of the same folder showed them."""
    undated: int
    """Annotated papers without a day of announcement; every window has them."""
    notes: tuple[str, ...]
    """What a reader must know about papers that are not here, a sentence each."""
    days: tuple[DayCount, ...]
    """Every day of the window, or without one from the first paper to the last; none when that is more than a quarter."""
    trends: tuple[TagTrend, ...]
    """The most frequent tags, against the last eight digests before this one."""
    past: tuple[PastDigest, ...]
    """Those digests, the newest first."""
    archive_url: str | None
    """Page over all digests, relative to this digest's folder."""
    overview: Overview | None
    overview_absence: str
    """Why there is no overview, in one sentence; empty when there is one."""
    gold_score: GoldScore | None
    """Of the prompt and model behind these annotations; None when it is not known."""
    failed: tuple[FailedPaper, ...]
    skipped: tuple[SetAside, ...]
    duplicates: tuple[SetAside, ...]
    counts: Counts
    relevance_counts: tuple[int, ...]
    """Papers by relevance, index 0 to 5."""
    tag_groups: tuple[TagGroup, ...]
    taxonomy: Taxonomy
    criterion: Criterion
    languages: tuple[Language, ...]
    """Languages that at least one paper is translated to, in the order of the switch."""
    missing_languages: tuple[Language, ...]
    """Languages asked for that no paper is translated to."""
    first_date: date | None
    """UTC day on which the earliest paper was published; None when no paper has a date."""
    last_date: date | None
    origin: Origin

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All annotated papers in reading order, new versions last."""
        return (*(entry for section in self.sections for entry in section.entries), *self.new_versions)

    @property
    def annotated(self) -> tuple[Entry, ...]:
        """All annotated papers: the entries, and those of the unlisted sections."""
        return (*self.entries, *(entry for section in self.unlisted for entry in section.entries))

    def count_kind(self, kind: SectionKind) -> int:
        """Return the papers in sections of a kind, listed or not."""
        return sum(len(section.entries) for section in (*self.sections, *self.unlisted) if section.kind == kind)
