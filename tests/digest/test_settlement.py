from __future__ import annotations

import pytest

from summarizer.annotate.records import Record, Reference
from summarizer.digest.account import Counts
from summarizer.digest.settlement import build_origin, settle_records
from tests.digest.sample_records import annotated, duplicate, failed, paper, provenance, skipped, week


def test_the_last_line_about_a_paper_counts() -> None:
    settled = settle_records([failed(), annotated(tldr="Old."), annotated(tldr="New.")])

    assert settled.counts == Counts(annotated=1, failed=0, skipped=0, duplicate=0)
    assert settled.annotated[0].annotation.tldr == "New."


def test_a_paper_that_fails_at_last_counts_as_failed() -> None:
    settled = settle_records([annotated(), failed()])

    assert settled.counts == Counts(annotated=0, failed=1, skipped=0, duplicate=0)


def test_read_is_the_sum_of_the_four_outcomes() -> None:
    counts = settle_records(week()).counts

    assert counts == Counts(annotated=4, failed=1, skipped=1, duplicate=1)
    assert counts.read == 7


def test_lines_that_a_second_run_repeats_count_once() -> None:
    once: list[Record] = [skipped(), skipped(line=41), duplicate(), duplicate(paper(position=91))]

    assert settle_records(once * 2).counts == Counts(annotated=0, failed=0, skipped=2, duplicate=2)


def test_a_duplicate_does_not_replace_the_paper_that_it_repeats() -> None:
    settled = settle_records([annotated(), duplicate()])

    assert settled.counts == Counts(annotated=1, failed=0, skipped=0, duplicate=1)


def test_a_retried_paper_was_paid_for_each_time() -> None:
    settled = settle_records([failed(cost_usd=0.25), annotated(cost_usd=0.5)])

    assert build_origin(settled).cost_usd == pytest.approx(0.75)


def test_usage_is_that_of_the_lines_that_count() -> None:
    usage = build_origin(settle_records([failed(), annotated(), annotated(paper("2611.00002"))])).usage

    assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (3000, 2048, 240)


@pytest.mark.parametrize("unknown", [failed(paper("2611.00009"), cost_usd=None), annotated(cost_usd=None)])
def test_one_unknown_price_makes_the_cost_unknown(unknown: Record) -> None:
    settled = settle_records([unknown, annotated(paper("2611.00002"))])

    assert build_origin(settled).cost_usd is None


def test_skipped_and_duplicate_lines_have_no_price() -> None:
    free = skipped().model_copy(update={"provenance": provenance(cost_usd=None)})

    assert build_origin(settle_records([free, annotated()])).cost_usd == pytest.approx(0.001)


def test_the_origin_names_each_distinct_value_once_and_sorted() -> None:
    translation = Reference(name="translate-abstract.v1", fingerprint="d" * 64)
    origin = build_origin(
        settle_records(
            [
                annotated(run_id="run-2", served_model=None, translation_prompt=translation),
                annotated(paper("2611.00002"), run_id="run-1", cache_hit=True),
                failed(paper("2611.00003"), run_id="run-1"),
            ]
        )
    )

    assert origin.run_ids == ("run-1", "run-2")
    assert origin.served_models == ("small-model-2026-09",)
    assert [prompt.name for prompt in origin.prompts] == ["annotate.v1", "translate-abstract.v1"]
    assert origin.cache_hits == 1


def test_of_two_versions_the_newer_one_counts_whichever_was_finished_last() -> None:
    newer, older = annotated(paper(version=2), tldr="New."), annotated(paper(version=1), tldr="Old.")

    assert [record.annotation.tldr for record in settle_records([newer, older]).annotated] == ["New."]
    assert [record.annotation.tldr for record in settle_records([older, newer]).annotated] == ["New."]


def test_other_records_in_the_same_place_are_told_apart() -> None:
    settled = settle_records([skipped(), skipped(reason="The record has no abstract.")])

    assert settled.counts.skipped == 2
