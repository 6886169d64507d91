"""The rules of one translated text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.contract.languages import Language
from summarizer.contract.validation.characters import find_character_issues, find_markup_issues
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.formulas import find_lost_formulas
from summarizer.contract.validation.grounding import Grounding
from summarizer.contract.validation.numbers import Figures
from summarizer.contract.validation.quoting import quote_all
from summarizer.contract.validation.scripts import find_script_issues
from summarizer.contract.validation.source import Source

_LONG_TEXT = 300
"""Characters from which a text's length tells whether all of it was translated."""
_DENSE_SCRIPTS = frozenset(["Han", "Japanese", "Hangul"])
_MIN_DENSE_LENGTH, _MIN_LENGTH = 0.12, 0.4
"""Of the original's: half of what the tersest of 41 Chinese translations of abstracts needed."""


@dataclass(frozen=True, slots=True)
class Original:
    """What a text was translated from."""

    name: str
    """`title`, `tldr` or `abstract`."""
    text: str
    figures: Figures
    """Its figures."""


def find_translation_issues(text: str, original: Original, source: Source, language: Language) -> Iterator[str]:
    """Yield an issue for each rule that a translation breaks.

    Args:
        text: the translation.
        original: what it was translated from.
        source: the paper; a number of either part may stand in the translation.
        language: the target.
    """
    field = f"translations.{language.tag}.{original.name}"
    if not text.strip():
        yield f'"{field}" is empty: translate the {original.name} into {language.name}.'
        return
    known = f"{source.text}\n{original.text}"
    yield from find_character_issues(field, text, known, script=language.script)
    yield from find_markup_issues(field, text, known)
    for finding in find_script_issues(text, original.text, language, is_title=original.name == "title"):
        yield f'"{field}" {finding}.'
    least = _MIN_DENSE_LENGTH if language.script in _DENSE_SCRIPTS else _MIN_LENGTH
    if len(original.text) >= _LONG_TEXT and len(text) < least * len(original.text):
        yield f'"{field}" is much shorter than the {original.name}: translate all of it.'
    yield from _find_number_issues(field, text, original, source, language)
    yield from _find_formula_issues(field, text, original)


def _find_number_issues(field: str, text: str, original: Original, source: Source, language: Language) -> Iterator[str]:
    figures = read_figures(text, language=language.tag)
    if unsupported := source.find_unsupported(figures):
        yield f'"{field}" states {quote_all(unsupported)}, which neither title nor abstract does: keep every figure and name as it is.'
    stated = original.figures
    if stated.states_something and (missing := Grounding(figures, text).find_missing(stated, language=language.tag)):
        yield f'"{field}" lacks {quote_all(missing)} of the {original.name}: keep every figure.'


def _find_formula_issues(field: str, text: str, original: Original) -> Iterator[str]:
    lost = find_lost_formulas(original.text, text)
    if lost.missing:
        yield f'"{field}" lacks {quote_all(lost.missing)} of the {original.name}: copy each formula character by character.'
    if lost.added:
        yield f'"{field}" holds {quote_all(lost.added)}, which the {original.name} does not: copy each formula character by character.'
