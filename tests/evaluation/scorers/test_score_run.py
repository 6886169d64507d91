"""Facts about a scorecard as a whole: gold against itself, failures, repeats, resamples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from summarizer.annotate.records import AnnotatedRecord
from summarizer.chat.pricing import Price
from summarizer.errors import EvaluationError
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.scorers import score_run
from summarizer.evaluation.scorers.glossary import GLOSSARY_FILE, read_glossary
from tests.builders import PROFILE
from tests.evaluation.scorers.runs import (
    GOLD,
    HAS_GOLD,
    TAXONOMY,
    column,
    score,
    shipped_gold,
    small_run,
    to_annotated,
    to_failed,
    value,
    violated,
)

PRICE = Price(input_usd=1.0, cached_input_usd=0.5, output_usd=4.0)
NOT_PERFECT = {"relevance.brier"}
"""Gold itself does not reach 0: a relevance of 4 is no certainty."""

needs_gold = pytest.mark.skipif(not HAS_GOLD, reason="no gold set in this checkout")


@pytest.fixture(scope="module")
def papers() -> list[GoldPaper]:
    return shipped_gold()


@needs_gold
def test_the_gold_labels_themselves_are_clean_and_perfect(papers: list[GoldPaper]) -> None:
    card = score(papers, glossary=read_glossary(GOLD / GLOSSARY_FILE, "zh-Hans"))
    best = {True: {1.0, 100.0}, False: {0.0}}

    assert violated(card) == {}
    assert len(card.columns) > 25
    for found in card.columns:
        metric = found.metric
        if metric.higher_is_better is not None and metric.task != "cost" and metric.name not in NOT_PERFECT:
            assert round(value(card, metric.name), 9) in best[metric.higher_is_better], metric.name


@needs_gold
def test_a_failure_improves_no_metric_and_harms_every_primary(papers: list[GoldPaper]) -> None:
    papers = [paper for paper in papers if paper.split == "dev"]
    glossary = read_glossary(GOLD / GLOSSARY_FILE, "zh-Hans")
    failed = [next(paper for paper in papers if (paper.gold.relevance >= 3) is relevant) for relevant in (True, False)]
    before = score(papers, glossary=glossary)
    after = score(papers, {paper.id: to_failed(paper) for paper in failed}, glossary=glossary)

    for found in before.columns:
        metric = found.metric
        change = value(after, metric.name) - value(before, metric.name)
        if metric.higher_is_better is not None and metric.task != "cost":
            assert (change <= 0) if metric.higher_is_better else (change >= 0), metric.name
        if metric.role == "primary":
            assert change < 0, metric.name


def test_a_failed_paper_is_wrong_at_the_threshold_on_either_side() -> None:
    papers = small_run(relevances=[5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0])
    card = score(papers, {paper.id: to_failed(paper) for paper in papers})

    assert value(card, "relevance.recall") == 0
    assert value(card, "relevance.precision") == 0
    assert value(card, "relevance.auroc") == 0
    assert column(card, "relevance.mae").per_paper.tolist() == [5, 4, 3, 3, 4, 5, 5, 5, 5, 5, 5, 5]


def test_a_run_of_failures_still_has_every_column() -> None:
    papers = small_run()
    all_failed = score(papers, {paper.id: to_failed(paper) for paper in papers})

    assert [found.metric.name for found in all_failed.columns] == [found.metric.name for found in score(papers).columns]
    assert value(all_failed, "translation.chrf2") == 0
    assert value(all_failed, "summary.rouge_l") == 0
    assert math.isnan(value(all_failed, "summary.words"))


def spoil(papers: list[GoldPaper]) -> dict[str, AnnotatedRecord]:
    """Return answers that differ from gold here and there."""
    return {
        paper.id: to_annotated(
            paper,
            tldr=papers[place - 1].gold.tldr,
            tags=("segmentation", "ct")[: 1 + place % 2],
            relevance=(paper.gold.relevance + place) % 6,
        )
        for place, paper in enumerate(papers)
        if place % 3
    }


def test_a_weight_of_two_is_the_paper_twice() -> None:
    papers = small_run()
    doubled = [papers[0], *papers]
    weights = np.ones((1, len(papers)))
    weights[0, 0] = 2
    once, twice = score(papers, spoil(papers), price=PRICE), score(doubled, spoil(papers), price=PRICE)

    for found in once.columns:
        name = found.metric.name
        if "support" not in found.metric.signature:  # which tags are frequent depends on the papers that there are
            assert value(once, name, weights) == pytest.approx(value(twice, name), nan_ok=True), name


def test_every_column_keeps_its_form() -> None:
    papers = small_run()
    card = score(papers, spoil(papers), price=PRICE)

    for found in card.columns:
        resampled = found.metric.aggregate(
            np.random.default_rng(1).integers(0, 3, (7, 12)).astype(float), found.statistics
        )
        assert found.statistics.shape[0] == found.per_paper.shape[0] == 12
        assert np.isfinite(found.statistics).all()
        assert resampled.shape == (7,)


def test_a_mean_is_that_of_the_values_of_its_papers() -> None:
    papers = small_run()
    card = score(papers, spoil(papers), price=PRICE)

    for name in ("summary.rouge_l", "tags.jaccard", "relevance.mae", "relevance.brier", "cost.usd_per_1k"):
        assert value(card, name) == pytest.approx(column(card, name).per_paper.mean())


def test_auroc_is_the_mean_place_of_either_class() -> None:
    papers = small_run()
    card = score(papers, spoil(papers))
    places = column(card, "relevance.auroc").per_paper
    is_relevant = np.array([stratum == "relevant" for stratum in card.strata])

    assert value(card, "relevance.auroc") < 1
    assert places[is_relevant].mean() == pytest.approx(value(card, "relevance.auroc"))
    assert places[~is_relevant].mean() == pytest.approx(value(card, "relevance.auroc"))


def test_repeats_of_a_paper_are_averaged() -> None:
    papers = small_run()
    good, bad = to_annotated(papers[0]), to_failed(papers[0])
    both = {paper.id: [to_annotated(paper)] * 2 for paper in papers[1:]}
    card = score(papers, {**both, papers[0].id: [good, bad]})

    assert column(card, "tags.jaccard").per_paper[:2].tolist() == [0.5, 1]
    assert column(card, "structure.parse_rate").per_paper[0] == 0.5
    assert column(card, "relevance.mae").per_paper[0] == 2.5


def test_papers_keep_their_order_group_and_stratum() -> None:
    papers = small_run()
    card = score(papers, threshold=5)

    assert card.ids == tuple(paper.id for paper in papers)
    assert card.groups == tuple(paper.group for paper in papers)
    assert [stratum == "relevant" for stratum in card.strata] == [paper.gold.relevance == 5 for paper in papers]


def test_records_of_other_papers_are_left_alone() -> None:
    papers = small_run()
    outcomes = {paper.id: [to_annotated(paper)] for paper in papers}

    assert score_run(papers[:5], outcomes, taxonomy=TAXONOMY).ids == tuple(paper.id for paper in papers[:5])


def without_translations(papers: list[GoldPaper]) -> dict[str, AnnotatedRecord]:
    profile = PROFILE.model_copy(update={"annotator": "extractive", "languages": (), "prompt": None})
    return {
        paper.id: (record := to_annotated(paper, translations={})).model_copy(
            update={"provenance": record.provenance.model_copy(update=dict(profile))}
        )
        for paper in papers
    }


def test_a_run_that_was_asked_for_no_translations_is_not_scored_on_them() -> None:
    papers = small_run()
    card = score(papers, without_translations(papers))

    assert "translation" not in {found.metric.task for found in card.columns}
    assert "translation" not in {guardrail.task for guardrail in card.guardrails}


def test_translations_that_were_asked_for_and_are_missing_count_as_empty() -> None:
    papers = small_run()
    card = score(papers, {paper.id: to_annotated(paper, translations={}) for paper in papers})

    assert value(card, "translation.chrf2") == 0
    assert value(card, "translation.numbers_kept") == 0
    assert len(violated(card)["translation.script"]) == 2 * len(papers)


@pytest.mark.parametrize("error_type", ["ModelUnavailableError", "SomethingElse"])
def test_a_record_that_was_never_answered_makes_the_run_incomplete(error_type: str) -> None:
    papers = small_run()
    with pytest.raises(EvaluationError, match="incomplete") as caught:
        score(papers, {papers[3].id: to_failed(papers[3], error_type)})

    assert papers[3].id in str(caught.value)


def test_a_paper_without_a_record_is_named() -> None:
    papers = small_run()
    with pytest.raises(EvaluationError, match="without a record") as caught:
        score(papers, {papers[3].id: []})

    assert papers[3].id in str(caught.value)


def test_every_paper_has_the_same_number_of_repeats() -> None:
    papers = small_run()
    with pytest.raises(EvaluationError, match="another number of records than 1") as caught:
        score(papers, {papers[3].id: [to_annotated(papers[3])] * 2})

    assert papers[3].id in str(caught.value)


def test_nothing_to_score_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no paper"):
        score([])
