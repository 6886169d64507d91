"""Fill what one source lacks from another: abstracts above all, for lists of papers that name them and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from summarizer.papers.folding import MIN_TITLE_LETTERS, fold_title
from summarizer.papers.identity import IdentityKeys, Key, contradict, digest64, identity_keys, paper_id
from summarizer.papers.paper import Paper, SkippedRecord

__all__ = ["Joined", "Match", "Unmatched", "join"]

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
    keys: IdentityKeys
    found: tuple[Paper, str] | None = None
    """The record and what it shares."""
    by_title: dict[str, tuple[Paper, str]] = field(default_factory=dict)
    """Different papers that fit by little more than their title."""

    def take(self, found: Paper, keys: IdentityKeys, key: Key) -> None:
        if contradict(self.keys, keys, key):
            return
        if not key.is_weak:
            self.found = self.found or (found, key.shared)
        elif key.shared != _TITLE or not (self.paper.authors and found.authors):
            self.by_title.setdefault(found.id, (found, key.shared))

    def settle(self) -> Match | Unmatched:
        if self.found is None and len(self.by_title) > 1:
            return Unmatched(self.paper, f"{len(self.by_title)} papers have this title and can't be told apart")
        best = self.found or next(iter(self.by_title.values()), None)
        if best is None:
            return Unmatched(self.paper, "no record with the same id, DOI or title has an abstract")
        return Match(_fill(self.paper, best[0]), *best)


def join(papers: Iterable[Paper | SkippedRecord], other: Iterable[Paper | SkippedRecord]) -> Joined:
    """Fill each paper without abstract from the same paper in `other`.

    Two records are the same paper as `summarizer.papers.identity` says; where one of them names no authors, the title alone
    decides, if it is long enough. A title alone, or a short one with its author, counts only if no other paper has it. The
    first source is kept in memory, the other one streamed.
    """
    skipped: list[SkippedRecord] = []
    index: dict[int, list[_Wanted]] = defaultdict(list)
    first = [record if record.abstract else _want(record, index) for record in _only_papers(papers, skipped)]
    for found in _only_papers(other, skipped):
        if found.abstract:
            _offer(found, index)
    return _settle(first, skipped)


def _want(paper: Paper, index: dict[int, list[_Wanted]]) -> _Wanted:
    wanted = _Wanted(paper, identity_keys(paper))
    for key in _join_keys(paper, wanted.keys):
        index[key.digest].append(wanted)
    return wanted


def _only_papers(records: Iterable[Paper | SkippedRecord], skipped: list[SkippedRecord]) -> Iterator[Paper]:
    for record in records:
        if isinstance(record, SkippedRecord):
            skipped.append(record)
        else:
            yield record


def _offer(found: Paper, index: Mapping[int, list[_Wanted]]) -> None:
    keys = identity_keys(found)
    for key in _join_keys(found, keys):
        for wanted in index.get(key.digest, ()):
            wanted.take(found, keys, key)


def _settle(first: list[Paper | _Wanted], skipped: list[SkippedRecord]) -> Joined:
    settled = [record if isinstance(record, Paper) else record.settle() for record in first]
    return Joined(
        papers=tuple(item if isinstance(item, Paper) else item.paper for item in settled),
        matched=tuple(item for item in settled if isinstance(item, Match)),
        unmatched=tuple(item for item in settled if isinstance(item, Unmatched)),
        skipped=tuple(skipped),
    )


def _join_keys(paper: Paper, keys: IdentityKeys) -> list[Key]:
    """Return what a record is joined by; the title alone in a way of its own, with authors or without."""
    found = [Key("arXiv id", keys.arxiv)] if keys.arxiv else []
    found += [key for key in keys.others if key.shared != _TITLE]
    title = fold_title(paper.title)
    if len(title) >= MIN_TITLE_LETTERS:
        found.append(Key(_TITLE, digest64(_TITLE, title), is_weak=True))
    return found


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
