"""Field texts, as the formats have them, to one paper: what all readers of structured documents share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from summarizer.papers import dates
from summarizer.papers.identity import paper_id, parse_arxiv_id, parse_doi
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.latex_accents import decode_accents, decode_name

_NO_ABSTRACT = re.compile(r"\[?no abstract available\.?\]?", re.IGNORECASE)
_FULL_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})[-/.]|(?P<two>\d{2})(?=\d\d)|\s+(?P<name>[A-Za-z]{3})[a-z]*\.?\s+)"
    r"(?P<day>\d{1,2})(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IVX]+")


def build_paper(
    path: str,
    line: int,
    *,
    title: str | None,
    abstract: str | None = None,
    authors: Iterable[str] = (),
    arxiv_id: str | None = None,
    doi: str | None = None,
    categories: Iterable[str] = (),
    published: datetime | None = None,
    updated: datetime | None = None,
    links: Mapping[str, str | None] | None = None,
    comment: str | None = None,
    journal: str | None = None,
    venue: str | None = None,
    version: int | None = None,
) -> Paper:
    """Return the paper that these raw texts describe.

    Args:
        path: the source.
        line: where in it the record starts.
        title: as it stands, with LaTeX accents and hard wraps, like every text here; HTML is not decoded.
        abstract: formulas are kept; what databases write in place of one is none.
        authors: given names first.
        arxiv_id: in any written form, with or without version; the DOI that arXiv registers for a paper counts as one.
        doi: with or without resolver; the first one is taken.
        categories: in the order of the source, which is the primary one first where the format says so; repetitions are
            dropped.
        published: with time zone.
        updated: with time zone.
        links: addresses by what they are; other than http(s) ones are dropped.
        comment: of the authors.
        journal: reference to the journal.
        venue: conference or book.
        version: of the arXiv paper, where it is not a part of `arxiv_id`.

    Raises:
        ValueError: there is no title.
    """
    title = normalize_text(decode_accents(normalize_text(title or "")))
    if not title:
        raise ValueError("no title")
    names = tuple(name for name in (normalize_text(decode_name(author)) for author in authors) if name)
    doi = parse_doi(doi)
    arxiv = parse_arxiv_id(arxiv_id or "") or parse_arxiv_id((doi or "").lower())
    id_alone = arxiv.id if arxiv else None
    abstract = normalize_text(abstract or "")
    return Paper(
        id=paper_id(arxiv_id=id_alone, doi=doi, title=title, authors=names),
        version=(arxiv.version or version) if arxiv else None,
        arxiv_id=id_alone,
        doi=doi,
        title=title,
        abstract="" if _NO_ABSTRACT.fullmatch(abstract) else abstract,
        authors=names,
        categories=tuple(dict.fromkeys(filter(None, map(normalize_text, categories)))),
        published=published,
        updated=updated,
        links=_links(id_alone, doi, links or {}),
        comment=normalize_optional(comment),
        journal=normalize_optional(journal),
        venue=normalize_optional(venue),
        source=path,
        position=line,
    )


def _links(arxiv_id: str | None, doi: str | None, links: Mapping[str, str | None]) -> dict[str, str]:
    found = {"abstract": f"https://arxiv.org/abs/{arxiv_id}"} if arxiv_id else {}
    if doi:
        found["doi"] = f"https://doi.org/{doi}"
    for label, address in links.items():
        if address and address.strip().startswith(("https://", "http://")):
            found[label] = address.strip()
    return found


def skip_record(path: str, line: int, error: Exception) -> SkippedRecord:
    """Return the record of a value that can't be read."""
    return SkippedRecord(path, line, f"unreadable value: {normalize_text(str(error))[:200]}")


def parse_date(text: str | None) -> datetime | None:
    """Read a date as ISO 8601 or as in mail headers; without time zone it is in UTC.

    Raises:
        ValueError: it is neither.
    """
    try:
        return dates.parse_date(text)
    except OverflowError as error:
        raise ValueError(f"no date: {text!r}") from error


def find_date(text: str | None) -> datetime | None:
    """Return the day that a free text starts with, as `2024-01-05`, `2024/1/5`, `20240105` or `2024 Jan 5`.

    None where the day is not stated: the first of a month or year would be a made-up day.
    """
    match = _FULL_DATE.match((text or "").strip())
    if match is None:
        return None
    try:
        month = int(match["month"] or match["two"] or _MONTHS.index(match["name"].lower()) + 1)
        return datetime(int(match["year"]), month, int(match["day"]), tzinfo=UTC)
    except ValueError:
        return None


def given_name_first(name: str) -> str:
    """Turn `Family, Given` and `Family, Given, Jr.` (or `Family, Jr., Given`) round; other names stay."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):  # noqa: PLR2004
        parts = [parts[0], parts[2], parts[1]]
    family, *rest = parts
    return " ".join([*rest[:1], family, *rest[1:]]).strip()


def with_year(reference: str | None, year: str | None, form: str = "{} ({})") -> str | None:
    """Return the journal with the year behind it, as `form` says, unless it is there already."""
    match = re.search(r"\d{4}", year or "")
    if not reference or match is None or match[0] in reference:
        return reference
    return form.format(reference, match[0])


def venue_of_year(venue: str | None, year: str | None) -> str | None:
    """Return the conference as `MICCAI 2025`."""
    return with_year(venue, year, "{} {}")
