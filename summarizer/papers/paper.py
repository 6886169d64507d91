"""The record that every stage passes on. It never does I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Paper(BaseModel):
    """One version of one paper, as a source describes it. Text is normalised: one line, no hard wraps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Stable identity: the arXiv id without version, else `doi:…`, else `title:…` (a digest)."""
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """arXiv version, where the source states it."""
    arxiv_id: str | None = None
    """arXiv id without version, new (`2310.19210`) or old style (`hep-th/9901001`)."""
    doi: str | None = None
    """DOI without resolver prefix."""
    title: str
    abstract: str = ""
    """Formulas are kept verbatim; empty when the source has none."""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """arXiv categories, the primary one first."""
    published: datetime | None = None
    """First announcement or submission, with time zone."""
    updated: datetime | None = None
    """Latest version, with time zone."""
    links: dict[str, str] = Field(default_factory=dict)
    """http(s) addresses by what they are: `abstract`, `pdf`, `doi`."""
    comment: str | None = None
    journal: str | None = None
    venue: str | None = None
    topics: tuple[str, ...] = ()
    """Headings above the record in a curated list, outermost first."""
    rating: float | None = None
    """A curator's mark, as a share of the best one: 8/10 is 0.8."""
    note: str | None = None
    """A curator's one-liner or excerpt: no abstract, and never taken for one."""
    reference_translations: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Translations by people, by language tag: `title`, `abstract`."""
    supersedes: int | None = None
    """The version of the same arXiv paper that was read before in this run and that this one replaces."""
    source: str = ""
    """The file or stream that it was read from."""
    position: int = 0
    """Line in the source, from 1, where the record starts."""


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record of a source that could not be read; the run goes on without it."""

    path: str
    """The file or stream."""
    line: int
    """Line where the record starts, from 1; 0 when the whole file is meant."""
    reason: str
    """One sentence for the user."""
