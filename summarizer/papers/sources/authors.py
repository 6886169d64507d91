"""Lists of authors written as one text."""

from __future__ import annotations

import re

from summarizer.papers.sources.fields import given_name_first

_AFFILIATION = re.compile(r"\s*\([^()]*\)")
_BETWEEN = re.compile(r",?\s+and\s+|,\s*|\s*;\s*")
_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


def split_authors(text: str) -> list[str]:
    """Split `A. One, B. Two and C. Three (Lab (City)), D. Four, Jr.`; affiliations in parentheses are dropped."""
    while (without := _AFFILIATION.sub("", text)) != text:
        text = without
    names: list[str] = []
    for name in filter(None, map(str.strip, _BETWEEN.split(text))):
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        else:
            names.append(name)
    return names


def split_cell(text: str) -> list[str]:
    """Split the author cell of a table: `One, Ann; Two, Bo`, a list as Python prints it, or as `split_authors`."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [one or two for one, two in _QUOTED.findall(text)]
    if ";" in text:
        return [given_name_first(name) for name in text.split(";")]
    if " and " in text and re.fullmatch(r"[^,]+,[^,]+?(?: and [^,]+,[^,]+?)*", text):
        return [given_name_first(name) for name in text.split(" and ")]
    return split_authors(text)
