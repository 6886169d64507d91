"""Titles and names brought to what is left of them in every copy, for comparison only."""

from __future__ import annotations

import re
import unicodedata

MIN_TITLE_LETTERS = 16
"""Letters and digits of a title that says what a paper is; a shorter one is many papers' (`Editorial`, `Reply`)."""

# What LaTeX and HTML add to a title: fonts, grouping and tags; the names of letters and signs stay.
_MARKUP = re.compile(
    r"\\(?:emph|text[a-z]{0,6}|math[a-z]{1,4}|mbox|ensuremath|operatorname|left|right|bf|it|rm|sc|tt)(?![A-Za-z])"
    r"|</?[A-Za-z][^<>]{0,40}>"
)
_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_NOT_WORD = bytes(code for code in range(128) if not chr(code).isalnum())
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega"
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | {chr(0x3B1 + place): name for place, name in enumerate(_GREEK.split())}
)
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+|[A-Z]")
_CAPITALS = re.compile(r"[A-Z]{2,3}")
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))


def fold_title(title: str) -> str:
    """Return the letters and digits of a title, without case, accents, punctuation, white space, fonts and tags.

    Greek letters and their LaTeX names come out alike; empty when there is neither letter nor digit.
    """
    return _fold(_MARKUP.sub(" ", title) if "\\" in title or "<" in title else title)


def fold_author(name: str) -> tuple[str, ...]:
    """Return the family name of `G. Müller`, `Müller, G.`, `Georg Mueller` or `Müller G`, folded, umlauts as one letter.

    Two names where the order can't be told: `Wei XU` may be a family name in capitals, or initials behind one.
    """
    family, comma, _ = name.partition(",")
    words = family.split()
    if not words:
        return ("",)
    # Initials and capitals do not end in a small letter: nearly every name is known by its last word.
    if not comma and words[-1][-1].islower() and (folded := _fold(words[-1])) not in _SUFFIXES:
        return (_without_umlauts(folded),)
    words = [word for word in words if _fold(word) not in _SUFFIXES] or words
    if not comma:
        words = _without_initials(words)
    last = words[-1:]
    if len(words) > 1 and not comma and _CAPITALS.fullmatch(words[-1]) and not _INITIAL.fullmatch(words[-2]):
        last = words[:-3:-1]
    return tuple(_without_umlauts(_fold(word)) for word in last)


def _without_initials(words: list[str]) -> list[str]:
    """Return what comes before the initials at the end; all of it where there is nothing else."""
    end = len(words)
    while end and _INITIAL.fullmatch(words[end - 1]):
        end -= 1
    return words[:end] or words


def _without_umlauts(folded: str) -> str:
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower().encode().translate(None, delete=_ASCII_NOT_WORD).decode()
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return _NOT_WORD.sub("", folded)
