"""The rules of a one-line summary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.contract.validation.characters import find_character_issues, find_markup_issues
from summarizer.contract.validation.numbers import Figures
from summarizer.contract.validation.quoting import quote, quote_all
from summarizer.contract.validation.scripts import is_mostly_latin
from summarizer.contract.validation.sentences import count_sentences, count_words
from summarizer.contract.validation.source import Source

MAX_WORDS = 30

_PLACEHOLDERS = re.compile(
    r"|n ?a|nil|none|null|string|tbd|tl ?dr|todo|undefined|unknown|placeholder|summary|(?:abstract )?not available"
    r"|no (?:abstract|summary)(?: available)?"
)
_WORD = re.compile(r"[^\W_]+")


def find_summary_issues(tldr: str, figures: Figures, source: Source) -> Iterator[str]:
    """Yield an issue for each rule that `tldr` breaks.

    Args:
        tldr: the summary of the reply.
        figures: its numbers and names.
        source: the paper that it is about.
    """
    plain = _bare(tldr)
    if _PLACEHOLDERS.fullmatch(plain):
        yield f'"tldr" is {quote(tldr)}: write one sentence that says what the paper contributes.'
        return
    if (words := count_words(tldr)) > MAX_WORDS:
        yield f'"tldr" has {words} words, beginning {quote(tldr)}: shorten it to at most {MAX_WORDS}.'
    if (sentences := count_sentences(tldr)) > 1:
        yield f'"tldr" has {sentences} sentences, {quote(tldr)}: write exactly one.'
    if plain == _bare(source.title):
        yield f'"tldr" only repeats the title, {quote(tldr)}: say what the paper does or finds.'
    if not is_mostly_latin(tldr) and is_mostly_latin(source.text):
        yield f'"tldr" is not in English, {quote(tldr)}: write it in English.'
    yield from find_character_issues("tldr", tldr, source.text)
    yield from find_markup_issues("tldr", tldr, source.text)
    unsupported = source.find_unsupported(figures)
    if "two " in tldr.lower():
        unsupported += source.grounding.find_contradicted_pairs(tldr)
    if unsupported:
        yield (
            f'"tldr" states {quote_all(unsupported)}, which neither title nor abstract does: copy the figure or name exactly '
            "as it stands there, or leave it out."
        )


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text)).lower()
