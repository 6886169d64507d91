"""Facts about replies as such: what is no reply, and what gives the prompt away."""

from __future__ import annotations

import pytest

from summarizer.evaluation.lint.leaks import ShownText
from tests.evaluation.scorers.runs import SHOWN, details, score, small_run, to_annotated, to_failed, value, violated

LEAK = "Its readers act on what you write without opening the abstract: be exact, and say nothing that the abstract does not say."


@pytest.mark.parametrize(
    ("error_type", "rule"),
    [
        ("AnnotationInvalidError", "parse"),
        ("IncompleteOutputError", "truncated"),
        ("RefusalError", "refused"),
        ("PaperRejectedError", "refused"),
    ],
)
def test_a_failure_breaks_one_rule_and_says_why(error_type: str, rule: str) -> None:
    papers = small_run()
    found = violated(score(papers, {papers[0].id: to_failed(papers[0], error_type, raw_text="raw")}))

    assert set(found) == {f"structure.{rule}"}
    assert [(violation.detail, violation.quoted) for violation in found[f"structure.{rule}"]] == [("no", "raw")]


def test_of_a_long_reply_only_the_beginning_is_quoted() -> None:
    papers = small_run()[:1]
    (violation,) = violated(score(papers, {papers[0].id: to_failed(papers[0], raw_text="x" * 9999)}))["structure.parse"]

    assert violation.quoted == "x" * 500


def test_the_share_of_usable_replies_is_a_metric() -> None:
    papers = small_run()

    assert value(score(papers, {papers[0].id: to_failed(papers[0])}), "structure.parse_rate") == pytest.approx(11 / 12)


def test_a_relevance_off_the_scale_breaks_the_contract_and_is_wrong() -> None:
    papers = small_run()
    card = score(papers, {papers[0].id: to_annotated(papers[0], relevance=7)})

    assert "relevance 7 is not on the scale" in details(violated(card)["structure.parse"])
    assert value(card, "relevance.recall") < 1


def test_the_leak_of_this_test_stands_in_the_prompt() -> None:
    assert any(LEAK in text.text for text in SHOWN)


@pytest.mark.parametrize("where", ["tldr", "evidence", "raw reply"])
def test_a_run_of_the_prompt_in_a_reply_is_caught(where: str) -> None:
    papers = small_run()
    record = to_failed(papers[0], raw_text=LEAK) if where == "raw reply" else to_annotated(papers[0], **{where: LEAK})
    (violation,) = violated(score(papers, {papers[0].id: record}))["structure.prompt_leak"]

    assert violation.quoted in LEAK.lower().replace(":", "").replace(",", "")


def test_every_released_prompt_is_known_without_being_named() -> None:
    papers = small_run()[:1]

    assert "structure.prompt_leak" in violated(
        score(papers, {papers[0].id: to_annotated(papers[0], tldr=LEAK)}, shown=None)
    )


def test_a_prompt_that_was_not_shown_can_not_leak() -> None:
    papers = small_run()[:1]

    assert "structure.prompt_leak" not in violated(
        score(papers, {papers[0].id: to_annotated(papers[0], tldr=LEAK)}, shown=())
    )


def test_a_short_text_is_no_leak_of_a_short_prompt() -> None:
    papers = small_run()[:1]
    card = score(
        papers, {papers[0].id: to_annotated(papers[0], tldr="Annotate.")}, shown=[ShownText("tiny", "Annotate.")]
    )

    assert "structure.prompt_leak" not in violated(card)


def test_words_that_the_paper_shares_with_the_prompt_are_no_leak() -> None:
    papers = small_run()
    paper = papers[0].model_copy(update={"abstract": f"{papers[0].abstract} {LEAK}"})

    assert "structure.prompt_leak" not in violated(score([paper], {paper.id: to_annotated(paper, evidence=LEAK)}))


def test_what_two_repeats_do_alike_is_told_once() -> None:
    papers = small_run()[:1]
    card = score(papers, {papers[0].id: [to_failed(papers[0])] * 2})

    assert len(violated(card)["structure.parse"]) == 1
