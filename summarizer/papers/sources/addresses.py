"""What the web address of a paper tells: arXiv id, DOI, venue, and whether it opens a page or a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from summarizer.papers.identity import ArxivId, paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.paper import Paper

_WEB = re.compile(r"https?://[^\s<>\"]++", re.IGNORECASE)
_ARXIV = re.compile(r"https?://(?:\w{2,10}\.)?arxiv\.org/(?:abs|pdf|html)/", re.IGNORECASE)
_DOI = re.compile(
    r"https?://(?:(?:dx\.|www\.)?doi\.org/|(?:[^/]+/){1,4}?(?:doi/(?:[a-z-]+/)?|articles?/))(?P<doi>10\.\d{4,9}/\S+)",
    re.IGNORECASE,
)
# What publishers append to name one view of the paper.
_VIEW = re.compile(r"/(?:full|fulltext|abstract|pdf|epdf|meta|html)$", re.IGNORECASE)
# The Computer Vision Foundation's open access names the conference in the path.
_CVF_VENUE = re.compile(r"://openaccess\.thecvf\.com/+content_?/?([A-Z]+)_?((?:19|20)\d\d)(?:W|/|_)")
_PAPER_HOST = re.compile(
    r"https?://(?:[\w-]+\.)*(?:arxiv\.org|thecvf\.com|openreview\.net|doi\.org|aclanthology\.org|aclweb\.org|mlr\.press"
    r"|neurips\.cc|nips\.cc|ecva\.net|aaai\.org|acm\.org|ieee\.org|springer\.com|nature\.com|sciencedirect\.com"
    r"|biorxiv\.org|medrxiv\.org|semanticscholar\.org|isca-speech\.org|ijcai\.org|jmlr\.org|ncbi\.nlm\.nih\.gov)/",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """The web address of a paper."""

    url: str
    kind: str
    """`doi`, `pdf` or `abstract`, the keys of `Paper.links`."""
    arxiv: ArxivId | None = None
    doi: str | None = None
    venue: str | None = None


def find_addresses(text: str) -> list[str]:
    """Return the http(s) addresses in `text`."""
    return [_trimmed(url) for url in _WEB.findall(text)]


def _trimmed(url: str) -> str:
    url = url.rstrip(".,;:*]")
    return url if url.count("(") >= url.count(")") else url.partition(")")[0]


def is_paper_host(url: str) -> bool:
    """Return whether `url` belongs to an archive, a publisher or a conference."""
    return _PAPER_HOST.match(url) is not None


def read_address(url: str) -> Address:
    """Return what `url` tells about the paper behind it; nothing is fetched."""
    path = unquote(re.split(r"[?#]", url, maxsplit=1)[0]).rstrip("/")
    if _ARXIV.match(url):
        return Address(url, "pdf" if "/pdf/" in url else "abstract", parse_arxiv_id(path))
    if match := _DOI.match(path):
        doi = parse_doi(_VIEW.sub("", match["doi"]))
        return Address(url, "doi", parse_arxiv_id((doi or "").lower()), doi)
    venue = _CVF_VENUE.search(url)
    kind = "pdf" if path.casefold().endswith(".pdf") else "abstract"
    return Address(url, kind, venue=f"{venue[1]} {venue[2]}" if venue else None)


def to_paper(
    *,
    title: str,
    urls: Iterable[str],
    path: str,
    position: int,
    authors: tuple[str, ...] = (),
    abstract: str = "",
    venue: str | None = None,
    year: str | None = None,
    **fields: object,
) -> Paper:
    """Return the paper of a curated list, with the ids and links that its addresses tell.

    Where no venue is given, that of the address stands for it, else `year`: a year is no date of publication.
    """
    addresses = [read_address(url) for url in dict.fromkeys(urls)]
    arxiv = next((address.arxiv for address in addresses if address.arxiv), None)
    doi = next((address.doi for address in addresses if address.doi), None)
    arxiv_id = arxiv.id if arxiv else None
    links = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    for address in addresses:
        links.setdefault(address.kind, address.url)
    return Paper.model_validate(
        {
            "id": paper_id(arxiv_id=arxiv_id, doi=doi, title=title, authors=authors),
            "version": arxiv.version if arxiv else None,
            "arxiv_id": arxiv_id,
            "doi": doi,
            "title": title,
            "abstract": abstract,
            "authors": authors,
            "links": links,
            "venue": venue or next((address.venue for address in addresses if address.venue), year or None),
            "source": path,
            "position": position,
            **fields,
        }
    )
