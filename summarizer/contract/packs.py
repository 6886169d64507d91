"""The reply to several papers at once, taken apart: joined by id, never by position.

A part has the form of a reply to a message with its paper alone, so that it can be kept as one. What it says of its paper
is checked by `validation` like any other annotation; what that can't see is checked here: whether it is about this paper
or about another one of the message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from summarizer.contract.validation.reply import read_reply
from summarizer.errors import AnnotationInvalidError
from summarizer.papers.paper import Paper

PAPERS, ID = "papers", "id"
"""Keys of the reply, and of each entry in it."""

_KEPT_CHARACTERS = 200
"""Of a reply that can't be taken apart: enough to tell what it was."""
_WORD = re.compile(r"[^\W_]{3,}")


def split_reply(
    text: str, asked: Mapping[str, Paper], own_ids: Sequence[str], *, fenced: bool = False
) -> tuple[str, ...]:
    """Return the part of a reply that belongs to each paper, whether it is good or not. Raises nothing.

    A paper that is missing gets a part without an entry, one that occurs twice a part with both. So does one whose summary
    has more words in common with another paper of the message than with its own: the two may have been mixed up. From
    a reply that can't be read, each paper gets the beginning.

    Args:
        text: the reply as it came.
        asked: the papers of the message by the id in their tags, in order.
        own_ids: the ids that the papers have in messages of their own, in the same order.
        fenced: see `validate_annotation`.
    """
    try:
        entries = _read_entries(text, fenced=fenced)
        words = {sent_id: _words(f"{paper.title} {paper.abstract}") for sent_id, paper in asked.items()}
        return tuple(
            _write(_find_entries(entries, sent_id, words), own_id)
            for sent_id, own_id in zip(asked, own_ids, strict=True)
        )
    except (AnnotationInvalidError, RecursionError):
        return (text[:_KEPT_CHARACTERS],) * len(asked)


def find_annotation(text: str, own_id: str, *, fenced: bool = False) -> str:
    """Return the annotation of one paper out of its part of a reply, as `validate_annotation` takes it.

    Raises:
        AnnotationInvalidError: the reply can't be read, or the paper does not occur in it exactly once.
    """
    found = [entry for entry in _read_entries(text, fenced=fenced) if entry.get(ID) == own_id]
    if len(found) != 1:
        problem = f'"{PAPERS}" holds {len(found)} entries for the paper {own_id}: give exactly one.'
        raise AnnotationInvalidError((problem,), raw_text=text)
    return _dump({key: value for key, value in found[0].items() if key != ID})


def _read_entries(text: str, *, fenced: bool) -> list[dict[str, Any]]:
    entries = read_reply(text, fenced=fenced).get(PAPERS)
    if not isinstance(entries, list):
        raise AnnotationInvalidError(
            (f'"{PAPERS}" is missing or no list: give one entry for each paper.',), raw_text=text
        )
    return [entry for entry in entries if isinstance(entry, dict)]


def _find_entries(
    entries: Sequence[dict[str, Any]], sent_id: str, words: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    found = [entry for entry in entries if entry.get(ID) == sent_id]

    return [] if any(_is_about_another(entry, sent_id, words) for entry in found) else found


def _is_about_another(entry: Mapping[str, Any], sent_id: str, words: Mapping[str, set[str]]) -> bool:
    tldr = entry.get("tldr")
    said = _words(tldr) if isinstance(tldr, str) else set[str]()
    shared = {other: len(said & known) for other, known in words.items()}

    return max(shared.values()) > shared[sent_id]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _write(entries: Sequence[dict[str, Any]], own_id: str) -> str:
    return _dump({PAPERS: [entry | {ID: own_id} for entry in entries]})


def _dump(value: object) -> str:
    # An escaped lone surrogate is valid JSON and no valid text: it stays escaped, for the validation to find.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
