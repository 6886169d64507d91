"""Facts about the scores of tags: the values of scikit-learn."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.scorers.tags import MIN_SUPPORT
from tests.evaluation.scorers.runs import column, score, to_annotated, to_failed, value, violated
from tests.evaluation.small_gold import small_gold

sklearn: Any = pytest.importorskip("sklearn.metrics")

TAGS = ["ct", "mri", "segmentation", "detection", "x-ray", "pathology", "generation"]
N = 40


def draw_tags(chance: random.Random) -> tuple[str, ...]:
    return tuple(chance.sample(TAGS, k=chance.randint(1, 3)))


def draw_run(seed: int) -> tuple[list[GoldPaper], list[tuple[str, ...]]]:
    chance = random.Random(seed)
    pattern = small_gold()[0]
    papers = [
        pattern.model_copy(
            update={"id": f"p{place}", "gold": pattern.gold.model_copy(update={"tags": draw_tags(chance)})}
        )
        for place in range(N)
    ]
    return papers, [draw_tags(chance) for _ in papers]


def to_matrix(tags: list[tuple[str, ...]]) -> Any:
    return np.array([[tag in given for tag in TAGS] for given in tags])


@pytest.mark.parametrize("seed", range(5))
def test_they_are_those_of_scikit_learn(seed: int) -> None:
    papers, given = draw_run(seed)
    card = score(papers, {paper.id: to_annotated(paper, tags=tags) for paper, tags in zip(papers, given, strict=True)})
    gold_matrix, matrix = to_matrix([paper.gold.tags for paper in papers]), to_matrix(given)
    supported = [place for place, count in enumerate(gold_matrix.sum(axis=0)) if count >= MIN_SUPPORT]

    assert value(card, "tags.micro_f1") == pytest.approx(sklearn.f1_score(gold_matrix, matrix, average="micro"))
    assert value(card, "tags.macro_f1") == pytest.approx(
        sklearn.f1_score(gold_matrix, matrix, average="macro", labels=supported)
    )
    assert value(card, "tags.jaccard") == pytest.approx(sklearn.jaccard_score(gold_matrix, matrix, average="samples"))
    assert value(card, "tags.subset_accuracy") == pytest.approx(sklearn.accuracy_score(gold_matrix, matrix))
    assert value(card, "tags.cardinality_bias") == pytest.approx((matrix.sum() - gold_matrix.sum()) / N)


def test_rare_tags_are_left_out_of_macro_f1_and_counted() -> None:
    papers, _ = draw_run(1)
    tags = [("ct",)] * (N - 2) + [("mri",)] * 2
    papers = [
        paper.model_copy(update={"gold": paper.gold.model_copy(update={"tags": given})})
        for paper, given in zip(papers, tags, strict=True)
    ]
    card = score(papers, {paper.id: to_annotated(paper, tags=("ct",)) for paper in papers})

    assert value(card, "tags.macro_f1") == pytest.approx(2 * (N - 2) / (2 * N - 2))
    assert "tags:1|excluded:1" in column(card, "tags.macro_f1").metric.signature


def test_a_tag_that_a_resample_lacks_does_not_count() -> None:
    papers, _ = draw_run(2)
    tags = [("ct",)] * (N // 2) + [("mri",)] * (N // 2)
    papers = [
        paper.model_copy(update={"gold": paper.gold.model_copy(update={"tags": given})})
        for paper, given in zip(papers, tags, strict=True)
    ]
    first_half = np.array([[1.0] * (N // 2) + [0.0] * (N // 2)])

    assert value(score(papers), "tags.macro_f1", first_half) == 1


def test_without_a_frequent_tag_there_is_no_macro_f1() -> None:
    papers = small_gold()[:3]

    assert "tags.macro_f1" not in {found.metric.name for found in score(papers).columns}


def test_a_failed_record_has_no_tags() -> None:
    papers = small_gold()
    found = column(score(papers, {papers[0].id: to_failed(papers[0])}), "tags.micro_f1")

    assert found.per_paper[0] == 0
    assert set(found.per_paper[1:]) == {1}


def test_an_unknown_tag_is_a_violation() -> None:
    papers = small_gold()
    card = score(papers, {papers[0].id: to_annotated(papers[0], tags=("ct", "lung-cancer"))})
    (violation,) = violated(card)["tags.out_of_taxonomy"]

    assert violation.quoted == "lung-cancer"
    assert "taxonomy.v1" in violation.detail
