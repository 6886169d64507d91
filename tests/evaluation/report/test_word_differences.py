"""Facts about word differences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.evaluation.report.word_differences import MAX_CHARACTERS, Segment, compare_texts


def change(reference: str, a: str, b: str) -> tuple[str, list[str], list[str]]:
    """Return the words that the reference shares with both, those that only A has, and those that only B has."""
    difference = compare_texts(reference, [a, b], [[], []])
    kept = " ".join(part.text for part in difference.reference if part.is_shared and not part.change)
    only_a, only_b = ([part.text for part in side if part.change] for side in difference.sides)
    return kept, only_a, only_b


def test_words_are_told_by_who_has_them() -> None:
    kept, only_a, only_b = change(
        "A network outlines the liver in CT.", "A network outlines the liver.", "A model outlines the liver in MRI."
    )

    assert kept == "A outlines the liver ."
    assert only_a == ["network"]
    assert only_b == ["model", "in", "MRI"]


def test_the_reference_says_what_was_lost_and_gained() -> None:
    difference = compare_texts("liver in CT", ["liver", "in CT"], [[], []])

    assert [(part.text, part.change) for part in difference.reference if part.text.strip()] == [
        ("liver", "lost"),
        ("in CT", "gained"),
    ]


def test_case_is_no_difference() -> None:
    assert change("The liver.", "the liver.", "The Liver.")[1:] == ([], [])


def test_chinese_is_compared_character_by_character() -> None:
    assert change("用于肝脏分割", "用于肝脏分割", "用于心脏分割")[1:] == (["肝"], ["心"])


def test_a_number_is_one_word() -> None:
    assert change("Dice of 0.903", "Dice of 0.903", "Dice of 0.913")[1:] == (["0.903"], ["0.913"])


def test_a_text_whose_counterpart_is_not_there_is_not_marked_as_lost() -> None:
    difference = compare_texts("the liver", ["the liver", ""], [[], []])

    assert difference.sides == [[Segment("the liver", is_shared=True)], []]
    assert [part.change for part in difference.reference] == [""]


def test_what_a_failed_check_quotes_is_marked_in_place() -> None:
    [side] = compare_texts("", ["It reaches 5000 on ResNet-50."], [["5000"]]).sides

    assert [part.text for part in side if part.is_faulty] == ["5000"]


def test_a_quote_inside_another_word_is_not_marked() -> None:
    [side] = compare_texts("", ["It reaches 5000 on ResNet50."], [["50"]]).sides

    assert not [part for part in side if part.is_faulty]


def test_a_quote_of_everything_marks_nothing() -> None:
    [side] = compare_texts("", ["Too long."], [["Too long."]]).sides

    assert not [part for part in side if part.is_faulty]


def test_one_text_is_compared_with_the_reference_alone() -> None:
    difference = compare_texts("the liver", ["the heart"], [[]])

    assert difference.sides == [[Segment("the", is_shared=True), Segment(" "), Segment("heart")]]


def test_a_long_text_is_cut_and_says_so() -> None:
    [side] = compare_texts("", ["word " * 1000], [[]]).sides

    assert "".join(part.text for part in side) == f"{('word ' * 1000)[:MAX_CHARACTERS]} … (cut: 5,000 characters)"


@pytest.mark.parametrize("place", [0, 1])
@given(texts=st.tuples(*[st.text(max_size=60)] * 3), quote=st.text(max_size=3))
def test_no_text_is_lost_or_invented(place: int, texts: tuple[str, str, str], quote: str) -> None:
    difference = compare_texts(texts[0], texts[1:], [[quote], [quote]])

    assert "".join(part.text for part in difference.reference) == texts[0]
    assert "".join(part.text for part in difference.sides[place]) == texts[1 + place]
