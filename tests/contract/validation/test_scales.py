from __future__ import annotations

import pytest

from summarizer.contract.languages import LANGUAGES
from summarizer.contract.validation.scales import scale_of, scale_pattern


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (" million", "en", 10**6),
        ("-billion", "en", 10**9),
        (" Mio", "de", 10**6),
        (" Billionen", "de", 10**12),
        (" mil millones", "es", 10**9),
        (" mil", "es", 10**3),
        (" bin", "tr", 10**3),
        (" млрд", "ru", 10**9),
        (" million", "fa", 10**6),
    ],
)
def test_a_scale_is_worth_what_its_language_says(text: str, language: str, wanted: int) -> None:
    match = scale_pattern(language).match(text)

    assert match is not None
    assert scale_of(match, language) == wanted


def test_a_scale_is_a_whole_word() -> None:
    assert scale_pattern("tr").match(" binary") is None


@pytest.mark.parametrize("tag", [language.tag for language in LANGUAGES])
def test_every_language_understands_the_english_words(tag: str) -> None:
    assert scale_pattern(tag).match(" thousand")
