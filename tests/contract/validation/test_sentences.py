from __future__ import annotations

import pytest

from summarizer.contract.validation.sentences import count_sentences, count_words


@pytest.mark.parametrize(
    "text",
    [
        "A model segments the liver.",
        "A model without a full stop",
        "It beats baselines, e.g. U-Net, i.e. Convolutional nets, by 3.5% vs. Transformers.",
        "Smith et al. Net is compared with Dr. Jones' work in Fig. 3 and Eq. (2).",
        "Version 2.0 of No. 5 reaches 90.3 at p < .05.",
        "Genes of D. melanogaster and E. Coli are told apart.",
        "From pixels ... To organs … Everything is one graph.",
        "The U.S. Food and Drug Administration approves it.",
        "It asks whether CT is enough (it is not!) and adds MRI.",
        "Code is at https://example.org/a.B and works.",
        "ResNet.Fast runs at 30 fps.",
    ],
)
def test_one_sentence_counts_as_one(text: str) -> None:
    assert count_sentences(text) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It segments livers. It is fast.", 2),
        ("Is it fast? Yes.", 2),
        ("It reaches 90.3%. 3D data help.", 2),
        ("It uses U-Net (2D). We extend it.", 2),
        ("We follow Smith et al. Our method is faster.", 2),
        ("It lacks vitamin D. We add it.", 2),
        ('They call it "deep." It is not.', 2),
        ("一句话。第二句话。", 2),
        ("One. Two. Three.", 3),
    ],
)
def test_more_sentences_are_counted(text: str, count: int) -> None:
    assert count_sentences(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("state-of-the-art CT", 2), ("a - b", 2), ("$x + y$ is 3.5%", 4), ("  two   words ", 2)],
)
def test_words_are_counted_as_a_reader_does(text: str, count: int) -> None:
    assert count_words(text) == count
