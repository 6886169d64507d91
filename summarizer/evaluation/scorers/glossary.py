"""The terms that readers of a translation notice, with the renderings that are accepted.

A glossary is a table of tab-separated columns, one for English and one for each target language; variants are separated by
`|`. A term whose rendering is the term itself is kept as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from summarizer.contract.languages import get_language
from summarizer.errors import EvaluationError

GLOSSARY_FILE = "glossary.tsv"
SOURCE_LANGUAGE = "en"

_COMMENT, _TAB, _VARIANT = "#", "\t", "|"
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9 -]*[A-Z0-9]")


class Hits(NamedTuple):
    """How many terms of a text its translation renders."""

    rendered: int
    missing: tuple[str, ...]
    """The English terms that have none of their renderings."""


@dataclass(frozen=True)
class Glossary:
    """English terms with their accepted renderings in one language."""

    language: str
    """Tag of the language."""
    renderings: Mapping[str, tuple[str, ...]]
    """By English variant."""

    @property
    def signature(self) -> str:
        """The number of terms and a digest of them: another glossary gives other values."""
        digest = hashlib.sha256(repr(sorted(self.renderings.items())).encode()).hexdigest()
        return f"terms:{len(self.renderings)}|sha256:{digest[:8]}"

    def check(self, source: str, translation: str) -> Hits:
        """Look up each term of an English text, once, in its translation; a term inside a longer one is not counted."""
        terms = dict.fromkeys(self._find_terms(source))
        missing = tuple(term for term in terms if not any(_holds(translation, text) for text in self.renderings[term]))
        return Hits(len(terms) - len(missing), missing)

    def _find_terms(self, source: str) -> Iterator[str]:
        for match in self._pattern.finditer(source):
            yield self._terms.get(match[1]) or self._terms[match[1].casefold()]

    @cached_property
    def _terms(self) -> dict[str, str]:
        """The terms by how they are found: those with a capital are names and found as written, others whatever their case."""
        return {term if _is_name(term) else term.casefold(): term for term in self.renderings}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.renderings, key=len, reverse=True)
        terms = "|".join(re.escape(term) if _is_name(term) else f"(?i:{re.escape(term)})" for term in longest_first)
        return re.compile(rf"(?<![\w-])({terms})s?(?!\w)")


def read_glossary(path: Path, language: str) -> Glossary | None:
    """Read the renderings in one language; rows that have none in it are left out.

    Returns:
        None where the glossary has no column of the language.

    Raises:
        ConfigurationError: the language is not supported.
        EvaluationError: the file can't be read, or a row breaks its form; names the line.
    """
    tag = get_language(language).tag
    rows = [(number, line.split(_TAB)) for number, line in _read_lines(path) if line and line[0] != _COMMENT]
    header = rows[0][1] if rows else []
    if header[:1] != [SOURCE_LANGUAGE]:
        raise EvaluationError(f"{path}: the first line must name the columns, {SOURCE_LANGUAGE} first")
    renderings: dict[str, tuple[str, ...]] = {}
    for number, row in rows[1:]:
        if len(row) != len(header):
            raise EvaluationError(f"{path}, line {number}: {len(row)} columns, where the first line has {len(header)}")
        _add(renderings, row[0], row[header.index(tag)] if tag in header else "", f"{path}, line {number}")
    return Glossary(tag, renderings) if renderings else None


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        yield from enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    except OSError as error:
        raise EvaluationError(f"{path}: can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path}: is no UTF-8 text (byte {error.start})") from error


def _add(renderings: dict[str, tuple[str, ...]], terms: str, accepted: str, where: str) -> None:
    variants = tuple(text.strip() for text in accepted.split(_VARIANT) if text.strip())
    for term in map(str.strip, terms.split(_VARIANT)):
        if not term:
            raise EvaluationError(f"{where}: an English term is empty")
        if term in renderings:
            raise EvaluationError(f"{where}: {term!r} is there twice")
        if variants:
            renderings[term] = variants


def _is_name(term: str) -> bool:
    return any(map(str.isupper, term))


def _holds(translation: str, rendering: str) -> bool:
    """Tell whether a rendering is in a text; an abbreviation is a word of its own: there is no CT in `architecture`."""
    if not _ABBREVIATION.fullmatch(rendering):
        return _fold(rendering) in _fold(translation)
    spelled = r"[\s-]*".join(character for character in rendering if character.isalnum())
    return bool(re.search(rf"(?<![a-z0-9]){spelled}s?(?![a-z0-9])", translation, re.IGNORECASE | re.ASCII))


def _fold(text: str) -> str:
    """Leave out blanks, hyphens and case: `U-Net 网络` holds `UNet`."""
    return "".join(character for character in text.casefold() if not character.isspace() and character != "-")
