from __future__ import annotations

from summarizer.annotate.extractive.contribution import ContributionFinder
from summarizer.annotate.extractive.phrases import read_words
from summarizer.annotate.extractive.sentences import split_sentences


def _find(title: str, *abstract: str) -> str:
    text = f"{title}\n{' '.join(abstract)}"
    sentences = split_sentences(text)
    start, end = sentences[ContributionFinder().find(read_words(text), sentences)]

    return text[start:end]


def test_the_proposal_wins_over_background_and_results() -> None:
    proposal = "We propose a loss that keeps thin vessels connected."

    chosen = _find(
        "Connected vessels",
        "Vessel segmentation matters in many hospitals.",
        "However, existing losses break thin vessels.",
        proposal,
        "Experiments show that it outperforms five baselines.",
        "Code is available at https://example.org.",
    )

    assert chosen == proposal


def test_a_code_link_is_never_the_contribution() -> None:
    method = "This paper presents a tracker for bees."

    assert _find("Bees", method, "We release our code on GitHub.") == method


def test_the_named_system_of_the_title_counts() -> None:
    named = "We introduce BeeNet, a tracker for bees in hives."

    assert _find("BeeNet: Tracking Bees", "We introduce a benchmark too.", named) == named


def test_a_detail_of_the_method_does_not_win() -> None:
    method = "We propose a network for sparse scans."

    assert _find("Sparse scans", method, "Specifically, we propose a gate and a memory.") == method


def test_the_passive_and_the_past_tense_are_understood() -> None:
    method = "A two-stage reader for knee radiographs was developed."
    study = "We compared four readers of knee radiographs."

    assert _find("Knees", "Knees hurt.", method, "They hurt less now.") == method
    assert _find("Knees", "Knees hurt.", study, "They hurt less now.") == study


def test_without_any_cue_words_of_the_title_decide() -> None:
    close = "Sparse angles blur the knee in tomography."

    assert _find("Sparse-angle knee tomography", "Bones are hard.", close, "Time is short.") == close


def test_the_title_stands_in_for_a_missing_abstract() -> None:
    assert _find("A title alone") == "A title alone"
