from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from summarizer.contract.validation.quoting import quote, quote_all


def test_a_long_text_is_shortened() -> None:
    assert len(quote("x" * 1000)) < 100


def test_readable_text_stays_readable() -> None:
    assert quote("肝脏 \\alpha") == '"肝脏 \\\\alpha"'


def test_only_a_few_of_many_are_named() -> None:
    assert quote_all(list("abcdefg")) == '"a", "b", "c", "d", "e" and 2 more'


def test_what_can_not_be_seen_is_spelled_out() -> None:
    assert quote("a\x7fb\u202ec\u3000d\ufffde") == '"a\\u007fb\\u202ec\u3000d\\ufffde"'


@given(st.text(st.characters()))
def test_a_quotation_can_always_be_stored_and_shown(text: str) -> None:
    quoted = quote(text)

    assert quoted.encode()
    assert not any(character in quoted for character in "\n\r\t\x00\x7f\u202e\u200b\u2028")
