"""The addresses of a paper. Nothing but http and https leaves this module."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from summarizer.digest.account import Link
from summarizer.papers.paper import Paper

# What RFC 3986 allows in an address, without what could end one in HTML or Markdown: quote, semicolon, brackets.
_KEPT = "%/?#:@!$&*+,=-._~"
_CODE = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?:www\.)?(?P<place>(?:github\.com|gitlab\.com|bitbucket\.org|huggingface\.co)"
    r"/[\w.-]+(?:/[\w.-]+)*)",
    re.ASCII | re.IGNORECASE,
)


def build_links(paper: Paper) -> tuple[Link, ...]:
    """Return abstract page, PDF, DOI and code, as far as known.

    The first three come from the arXiv id and the DOI, else as the source has them; the code from an address in the
    comment, else in the abstract.
    """
    addresses = {
        "arXiv" if paper.arxiv_id else "Page": _arxiv("abs", paper) or paper.links.get("abstract"),
        "PDF": _arxiv("pdf", paper) or paper.links.get("pdf"),
        "DOI": f"https://doi.org/{quote(paper.doi, safe='/:')}" if paper.doi else paper.links.get("doi"),
        "Code": _find_code(paper.comment or "") or _find_code(paper.abstract),
    }
    urls = ((label, safe_url(address or "")) for label, address in addresses.items())
    return tuple(Link(label, url) for label, url in urls if url)


def safe_url(address: str) -> str | None:
    """Return `address` percent-encoded, or None when following it could do anything but open a web page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    return quote(address, safe=_KEPT)


def _arxiv(kind: str, paper: Paper) -> str | None:
    return f"https://arxiv.org/{kind}/{quote(paper.arxiv_id, safe='/')}" if paper.arxiv_id else None


def _find_code(text: str) -> str | None:
    match = _CODE.search(text)
    return f"https://{match['place'].rstrip('.')}" if match else None
