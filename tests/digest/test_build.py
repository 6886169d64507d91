from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from summarizer.annotate.records import Reference
from summarizer.contract.schema import Translation
from summarizer.digest import add_overview, wording
from summarizer.digest.contents import Overview, OverviewOrigin, Span, Statement
from summarizer.errors import ConfigurationError, StoreError
from tests.digest.sample_records import annotated, digest, duplicate, failed, paper, skipped, week, weekly_digest

CHINESE = {"zh-Hans": Translation(title="标题", tldr="摘要。")}


def test_papers_are_in_order_of_relevance_then_id() -> None:
    built = digest(
        annotated(paper("3"), relevance=4, tags=("segmentation",)),
        annotated(paper("2"), relevance=4, tags=("segmentation",)),
        annotated(paper("9"), relevance=4, tags=("mri", "segmentation")),
        annotated(paper("8"), relevance=0, evidence=""),
        annotated(paper("7"), relevance=5),
    )

    assert [entry.paper.id for entry in built.entries] == ["7", "2", "3", "9", "8"]


def test_the_must_reads_come_first_then_topics_by_size_then_the_rest() -> None:
    built = digest(
        annotated(paper("1"), relevance=3, tags=("mri",)),
        annotated(paper("2"), relevance=3, tags=("segmentation", "mri")),
        annotated(paper("3"), relevance=3, tags=("segmentation",)),
        annotated(paper("4"), relevance=2, tags=("segmentation",)),
        annotated(paper("5"), relevance=4, tags=("mri",)),
        annotated(paper("6"), relevance=3, tags=("detection",)),
    )

    assert [
        (section.title, section.kind, section.tag and section.tag.id, [entry.paper.id for entry in section.entries])
        for section in built.sections
    ] == [
        ("Must read", "must_read", None, ["5"]),
        ("Segmentation", "topic", "segmentation", ["2", "3"]),
        ("Detection", "topic", "detection", ["6"]),
        ("MRI", "topic", "mri", ["1"]),
        ("Below the threshold", "rest", None, ["4"]),
    ]


@pytest.mark.parametrize("threshold", range(6))
def test_every_annotated_paper_is_in_exactly_one_section(threshold: int) -> None:
    records = [annotated(paper(str(score)), relevance=score) for score in range(6)]
    built = digest(*records, threshold=threshold)

    assert sorted(entry.relevance for section in built.sections for entry in section.entries) == [0, 1, 2, 3, 4, 5]
    assert all(
        {entry.relevance for entry in section.entries} == {level.score for level in section.levels}
        for section in built.sections
    )


def test_relevance_counts_and_tag_counts_add_up() -> None:
    built = digest(*week())

    assert built.relevance_counts == (1, 0, 0, 1, 1, 1)
    assert sum(built.relevance_counts) == built.counts.annotated
    assert {count.tag.id: count.papers for group in built.tag_groups for count in group.counts} == {
        "segmentation": 2,
        "detection": 1,
        "mri": 2,
    }


def test_evidence_is_placed_in_the_text_as_shown() -> None:
    built = digest(annotated(paper(abstract="In\u200b  liver\nMRI."), evidence="liver\nMRI"))
    entry = built.entries[0]

    assert entry.paper.abstract == "In liver MRI."
    assert entry.evidence is not None
    assert entry.evidence.in_abstract == Span(3, 12)


def test_a_paper_without_evidence_has_none() -> None:
    assert digest(annotated(relevance=0, evidence="")).entries[0].evidence is None


def test_failed_papers_are_listed_by_name_without_the_raw_reply() -> None:
    built = digest(failed(paper("2", title="Lost")), failed(paper("1", title="Found"), message="Too\nlong."))

    assert [(item.paper.title, item.error_type, item.message) for item in built.failed] == [
        ("Found", "AnnotationInvalidError", "Too long."),
        ("Lost", "AnnotationInvalidError", "The summary has two sentences."),
    ]


def test_skipped_and_duplicate_records_keep_their_reason_but_not_the_folder() -> None:
    built = digest(skipped(), duplicate(paper(source="/home/ada/day.jsonl", position=7)))

    assert (built.skipped[0].file, built.skipped[0].line, built.skipped[0].reason) == (
        "week.txt",
        40,
        "The record has no title.",
    )
    assert (built.duplicates[0].file, built.duplicates[0].line) == ("day.jsonl", 7)


def test_dates_are_utc_days_of_annotated_and_failed_papers() -> None:
    early = datetime(2026, 11, 10, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    built = digest(
        annotated(paper("1", published=early)),
        failed(paper("2", published=datetime(2026, 11, 14, tzinfo=UTC))),
        annotated(paper("3", published=None)),
    )

    assert (built.first_date, built.last_date) == (date(2026, 11, 11), date(2026, 11, 14))


def test_all_languages_of_the_records_are_shown_unless_some_are_chosen() -> None:
    german = CHINESE | {"de": Translation(title="Titel", tldr="Satz.")}
    record = annotated(translations=german)

    assert [language.endonym for language in digest(record).languages] == ["Deutsch", "简体中文"]
    assert [language.tag for language in digest(record, languages=["zh"]).languages] == ["zh-Hans"]
    assert list(digest(record, languages=["zh"]).entries[0].translations) == ["zh-Hans"]


def test_a_language_that_no_paper_is_translated_to_is_named_as_missing() -> None:
    built = digest(annotated(translations=CHINESE), languages=["zh-Hans", "ja"])

    assert [language.tag for language in built.languages] == ["zh-Hans"]
    assert [language.tag for language in built.missing_languages] == ["ja"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not supported"):
        digest(annotated(), languages=["tlh"])


@pytest.mark.parametrize("what", ["taxonomy", "criterion"])
def test_labels_of_another_release_are_refused(what: str) -> None:
    record = annotated()
    other = getattr(record.provenance, what).model_copy(update={"fingerprint": "f" * 64})

    with pytest.raises(ConfigurationError, match=r"annotated with .* \(ffffffffffff\)"):
        digest(annotated(**{what: other}))


def test_a_tag_that_the_taxonomy_lacks_is_an_error_and_not_a_lost_tag() -> None:
    with pytest.raises(StoreError, match="unknown tags"):
        digest(annotated(tags=("astrology",)))


@pytest.mark.parametrize("relevance", [-1, 6])
def test_a_relevance_outside_the_rubric_is_an_error_and_not_a_lost_paper(relevance: int) -> None:
    with pytest.raises(StoreError, match="relevance outside"):
        digest(annotated(relevance=relevance))


def test_sections_that_were_not_asked_for_are_counted_and_not_listed() -> None:
    records = [annotated(paper(str(score)), relevance=score) for score in range(6)]
    built = digest(*records, kinds=["must_read"])

    assert [entry.paper.id for entry in built.entries] == ["5", "4"]
    assert {entry.paper.id for entry in built.annotated} == set("012345")
    assert [built.count_kind(kind) for kind in ("must_read", "topic", "rest")] == [2, 1, 3]
    assert built.notes == ("4 papers are counted here and not listed.",)


def test_the_title_is_made_visible() -> None:
    assert digest(title="Week\u202e 46\n").title == "Week 46"


def test_no_records_make_an_empty_digest() -> None:
    built = digest()

    assert (built.counts.read, built.entries, built.first_date) == (0, (), None)


def test_the_same_records_give_an_equal_digest() -> None:
    assert digest(*week()) == digest(*week())


def test_what_a_reader_must_know_about_missing_papers_is_said_first() -> None:
    noted = digest(*week(), notes=["This digest is not whole."])

    assert wording.say_left_out(noted).startswith("This digest is not whole.")


def test_an_overview_is_added_to_a_digest_or_its_absence() -> None:
    overview = Overview((Statement("Livers \u202eare outlined.", ("2611.00001",)),))
    with_one, without = (
        add_overview(digest(*week()), overview, "x"),
        add_overview(weekly_digest(), None, "No overview: x."),
    )

    assert with_one.overview
    assert "\u202e" not in with_one.overview.statements[0].text
    assert with_one.overview_absence == ""
    assert (without.overview, without.overview_absence) == (None, "No overview: x.")


def test_the_provenance_says_what_an_overview_was_written_from() -> None:
    origin = OverviewOrigin(
        Reference(name="overview.v1", fingerprint="f" * 64), "m", shown=40, relevant=57, cost_usd=0.0031
    )
    overview = Overview((Statement("Livers are outlined.", ("2611.00001",)),), origin)
    rows = dict(wording.provenance_rows(add_overview(digest(*week()), overview, "")))

    assert rows["Overview"] == "overview.v1 (ffffffffffff) with m, from 40 of 57 papers worth a look; cost 0.0031 USD"
    assert "Overview" not in dict(wording.provenance_rows(digest(*week())))
