"""What a digest holds: frozen values that every output form is rendered from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from summarizer.annotate.records import Reference
from summarizer.chat.interface import Usage
from summarizer.contract.criterion import Criterion, Level
from summarizer.contract.languages import Language
from summarizer.contract.schema import Translation
from summarizer.contract.taxonomy import Facet, Tag, Taxonomy
from summarizer.papers.paper import Paper


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
class Link:
    """An address that is safe to follow: http or https, percent-encoded, without a user name."""

    label: str
    """`arXiv` or `Page` for the abstract, `PDF`, `DOI`."""
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotated paper as it is shown."""

    paper: Paper
    links: tuple[Link, ...]
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
    """Entries of neighbouring relevance under one heading."""

    title: str
    levels: tuple[Level, ...]
    """The rubric's levels gathered here, highest first."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FailedPaper:
    """A paper that could not be annotated."""

    paper: Paper
    links: tuple[Link, ...]
    error_type: str
    message: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record without an annotation of its own: skipped, or a duplicate of a paper read before."""

    title: str
    """Empty where the record could not be read."""
    file: str
    """Name of the source file, without its folder: a page is published, a disk is not."""
    line: int
    """From 1; 0 when the whole file is meant."""
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records that were read."""

    annotated: int
    failed: int
    skipped: int
    duplicate: int

    @property
    def read(self) -> int:
        """Their sum: every record is exactly one of the four."""
        return self.annotated + self.failed + self.skipped + self.duplicate


@dataclass(frozen=True, slots=True)
class Origin:
    """How the annotations came about: each field lists the distinct values among the papers, sorted."""

    annotators: tuple[str, ...]
    requested_models: tuple[str, ...]
    served_models: tuple[str, ...]
    prompts: tuple[Reference, ...]
    """Those that translate abstracts included."""
    usage: Usage
    """Tokens of the replies behind the papers, cached replies included."""
    cost_usd: float | None
    """Spent by the runs, retries included; None when a price is unknown."""
    cache_hits: int
    """Papers answered by the cache alone."""
    versions: tuple[str, ...]
    """Versions of this package."""
    run_ids: tuple[str, ...]


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
class Digest:
    """Annotated papers, put in order, with everything that a reader needs to judge them."""

    title: str
    generated_at: datetime
    sections: tuple[Section, ...]
    """From the most relevant down; together they hold every annotated paper once."""
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
        """All annotated papers in reading order."""
        return tuple(entry for section in self.sections for entry in section.entries)
