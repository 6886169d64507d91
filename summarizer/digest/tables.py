"""Results as tables for other tools, row by row: Markdown in the shape that paper tables on the web have, and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from summarizer.annotate.records import AnnotatedRecord, Profile
from summarizer.contract.languages import get_language
from summarizer.digest.links import build_links
from summarizer.digest.markdown import escape_markdown
from summarizer.digest.visible import visible
from summarizer.papers.paper import Paper

_CHINESE = "zh-Hans"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_BARE_PIPE = re.compile(r"(?<!\\)\|")
# East Asian spreadsheets take the wide signs too: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

CSV_COLUMNS = (
    "id", "version", "title", "authors", "published", "categories", "venue", "doi", "link", "relevance", "tags", "tldr",
    "evidence", "language", "title_translated", "tldr_translated", "abstract_translated", "abstract",
)  # fmt: skip


def render_markdown_table(records: Iterable[AnnotatedRecord], profile: Profile) -> Iterator[str]:
    """Yield a GitHub-flavoured Markdown table: year, title, authors, abstract, translation, link.

    The translation is that of the abstract where `profile` had abstracts translated, else that of the one-line summary, in
    its first language; without languages it is the summary itself.
    """
    language = _first_language(profile)
    whole = language is not None and profile.translation_prompt is not None
    yield _row(_headers(language, whole=whole))
    yield _row(["---"] * 6)
    for record in records:
        paper, links = record.paper, build_links(record.paper)
        cells = [
            _year(paper),
            paper.title,
            ", ".join(paper.authors),
            paper.abstract,
            _text(record, language, whole=whole),
        ]
        yield _row([*map(_cell, cells), f"[link]({links[0].url})" if links else ""])


def render_csv(records: Iterable[AnnotatedRecord], profile: Profile) -> Iterator[str]:
    """Yield CSV as spreadsheets read it (RFC 4180), a header first.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    language = _first_language(profile)
    yield _csv_line(CSV_COLUMNS)
    for record in records:
        yield _csv_line([_harmless(visible(cell)) for cell in _csv_cells(record, language)])


def _first_language(profile: Profile) -> str | None:
    return profile.languages[0] if profile.languages else None


def _headers(language: str | None, *, whole: bool) -> list[str]:
    if language == _CHINESE:
        return ["年份", "题目", "作者", "摘要", "中文摘要" if whole else "一句话总结", "link"]
    translation = f"Abstract ({get_language(language).tag})" if language and whole else "TLDR"
    return ["Year", "Title", "Authors", "Abstract", translation, "Link"]


def _text(record: AnnotatedRecord, language: str | None, *, whole: bool) -> str:
    translation = record.annotation.translations.get(language) if language else None
    if translation is None:
        return "" if language else record.annotation.tldr
    return (translation.abstract or "") if whole else translation.tldr


def _year(paper: Paper) -> str:
    if paper.published:
        return str(paper.published.year)
    match = _YEAR.search(paper.venue or paper.journal or "")
    return match[0] if match else ""


def _cell(text: str) -> str:
    return _BARE_PIPE.sub(r"\\|", str(escape_markdown(visible(text))))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _csv_cells(record: AnnotatedRecord, language: str | None) -> list[str]:
    paper, annotation, links = record.paper, record.annotation, build_links(record.paper)
    translation = annotation.translations.get(language) if language else None
    return [
        paper.id,
        str(paper.version or ""),
        paper.title,
        "; ".join(paper.authors),
        paper.published.isoformat() if paper.published else "",
        " ".join(paper.categories),
        paper.venue or paper.journal or "",
        paper.doi or "",
        links[0].url if links else "",
        str(annotation.relevance),
        " ".join(annotation.tags),
        annotation.tldr,
        annotation.evidence,
        language or "",
        translation.title if translation else "",
        translation.tldr if translation else "",
        (translation.abstract or "") if translation else "",
        paper.abstract,
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
