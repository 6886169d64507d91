from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.annotate.extractive.shortening import MAX_WORDS, shorten_sentence
from summarizer.contract.validation.sentences import count_sentences, count_words


@pytest.mark.parametrize(
    ("sentence", "summary"),
    [
        ("In this paper, we propose a faster reader of scans.", "We propose a faster reader of scans."),
        ("To this end, we build a data set of bees.", "We build a data set of bees."),
        ("To address these issues, in this work we present a loss.", "We present a loss."),
        ("Extensive experiments show that our method is fast.", "Our method is fast."),
        ("Methods: We trained a network on 40 scans.", "We trained a network on 40 scans."),
        ("(2) we add a memory to the network.", "We add a memory to the network."),
        ("This paper presents a map of 12 cities.", "Presents a map of 12 cities."),
        ("This study was approved by the ethics board.", "This study was approved by the ethics board."),
        ("First order methods are slow on these problems.", "First order methods are slow on these problems."),
        (r"We present \textbf{BeeNet} by B\'ezier with 15\% gain.", "We present BeeNet by Bézier with 15% gain."),
        (r"We use \underline{\textbf{Fed}}erated learning here", "We use Federated learning here."),
        ("We use <b>bold</b> claims", "We use bold claims."),
        ("nnU-Net is enough", "nnU-Net is enough."),
        ("-.5 volts are enough for it", "-.5 volts are enough for it."),
        ("Is this enough?", "Is this enough?"),
        ("A tab\tand a bell\x07 are gone", "A tab and a bell are gone."),
    ],
)
def test_a_short_sentence_loses_only_its_wrapping(sentence: str, summary: str) -> None:
    assert shorten_sentence(sentence) == summary


def test_a_long_sentence_ends_where_a_clause_begins() -> None:
    sentence = (
        "We propose a network that follows the centre line of each coronary artery from the aorta to its last branch, "
        "which makes the later measurement of the narrowing much more stable in scans of patients with stents."
    )

    assert shorten_sentence(sentence).endswith("from the aorta to its last branch.")


def test_a_long_purpose_goes_before_the_clause_does() -> None:
    sentence = (
        "To make the reading of whole-slide images affordable in small hospitals that own neither a scanner nor a "
        "cluster of graphics cards, we propose a reader that looks at a tenth of all tiles."
    )

    assert shorten_sentence(sentence) == "We propose a reader that looks at a tenth of all tiles."


def test_asides_go_before_the_clause_does() -> None:
    words = " ".join(["word"] * 26)

    assert shorten_sentence(f"We use {words} (short for nothing that matters)") == f"We use {words}."


@pytest.mark.parametrize("whole", ["$a, where b, which c$", "(one, which two, where three)"])
def test_formulas_and_brackets_are_not_cut_open(whole: str) -> None:
    summary = shorten_sentence(f"We study {'a very ' * 10}long thing {whole} and {'more ' * 20}")

    assert summary.count("$") % 2 == 0
    assert summary.count("(") == summary.count(")")


def test_nothing_dangles_at_the_end() -> None:
    summary = shorten_sentence("We find one " + "two three four five six of the " * 8)

    assert not re.search(r"\b(of|the|and|with)\.$", summary)


@given(st.text(max_size=600).filter(lambda text: any(map(str.isalnum, text))))
def test_every_text_becomes_one_sentence_of_at_most_thirty_words(text: str) -> None:
    summary = shorten_sentence(text)

    assert summary.strip() == summary != ""
    assert count_words(summary) <= MAX_WORDS
    assert count_sentences(summary) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", summary)


@given(
    st.lists(
        st.sampled_from(str.split("we propose a net which 3.5 12% and of (see $x$ for ) , ; : . in to the")), min_size=1
    )
)
def test_no_word_is_put_in(words: list[str]) -> None:
    summary = shorten_sentence(" ".join(words))

    told, source = (re.findall(r"\d+\.\d+|\w+", text.lower()) for text in (summary, " ".join(words)))

    assert set(told) <= set(source)


def test_a_word_without_end_is_cut() -> None:
    assert len(shorten_sentence("字" * 100_000)) <= 321
