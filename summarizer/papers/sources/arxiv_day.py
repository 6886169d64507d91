"""arXiv day files: Markdown, one `### Title` and a list of `- **Field**: value` for each paper of a day.

The word `None` stands for a missing value, the primary category is bold, and Comment, Journal and Summary may run over
several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import ValidationError

from summarizer.papers.identity import paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.interface import Line

_TITLE = "### "
_FIELD = re.compile(
    r"- \*\*(Arxiv ID|DOI|Categories|Links|Published|Updated|Authors|Comment|Journal|Summary)\*\*:(?: |$)"
)
_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^\s)]+)\)")


@dataclass
class _Block:
    """The lines of one record."""

    title: str
    start: int
    problem: str | None
    fields: dict[str, list[str]] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        self.problem = self.problem or line.problem
        match = _FIELD.match(line.text)
        # A field name that comes again is text: an abstract may well hold such a line.
        if match and match[1] not in self.fields:
            self.fields[match[1]] = [line.text[match.end() :]]
        elif self.fields:
            next(reversed(self.fields.values())).append(line.text)
        elif line.text.strip():
            self.title += f" {line.text}"

    def get(self, name: str) -> str | None:
        value = normalize_text("\n".join(self.fields.get(name, ())))
        return None if value in {"", "None"} else value


class ArxivDaySource:
    """Reads arXiv day files."""

    name = "arxiv-day"

    def confidence(self, head: str) -> float:
        """Be sure at the field list, less so at the heading alone (a day without papers)."""
        if "- **Arxiv ID**:" in head:
            return 1.0
        return 0.8 if head.lstrip().startswith("# Arxiv Papers in ") else 0.0

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each third-level heading."""
        block: _Block | None = None
        for line in lines:
            if line.text.startswith(_TITLE):
                if block:
                    yield _to_record(block, path)
                block = _Block(line.text.removeprefix(_TITLE), line.number, line.problem)
            elif block:
                block.add(line)
            elif line.problem:
                yield SkippedRecord(path, line.number, line.problem)
        if block:
            yield _to_record(block, path)


def _to_record(block: _Block, path: str) -> Paper | SkippedRecord:
    if block.problem:
        return SkippedRecord(path, block.start, block.problem)
    title = normalize_text(block.title)
    if not title or not block.fields:
        return SkippedRecord(path, block.start, "a heading without title or fields is no paper")
    try:
        return _to_paper(block, title, path)
    except (ValueError, ValidationError) as error:
        return SkippedRecord(path, block.start, f"unreadable value: {normalize_text(str(error))[:200]}")


def _to_paper(block: _Block, title: str, path: str) -> Paper:
    arxiv = parse_arxiv_id(block.get("Arxiv ID") or "")
    doi = parse_doi(block.get("DOI"))
    authors = tuple(name for name in (block.get("Authors") or "").split(", ") if name)
    arxiv_id = arxiv.id if arxiv else None
    return Paper(
        id=paper_id(arxiv_id=arxiv_id, doi=doi, title=title, authors=authors),
        version=arxiv.version if arxiv else None,
        arxiv_id=arxiv_id,
        doi=doi,
        title=title,
        abstract=block.get("Summary") or "",
        authors=authors,
        categories=_categories(block.get("Categories") or ""),
        published=_date(block.get("Published")),
        updated=_date(block.get("Updated")),
        links=_links(block.get("Links") or "", arxiv_id),
        comment=normalize_optional(block.get("Comment")),
        journal=normalize_optional(block.get("Journal")),
        source=path,
        position=block.start,
    )


def _categories(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    names.sort(key=lambda name: not name.startswith("**"))
    return tuple(name.strip("*") for name in names)


def _links(text: str, arxiv_id: str | None) -> dict[str, str]:
    links = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    return links | {label.casefold(): url for label, url in _LINK.findall(text)}


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
