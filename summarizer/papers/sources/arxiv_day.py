"""arXiv day files: Markdown, one `### Title` and a list of `- **Field**: value` for each paper of a day.

The word `None` stands for a missing value, the primary category is bold, and Comment, Journal and Summary may run over
several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from summarizer.papers.dates import parse_date
from summarizer.papers.identity import paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.interface import Line

_TITLE = "### "
_NAMES = ("Arxiv ID", "DOI", "Categories", "Links", "Published", "Updated", "Authors", "Comment", "Journal", "Summary")
_FIELD_START = "- **"
_FIELDS = {f"{_FIELD_START}{name}": name for name in _NAMES}
_FIELD_END = "**:"
_LINK = re.compile(r"\[([^\[\]]*+)\]\((https?://[^\s)\[]++)\)")
_MAX_CHARACTERS = 8 * 2**20
"""What is longer is no record of a paper, and is not kept."""


class _Block:
    """The lines of one record."""

    def __init__(self, line: Line) -> None:
        self.start = line.number
        self.problem = line.problem
        self.lines = [line.text.removeprefix(_TITLE)]

    def spoil(self, problem: str | None) -> None:
        """Note why this is no record that can be read; the first reason stays."""
        self.problem = self.problem or problem or f"record longer than {_MAX_CHARACTERS:,} characters"

    def split(self) -> tuple[str, dict[str, list[str]]]:
        """Return the title and the lines of each field."""
        title = lines = self.lines[:1]
        fields: dict[str, list[str]] = {}
        for text in self.lines[1:]:
            if text.startswith(_FIELD_START):
                head, _, value = text.partition(_FIELD_END)
                # A field name that comes again is text: an abstract may well hold such a line.
                if (name := _FIELDS.get(head)) and name not in fields:
                    lines = fields[name] = [value]
                    continue
            lines.append(text)
        return normalize_text("\n".join(title)), fields


class ArxivDaySource:
    """Reads arXiv day files."""

    name = "arxiv-day"

    def confidence(self, head: str) -> float:
        """Be sure at the field list, less so at the heading alone (a day without papers)."""
        if "\n- **Arxiv ID**:" in f"\n{head}":
            return 1.0
        return 0.8 if head.lstrip().startswith("# Arxiv Papers in ") else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each third-level heading."""
        return (_to_record(block, path) for block in _read_blocks(lines))


def _read_blocks(lines: Iterable[Line]) -> Iterator[_Block]:
    block: _Block | None = None
    room = 0
    for line in lines:
        _, text, problem = line
        if text.startswith(_TITLE):
            if block:
                yield block
            block, room = _Block(line), _MAX_CHARACTERS
        elif block is None:
            if problem:
                yield _Block(line)  # not known to be a record, but nothing else says that something is wrong
        else:
            room -= len(text)
            if problem or room < 0:
                block.spoil(problem)
            else:
                block.lines.append(text)
    if block:
        yield block


def _to_record(block: _Block, path: str) -> Paper | SkippedRecord:
    if block.problem:
        return SkippedRecord(path, block.start, block.problem)
    title, fields = block.split()
    if not title or not fields:
        return SkippedRecord(path, block.start, "a heading without title or fields is no paper")
    try:
        return _to_paper(title, fields, path, block.start)
    except ValueError as error:
        return SkippedRecord(path, block.start, f"unreadable value: {normalize_text(str(error))[:200]}")


def _to_paper(title: str, fields: dict[str, list[str]], path: str, position: int) -> Paper:
    arxiv = parse_arxiv_id(_get(fields, "Arxiv ID"))
    arxiv_id = arxiv.id if arxiv else None
    doi = parse_doi(_get(fields, "DOI"))
    authors = tuple([name for name in normalize_text(_get(fields, "Authors")).split(", ") if name])
    return Paper.model_validate(
        {
            "id": paper_id(arxiv_id=arxiv_id, doi=doi, title=title, authors=authors),
            "version": arxiv.version if arxiv else None,
            "arxiv_id": arxiv_id,
            "doi": doi,
            "title": title,
            "abstract": normalize_text(_get(fields, "Summary")),
            "authors": authors,
            "categories": _categories(_get(fields, "Categories")),
            "published": parse_date(_get(fields, "Published")),
            "updated": parse_date(_get(fields, "Updated")),
            "links": _links(_get(fields, "Links"), arxiv_id),
            "comment": normalize_optional(_get(fields, "Comment")),
            "journal": normalize_optional(_get(fields, "Journal")),
            "source": path,
            "position": position,
        }
    )


def _get(fields: dict[str, list[str]], name: str) -> str:
    lines = fields.get(name, ())
    value = (lines[0] if len(lines) == 1 else "\n".join(lines)).strip()
    return "" if value == "None" else value


@lru_cache(maxsize=1024)
def _categories(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",")]
    names.sort(key=lambda name: not name.startswith("**"))
    return tuple([name.strip("*") for name in names if name])


def _links(text: str, arxiv_id: str | None) -> dict[str, str]:
    links = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    return links | {label.casefold(): url for label, url in _LINK.findall(text)}
