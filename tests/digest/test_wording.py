from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from summarizer.chat.interface import Usage
from summarizer.contract.schema import Translation
from summarizer.digest import Digest, wording
from summarizer.digest.contents import Evidence, Statement
from tests.digest.sample_records import EXTRACTIVE, WINDOW, annotated, digest, failed, paper, week, weekly_digest


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ((), "No paper was annotated."),
        ((0,), "No must-read for medical imaging among 1 paper; 0 worth a look."),
        ((3, 0), "No must-read for medical imaging among 2 papers; 1 worth a look."),
        ((5, 0), "1 of 2 papers is a must-read for medical imaging; 0 more worth a look."),
        ((5, 4, 3), "2 of 3 papers are a must-read for medical imaging; 1 more worth a look."),
    ],
)
def test_the_headline_counts_what_there_is_to_read(scores: tuple[int, ...], sentence: str) -> None:
    built = digest(*(annotated(paper(str(number)), relevance=score) for number, score in enumerate(scores)))

    assert wording.say_headline(built) == sentence


def test_the_counts_are_said_as_a_sum() -> None:
    assert wording.say_counts(digest(*week())) == "7 records read = 4 annotated + 1 failed + 1 skipped + 1 duplicate"


@pytest.mark.parametrize(
    ("built", "sentence"),
    [
        (digest(window=WINDOW), "No new paper of these days was among what was read."),
        (digest(), "Nothing that was read is a paper."),
        (digest(failed(), window=WINDOW), "None of 1 paper could be annotated."),
        (digest(annotated(), kinds=["rest"]), "No paper is of a kind that is listed here."),
    ],
    ids=["empty-window", "empty", "failed", "unlisted"],
)
def test_a_digest_without_papers_says_why(built: Digest, sentence: str) -> None:
    assert wording.say_nothing(built) == sentence


def test_a_digest_of_nothing_claims_no_origin() -> None:
    rows = dict(wording.provenance_rows(digest(window=WINDOW)))

    assert rows["Cost"] == "none"
    assert rows.keys().isdisjoint({"Annotated by", "Gold set", "Prompt", "Runs", "Software", "Tokens"})
    assert digest(window=WINDOW).overview_absence == "No overview: there is no paper."


def test_days_are_said_without_the_locale() -> None:
    assert wording.say_days(digest(*week())) == "12 November 2026"
    assert wording.say_days(digest()) == "undated"


def test_missing_translations_are_said_with_the_reason() -> None:
    chinese = {"zh-Hans": Translation(title="标题", tldr="摘要。")}

    assert wording.say_translations(digest(annotated(translations=chinese))) == ""
    assert "extractive annotator" in wording.say_translations(digest(annotated(**EXTRACTIVE)))
    assert wording.say_translations(digest(annotated())) == "No translations: none were asked for."
    assert (
        wording.say_translations(digest(annotated(), languages=["ja"])) == "No paper has a translation into Japanese."
    )
    assert wording.say_translations(digest(failed())) == ""


def test_a_long_quote_is_cut_at_a_word() -> None:
    quote = wording.say_quote(Evidence("word " * 100, None, None))

    assert quote.endswith("word …")
    assert len(quote) < 250


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({"cost_usd": 0.0123}, "0.0123 USD; 0 papers answered from the cache"),
        ({"cost_usd": 1234.5}, "1,234.50 USD; 0 papers answered from the cache"),
        ({"cost_usd": None}, "unknown; 0 papers answered from the cache"),
        ({"cost_usd": 0.0, "cache_hit": True}, "0.0000 USD; 1 paper answered from the cache"),
        (EXTRACTIVE, "none"),
    ],
)
def test_the_cost_is_said_or_said_to_be_unknown(changes: dict[str, Any], cost: str) -> None:
    assert dict(wording.provenance_rows(digest(annotated(**changes))))["Cost"] == cost


def test_provenance_names_everything_that_made_the_digest() -> None:
    rows = dict(wording.provenance_rows(digest(*week())))

    assert rows["Annotated by"] == "small-model, served as small-model-2026-09"
    assert rows["Prompt"] == "annotate.v1 (cccccccccccc)"
    assert rows["Criterion"] == "criterion.medical-imaging.v1 (bbbbbbbbbbbb)"
    assert rows["Taxonomy"] == "taxonomy.v1 (aaaaaaaaaaaa)"
    assert rows["Translations"] == "简体中文 (zh-Hans)"
    assert rows["Tokens"] == "7,500 input (5,120 at the cached price), 600 output (0 for reasoning)"
    assert rows["Runs"] == "run-1"
    assert rows["Software"] == "summarizer 0.1.0"
    assert rows["Made"] == "2026-11-16 06:05 UTC"


def test_tokens_that_an_endpoint_does_not_report_are_not_called_none() -> None:
    rows = dict(wording.provenance_rows(digest(annotated(usage=Usage()))))

    assert rows["Tokens"] == "not reported"


def test_the_days_of_a_window_are_said_with_the_name_of_the_week() -> None:
    assert wording.say_days(weekly_digest()) == "2026-W46, 9 November 2026 to 15 November 2026"
    assert wording.say_window("2026-11-10..2026-11-10", date(2026, 11, 10), date(2026, 11, 10)) == "10 November 2026"


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        (0, "1 paper has no date and may be of other days."),
        (1, "1 paper left out, which was in another digest. 1 paper has no date and may be of other days."),
        (2, "2 papers left out, which were in another digest. 1 paper has no date and may be of other days."),
    ],
)
def test_papers_left_out_and_undated_ones_are_said(earlier: int, expected: str) -> None:
    assert wording.say_left_out(weekly_digest(earlier=earlier)) == expected


def test_a_digest_of_everything_has_left_nothing_out() -> None:
    assert wording.say_left_out(digest(*week())) == ""


def test_the_absence_of_an_overview_has_its_reason() -> None:
    extractive, chat = digest(annotated(**EXTRACTIVE)), digest(annotated())

    assert "the extractive annotator is none" in extractive.overview_absence
    assert chat.overview_absence == "No overview: none was asked for."
    assert digest(annotated(), overview_absence="It cited no paper.").overview_absence == "It cited no paper."
    assert weekly_digest().overview_absence == ""


def test_a_gold_score_is_said_with_its_intervals_or_said_to_be_unknown() -> None:
    rows, none = dict(wording.provenance_rows(weekly_digest())), dict(wording.provenance_rows(digest(annotated())))

    assert rows["Gold set"] == (
        "relevance agreement 0.91 (0.84 to 0.96); tag F1 0.70 (0.62 to 0.77); "
        "95 papers of the test split, annotate.v1 with small-model"
    )
    assert none["Gold set"] == "no score known for this prompt and model"


def test_the_papers_that_a_statement_cites_are_found() -> None:
    built = weekly_digest()
    statement = Statement("x", ("2611.00009", "2611.00001", "2611.99999"))

    assert [entry.paper.id for entry in wording.cited_entries(built, statement)] == ["2611.00001", "2611.00009"]
