"""Fill what one source lacks from another: abstracts above all, for lists of papers that name them and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from summarizer.papers.folding import fold_title
from summarizer.papers.identity import digest64, identity_keys, paper_id
from summarizer.papers.paper import Paper, SkippedRecord

MIN_TITLE_LETTERS = 16
"""A shorter title says too little to be taken for the same paper's where one of the sources names no authors."""

_TITLE = "title"
_FILLED = (
    "arxiv_id",
    "doi",
    "authors",
    "categories",
    "published",
    "updated",
    "comment",
    "journal",
    "venue",
)


@dataclass(frozen=True, slots=True)
class Match:
    """A paper without abstract, and the record that had it."""

    paper: Paper
    """Filled."""
    found: Paper
    """As the other source has it."""
    shared: str
    """By what the two were recognised, in words."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A paper that stays without abstract."""

    paper: Paper
    reason: str
    """One sentence for the user."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Every paper of the first source, and what became of those without abstract."""

    papers: tuple[Paper, ...]
    """In order, filled where possible."""
    matched: tuple[Match, ...]
    unmatched: tuple[Unmatched, ...]
    skipped: tuple[SkippedRecord, ...]
    """Of both sources."""


@dataclass
class _Wanted:
    """A paper without abstract, and what was found for it so far."""

    paper: Paper
    found: Paper | None = None
    shared: str = ""
    by_title: dict[str, Paper] = field(default_factory=dict)
    """Different papers with this very title, where only the title can be compared."""

    def take(self, found: Paper, shared: str) -> None:
        if _is_other_arxiv_paper(self.paper, found):
            return
        if shared != _TITLE:
            self.found, self.shared = self.found or found, self.shared or shared
        elif not (self.paper.authors and found.authors):
            self.by_title.setdefault(found.id, found)

    def settle(self) -> Match | Unmatched:
        if self.found is None and len(self.by_title) > 1:
            return Unmatched(
                self.paper, f"{len(self.by_title)} papers have this title; without authors they can't be told apart"
            )
        found, shared = self.found or next(iter(self.by_title.values()), None), self.shared or _TITLE
        if found is None:
            return Unmatched(self.paper, "no record with the same id, DOI or title has an abstract")
        return Match(_fill(self.paper, found), found, shared)


def join(papers: Iterable[Paper | SkippedRecord], other: Iterable[Paper | SkippedRecord]) -> Joined:
    """Fill each paper without abstract from the same paper in `other`.

    Two records are the same paper as `summarizer.papers.identity` says; where one of them names no authors, the title alone
    decides, if it is long enough and no other paper has it. The first source is kept in memory, the other one streamed.
    """
    skipped: list[SkippedRecord] = []
    first = [record if record.abstract else _Wanted(record) for record in _only_papers(papers, skipped)]
    index: dict[int, list[_Wanted]] = defaultdict(list)
    for wanted in first:
        if isinstance(wanted, _Wanted):
            for digest in _shared_by_digest(wanted.paper):
                index[digest].append(wanted)
    for found in _only_papers(other, skipped):
        if found.abstract:
            _offer(found, index)
    return _settle(first, skipped)


def _only_papers(records: Iterable[Paper | SkippedRecord], skipped: list[SkippedRecord]) -> Iterator[Paper]:
    for record in records:
        if isinstance(record, SkippedRecord):
            skipped.append(record)
        else:
            yield record


def _offer(found: Paper, index: Mapping[int, list[_Wanted]]) -> None:
    for digest, shared in _shared_by_digest(found).items():
        for wanted in index.get(digest, ()):
            wanted.take(found, shared)


def _settle(first: list[Paper | _Wanted], skipped: list[SkippedRecord]) -> Joined:
    settled = [record if isinstance(record, Paper) else record.settle() for record in first]
    return Joined(
        papers=tuple(item if isinstance(item, Paper) else item.paper for item in settled),
        matched=tuple(item for item in settled if isinstance(item, Match)),
        unmatched=tuple(item for item in settled if isinstance(item, Unmatched)),
        skipped=tuple(skipped),
    )


def _shared_by_digest(paper: Paper) -> dict[int, str]:
    keys = identity_keys(paper)
    shared = {digest: name for name, digest in keys.others}
    if keys.arxiv:
        shared[keys.arxiv] = "arXiv id"
    title = fold_title(paper.title)
    if len(title) >= MIN_TITLE_LETTERS:
        shared[digest64(_TITLE, title)] = _TITLE
    return shared


def _is_other_arxiv_paper(one: Paper, two: Paper) -> bool:
    return bool(one.arxiv_id and two.arxiv_id) and one.arxiv_id != two.arxiv_id


def _fill(paper: Paper, found: Paper) -> Paper:
    update: dict[str, Any] = {
        name: getattr(found, name) for name in _FILLED if not getattr(paper, name) and getattr(found, name)
    }
    update |= {
        "abstract": found.abstract,
        "version": found.version or paper.version,  # the abstract is that version's
        "links": found.links | paper.links,
        "reference_translations": found.reference_translations | paper.reference_translations,
    }
    filled = paper.model_copy(update=update)
    identity = paper_id(arxiv_id=filled.arxiv_id, doi=filled.doi, title=filled.title, authors=filled.authors)
    return filled.model_copy(update={"id": identity})
