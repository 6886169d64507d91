from __future__ import annotations

from summarizer.digest.explanation import first_reads, headline_figures, say_equals, say_purpose, trust_points
from summarizer.digest.wording import say_headline
from tests.digest.sample_records import EXTRACTIVE, annotated, digest, failed, paper, skipped, week, weekly_digest


def test_the_purpose_names_the_subject_and_the_scale() -> None:
    assert "medical imaging" in say_purpose(digest())
    assert "0 to 5" in say_purpose(digest())


def test_the_figures_lead_to_what_they_are_about() -> None:
    assert [tuple(figure) for figure in headline_figures(digest(*week()))] == [
        ("4", "papers annotated", "figures"),
        ("2", "must-reads", "section-1"),
        ("1", "more worth a look", "section-2"),
        ("1", "not annotated", "failed"),
    ]


def test_new_versions_have_a_figure_of_their_own() -> None:
    assert tuple(headline_figures(weekly_digest())[3]) == ("1", "new version", "versions")


def test_a_figure_of_nothing_leads_nowhere() -> None:
    assert [tuple(figure) for figure in headline_figures(digest(annotated(relevance=3)))] == [
        ("1", "papers annotated", "figures"),
        ("0", "must-reads", ""),
        ("1", "more worth a look", "section-1"),
    ]
    assert {figure.anchor for figure in headline_figures(digest())} == {""}


def test_the_first_reads_are_the_most_relevant_whatever_their_section() -> None:
    scores = {"1": 3, "2": 4, "3": 3, "4": 5, "5": 0}
    built = digest(*(annotated(paper(name), relevance=score) for name, score in scores.items()))

    assert [entry.paper.id for entry in first_reads(built)] == ["4", "2", "1"]


def test_papers_below_the_threshold_are_no_first_reads() -> None:
    built = digest(annotated(paper("1"), relevance=2), annotated(paper("2"), relevance=3), threshold=3)

    assert [entry.paper.id for entry in first_reads(built)] == ["2"]


def test_papers_that_are_as_relevant_as_the_first_reads_are_counted() -> None:
    scores = {"1": 5, "2": 4, "3": 4, "4": 4, "5": 3}
    built = digest(*(annotated(paper(name), relevance=score) for name, score in scores.items()))

    assert say_equals(built) == "1 paper more has relevance 4 too; equals stand in the order of their ids."
    assert say_equals(digest(*(annotated(paper(name), relevance=int(name)) for name in "5432"))) == ""
    assert say_equals(digest(annotated())) == ""


def test_several_chat_models_are_all_named() -> None:
    built = digest(annotated(paper("1")), annotated(paper("2"), requested_model="large-model"))

    assert trust_points(built)[0].startswith("The chat models large-model, small-model read the abstracts")


def test_sections_that_are_not_listed_are_still_counted() -> None:
    built = digest(*week(), kinds=["topic"])

    assert [tuple(figure) for figure in headline_figures(built)][:3] == [
        ("4", "papers annotated", "figures"),
        ("2", "must-reads", ""),
        ("1", "more worth a look", "section-1"),
    ]
    assert say_headline(built) == say_headline(digest(*week()))


def test_who_read_the_abstracts_is_said() -> None:
    chat, extractive = annotated(paper("1")), annotated(paper("2"), **EXTRACTIVE)

    assert trust_points(digest(chat))[0].startswith("The chat model small-model read the abstracts, not the papers.")
    assert trust_points(digest(extractive))[0].startswith("No chat model read these papers")
    assert trust_points(digest(chat, extractive))[0].startswith(
        "The chat model small-model, and for some a list of weighted words,"
    )


def test_what_is_missing_is_counted() -> None:
    assert trust_points(digest(annotated()))[2] == "Every abstract that could be read was annotated."
    assert trust_points(digest(failed()))[2] == "1 paper could not be annotated: see the list at the end."
    assert trust_points(digest(annotated(), skipped()))[2] == (
        "Every abstract that could be read was annotated; 1 record could not be used: see the list at the end."
    )


def test_a_prompt_without_a_score_is_said_not_to_have_been_measured() -> None:
    assert "has not been measured" in trust_points(digest(annotated()))[1]


def test_nobody_is_said_to_have_read_nothing() -> None:
    assert trust_points(digest()) == ()
