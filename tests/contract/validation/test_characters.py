from __future__ import annotations

import json

import pytest

from summarizer.contract.validation.characters import find_character_issues, find_markup_issues


@pytest.mark.parametrize(
    "command",
    [
        "text",
        "textbf",
        "tau",
        "times",
        "theta",
        "beta",
        "bar",
        "frac",
        "forall",
        "rho",
        "rightarrow",
        "nabla",
        "nu",
        "neq",
    ],
)
def test_an_unescaped_command_that_json_swallowed_is_named(command: str) -> None:
    text = json.loads(f'"with $\\{command}{{x}}$ in it"')

    issue = "".join(find_character_issues("tldr", text, ""))

    assert f"write \\\\{command} (two" in issue


def test_a_plain_line_break_is_taken_for_no_command() -> None:
    assert "LaTeX" not in "".join(find_character_issues("tldr", "one line\nextra words\nigh", ""))


@pytest.mark.parametrize("text", ["two\nlines", "a\tb", "bell\x07", "delete\x7f", "line\u2028separator", "c1\x85"])
def test_a_control_character_is_refused(text: str) -> None:
    assert "on one line" in "".join(find_character_issues("tldr", text, ""))


@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\ue000", "\ufffd", "\U000e0041", "\uffff"],
)
def test_an_invisible_or_damaged_character_is_refused(character: str) -> None:
    issue = "".join(find_character_issues("tldr", f"ab{character}cd", ""))

    assert f"U+{ord(character):04X}" in issue
    assert character not in issue


def test_half_of_a_surrogate_pair_is_refused() -> None:
    assert "U+D83D" in "".join(find_character_issues("tldr", json.loads('"half \\ud83d a face"'), ""))


def test_a_damaged_character_of_the_source_is_no_fault_of_the_reply() -> None:
    assert not list(find_character_issues("tldr", "na\ufffdve Bayes", "the na\ufffdve Bayes rule"))


def test_persian_and_hindi_spell_with_joiners() -> None:
    assert not list(find_character_issues("f", "می\u200cشود", "", script="Arabic"))
    assert not list(find_character_issues("f", "क्\u200dष", "", script="Devanagari"))
    assert list(find_character_issues("f", "分\u200d割", "", script="Han"))


@pytest.mark.parametrize(
    "text",
    ["Straße, naïve, Łódź", "用“引号”，和《书名》——以及…", "90 % of 5 µm at 37 °C", "α→β ≤ 3×10⁻³", "日本語のテキスト"],
)
def test_ordinary_characters_of_any_language_pass(text: str) -> None:
    assert not list(find_character_issues("f", text, ""))


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> claim",
        "x<br/>y",
        "<script>alert(1)</script>",
        '<a href="x">y</a>',
        "a &lt; b",
        "**bold** claim",
        "see [here](http://x)",
        "# A heading",
    ],
)
def test_markup_is_refused(text: str) -> None:
    assert "write plain text" in "".join(find_markup_issues("tldr", text, ""))


@pytest.mark.parametrize(
    "text",
    [
        "p<0.05 and q>3",
        "a <b and c> d",
        "A*B and C**2",
        "x_1 & y_2",
        "AT&T; R&D",
        "[1] and (2)",
        "#1 on the list",
        "C# code",
        "-5 dB gain",
        "A* search",
    ],
)
def test_what_only_looks_like_markup_passes(text: str) -> None:
    assert not list(find_markup_issues("tldr", text, ""))


def test_markup_of_the_source_may_be_kept() -> None:
    assert not list(find_markup_issues("f", "CO<sub>2</sub> 排放", "CO<sub>2</sub> emission"))
