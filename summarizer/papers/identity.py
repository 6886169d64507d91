"""Which records are the same paper: ids, and what identifies a paper where sources give no id, or not the same one.

Two records are one paper when they share the arXiv id (versions aside), the DOI, or the title and the family name of the
first author, both folded so that lossy copies agree. Two records with different arXiv ids are never one paper, whatever
else they share: a wrong match loses a paper for good, a missed one costs a few tokens.
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import NamedTuple

from summarizer.papers.folding import fold_author, fold_title
from summarizer.papers.paper import Paper, SkippedRecord

# https://info.arxiv.org/help/arxiv_identifier.html: four digits until 2014, five since; archive/number before April 2007.
_ARXIV_ID = re.compile(r"(?:.*[/:\s])?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(\d+))?(?:\.pdf)?", re.DOTALL)
# https://info.arxiv.org/help/doi.html: the DOI that arXiv registers for a paper holds its id.
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")

_SETUP = (
    "PRAGMA cache_size = -65536",  # KiB
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE seen (digest INTEGER PRIMARY KEY, value INTEGER NOT NULL)",
    "BEGIN",
)
_NOBODY = 0
"""The owner of a DOI or title whose record named no arXiv id; as a version, an unknown one."""


class ArxivId(NamedTuple):
    """An arXiv id with its version kept apart."""

    id: str
    version: int | None


class IdentityKeys(NamedTuple):
    """Digests that two records of one paper share."""

    arxiv: int | None
    others: tuple[tuple[str, int], ...]
    """What is shared, in words, and its digest: id or DOI, title and first author."""


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read an arXiv id in any of its written forms: bare, `arXiv:…`, or an abstract or PDF address."""
    match = _ARXIV_ID.fullmatch(text.strip())
    if match is None:
        return None
    arxiv_id, version = match.groups()
    return ArxivId(arxiv_id, int(version) if version else None)


def parse_doi(text: str | None) -> str | None:
    """Return the first DOI in `text`, without a resolver's address."""
    match = _DOI.search(text) if text else None
    return match[0].rstrip(".,;") if match else None


def paper_id(*, arxiv_id: str | None, doi: str | None, title: str, authors: tuple[str, ...]) -> str:
    """Return the stable identity of a paper: its arXiv id, else its DOI, else a digest of title and first author."""
    if arxiv_id:
        return arxiv_id
    if doi:
        return f"doi:{doi.casefold()}"
    names = fold_author(authors[0]) if authors else ("",)
    return f"title:{sha256(f'{fold_title(title)} {names[0]}'.encode()).hexdigest()[:16]}"


def identity_keys(paper: Paper) -> IdentityKeys:
    """Return the digests by which `paper` is recognised; two records of one paper share at least one of them."""
    arxiv_id, doi = paper.arxiv_id, paper.doi
    if doi and (match := _ARXIV_DOI.fullmatch(doi)) and (arxiv := parse_arxiv_id(match[1])):
        arxiv_id, doi = arxiv_id or arxiv.id, None
    others = [("DOI", digest64("doi", doi.casefold()))] if doi else []
    if title := fold_title(paper.title):
        names = fold_author(paper.authors[0]) if paper.authors else ("",)
        others += [("title and first author", digest64("title", title, name)) for name in names]
    if not arxiv_id:
        others.append(("id", digest64("id", paper.id)))
    return IdentityKeys(digest64("arxiv", arxiv_id) if arxiv_id else None, tuple(others))


def digest64(*parts: str) -> int:
    """Return 64 bits that stand for `parts`, so that sets over millions of records stay small."""
    return int.from_bytes(blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class DuplicatePaper:
    """A record of a paper that was read before in this run."""

    paper: Paper
    reason: str
    """One sentence for the user: what the two records share."""


class SeenPapers:
    """Papers met so far in a run, recognised as `summarizer.papers.identity` says.

    Digests of 63 bits are kept in a temporary database that grows to 64 MiB in memory and from there on disk, at about 60
    bytes a paper. Among 2.5 million papers the chance of a single false match is below one in three hundred thousand.
    """

    def __init__(self) -> None:
        # An empty name means a private temporary file, which SQLite deletes: https://www.sqlite.org/inmemorydb.html
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._database.close)
        for statement in _SETUP:
            self._database.execute(statement)

    def add(self, paper: Paper) -> bool:
        """Remember `paper`; return whether it is the first record of its paper, in any version."""
        admitted = self.admit(paper)
        return isinstance(admitted, Paper) and admitted.supersedes is None

    def admit(self, paper: Paper) -> Paper | DuplicatePaper:
        """Remember `paper`; return it, or what it repeats.

        A newer version of an arXiv paper that was read before is no duplicate: it comes back with `supersedes` set to the
        highest version read so far. Where either version is unknown, the later record is a duplicate.
        """
        keys = identity_keys(paper)
        known = self._look_up(keys)
        version = known.get(_to_row_id(keys.arxiv)) if keys.arxiv else None
        shared = "arXiv id" if version is not None else _find_shared(keys, known)
        self._remember(keys, known, max(version or 0, paper.version or _NOBODY))
        if shared is None:
            return paper
        if version and paper.version and paper.version > version:
            return paper.model_copy(update={"supersedes": version})
        return DuplicatePaper(paper, f"a record with the same {shared} was read before in this run")

    def _look_up(self, keys: IdentityKeys) -> dict[int, int]:
        digests = [_to_row_id(digest) for _, digest in keys.others]
        if keys.arxiv:
            digests.append(_to_row_id(keys.arxiv))
        places = ",".join("?" * len(digests))
        rows = self._database.execute(f"SELECT digest, value FROM seen WHERE digest IN ({places})", digests)  # noqa: S608
        return dict(rows.fetchall())

    def _remember(self, keys: IdentityKeys, known: dict[int, int], version: int) -> None:
        owner = _to_row_id(keys.arxiv) if keys.arxiv else _NOBODY
        rows = [(_to_row_id(digest), owner) for _, digest in keys.others if not known.get(_to_row_id(digest))]
        if keys.arxiv:
            rows.append((owner, version))
        self._database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", rows)


def deduplicate(records: Iterable[Paper | SkippedRecord]) -> Iterator[Paper | SkippedRecord | DuplicatePaper]:
    """Yield every record in order, those of papers read before as a `DuplicatePaper`.

    The first record with an abstract is no duplicate of those without one before it.
    """
    seen, seen_with_abstract = SeenPapers(), SeenPapers()
    for record in records:
        if isinstance(record, SkippedRecord):
            yield record
            continue
        admitted = seen.admit(record)
        yield seen_with_abstract.admit(record) if record.abstract else admitted


def _find_shared(keys: IdentityKeys, known: dict[int, int]) -> str | None:
    """Return what the record shares with an earlier one that does not belong to another arXiv paper."""
    mine = _to_row_id(keys.arxiv) if keys.arxiv else _NOBODY
    for name, digest in keys.others:
        owner = known.get(_to_row_id(digest))
        if owner is not None and (owner == _NOBODY or mine in {_NOBODY, owner}):
            return name
    return None


def _to_row_id(digest: int) -> int:
    """Return 63 of the 64 bits: row ids are signed."""
    return digest >> 1
