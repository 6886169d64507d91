from __future__ import annotations

import pytest

from summarizer.annotate.extractive.phrases import PhraseIndex, read_words


def _find(text: str, *phrases: str) -> list[str]:
    return [
        match.payload for match in PhraseIndex((phrase, phrase) for phrase in phrases).find_longest(read_words(text))
    ]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("image segmentation", "Image Segmentation"),
        ("whole slide image", "whole-slide images"),
        ("x-ray", "two X rays"),
        ("biopsy", "biopsies"),
        ("CT", "of CTs"),
    ],
)
def test_case_number_and_hyphens_do_not_count(phrase: str, text: str) -> None:
    assert _find(text, phrase) == [phrase]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("CT", "the ct of a product"),
        ("image", "imagery"),
        ("medical image", "medical. Images"),
        ("medical image", "medical (image)"),
        ("medical image", "medical\nimage"),
        ("lesion", "illesions"),
        ("data set", "data"),
    ],
)
def test_only_whole_words_side_by_side_match(phrase: str, text: str) -> None:
    assert _find(text, phrase) == []


def test_a_longer_phrase_hides_the_shorter_ones_inside_it() -> None:
    assert _find("baggage x-ray and chest x-ray", "x ray", "baggage x ray", "chest") == [
        "baggage x ray",
        "chest",
        "x ray",
    ]


def test_phrases_inside_longer_ones_are_found_when_asked_for() -> None:
    index = PhraseIndex((phrase, phrase) for phrase in ("semantic segmentation", "segmentation"))

    found = [match.payload for match in index.find(read_words("semantic segmentation"))]

    assert found == ["semantic segmentation", "segmentation"]


def test_one_phrase_may_stand_for_several_things() -> None:
    index = PhraseIndex([("survey", 1), ("survey", 2)])

    assert [match.payload for match in index.find(read_words("A survey"))] == [1, 2]


def test_words_know_their_place() -> None:
    words = read_words("İzmir’s $x$ scans")

    assert [words.text[start:end] for start, end in zip(words.starts, words.ends, strict=True)] == words.written
    assert words.written == ["İzmir", "s", "x", "scans"]
    assert words.stems[-1] == "scan"
