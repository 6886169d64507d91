"""Which records are the same paper: ids, versions and duplicates."""

from __future__ import annotations

import re
from hashlib import blake2b, sha256
from typing import NamedTuple

from summarizer.papers.paper import Paper

# https://info.arxiv.org/help/arxiv_identifier.html: four digits until 2014, five since; archive/number before April 2007.
_ARXIV_ID = re.compile(
    r"(?:^|[/:\s])(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>\d+))?(?:\.pdf)?\s*$"
)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_NOT_WORD = re.compile(r"\W+")


class ArxivId(NamedTuple):
    """An arXiv id with its version kept apart."""

    id: str
    version: int | None


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read an arXiv id in any of its written forms: bare, `arXiv:…`, or an abstract or PDF address."""
    match = _ARXIV_ID.search(text.strip())
    if match is None:
        return None
    return ArxivId(match["id"], int(match["version"]) if match["version"] else None)


def parse_doi(text: str | None) -> str | None:
    """Return the first DOI in `text`, without a resolver's address."""
    match = _DOI.search(text or "")
    return match[0].rstrip(".,;") if match else None


def paper_id(*, arxiv_id: str | None, doi: str | None, title: str, authors: tuple[str, ...]) -> str:
    """Return the stable identity of a paper: its arXiv id, else its DOI, else a digest of title and first author."""
    if arxiv_id:
        return arxiv_id
    if doi:
        return f"doi:{doi.casefold()}"
    first_author = authors[0] if authors else ""
    words = _NOT_WORD.sub(" ", f"{title} {first_author}".casefold()).strip()
    return f"title:{sha256(words.encode()).hexdigest()[:16]}"


def digest64(*parts: str) -> int:
    """Return 64 bits that stand for `parts`, so that sets over millions of records stay small."""
    return int.from_bytes(blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest())


class SeenPapers:
    """Papers met so far in a run, at about 75 bytes each.

    Digests have 64 bits: among 2.5 million papers the chance of a single false match is below one in five million.
    """

    def __init__(self) -> None:
        self._digests: set[int] = set()

    def add(self, paper: Paper) -> bool:
        """Remember `paper`; return whether it is new. Versions of one arXiv paper are the same paper."""
        digest = digest64(paper.id)
        if digest in self._digests:
            return False
        self._digests.add(digest)
        return True
