"""Which records are the same paper: ids, and what identifies a paper where sources give no id, or not the same one.

Two records are one paper when they share the arXiv id (versions aside), the DOI, or the title and the family name of the
first author, both folded so that lossy copies agree. Two records with different arXiv ids are never one paper, whatever
else they share; two with different DOIs only by a long title with its author, for there are many called `Editorial`. A
wrong match loses a paper for good, a missed one costs a few tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from summarizer.papers.digest_table import DigestTable
from summarizer.papers.folding import MIN_TITLE_LETTERS, fold_author, fold_title
from summarizer.papers.paper import Paper, SkippedRecord

# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.number since April 2007, archive/YYMMnumber before. The subject class
# of an archive (`math.GT/0309136`) was never a part of the id.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|funct-an|"
    "gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|"
    "quant-ph|solv-int|supr-con"
)
_MONTH = r"\d\d(?:0[1-9]|1[0-2])"
_ARXIV_ID = re.compile(
    r"(?:.*(?:[/:\s]|ar[xX]iv\.))??"  # most ids stand alone: that is tried first
    rf"(?:(?P<new>{_MONTH}\.\d{{4,5}})|(?P<archive>{_ARCHIVES})(?:\.[A-Za-z-]{{2,9}})?/(?P<number>{_MONTH}\d{{3}}))"
    r"(?:v(?P<version>\d{1,3}))?(?:\.pdf)?(?:\s*+\[[^\[\]]{1,80}\])?",
    re.DOTALL,
)
_OTHER_DOI = re.compile(r"(?<![\d.])10\.(?!48550/)\d{4,9}/")
# https://info.arxiv.org/help/doi.html: the DOI that arXiv registers for a paper holds its id.
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")

_64_BITS = 2**64 - 1
_NOBODY = 0
"""The owner of a DOI or title whose record named no such id; as a version, an unknown one."""


class ArxivId(NamedTuple):
    """An arXiv id with its version kept apart."""

    id: str
    version: int | None


class Key(NamedTuple):
    """A digest that the records of one paper share."""

    shared: str
    """What is shared, in words: id or DOI, title and first author."""
    digest: int
    is_weak: bool = False
    """Whether it means nothing between records with different DOIs."""


class IdentityKeys(NamedTuple):
    """What a paper is recognised by."""

    arxiv: int | None
    doi: int | None
    others: tuple[Key, ...]
    """All but the arXiv id."""


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read an arXiv id in any of its written forms: bare, `arXiv:…`, an abstract or PDF address, or arXiv's own DOI.

    A category behind it (`arXiv:2601.00001 [cs.CV]`) is passed over; in the DOI of a publisher there is no arXiv id.
    """
    match = _ARXIV_ID.fullmatch(text.strip())
    if match is None or ("10." in text and _OTHER_DOI.search(text)):
        return None
    new, archive, number, version = match.groups()
    return ArxivId(new or f"{archive}/{number}", int(version) if version else None)


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
    text = " ".join((fold_title(title), *(fold_author(authors[0]) if authors else ("",))))
    return f"title:{sha256(text.encode()).hexdigest()[:16]}"


def identity_keys(paper: Paper) -> IdentityKeys:
    """Return the digests by which `paper` is recognised; two records of one paper share at least one of them."""
    arxiv_id, doi = paper.arxiv_id, paper.doi
    if doi and (match := _ARXIV_DOI.fullmatch(doi)) and (arxiv := parse_arxiv_id(match[1])):
        arxiv_id, doi = arxiv_id or arxiv.id, None
    doi_digest = _digest("doi", doi.casefold()) if doi else None
    others = [Key("DOI", doi_digest)] if doi_digest else []
    others += _title_keys(paper)
    if not arxiv_id and not (others and paper.id.startswith(("doi:", "title:"))):
        others.append(Key("title" if paper.id.startswith("title:") else "id", _digest("id", paper.id)))
    return IdentityKeys(_digest("arxiv", arxiv_id) if arxiv_id else None, doi_digest, tuple(others))


def _title_keys(paper: Paper) -> list[Key]:
    title = fold_title(paper.title)
    names = fold_author(paper.authors[0]) if paper.authors else ("",)
    is_short = len(title) < MIN_TITLE_LETTERS
    if not title or (is_short and not names[0]):
        return []
    if is_short:
        names = (" ".join(names),)  # of `Smith JH`, initials alone would do for every JH
    shared = "title and first author" if names[0] else "title"
    return [Key(shared, _digest("title", title, name), is_short or not name) for name in names]


def contradict(one: IdentityKeys, two: IdentityKeys, key: Key) -> bool:
    """Return whether the ids of two records that share `key` say that they are two papers."""
    if one.arxiv and two.arxiv and one.arxiv != two.arxiv:
        return True
    return bool(key.is_weak and one.doi and two.doi) and one.doi != two.doi


def digest64(*parts: str) -> int:
    """Return 64 bits that stand for `parts` in this process alone, so that sets over millions of records stay small.

    Python's own hash, keyed anew in each process, takes a fraction of the time of a cryptographic one.

    Raises:
        TypeError: a part is no text.
    """
    return hash("\0".join(parts)) & _64_BITS


@dataclass(frozen=True, slots=True)
class DuplicatePaper:
    """A record of a paper that was read before in this run."""

    paper: Paper
    reason: str
    """One sentence for the user: what the two records share."""


class SeenPapers:
    """Papers met so far in a run, recognised as `summarizer.papers.identity` says.

    Digests of 63 bits are kept, at 32 to 48 bytes a paper and 16 MiB for a filter. Among 2.5 million papers the chance of
    a single false match is below one in three hundred thousand.
    """

    def __init__(self) -> None:
        self._table = DigestTable()

    def add(self, paper: Paper) -> bool:
        """Remember `paper`; return whether it is the first record of its paper, in any version."""
        admitted = self.admit(paper)
        return isinstance(admitted, Paper) and admitted.supersedes is None

    def admit(self, paper: Paper) -> Paper | DuplicatePaper:
        """Remember `paper`; return it, or what it repeats.

        A newer version of an arXiv paper that was admitted before is no duplicate: it comes back with `supersedes` set to
        the version admitted last. Where either version is unknown, the later record is a duplicate.
        """
        keys = identity_keys(paper)
        known = self._look_up(keys)
        version = known.get(keys.arxiv) if keys.arxiv else None
        shared = "arXiv id" if version is not None else _find_shared(keys, known)
        is_newer = bool(version and paper.version) and (paper.version or 0) > (version or 0)
        is_admitted = shared is None or is_newer
        self._remember(keys, known, (paper.version if is_admitted else version) or _NOBODY)
        if not is_admitted:
            return DuplicatePaper(paper, f"a record with the same {shared} was read before in this run")
        return paper.model_copy(update={"supersedes": version}) if is_newer else paper

    def _look_up(self, keys: IdentityKeys) -> dict[int, int]:
        digests = [key.digest for key in keys.others]
        digests += [_doi_digest(key) for key in keys.others if key.is_weak]
        if keys.arxiv:
            digests.append(keys.arxiv)
        return self._table.find(digests)

    def _remember(self, keys: IdentityKeys, known: dict[int, int], version: int) -> None:
        numbers = {key.digest: keys.arxiv or _NOBODY for key in keys.others}
        if keys.doi:
            numbers |= {_doi_digest(key): keys.doi for key in keys.others if key.is_weak}
        if keys.arxiv:
            numbers[keys.arxiv] = version
        for digest, number in known.items():
            is_owned = number != _NOBODY and digest != keys.arxiv  # the first owner stays
            if is_owned or numbers.get(digest) == number:
                numbers.pop(digest, None)
        self._table.put(numbers)


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
    """Return what the record shares with an earlier one whose ids do not say that it is another paper."""
    for key in keys.others:
        owner = known.get(key.digest)
        if owner is None or _are_different(keys.arxiv, owner):
            continue
        if not (key.is_weak and _are_different(keys.doi, known.get(_doi_digest(key), _NOBODY))):
            return key.shared
    return None


def _are_different(digest: int | None, owner: int) -> bool:
    return bool(digest and owner) and digest != owner


def _doi_digest(key: Key) -> int:
    """Return where the DOI of a weak key's owner is kept."""
    return _digest("DOI of", str(key.digest))


def _digest(*parts: str) -> int:
    """Return 63 bits, as many as `DigestTable` takes."""
    return digest64(*parts) >> 1
