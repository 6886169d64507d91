"""Facts about ROUGE: the values of the `rouge-score` package, and those by hand where it is blind."""

from __future__ import annotations

import random
from typing import Any

import pytest

from summarizer.evaluation.scorers.rouge import score_rouge_l, score_rouge_n, tokenize

WORDS = [
    "a",
    "the",
    "CT",
    "scan",
    "net-work",
    "3D",
    "finds",
    "94.2%",
    "of",
    "nodules,",
    "and",
    "(U-Net)",
    "x",
    "x",
    "x",
    "数据",
    "分割",
]


class HanTokenizer:
    """What `rouge-score` needs to see Chinese."""

    def tokenize(self, text: str) -> list[str]:
        return tokenize(text)


def draw_texts(seed: int) -> tuple[str, str]:
    chance = random.Random(seed)
    first, second = (" ".join(chance.choices(WORDS, k=chance.randint(0, 25))) for _ in range(2))
    return first, second


def parity(tokenizer: Any, texts: tuple[str, str]) -> None:
    scorer: Any = pytest.importorskip("rouge_score.rouge_scorer")
    names = ["rouge1", "rouge2", "rougeL"]
    theirs = scorer.RougeScorer(names, use_stemmer=False, tokenizer=tokenizer).score(
        target=texts[1], prediction=texts[0]
    )
    ours = [
        score_rouge_n(tokenize(texts[0]), tokenize(texts[1]), 1),
        score_rouge_n(tokenize(texts[0]), tokenize(texts[1]), 2),
        score_rouge_l(tokenize(texts[0]), tokenize(texts[1])),
    ]

    assert ours == pytest.approx([theirs[name].fmeasure for name in names], abs=1e-12)


def test_it_is_that_of_rouge_score_on_english() -> None:
    for seed in range(200):
        first, second = draw_texts(seed)
        parity(None, (first.encode("ascii", "ignore").decode(), second.encode("ascii", "ignore").decode()))


def test_it_is_that_of_rouge_score_with_our_tokens_on_chinese() -> None:
    for seed in range(200):
        parity(HanTokenizer(), draw_texts(seed))


def test_a_han_character_is_a_word() -> None:
    assert tokenize("用U-Net分割CT。") == ["用", "u", "net", "分", "割", "ct"]


def test_the_longest_common_subsequence_may_have_gaps() -> None:
    # 3 of 4 and 3 of 5 words in the same order: F1 = 2 * 3 / 9.
    assert score_rouge_l(["a", "b", "c", "d"], ["a", "x", "b", "y", "d"]) == pytest.approx(6 / 9)


@pytest.mark.parametrize(("prediction", "reference"), [([], ["a"]), (["a"], []), ([], []), (["a"], ["b"])])
def test_texts_that_share_nothing_have_zero(prediction: list[str], reference: list[str]) -> None:
    assert score_rouge_l(prediction, reference) == 0
    assert score_rouge_n(prediction, reference, 2) == 0
