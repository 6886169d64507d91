"""Review posts: `authors, **Title**, venue. [link](address)` as a paragraph or a bullet, then a quoted passage.

A section of one paper may also be only a heading, a link and a quotation. The passage is an excerpt chosen by the
reviewer, so it becomes the note, never the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from summarizer.papers.normalization import normalize_optional
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.addresses import find_addresses, is_paper_host, to_paper
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.markdown import Block, find_links, read_blocks, strip_decoration, without_links

_AUTHOR = re.compile(
    r"(?:(?:[^\W\d_a-z][\w.'’-]*|de|da|di|do|dos|du|del|della|la|le|el|al|bin|ibn|van|von|der|den|ter|ten|y|e)(?: |$)){1,7}"
)
_SEPARATOR = re.compile(r"\s*[,;]\s*(?:and |& )?|\s+(?:and|&)\s+")
_ACRONYM = re.compile(r"\(([A-Z][\w&+/-]{1,19}(?: [A-Z]\w{0,19})?)(?:['’ ]?\d\d(?:\d\d)?)?\)[,.]?\s*((?:19|20)\d\d)")
_SHORT_NAME = re.compile(r"(?<!\w)([A-Z][\w&+/-]{0,14}[A-Z][\w&+/-]{0,14}),? ((?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_VENUE_LENGTH = 120
_CONTENTS = frozenset({"summary", "contents", "content", "table of contents", "toc", "overview", "目录", "目次"})
_LABEL = re.compile(r"\b(?:paper|pdf|arxiv|article|link|openreview|cvf|doi)\b|论文|論文", re.IGNORECASE)
_CITED = re.compile(r"^(?:[-*+] |\d{1,3}\. )?\w[^*\n]{3,2000}, ?\*\*[^*\n]+\*\*[,.]", re.MULTILINE)
_LINKED = re.compile(
    r"^\[[^\[\]\n]*\b(?:paper|pdf|arxiv|article)\b[^\[\]\n]*\]\(https?://", re.MULTILINE | re.IGNORECASE
)


@dataclass(slots=True)
class _Review:
    """A paper as far as it has been read."""

    title: str
    block: Block
    authors: tuple[str, ...] = ()
    venue: str | None = None
    urls: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problem: str | None = None


class ReviewPostSource:
    """Reads review posts."""

    name = "review-post"

    def confidence(self, head: str) -> float:
        """Look for citations with a title in bold, or links to papers on lines of their own, above quotations."""
        quoted = "\n>" in head
        if _CITED.search(head) and "](http" in head:
            return 0.8 if quoted else 0.4
        return 0.5 if quoted and _LINKED.search(head) else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each citation, and for each section that only links to a paper."""
        review: _Review | None = None
        for block in read_blocks(lines):
            if block.problem and not "".join(block.lines).strip():
                yield SkippedRecord(path, block.start, block.problem)
                continue
            started = _start(block, review)
            if review and (started or block.kind == "heading"):
                yield _to_record(review, path)
                review = None
            review = started or review
            if review and not started:
                _add(review, block)
        if review:
            yield _to_record(review, path)


def _start(block: Block, current: _Review | None) -> _Review | None:
    if block.kind not in {"text", "item"}:
        return None
    text = block.text
    if review := _read_citation(text, block):
        return review
    if block.kind == "text" and current is None and block.topics and _is_link_line(text):
        return _Review(block.topics[-1], block, urls=_urls(text), problem=block.problem)
    return None


def _read_citation(text: str, block: Block) -> _Review | None:
    before, bold, rest = text.partition("**")
    title, closed, after = rest.partition("**")
    if not (bold and closed) or title.rstrip().endswith(":") or after.lstrip().startswith(":"):
        return None
    authors = _authors(before)
    urls = [link.url for link in find_links(f"{title} {after}")]
    if not (authors or (not before.strip() and any(map(is_paper_host, urls)))):
        return None
    name = strip_decoration(title).strip(" ,.")
    if not name:
        return None
    links = find_links(after)
    citation = after[: links[0].start] if links else after
    remark = without_links(after[links[-1].end :]).strip(" .,;|/)") if links else ""
    remarks = [remark] if remark else []
    return _Review(name, block, authors, _venue(citation), urls, remarks=remarks, problem=block.problem)


def _topics(review: _Review) -> tuple[str, ...]:
    """Return the headings above, without the paper's own and without that of a table of contents."""
    own = review.title.casefold()
    return tuple(topic for topic in review.block.topics if topic.casefold() not in _CONTENTS | {own})


def _authors(text: str) -> tuple[str, ...]:
    """Return the names before a title, or nothing when the text is not a list of names."""
    names = [name for name in _SEPARATOR.split(without_links(text).strip(" ,.;:")) if name]
    if names and names[-1].casefold().endswith("et al"):
        names[-1] = names[-1][: -len("et al")].strip()
    names = [name for name in names if name.casefold() not in {"", "et al"}]
    if all(_AUTHOR.fullmatch(name) for name in names) and any(" " in name for name in names):
        return tuple(names)
    return ()


def _venue(text: str) -> str | None:
    if match := _ACRONYM.search(text) or _SHORT_NAME.search(text):
        return f"{match[1]} {match[2]}"
    text = text.strip(" ,.;:([*_")
    return text if len(text) <= _VENUE_LENGTH and _YEAR.search(text) else None


def _is_link_line(text: str) -> bool:
    links = find_links(text)
    remainder = text
    for link in links:
        remainder = remainder.replace(text[link.start : link.end], "", 1)
    return any(_LABEL.search(link.label) for link in links) and not remainder.strip(" |/,.;:-–—•·[]()")


def _urls(text: str) -> list[str]:
    return [link.url for link in find_links(text)] or find_addresses(text)


def _add(review: _Review, block: Block) -> None:
    text = block.text
    review.problem = review.problem or block.problem
    if block.kind == "quote":
        review.quotes.append(_unquoted(without_links(text)))
    elif _is_link_line(text):
        review.urls += _urls(text)
    elif review.block.kind == "text" and (remark := without_links(text)):
        review.remarks.append(remark)


def _unquoted(text: str) -> str:
    return text.strip().removeprefix('"').removeprefix("“").removesuffix('"').removesuffix("”").strip()


def _to_record(review: _Review, path: str) -> Paper | SkippedRecord:
    if review.problem:
        return SkippedRecord(path, review.block.start, review.problem)
    return to_paper(
        title=review.title,
        urls=review.urls,
        path=path,
        position=review.block.start,
        authors=review.authors,
        venue=review.venue,
        note=normalize_optional(" ".join(review.quotes or review.remarks)),
        topics=_topics(review),
    )
