"""Facts about the scores and rules of summaries."""

from __future__ import annotations

import pytest

from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.scorers.summary import find_unsupported_acronyms
from tests.evaluation.scorers.runs import column, details, score, to_annotated, to_failed, violated
from tests.evaluation.small_gold import small_gold


@pytest.fixture
def paper() -> GoldPaper:
    """Return the paper on lung nodules: 318 patients, 94% of the nodules."""
    return small_gold()[0]


def own_value(paper: GoldPaper, name: str, tldr: str) -> float:
    return float(column(score([paper], {paper.id: to_annotated(paper, tldr=tldr)}), name).per_paper[0])


@pytest.mark.parametrize("name", ["summary.rouge_l", "summary.rouge_1", "summary.rouge_2", "summary.chrf2"])
def test_either_reference_will_do(paper: GoldPaper, name: str) -> None:
    assert own_value(paper, name, paper.gold.second_tldr) == own_value(paper, name, paper.gold.tldr)


def test_a_paper_with_one_reference_is_scored_against_that_one(paper: GoldPaper) -> None:
    single = paper.model_copy(update={"gold": paper.gold.model_copy(update={"second_tldr": ""})})

    assert own_value(single, "summary.rouge_l", single.gold.tldr) == 1
    assert own_value(single, "summary.rouge_l", paper.gold.second_tldr) < 1


@pytest.mark.parametrize(
    ("rule", "tldr", "quoted"),
    [
        ("unsupported_numbers", "Slow attention finds 49% of the nodules.", "49%"),
        ("unsupported_numbers", "Slow attention finds 94% of the nodules in 3180 patients.", "3180"),
        ("unsupported_numbers", "Slow attention beats ResNet-50 on chest CT.", "ResNet-50"),
        ("opener", "This paper visits CT slices in turn.", "This paper"),
        ("opener", "In this work, CT slices are visited in turn.", "In this work"),
        ("opener", "We visit CT slices in turn.", "We"),
        ("opener", "The authors visit CT slices in turn.", "The authors"),
        ("one_sentence", "Visits CT slices in turn. It finds nodules.", "Visits CT slices in turn. It finds nodules."),
        ("length", "", ""),
        ("length", "word " * 31, "word " * 31),
        ("language", "慢注意力依次查看切片。", "慢注意力依次查看切片。"),
    ],
)
def test_a_fault_is_caught(paper: GoldPaper, rule: str, tldr: str, quoted: str) -> None:
    found = violated(score([paper], {paper.id: to_annotated(paper, tldr=tldr)}))

    assert [violation.quoted for violation in found[f"summary.{rule}"]] == [quoted]


@pytest.mark.parametrize(
    "tldr",
    [
        "Slow attention finds 0.94 of the nodules in 318 patients.",
        "Slow attention finds about 94 percent of the nodules.",
        "Weighs CT slices in turn and finds nodules.",
        "WE-Net visits CT slices in turn.",
        "Authors' notes apart, finds 94% of nodules.",
    ],
)
def test_what_only_looks_like_a_fault_is_none(paper: GoldPaper, tldr: str) -> None:
    found = violated(score([paper], {paper.id: to_annotated(paper, tldr=tldr)}))

    assert [name for name in found if name.startswith("summary.")] == []


def test_the_limit_of_words_can_be_set(paper: GoldPaper) -> None:
    found = violated(score([paper], max_words=10))

    assert "where 1 to 10 are allowed" in details(found["summary.length"])


def test_hype_that_the_abstract_has_itself_is_not_the_summary_s(paper: GoldPaper) -> None:
    boast = paper.model_copy(update={"abstract": f"A novel idea. {paper.abstract}"})

    assert own_value(paper, "summary.hype", "A novel way to visit CT slices.") == 1
    assert own_value(boast, "summary.hype", "A novel way to visit CT slices.") == 0
    assert own_value(paper, "summary.hype", "Visits CT slices in turn.") == 0


@pytest.mark.parametrize("name", ["summary.hype", "summary.unsupported_acronyms"])
def test_a_failure_counts_as_a_bad_summary_where_bad_ones_are_counted(paper: GoldPaper, name: str) -> None:
    assert column(score([paper], {paper.id: to_failed(paper)}), name).per_paper.tolist() == [1]


def test_novel_bigrams_are_those_that_the_source_lacks(paper: GoldPaper) -> None:
    # "slow attention", "attention visits" stand there; "visits every", "every slice" do not.
    assert own_value(paper, "summary.novel_bigrams", "Slow attention visits every slice") == 0.5


def test_words_are_counted_as_readers_count_them(paper: GoldPaper) -> None:
    assert own_value(paper, "summary.words", "Finds 94% of nodules - slowly.") == 5


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("Reads MRI of the brain.", []),
        ("Reads CT of the brain.", ["CT"]),
        ("Trains CNNs on MRIs.", []),
        ("Uses a U-Net and a GAN.", ["GAN"]),
        ("nnUNet reads it.", ["nnUNet"]),
    ],
)
def test_an_acronym_is_supported_by_itself_or_its_words(text: str, unsupported: list[str]) -> None:
    source = "Magnetic resonance imaging read by a CNN, a u-net of sorts"

    assert find_unsupported_acronyms(text, source) == unsupported
