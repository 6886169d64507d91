"""Reading notes: bullets `[8/10] (idea) [Title](address) comment` under nested headings.

Rating, idea and comment may be missing. A bullet without a rating is a paper when its title links to a place of papers,
or when an idea stands before the link; every other bullet is the author's own thought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.addresses import is_paper_host, to_paper
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.markdown import Block, Link, find_links, read_blocks, strip_decoration, without_links

_BEST = r"(?:5|10|20|100)"
_MARK = re.compile(
    rf"(?:[\[(](?P<score>\d{{1,3}}(?:[.,]\d{{1,2}})?) ?/ ?(?P<best>{_BEST}) ?\??[\])](?!\()"
    rf"|(?P<bare_score>\d{{1,3}}(?:[.,]\d{{1,2}})?)/(?P<bare_best>{_BEST})\??(?=[ :,(\[])"
    r"|\[[ *!?xX✓✔★☆⭐]{0,10}\](?!\()) ?[:,]? ?"
)
_RATED = re.compile(
    r"^\s*[-*+] (?:\[[*x ]{0,3}\] )?[\[(]?(?:\d{1,3}(?:\.\d)?|x)/(?:5|10|100)\??[\])]?[ (]", re.MULTILINE
)
_LINKED = re.compile(r"^\s*[-*+] (?:\(.{1,2000}\) ?)?\[[^\[\]\n]+\]\((https?://[^\s()]+)\)", re.MULTILINE)
_FEW = 3
# A full stop before a small letter ends the title when enough words follow; abbreviations aside, titles have none.
_SWALLOWED = re.compile(r"(?<=[^\W\d_]{4})\. (?=[^\W\d_A-Z](?:[^ ]* ){3})")


@dataclass(slots=True)
class _Note:
    """A bullet that is a paper."""

    block: Block
    title: str
    url: str
    rating: float | None
    remarks: list[str]


class ReadingNotesSource:
    """Reads reading notes."""

    name = "reading-notes"

    def confidence(self, head: str) -> float:
        """Look for rated bullets; several bullets that link to papers are a weaker sign."""
        if _RATED.search(head) and "](http" in head:
            return 0.9
        return 0.3 if sum(map(is_paper_host, _LINKED.findall(head))) >= _FEW else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each bullet that is a paper; deeper bullets below it are part of its note."""
        note: _Note | None = None
        for block in read_blocks(lines):
            found = _to_note(block, path)
            if found is None and note and block.kind in {"item", "text"} and block.indent > note.block.indent:
                note.remarks.append(without_links(block.text))
                continue
            if note:
                yield _to_paper(note, path)
            note = found if isinstance(found, _Note) else None
            if isinstance(found, SkippedRecord):
                yield found
        if note:
            yield _to_paper(note, path)


def _to_note(block: Block, path: str) -> _Note | SkippedRecord | None:
    if block.problem and not "".join(block.lines).strip():
        return SkippedRecord(path, block.start, block.problem)
    if block.kind != "item":
        return None
    rating, certain, text = _split_marks(block.text)
    link = _find_title(text, rated=rating is not None)
    if link is None:
        return SkippedRecord(path, block.start, "a rated bullet without a linked title") if certain else None
    if block.problem:
        return SkippedRecord(path, block.start, block.problem)
    title, swallowed = _split_label(link.label)
    if not title:
        return SkippedRecord(path, block.start, "a link without a title")
    idea = _without_parentheses(text[: link.start])
    return _Note(block, title, link.url, rating, [idea, swallowed, text[link.end :]])


def _split_marks(text: str) -> tuple[float | None, bool, str]:
    """Return the rating, whether it stands in brackets (only a record has that), and the text after all marks."""
    rating, certain, position = None, False, 0
    while match := _MARK.match(text, position):
        score, best = match["score"] or match["bare_score"], match["best"] or match["bare_best"]
        if score and rating is None:
            rating = min(float(score.replace(",", ".")) / int(best), 1.0)
            certain = match["score"] is not None
        position = match.end()
    return rating, certain, text[position:]


def _find_title(text: str, *, rated: bool) -> Link | None:
    """Return the link that is the paper's title: the first in the text, or the first after the idea's parenthesis."""
    links = find_links(text)
    if not links:
        return None
    first = links[0]
    if not text[: first.start].strip():
        return first if rated or is_paper_host(first.url) else None
    if text.startswith("("):
        after_idea = (link for link in links if text[: link.start].rstrip().endswith(")"))
        if link := next(after_idea, None):
            return link
    return next((link for link in links if is_paper_host(link.url)), first) if rated else None


def _split_label(label: str) -> tuple[str, str]:
    """Return the title and the comment that the link has swallowed."""
    title, *rest = _SWALLOWED.split(strip_decoration(label), maxsplit=1)
    return title.strip(), "".join(rest)


def _without_parentheses(idea: str) -> str:
    idea = idea.strip()
    return idea[1:].removesuffix(")") if idea.startswith("(") and idea.endswith(")") else idea


def _to_paper(note: _Note, path: str) -> Paper:
    remarks = [text for remark in note.remarks if (text := without_links(remark).strip())]
    return to_paper(
        title=note.title,
        urls=[note.url],
        path=path,
        position=note.block.start,
        rating=note.rating,
        note=" — ".join(remarks) or None,
        topics=note.block.topics,
    )
