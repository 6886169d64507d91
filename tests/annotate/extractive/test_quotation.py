from __future__ import annotations

import pytest

from summarizer.annotate.extractive.quotation import quote

_TEXT = "However, the reading of brain MRI at night, which takes an hour, is slow; we help."


def _quote(text: str, words: str) -> str:
    start = text.index(words)

    return quote(text, (0, len(text)), (start, start + len(words)))


def test_the_quotation_is_the_clause_around_the_words() -> None:
    assert _quote(_TEXT, "brain MRI") == "the reading of brain MRI at night"


def test_a_short_clause_is_widened_on_both_sides() -> None:
    assert _quote("We use CNNs, CT, and care for all of it.", "CT") == "We use CNNs, CT, and care"


def test_a_long_clause_is_narrowed_to_twenty_words_around_the_words() -> None:
    text = "a " * 50 + "CT scan" + " b" * 50

    quotation = _quote(text, "CT scan")

    assert "CT scan" in quotation
    assert len(quotation.split()) == 20
    assert quotation in text


def test_the_quotation_stays_in_its_sentence() -> None:
    text = "First one. A CT scan. Third one."
    span = text.index("A CT"), text.index(" Third")

    assert quote(text, span, (text.index("CT"), text.index(" scan"))) == "A CT scan"


@pytest.mark.parametrize("control", ["\x00", "\n", "\t", "\u2028"])
def test_the_quotation_crosses_no_control_character(control: str) -> None:
    assert _quote(f"some words{control}of a CT scan{control}and others", "CT") == "of a CT scan"


def test_a_word_without_end_is_not_quoted_whole() -> None:
    assert len(_quote("(" * 50_000 + "CT" + ")" * 50_000, "CT")) < 300
