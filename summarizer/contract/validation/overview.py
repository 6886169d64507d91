"""Whether an overview may be trusted: every statement cites papers that exist, and says nothing in figures that they do not.

A statement may sum up several papers, so a figure or name must stand in one of those that it cites: title, abstract or summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from summarizer.contract.overview import MAX_STATEMENTS, MIN_STATEMENTS, AnnotatedPaper, CitedStatement
from summarizer.contract.validation.characters import find_character_issues, find_markup_issues
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.quoting import quote, quote_all
from summarizer.contract.validation.reply import read_reply
from summarizer.contract.validation.scripts import is_mostly_latin
from summarizer.contract.validation.sentences import count_sentences, count_words
from summarizer.contract.validation.shape import OVERVIEW, find_shape_issues
from summarizer.contract.validation.source import Source
from summarizer.errors import AnnotationInvalidError

MIN_WORDS, MAX_WORDS = 4, 45

_ADDRESS = re.compile(r"\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|javascript:|mailto:)", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def validate_overview(
    text: str, papers: Mapping[str, AnnotatedPaper], *, fenced: bool = False
) -> tuple[CitedStatement, ...]:
    """Return the statements that a reply holds, with the handles of their papers.

    Args:
        text: the reply as it came.
        papers: what the chat model saw, by handle.
        fenced: whether a code fence around the object and a leading `<think>` block are taken off.

    Raises:
        AnnotationInvalidError: the reply breaks the contract; with every issue found.
    """
    reply = read_reply(text, fenced=fenced)
    issues = list(find_shape_issues(reply, OVERVIEW))
    if not issues:
        issues += _find_issues(reply["statements"], papers)
    if issues:
        raise AnnotationInvalidError(tuple(issues), raw_text=text)

    return tuple(CitedStatement(line["text"], tuple(line["papers"])) for line in reply["statements"])


def _find_issues(statements: list[dict[str, Any]], papers: Mapping[str, AnnotatedPaper]) -> Iterator[str]:
    if not MIN_STATEMENTS <= len(statements) <= MAX_STATEMENTS:
        yield f'"statements" has {len(statements)} entries: give {MIN_STATEMENTS} to {MAX_STATEMENTS}.'
    texts = [" ".join(line["text"].casefold().split()) for line in statements]
    if len(set(texts)) < len(texts):
        yield '"statements" says the same thing twice: say each thing once.'
    for number, line in enumerate(statements[: 2 * MAX_STATEMENTS]):
        field = f"statements.{number}"
        yield from _find_citation_issues(f"{field}.papers", line["papers"], papers)
        cited = [papers[handle] for handle in dict.fromkeys(line["papers"]) if handle in papers]
        yield from _find_text_issues(f"{field}.text", line["text"], cited, papers)


def _find_citation_issues(field: str, handles: list[str], papers: Mapping[str, AnnotatedPaper]) -> Iterator[str]:
    if not handles:
        yield f'"{field}" is empty: name the papers that the statement rests on.'
    if unknown := [handle for handle in dict.fromkeys(handles) if handle not in papers]:
        yield f'"{field}" holds {quote_all(unknown)}, which no paper is called: use the names that stand above the papers.'
    if len(set(handles)) < len(handles):
        yield f'"{field}" repeats a paper: name each once.'


def _find_text_issues(
    field: str, text: str, cited: list[AnnotatedPaper], papers: Mapping[str, AnnotatedPaper]
) -> Iterator[str]:
    source = Source(" \n".join(paper.title for paper in cited), "\n".join(f"{p.abstract}\n{p.tldr}" for p in cited))
    if not MIN_WORDS <= (words := count_words(text)) <= MAX_WORDS:
        yield f'"{field}" has {words} words, beginning {quote(text)}: write {MIN_WORDS} to {MAX_WORDS}.'
    if (sentences := count_sentences(text)) > 1:
        yield f'"{field}" has {sentences} sentences, {quote(text)}: write exactly one, or make them two statements.'
    if not is_mostly_latin(text) and is_mostly_latin(source.text):
        yield f'"{field}" is not in English, {quote(text)}: write it in English.'
    yield from find_character_issues(field, text, source.text)
    yield from find_markup_issues(field, text, source.text)
    if _ADDRESS.search(text):
        yield f'"{field}" holds a web address, {quote(text)}: leave it out.'
    if handles := [word for word in _WORD.findall(text) if word in papers and word not in source.text]:
        yield f'"{field}" speaks of {quote_all(handles)}: readers do not know these names; cite the papers in "papers" alone.'
    if cited and (unsupported := source.find_unsupported(read_figures(text))):
        yield (
            f'"{field}" states {quote_all(unsupported)}, which no title, summary or abstract of the papers cited there does: '
            "copy the figure or name exactly as it stands there, or leave it out; do not count papers."
        )
