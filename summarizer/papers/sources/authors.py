"""Lists of authors written as one text."""

from __future__ import annotations

import re

from summarizer.papers.sources.fields import given_name_first

_PARENTHESIS = re.compile(r"([()])")
_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?")
_INITIALS = re.compile(r"[^\W\d_](?:(?:\.[ -]?|[ -])[^\W\d_])*\.?")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


def split_authors(text: str) -> list[str]:
    """Split `A. One, B. Two and C. Three (Lab (City)), D. Four, Jr.`; affiliations in parentheses are dropped."""
    names: list[str] = []
    for name in _split(text):
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        else:
            names.append(name)
    return names


def split_cell(text: str) -> list[str]:
    """Split the author cell of a table: `One, Ann; Two, Bo`, a list as Python prints it, or as `split_authors`.

    `One, Ann` is one person where no two can be meant.
    """
    text = " ".join(text.split())
    if text.startswith("[") and text.endswith("]"):
        return [one or two for one, two in _QUOTED.findall(text)]
    if ";" in text:
        return [given_name_first(name) for name in text.split(";")]
    people = text.split(" and ")
    if len(people) > 1 and all(name.count(",") == 1 for name in people):
        return [given_name_first(name) for name in people]
    parts = _split(text)
    families, given = parts[::2], parts[1::2]
    if _are_halves(families, given) and (len(given) > 1 or len(people) == 1):
        return [f"{first} {last}" for last, first in zip(families, given, strict=True)]
    return split_authors(text)


def _split(text: str) -> list[str]:
    line = " ".join(without_affiliations(text).split())
    names = line.replace("; ", ",").replace(";", ",").replace(" and ", ",").split(",")
    return [name for name in map(str.strip, names) if name]


def without_affiliations(text: str) -> str:
    """Return `text` without what stands in parentheses; one without its partner stays."""
    if "(" not in text and ")" not in text:
        return text
    levels: list[list[str]] = [[]]
    for piece in _PARENTHESIS.split(text):
        if piece == "(":
            levels.append([])
        elif piece == ")" and len(levels) > 1:
            levels.pop()
        else:
            levels[-1].append(piece)
    return "(".join("".join(level) for level in levels)


def _are_halves(families: list[str], given: list[str]) -> bool:
    """Return whether these are the two halves of each name: initials are no person, and nor is a lone family name."""
    if not given or len(families) != len(given) or not all(name[0].isupper() for name in given):
        return False
    if all(map(_INITIALS.fullmatch, given)):
        return not any(map(_INITIALS.fullmatch, families))
    return len(given) == 1 and _is_family_name(families[0]) and not _SUFFIX.fullmatch(given[0])


def _is_family_name(text: str) -> bool:
    """Return whether `text` is one capitalised word, `van der` and the like before it."""
    *particles, name = text.split()
    return name[0].isupper() and all(map(str.islower, particles))
