from __future__ import annotations

from datetime import UTC, datetime

import pytest

from summarizer.annotate.records import Record
from summarizer.digest.selection import Selection
from summarizer.papers.paper import Paper, SkippedRecord
from tests.digest.sample_records import WINDOW, annotated, duplicate, failed, paper, shown_before, skipped

BEFORE = datetime(2026, 11, 3, tzinfo=UTC)
AFTER = datetime(2026, 11, 17, tzinfo=UTC)
WITHIN = datetime(2026, 11, 11, tzinfo=UTC)


def chosen(selection: Selection, *papers: Paper) -> list[str]:
    return [paper.id for paper in selection.choose_papers(papers) if isinstance(paper, Paper)]


def test_papers_of_other_days_are_left_out_and_counted() -> None:
    selection = Selection(WINDOW, ())

    assert chosen(selection, paper("1"), paper("2", published=BEFORE), paper("3", published=AFTER)) == ["1"]
    assert (selection.outside, selection.earlier) == (2, 0)


def test_papers_without_a_date_are_always_chosen() -> None:
    assert chosen(Selection(WINDOW, ()), paper("1", published=None)) == ["1"]


def test_papers_of_an_earlier_digest_are_left_out_and_counted_once() -> None:
    selection = Selection(WINDOW, [shown_before("1", "2")])

    assert chosen(selection, paper("1", published=None), paper("2"), paper("2"), paper("3")) == ["3"]
    assert selection.earlier == 2


def test_a_paper_is_known_by_its_id_as_digests_show_it() -> None:
    assert chosen(Selection(WINDOW, [shown_before("doi:10.1/x")]), paper("doi:10.1/\u200bx")) == []


def test_repeat_shows_them_again() -> None:
    selection = Selection(WINDOW, [shown_before("1")], repeat=True)

    assert chosen(selection, paper("1"), paper("2", published=BEFORE)) == ["1"]
    assert selection.earlier == 0


@pytest.mark.parametrize("repeat", [False, True])
def test_a_newer_version_of_a_shown_paper_is_a_new_version(repeat: bool) -> None:
    selection = Selection(WINDOW, [shown_before("1", "2", version=1)], repeat=repeat)
    newer = paper("1", version=2, published=BEFORE, updated=WITHIN)

    assert chosen(selection, newer, paper("2", version=1, published=BEFORE, updated=WITHIN)) == ["1"]
    assert selection.new_versions == {"1"}


def test_a_version_of_other_days_is_left_out() -> None:
    selection = Selection(WINDOW, [shown_before("1", version=1)])

    assert chosen(selection, paper("1", version=2, published=BEFORE, updated=AFTER)) == []


def test_of_several_digests_the_newest_version_shown_counts() -> None:
    past = [shown_before("1", label="2026-W44", version=2), shown_before("1", label="2026-W45", version=None)]

    assert chosen(Selection(WINDOW, past), paper("1", version=2, published=BEFORE, updated=WITHIN)) == []
    assert chosen(Selection(WINDOW, past), paper("1", version=3, published=BEFORE, updated=WITHIN)) == ["1"]


def test_both_versions_in_one_input_count_as_a_new_version_alone() -> None:
    selection = Selection(WINDOW, [shown_before("1", version=1)])

    assert chosen(selection, paper("1", version=1), paper("1", version=2, updated=WITHIN)) == ["1"]
    assert (selection.earlier, set(selection.new_versions)) == (0, {"1"})


def test_an_undated_paper_of_a_later_digest_does_not_come_again_in_a_week_built_after_it() -> None:
    later = shown_before("1", label="2026-W47")
    undated = paper("1", published=None)

    assert chosen(Selection(WINDOW, [later]), undated, paper("2")) == ["2"]
    assert chosen(Selection(WINDOW, [later], repeat=True), undated, paper("2")) == ["1", "2"]


def test_a_week_that_is_built_again_has_what_it_had() -> None:
    shown = [shown_before("1", "2", label="2026-W46"), shown_before("1", "3", label="2026-W47")]

    assert chosen(Selection(WINDOW, shown), paper("1", published=None), paper("2"), paper("3")) == ["1", "2"]


def test_a_week_that_is_built_again_keeps_the_version_that_it_had() -> None:
    selection = Selection(WINDOW, [shown_before("1", "2", label="2026-W46", version=1)])
    papers = [paper("1", version=1), paper("1", version=2, updated=AFTER), paper("2", version=2, updated=WITHIN)]

    assert [(one.id, one.version) for one in selection.choose_papers(papers) if isinstance(one, Paper)] == [
        ("1", 1),
        ("2", 2),
    ]


def test_a_week_that_is_built_late_has_its_papers_in_the_version_at_hand() -> None:
    assert chosen(Selection(WINDOW, ()), paper("1", version=2, updated=AFTER)) == ["1"]


def test_a_new_version_in_a_later_digest_does_not_take_the_paper_out_of_its_own_week() -> None:
    shown = [shown_before("1", label="2026-W46"), shown_before("1", label="2026-W47", version=2)]
    selection = Selection(WINDOW, shown)

    assert chosen(selection, paper("1")) == ["1"]
    assert selection.new_versions == set()


def test_a_paper_whose_version_is_unknown_is_not_called_newer() -> None:
    selection = Selection(WINDOW, [shown_before("1", version=1), shown_before("2", version=None)])

    assert chosen(selection, paper("1"), paper("2", version=5, updated=WITHIN)) == []


def test_skipped_records_always_pass() -> None:
    record = SkippedRecord("week.txt", 3, "The record has no title.")

    assert list(Selection(WINDOW, ()).choose_papers([record])) == [record]


def test_records_are_chosen_by_their_papers() -> None:
    records: list[Record] = [
        annotated(paper("1")),
        failed(paper("2", published=BEFORE)),
        failed(paper("3")),
        duplicate(paper("1")),
        duplicate(paper("2", published=BEFORE)),
        skipped(),
    ]

    assert list(Selection(WINDOW, ()).choose_records(records)) == [records[0], records[2], records[3], records[5]]
