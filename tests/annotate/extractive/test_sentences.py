from __future__ import annotations

import pytest

from summarizer.annotate.extractive.sentences import split_sentences


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "We follow Smith et al. and use their loss, e.g. Dice.",
        "The gain (see Fig. 3 and Sec. 2.1) is 3.5 points, i.e. 12 % vs. U-Net.",
        "For $p. X \\in [0.1, 0.9]$ it holds.",
        "Code (at https://example.org/a.B. See there) is public.",
        "J. Doe trains it w.r.t. Accuracy.",
        "It reaches 0.91 at 1.5 Tesla.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert _split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We try. It works! Does it? Yes.", 4),
        ("It is slow.We make it fast.", 2),
        ("It is used in clinics. nnU-Net is the baseline.", 2),
        ("The loss is $a+b$. We minimise it.", 2),
        ("我们提出新方法。实验有效。", 2),
        ("One line\nanother line", 2),
        ("  \n ", 0),
        ("", 0),
    ],
)
def test_every_sentence_is_found(text: str, count: int) -> None:
    assert len(_split(text)) == count


def test_amounts_of_money_are_no_formula() -> None:
    assert len(_split("A scan costs $5. A reader costs $10.")) == 2


def test_an_unclosed_bracket_hides_nothing_for_long() -> None:
    text = "It fails (here. " + "And goes on. " * 100

    assert len(_split(text)) > 50
