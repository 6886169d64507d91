from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.digest.visible import visible, visible_value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb\u2066c\u2069", "abc"),
        ("zero\u200bwidth\u2060\ufeff", "zerowidth"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("blank\u3164 here", "blank here"),
        ("two\n\nlines\tand\x00null\u2028more", "two lines and null more"),
        ("half \ud800 pair", "half pair"),
        ("Z\u0300\u0301\u0302\u0303\u0304\u0305", "Z\u0300\u0301\u0302\u0303"),
    ],
)
def test_what_hides_or_reorders_text_is_taken_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "क\u094d\u200dष", "葛\U000e0100", "☀\ufe0f", "עברית", "$x_{1}$ 15.5\\%", "naïve"]
)
def test_what_spelling_needs_is_kept(text: str) -> None:
    assert visible(text) == text


def test_every_string_of_a_value_is_made_visible() -> None:
    value = {"k\u200b": ["a\u202e", {"b": "c\n"}], "n": 1, "none": None}

    assert visible_value(value) == {"k": ("a", {"b": "c"}), "n": 1, "none": None}


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_visible_text_is_one_line_without_controls_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)

    assert visible(shown) == shown
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert all(
        unicodedata.bidirectional(character) not in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"}
        for character in shown
    )


def test_noncharacters_which_xml_refuses_are_left_out() -> None:
    assert visible("a\ufffeb\uffffc\ufdd0d\U0010ffffe") == "abcde"
