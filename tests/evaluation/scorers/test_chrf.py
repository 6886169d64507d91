"""Facts about chrF2 and BLEU: the values of sacrebleu over a corpus, from statistics that add up."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from summarizer.contract.languages import get_language
from summarizer.evaluation.scorers.bleu import aggregate_bleu, count_bleu, describe_bleu
from summarizer.evaluation.scorers.chrf import aggregate_chrf, count_chrf

PIECES = ["医学", "图像", "分割", "CT", "U-Net", "94.2%", "，", "模型", "数据集", " ", "of", "a"]
CHINESE = get_language("zh-Hans")
N = 30


def draw_corpus(seed: int, *, longest: int = 20) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(PIECES, k=chance.randint(1, longest))).strip() or "模型" for _ in range(N)]


@pytest.mark.parametrize("seed", range(5))
def test_chrf_is_that_of_sacrebleu_over_a_corpus(seed: int) -> None:
    ours, *references = (draw_corpus(3 * seed + place) for place in range(3))
    ours[0] = ""
    statistics = np.array([count_chrf(text, pair) for text, *pair in zip(ours, *references, strict=True)])

    assert aggregate_chrf(np.ones((1, N)), statistics) == pytest.approx(CHRF().corpus_score(ours, references).score)


def test_chrf_of_a_resample_is_that_of_the_papers_drawn() -> None:
    ours, reference = draw_corpus(1), draw_corpus(2)
    weights = np.random.default_rng(1).integers(0, 4, N)
    statistics = np.array([count_chrf(*pair) for pair in zip(ours, [[text] for text in reference], strict=True)])
    drawn = [
        [text for text, weight in zip(texts, weights, strict=True) for _ in range(weight)]
        for texts in (ours, reference)
    ]
    theirs = CHRF().corpus_score(drawn[0], [drawn[1]]).score

    assert aggregate_chrf(weights[None].astype(float), statistics) == pytest.approx(theirs)


def test_chrf_of_short_texts_leaves_out_the_lengths_that_neither_has() -> None:
    assert aggregate_chrf(np.ones((1, 1)), count_chrf("分割", ["分割"])[None]) == pytest.approx(100)


def test_chrf_without_references_is_not_defined() -> None:
    assert np.isnan(aggregate_chrf(np.ones((1, 2)), np.zeros((2, 18)))).all()


@pytest.mark.parametrize("longest", [1, 3, 20])
@pytest.mark.parametrize("seed", range(3))
def test_bleu_is_that_of_sacrebleu_over_a_corpus(seed: int, longest: int) -> None:
    ours, reference = draw_corpus(seed, longest=longest), draw_corpus(seed + 100, longest=longest)
    ours[0] = ""
    statistics = np.array([count_bleu(*pair, CHINESE) for pair in zip(ours, reference, strict=True)])
    theirs = BLEU(tokenize="zh").corpus_score(ours, [reference]).score

    assert aggregate_bleu(np.ones((1, N)), statistics) == pytest.approx(theirs)


def test_bleu_says_how_it_was_computed() -> None:
    assert describe_bleu(CHINESE).startswith("nrefs:1|case:mixed|eff:no|tok:zh|smooth:exp|version:")
    assert "tok:char" in describe_bleu(get_language("ja"))
    assert "tok:13a" in describe_bleu(get_language("de"))


def test_bleu_without_references_is_not_defined() -> None:
    assert np.isnan(aggregate_bleu(np.ones((1, 2)), np.zeros((2, 10)))).all()
