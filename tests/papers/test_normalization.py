"""Facts about text brought to one form."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.normalization import normalize_optional, normalize_text

PIECES = st.sampled_from(
    [
        "a",
        "B",
        " ",
        "  ",
        "\n",
        "\t",
        "\r",
        "\x0c",
        "\x1f",
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\u3000",
        "é",
        "e\u0301",
        "中",
    ]
)


@given(st.lists(PIECES | st.characters(), max_size=20).map("".join))
def test_shortcuts_do_not_change_the_result(text: str) -> None:
    spaced = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)

    assert normalize_text(text) == unicodedata.normalize("NFC", " ".join(spaced.split()))


@pytest.mark.parametrize(("text", "expected"), [(None, None), ("", None), (" \n", None), (" a\n b ", "a b")])
def test_text_that_is_not_there_is_none(text: str | None, expected: str | None) -> None:
    assert normalize_optional(text) == expected
