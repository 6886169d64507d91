"""What became of the records that were read, and how the annotations came about."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.annotate.records import Reference
from summarizer.chat.interface import Usage
from summarizer.papers.paper import Paper


@dataclass(frozen=True, slots=True)
class Link:
    """An address that is safe to follow: http or https, percent-encoded, without a user name."""

    label: str
    """`arXiv` or `Page` for the abstract, `PDF`, `DOI`, `Code`."""
    url: str


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
