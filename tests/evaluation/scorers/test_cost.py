"""Facts about cost: what the tokens of a run would cost if nothing had been cached by us."""

from __future__ import annotations

from typing import Any

import pytest

from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.chat.interface import Usage
from summarizer.chat.pricing import Price
from tests.evaluation.scorers.runs import column, score, small_run, to_annotated, to_failed, value

PRICE = Price(input_usd=1.0, cached_input_usd=0.5, output_usd=4.0)
COST = {"cost.input_tokens", "cost.output_tokens", "cost.cached_tokens", "cost.usd_per_1k"}


def with_provenance(record: AnnotatedRecord | FailedRecord, **changes: Any) -> AnnotatedRecord | FailedRecord:
    return record.model_copy(update={"provenance": record.provenance.model_copy(update=changes)})


def costs(card: Any) -> set[str]:
    return {found.metric.name for found in card.columns if found.metric.task == "cost"}


def test_tokens_are_a_mean_and_usd_is_for_a_thousand_papers() -> None:
    card = score(small_run(), price=PRICE)

    assert value(card, "cost.input_tokens") == 900
    assert value(card, "cost.cached_tokens") == 600
    assert value(card, "cost.output_tokens") == 120
    # 300 fresh, 600 cached, 120 out: (300 + 300 + 480) USD for a million papers.
    assert value(card, "cost.usd_per_1k") == pytest.approx(1.08)


def test_a_hit_of_our_own_cache_costs_what_it_would_have_cost() -> None:
    papers = small_run()
    cached = {paper.id: with_provenance(to_annotated(paper), cache_hit=True, cost_usd=0.0) for paper in papers}

    assert value(score(papers, cached, price=PRICE), "cost.usd_per_1k") == pytest.approx(1.08)


def test_a_failure_costs_its_tokens_too() -> None:
    papers = small_run()
    failed = with_provenance(to_failed(papers[0]), usage=Usage(input_tokens=100, output_tokens=1))

    assert column(score(papers, {papers[0].id: failed}), "cost.input_tokens").per_paper[0] == 100


def test_without_a_price_there_is_no_usd() -> None:
    assert costs(score(small_run())) == COST - {"cost.usd_per_1k"}


def test_an_endpoint_that_reports_no_tokens_is_not_free() -> None:
    papers = small_run()
    unmetered = {papers[0].id: with_provenance(to_annotated(papers[0]), usage=Usage())}

    assert costs(score(papers, unmetered, price=PRICE)) == set()


@pytest.mark.parametrize("annotator", ["extractive", "tfidf"])
def test_an_annotator_without_a_chat_model_costs_nothing(annotator: str) -> None:
    papers = small_run()
    free = {paper.id: with_provenance(to_annotated(paper), usage=Usage(), annotator=annotator) for paper in papers}
    card = score(papers, free)

    assert costs(card) == COST
    assert value(card, "cost.usd_per_1k") == 0
