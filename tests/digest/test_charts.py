from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from summarizer.digest.charts import Chart, draw_charts, draw_days, draw_relevance, draw_tags, draw_trends
from summarizer.digest.contents import DayCount, TagCount, TagTrend
from tests.digest.document import Document
from tests.digest.sample_records import TAXONOMY, digest, weekly_digest

SEGMENTATION, DETECTION, MRI, _ = TAXONOMY.tags
MONDAY = date(2026, 11, 9)


def days(*counts: tuple[int, int]) -> tuple[DayCount, ...]:
    return tuple(
        DayCount(MONDAY + timedelta(days=number), papers, relevant) for number, (papers, relevant) in enumerate(counts)
    )


def drawn(chart: Chart | None) -> Chart:
    assert chart
    return chart


def heights(chart: Chart, kind: str) -> list[float]:
    return [float(height) for height in re.findall(rf'class="{kind}"[^>]*height="([\d.]+)"', chart.svg)]


def widths(chart: Chart) -> list[float]:
    return [float(width) for width in re.findall(r'class="some"[^>]*width="([\d.]+)"', chart.svg)]


def test_a_column_is_as_high_as_its_papers_are_many() -> None:
    chart = drawn(draw_days(days((10, 5), (5, 0), (0, 0)), 3))
    top, half, none = heights(chart, "all")

    assert (half, none) == (top / 2, 0)
    assert heights(chart, "some") == [top / 2, 0, 0]


def test_the_table_has_the_numbers_of_the_columns() -> None:
    chart = drawn(draw_days(days((1200, 5), (5, 0)), 3))

    assert chart.header == ("Day", "Papers", "Relevance 3 or more")
    assert chart.rows == (("9 November 2026", "1,200", "5"), ("10 November 2026", "5", "0"))
    assert "most on 9 November 2026, 1,200 papers, 5 of them" in chart.summary


def test_the_day_with_the_most_papers_is_named_however_few_of_them_are_relevant() -> None:
    assert "most on 10 November 2026, 9 papers, 1 of them" in drawn(draw_days(days((5, 5), (9, 1)), 3)).summary


def test_many_days_are_labelled_at_the_ends_alone() -> None:
    chart = drawn(draw_days(days(*[(3, 1)] * 30), 3))

    assert re.findall(r">([^<]+)</text>", chart.svg) == ["9 Nov", "8 Dec"]


def test_a_week_without_papers_has_no_chart() -> None:
    assert draw_days(days((0, 0), (0, 0)), 3) is None


@pytest.mark.parametrize(
    "chart", [draw_days(days((3, 1)), 3), draw_relevance((0,) * 6), draw_tags([]), draw_trends([])]
)
def test_there_is_no_chart_of_nothing(chart: Chart | None) -> None:
    assert chart is None


def test_relevance_is_drawn_from_the_highest_down() -> None:
    chart = drawn(draw_relevance((8, 0, 0, 1, 2, 4)))

    assert chart.rows[0] == ("5 core", "4")
    assert chart.rows[-1] == ("0 none", "8")
    assert [round(8 * width / max(widths(chart))) for width in widths(chart)] == [4, 2, 1, 0, 0, 8]


def test_tags_are_drawn_as_far_as_there_is_room_and_listed_all() -> None:
    counts = [TagCount(MRI, number) for number in range(1, 15)]
    chart = drawn(draw_tags(counts))

    assert len(widths(chart)) == 10
    assert [papers for _, papers in chart.rows] == [str(number) for number in range(14, 0, -1)]


def test_a_trend_runs_from_the_oldest_digest_to_this_one() -> None:
    chart = drawn(draw_trends([TagTrend(SEGMENTATION, 5, 0.5, (0.0, 0.25)), TagTrend(MRI, 1, 0.1, (0.1, 0.1))]))
    first = re.findall(r'points="([^"]+)"', chart.svg)[0].split()
    levels = [float(point.split(",")[1]) for point in first]

    assert chart.title == "Tags against the last 2 digests"
    assert levels == sorted(levels, reverse=True)
    assert levels[0] - levels[1] == levels[1] - levels[2]
    assert chart.rows == (("Segmentation", "5", "50.0%", "12.5%"), ("MRI", "1", "10.0%", "10.0%"))


def test_tags_that_no_paper_has_are_drawn_without_a_division_by_zero() -> None:
    assert drawn(draw_trends([TagTrend(MRI, 0, 0.0, (0.0,))])).rows == (("MRI", "0", "0.0%", "0.0%"),)


def test_a_first_digest_has_no_trend_and_an_empty_one_no_chart() -> None:
    assert len(draw_charts(weekly_digest())) == 4
    assert draw_charts(digest()) == ()


def test_a_hostile_label_is_text() -> None:
    label = '"><script>alert(1)</script>'
    chart = drawn(draw_tags([TagCount(replace(DETECTION, label=label), 1)]))

    assert {element.tag for element in Document(str(chart.svg)).elements} == {"svg", "text", "rect"}


def test_the_largest_bar_has_room_for_its_number() -> None:
    chart = drawn(draw_relevance((123456, 0, 0, 0, 0, 0)))
    left = max(float(x) for x in re.findall(r'<text x="([\d.]+)"', chart.svg))

    assert left + len("123,456") * 7.5 <= 380
