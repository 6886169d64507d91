"""Conference lists: Markdown, one `## [number] Title` and `**Field**: value` paragraphs for each paper, `----` between them.

Files of the family are flush left or indented by eight spaces, and abstracts hold MathML and HTML residue on lines of
their own. A rule ends a record: what follows it, up to the next heading, is no text of the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.addresses import find_addresses, to_paper
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line

_HEADING = re.compile(r"\s{0,12}##\s*\[(?P<number>\d{1,9})\]\s*(?P<title>.*)")
_FIELD = re.compile(
    r"\s{0,12}(?:[-*+] )?\*\*(?P<name>Authors?|Conference|Venue|URL|Link|DOI|Abstract)(?:\*\*\s?[:：]|[:：]\*\*)\s*",
    re.IGNORECASE,
)
_NAMES = {"author": "authors", "venue": "conference", "link": "url", "doi": "url"}
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*")
_PAGE_LINK = re.compile(r"\s{0,12}\[[^\[\]]*\]\([^()\s]*\.md\)\s*")
_HEAD = re.compile(
    r"^\s{0,12}## ?\[\d{1,9}\] [^\n]*\n(?:\s*\n)?\s{0,12}\*\*(?:Authors?|Conference|URL)\b", re.MULTILINE
)
_INDENT = " " * 8
# Publishers' exports put each of these elements on a line of its own, with the real spaces kept on the lines around it.
_ELEMENT_FIRST = re.compile(r"<(?:sup|sub|inf|tex|tex-math|inline-formula|italic|bold|mml:math|math)\b")
_ELEMENT_LAST = re.compile(r"</(?:sup|sub|inf|tex|tex-math|inline-formula|italic|bold|mml:math|math)>$")
# dblp tells people of the same name apart by a number: https://dblp.org/faq/How+does+dblp+handle+homonyms.html
_HOMONYM = re.compile(r" 0\d{3}$")
_DOI = re.compile(r"(?:doi:\s?)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


@dataclass
class _Block:
    """The lines of one record."""

    title: list[str]
    start: int
    problem: str | None
    fields: dict[str, list[str]] = field(default_factory=dict)
    ended: bool = False

    def add(self, line: Line) -> None:
        self.problem = self.problem or line.problem
        if _RULE.fullmatch(line.text) or _PAGE_LINK.fullmatch(line.text):
            self.ended = True
            return
        match = _FIELD.match(line.text)
        name = _NAMES.get(match["name"].casefold(), match["name"].casefold()) if match else ""
        # A field name that comes again is text: an abstract may well hold such a line.
        if match and name not in self.fields:
            self.fields[name] = [line.text[match.end() :]]
        elif self.fields:
            next(reversed(self.fields.values())).append(line.text.removeprefix(_INDENT))
        else:
            self.title.append(line.text)

    def get(self, name: str) -> str:
        value = normalize_text(plain_text(_joined(self.fields.get(name, ()))))
        return "" if value.strip("*") == "None" else value


class ConferenceListSource:
    """Reads conference lists."""

    name = "conference-list"

    def confidence(self, head: str) -> float:
        """Be sure at a numbered heading that a field follows."""
        return 0.95 if _HEAD.search(head) else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each numbered second-level heading."""
        block: _Block | None = None
        for line in lines:
            if match := _HEADING.match(line.text):
                if block:
                    yield _to_record(block, path)
                block = _Block([match["title"]], line.number, line.problem)
            elif block:
                block.add(line)
                if block.ended:
                    yield _to_record(block, path)
                    block = None
            elif line.problem and not line.text:
                yield SkippedRecord(path, line.number, line.problem)
        if block:
            yield _to_record(block, path)


def _joined(lines: Iterable[str]) -> str:
    parts: list[str] = []
    after_element = False
    for line in lines:
        beside_element = after_element != bool(_ELEMENT_FIRST.match(line))
        parts.append(line if beside_element else f"\n{line}")
        after_element = _ELEMENT_LAST.search(line) is not None
    return "".join(parts)


def _to_record(block: _Block, path: str) -> Paper | SkippedRecord:
    if block.problem:
        return SkippedRecord(path, block.start, block.problem)
    title = normalize_text(plain_text("\n".join(block.title)))
    if not title or not block.fields:
        return SkippedRecord(path, block.start, "a heading without title or fields is no paper")
    names = block.get("authors").strip("* ").split(",")
    return to_paper(
        title=title,
        abstract=block.get("abstract"),
        authors=tuple(_HOMONYM.sub("", name.strip()) for name in names if name.strip()),
        venue=_venue(block.get("conference").strip("* ")),
        urls=_urls(" ".join(block.fields.get("url", ()))),
        path=path,
        position=block.start,
    )


def _venue(text: str) -> str | None:
    return (text.upper() if text.islower() else text) or None


def _urls(text: str) -> list[str]:
    """Return the address of `[address](address)`; one with parentheses is whole in the first half."""
    label, found, _ = text.strip().removeprefix("[").partition("](")
    if doi := _DOI.match(label):
        return [f"https://doi.org/{doi[1]}"]
    return find_addresses(label if label.startswith("http") or not found else text)[:1]
