"""What the readers of hand-written Markdown share: blocks with the headings above them, links, text without decoration.

It is no Markdown parser: it knows the few marks that tell where a record begins and ends, and works line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})\s+(?P<title>.*)")
_QUOTE = re.compile(r" {0,3}> ?")
_BULLET = re.compile(r"(?P<indent>[ \t]*+)(?:[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
_RULE = re.compile(r" {0,3}(?:(?:- ?){3,}|(?:\* ?){3,}|(?:_ ?){3,})\s*")
_BLANK_HTML = re.compile(r"(?:\s|&nbsp;|<br ?/?>)*+")
_CLOSING_MARKS = re.compile(r" (?:#{1,6}|\{#[^{}]*\})$")
# A label may hold brackets and an address parentheses, one level deep; every repetition is possessive: no backtracking.
LINK = re.compile(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\]"
    r'\( ?<?(?P<url>https?://(?:[^\s()<>]++|\([^\s()<>]*+\))*+)>?(?: "[^"]{0,300}+")? ?\)'
)
_IMAGE = re.compile(r"!\[[^\[\]]*+\]\([^()\s]*+\)")
_DECORATION = re.compile(r"(?P<mark>\*\*\*|\*\*|__|\*|_|~~|`)(?P<text>.+)(?P=mark)")
_ESCAPE = re.compile(r"\\([\[\]_*#&~`|<>!-])")


class Link(NamedTuple):
    """A link with its place in the text."""

    label: str
    url: str
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """A heading, a list item, a quotation or a paragraph."""

    kind: Literal["heading", "item", "quote", "text"]
    start: int
    """Line where it starts, from 1."""
    topics: tuple[str, ...]
    """Headings above it, outermost first; for a heading itself, with it."""
    indent: int = 0
    """Columns before the text or the bullet."""
    problem: str | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The block as one line, without images, markup and list marks; links are kept."""
        return normalize_text(plain_text(_IMAGE.sub("", normalize_text("\n".join(self.lines)))))


def read_blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """Yield the blocks of a document in order."""
    section: list[tuple[int, str]] = []
    block: Block | None = None
    loose = False
    for line in lines:
        text = line.text
        if not line.problem and (_BLANK_HTML.fullmatch(text) or _RULE.fullmatch(text)):
            loose = True
            continue
        if block and _continues(block, text, loose):
            block.lines.append(_QUOTE.sub("", text, count=1) if block.kind == "quote" else text)
            block.problem = block.problem or line.problem
            loose = False
            continue
        if block:
            yield block
        block = _start(line, section)
        loose = False
    if block:
        yield block


def _continues(block: Block, text: str, loose: bool) -> bool:
    """Return whether a line that is not blank goes on with `block`; a paragraph may go on without indentation."""
    if block.kind == "heading" or _HEADING.match(text) or _BULLET.match(text):
        return False
    if _QUOTE.match(text):
        return block.kind == "quote"
    if loose:
        return block.kind == "item" and _indent(text) > block.indent
    return True


def _start(line: Line, section: list[tuple[int, str]]) -> Block:
    if match := _HEADING.match(line.text):
        title = _CLOSING_MARKS.sub("", normalize_text(match["title"]))
        title = strip_decoration(normalize_text(plain_text(title)))
        level = len(match["marks"])
        while section and section[-1][0] >= level:
            section.pop()
        section.append((level, title))
        return Block("heading", line.number, _titles(section), 0, line.problem, [title])
    topics = _titles(section)
    if match := _QUOTE.match(line.text):
        return Block("quote", line.number, topics, 0, line.problem, [line.text[match.end() :]])
    if match := _BULLET.match(line.text):
        return Block("item", line.number, topics, _indent(line.text), line.problem, [line.text[match.end() :]])
    return Block("text", line.number, topics, _indent(line.text), line.problem, [line.text])


def _indent(text: str) -> int:
    margin = text[: len(text) - len(text.lstrip())]
    return len(margin.expandtabs(4))


def _titles(section: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(title for _, title in section if title)


def find_links(text: str) -> list[Link]:
    """Return the links of one line of text to web pages, without images."""
    return [
        Link(match["label"], match["url"], match.start(), match.end())
        for match in LINK.finditer(text)
        if not match["image"]
    ]


def without_links(text: str) -> str:
    """Return `text` with each link replaced by its label, images dropped."""
    return normalize_text(LINK.sub(lambda match: "" if match["image"] else match["label"], text))


def strip_decoration(text: str) -> str:
    """Return `text` without emphasis around the whole of it, links and backslashes before Markdown's own marks."""
    text = without_links(text).strip()
    while match := _DECORATION.fullmatch(text):
        if match["mark"] in match["text"]:
            break
        text = match["text"].strip()
    return text if "$" in text else _ESCAPE.sub(r"\1", text)
