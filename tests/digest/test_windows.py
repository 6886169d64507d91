from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.digest.contents import Window
from summarizer.digest.windows import announced_day, is_within, last_week, parse_week, span_days, updated_day
from summarizer.errors import ConfigurationError
from tests.digest.sample_records import paper

WEEK_46 = Window("2026-W46", date(2026, 11, 9), date(2026, 11, 15))


@pytest.mark.parametrize("text", ["2026-W46", "2026W46", " 2026-w46 "])
def test_a_week_runs_from_monday_to_sunday(text: str) -> None:
    assert parse_week(text) == WEEK_46


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2024-W09", date(2024, 2, 26), date(2024, 3, 3)),
    ],
)
def test_weeks_cross_the_ends_of_months_and_years(text: str, first: date, last: date) -> None:
    assert parse_week(text) == Window(text, first, last)


@pytest.mark.parametrize(
    "text", ["", "46", "2026-46", "2026-W00", "2026-W54", "2025-W53", "2026-W4", "0000-W01", "٢٠٢٦-W46"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="such as 2026-W46"):
        parse_week(text)


@pytest.mark.parametrize("today", [date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 22)])
def test_the_last_week_is_the_whole_one_before_today(today: date) -> None:
    assert last_week(today) == WEEK_46


def test_a_span_that_is_a_week_is_named_as_one() -> None:
    assert span_days(date(2026, 11, 9), date(2026, 11, 15)) == WEEK_46


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 11, 10), date(2026, 11, 16)), (date(2026, 11, 9), date(2026, 11, 9))]
)
def test_another_span_is_named_by_its_days(first: date, last: date) -> None:
    assert span_days(first, last) == Window(f"{first}..{last}", first, last)


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no day is between"):
        span_days(date(2026, 11, 10), date(2026, 11, 9))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(9990, 1, 1)))
def test_every_day_lies_in_the_week_that_is_named_after_it(day: date) -> None:
    year, week, _ = day.isocalendar()

    assert is_within(parse_week(f"{year}-W{week:02}"), day)


def test_a_day_is_that_of_the_first_announcement_in_utc() -> None:
    late = datetime(2026, 11, 15, 23, 30, tzinfo=timezone(timedelta(hours=-2)))

    assert announced_day(paper(published=late, source="2020-01-01.txt")) == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("source", "day"),
    [
        ("/data/2023-10-30.txt", date(2023, 10, 30)),
        ("cs.CV_2023-10-30.jsonl.gz", date(2023, 10, 30)),
        ("2023-10-30/papers.txt", None),
        ("2023-13-01.txt", None),
        ("12023-10-30.txt", None),
        ("2023-10-301.txt", None),
        ("week.txt", None),
    ],
)
def test_a_paper_without_a_date_takes_the_one_in_the_name_of_its_file(source: str, day: date | None) -> None:
    assert announced_day(paper(published=None, source=source)) == day


def test_a_version_has_the_day_on_which_it_came_out() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=-2)))

    assert updated_day(paper(updated=late)) == date(2026, 11, 21)
    assert updated_day(paper(updated=None, source="2026-11-20.txt")) == date(2026, 11, 20)


def test_the_ends_of_a_window_belong_to_it_and_an_unknown_day_to_every_window() -> None:
    days = [date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 15), date(2026, 11, 16), None]

    assert [is_within(WEEK_46, day) for day in days] == [False, True, True, False, True]
