from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from summarizer.digest.contents import DayCount
from summarizer.digest.windows import span_days
from tests.digest.sample_records import WINDOW, annotated, digest, paper, shown_before


def test_every_day_of_the_window_is_counted() -> None:
    built = digest(annotated(paper("1")), annotated(paper("2"), relevance=1), window=WINDOW)

    assert [count.day.day for count in built.days] == [9, 10, 11, 12, 13, 14, 15]
    assert [(count.papers, count.relevant) for count in built.days] == [(0, 0)] * 3 + [(2, 1)] + [(0, 0)] * 3


def test_without_a_window_the_days_run_from_the_first_paper_to_the_last() -> None:
    built = digest(
        annotated(paper("1")),
        annotated(paper("2", published=datetime(2026, 11, 14, tzinfo=UTC))),
        annotated(paper("3", published=None)),
    )

    assert built.days == (
        DayCount(date(2026, 11, 12), 1, 1),
        DayCount(date(2026, 11, 13), 0, 0),
        DayCount(date(2026, 11, 14), 1, 1),
    )
    assert built.undated == 1


def test_days_that_are_years_apart_are_not_counted_one_by_one() -> None:
    built = digest(annotated(paper("1")), annotated(paper("2", published=datetime(2007, 4, 2, tzinfo=UTC))))

    assert built.days == ()
    assert digest(annotated(), window=span_days(date(2026, 1, 1), date(2026, 12, 31))).days == ()


@pytest.mark.parametrize(("length", "counted"), [(92, 92), (93, 0)])
def test_days_are_counted_up_to_a_quarter(length: int, counted: int) -> None:
    first = date(2026, 7, 1)

    assert len(digest(window=span_days(first, first + timedelta(days=length - 1))).days) == counted


def test_tags_that_are_as_frequent_stand_by_their_labels() -> None:
    built = digest(annotated(paper("1"), tags=("segmentation", "mri", "detection")))

    assert [trend.tag.label for trend in built.trends] == ["Detection", "MRI", "Segmentation"]


def test_tags_are_compared_with_the_digests_before() -> None:
    past = [shown_before("a", "b", label="2026-W43"), shown_before(label="2026-W44"), shown_before("c")]
    built = digest(annotated(paper("1"), tags=("mri",)), annotated(paper("2"), tags=("segmentation", "mri")), past=past)

    assert [(trend.tag.id, trend.papers, trend.share, trend.past_shares) for trend in built.trends] == [
        ("mri", 2, 1.0, (0.5, 1.0)),
        ("segmentation", 1, 0.5, (0.0, 0.0)),
    ]


def test_the_last_eight_digests_are_compared_and_linked_newest_first() -> None:
    past = [shown_before(*map(str, range(week - 29)), label=f"2026-W{week}") for week in range(30, 40)]
    built = digest(annotated(tags=("mri",)), window=WINDOW, past=past)

    assert [item.label for item in built.past] == [f"2026-W{week}" for week in range(39, 31, -1)]
    assert built.past[0].url == "../2026-W39/index.html"
    assert built.archive_url == "../index.html"
    assert [trend.past_shares for trend in built.trends] == [tuple(1 / papers for papers in range(3, 11))]


def test_a_digest_without_a_window_stands_alone() -> None:
    built = digest(annotated())

    assert (built.past, built.archive_url, built.window) == ((), None, None)
