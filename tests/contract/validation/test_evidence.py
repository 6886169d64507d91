from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.contract.validation.evidence import MAX_EVIDENCE_CHARACTERS, find_evidence

TITLE = "Sparse Labels for Liver Segmentation"
ABSTRACT = (
    "We train a 3D network on  abdominal CT of 1{,}204 patients. It gains $15.5\\%$ Dice, with $p<0.05$ and \\textbf{few} "
    "labels, on Dr. O’Neill’s “hard” cohort \u2013 a first."
)


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ("abdominal CT", "abdominal CT"),
        ("on abdominal ct", "on  abdominal CT"),
        ("LIVER segmentation", "Liver Segmentation"),
        ("1{,}204 patients", "1{,}204 patients"),
        ("It gains 15.5% Dice", "It gains $15.5\\%$ Dice"),
        ("gains $ 15.5 \\% $ Dice", "gains $15.5\\%$ Dice"),
        ("with $p < 0.05$", "with $p<0.05$"),
        ("p<0.05", "$p<0.05$"),
        ("and few labels", "and \\textbf{few} labels"),
        ("O'Neill's \"hard\" cohort - a first", "O’Neill’s “hard” cohort \u2013 a first"),
        ('"abdominal CT."', "abdominal CT"),
        ("few labels…", "few} labels"),
    ],
)
def test_the_papers_own_words_are_returned(evidence: str, wanted: str) -> None:
    assert find_evidence(evidence, TITLE, ABSTRACT) == wanted


@pytest.mark.parametrize(
    "evidence",
    [
        "abdominal MR",  # another word
        "abdom",  # cut inside a word
        "dominal CT",
        "5.5% Dice",  # cut inside a number
        "gains $15",
        "Liver Segmentation We train",  # across title and abstract
        "We train a 3D network ... few labels",  # two spans
        "We train a 2D network",
        "",
        " ",
        "...",
    ],
)
def test_what_does_not_stand_there_is_not_found(evidence: str) -> None:
    assert find_evidence(evidence, TITLE, ABSTRACT) is None


def test_a_word_is_found_behind_a_longer_one_that_holds_it() -> None:
    assert find_evidence("art", "", "heart and start of ART") == "ART"


def test_a_quotation_of_unreasonable_length_is_not_searched_for() -> None:
    text = "word " * MAX_EVIDENCE_CHARACTERS

    assert find_evidence(text, "", text) is None


def test_a_letter_is_not_cut_from_its_accent() -> None:
    assert find_evidence("naive", "", "naive\u0301 one") is None


WORDS = st.lists(st.text("abcXYZäéж医疗0159.,$%{}()-’“", min_size=1, max_size=8), min_size=1, max_size=40)


@given(WORDS, st.data())
def test_evidence_cut_at_word_boundaries_is_found_verbatim(words: list[str], data: st.DataObject) -> None:
    abstract = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    evidence = "  ".join(words[first : data.draw(st.integers(first + 1, len(words)))]).upper()

    found = find_evidence(evidence, "", abstract)

    assert found is None or found in abstract
    assert (found is not None) == any(map(str.isalnum, evidence))


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_found_is_a_slice_of_the_paper(evidence: str, title: str, abstract: str) -> None:
    found = find_evidence(evidence, title, abstract)

    assert found is None or found in title or found in abstract
