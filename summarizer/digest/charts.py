"""Charts as inline SVG, each with the numbers as a table: nothing can be read off a chart alone.

Colours come from the style sheet by class, so that a chart follows the theme of its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from summarizer.digest.contents import DayCount, Digest, TagCount, TagTrend
from summarizer.digest.wording import RELEVANCE_WORDS, say_day, say_papers

_WIDTH = 380
_ROW, _LABEL_WIDTH, _NUMBER_WIDTH = 24, 164, 62
_DAYS_HEIGHT, _AXIS = 170, 22
_MAX_TAGS, _MAX_LABEL, _MAX_LABELLED_DAYS = 10, 22, 10


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of some numbers, and the numbers."""

    title: str
    summary: str
    """What the picture shows, in one sentence, for those who do not see it."""
    note: str
    """What the colours mean; empty where nothing needs to be said."""
    svg: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first cell of each names the row."""


def draw_charts(digest: Digest) -> tuple[Chart, ...]:
    """Return the charts that the digest has numbers for."""
    counts = [count for group in digest.tag_groups for count in group.counts]
    charts = (
        draw_days(digest.days, digest.threshold),
        draw_relevance(digest.relevance_counts),
        draw_tags(counts),
        draw_trends(digest.trends),
    )
    return tuple(chart for chart in charts if chart)


def draw_days(days: Sequence[DayCount], threshold: int) -> Chart | None:
    """Return papers by day, those at or above the threshold apart; None for fewer than two days or no paper."""
    most = max((day.papers for day in days), default=0)
    if len(days) < 2 or not most:  # noqa: PLR2004 - one bar compares nothing
        return None
    busiest = max(days, key=lambda day: day.papers)
    return Chart(
        "Papers by day",
        f"From {say_day(days[0].day)} to {say_day(days[-1].day)}; most on {say_day(busiest.day)},"
        f" {say_papers(busiest.papers)}, {busiest.relevant:,} of them of relevance {threshold} or more.",
        f"The stronger part: relevance {threshold} or more.",
        _svg(_DAYS_HEIGHT, (shape for number in range(len(days)) for shape in _draw_day(days, number, most))),
        ("Day", "Papers", f"Relevance {threshold} or more"),
        tuple((say_day(day.day), f"{day.papers:,}", f"{day.relevant:,}") for day in days),
    )


def draw_relevance(counts: Sequence[int]) -> Chart | None:
    """Return papers by relevance, 5 first; None when there is no paper."""
    if not sum(counts):
        return None
    labels = [f"{score} {RELEVANCE_WORDS[score]}" for score in range(len(counts))]
    rows = tuple((labels[score], counts[score]) for score in reversed(range(len(counts))))
    return Chart(
        "Papers by relevance",
        "; ".join(f"{label}: {count:,}" for label, count in rows) + ".",
        "",
        _draw_bars(rows),
        ("Relevance", "Papers"),
        tuple((label, f"{count:,}") for label, count in rows),
    )


def draw_tags(counts: Iterable[TagCount]) -> Chart | None:
    """Return the most frequent tags; the table has all of them. None when there is no tag."""
    ordered = sorted(counts, key=lambda count: (-count.papers, count.tag.label))
    if not ordered:
        return None
    rows = [(count.tag.label, count.papers) for count in ordered]
    return Chart(
        "Papers by tag",
        f"The most frequent tag is {rows[0][0]}, with {say_papers(rows[0][1])}.",
        f"The {_MAX_TAGS} most frequent." if len(rows) > _MAX_TAGS else "",
        _draw_bars(rows[:_MAX_TAGS]),
        ("Tag", "Papers"),
        tuple((label, f"{papers:,}") for label, papers in rows),
    )


def draw_trends(trends: Sequence[TagTrend]) -> Chart | None:
    """Return the share of papers with each tag through the digests; None when there is no earlier one."""
    shown = [trend for trend in trends if trend.past_shares][:_MAX_TAGS]
    if not shown:
        return None
    past = len(shown[0].past_shares)
    most = max(max(trend.share, *trend.past_shares) for trend in shown) or 1
    lines = (shape for number, trend in enumerate(shown) for shape in _draw_trend(trend, number, most))
    return Chart(
        f"Tags against the last {past} digests" if past > 1 else "Tags against the last digest",
        f"Share of papers with each tag; {shown[0].tag.label} has {shown[0].share:.0%} now,"
        f" {_mean(shown[0].past_shares):.0%} on average before.",
        "Share of the papers, from the oldest digest to this one; the lines have one scale.",
        _svg(len(shown) * _ROW, lines),
        ("Tag", "Papers", "Share", "Share before, on average"),
        tuple(
            (trend.tag.label, f"{trend.papers:,}", f"{trend.share:.1%}", f"{_mean(trend.past_shares):.1%}")
            for trend in shown
        ),
    )


def _draw_day(days: Sequence[DayCount], number: int, most: int) -> Iterable[Markup]:
    """Return one column: all papers behind, the relevant ones before them, and what it stands for."""
    day, step, room = days[number], _WIDTH / len(days), _DAYS_HEIGHT - 2 * _AXIS
    width, left, base = min(step * 0.72, 46), step * number, _DAYS_HEIGHT - _AXIS
    middle = left + step / 2
    for papers, kind in ((day.papers, "all"), (day.relevant, "some")):
        height = room * papers / most
        yield _rect(middle - width / 2, base - height, width, height, kind)
    if len(days) <= _MAX_LABELLED_DAYS:
        yield _text(middle, base - room * day.papers / most - 6, f"{day.papers:,}", "middle")
        yield _text(middle, _DAYS_HEIGHT - 5, _say_short(day), "middle")
    elif number == 0:
        yield _text(left, _DAYS_HEIGHT - 5, _say_short(day), "start")
    elif number == len(days) - 1:
        yield _text(_WIDTH, _DAYS_HEIGHT - 5, _say_short(day), "end")


def _draw_bars(rows: Sequence[tuple[str, int]]) -> Markup:
    most, room = max(1, *(count for _, count in rows), 1), _WIDTH - _LABEL_WIDTH - _NUMBER_WIDTH
    shapes: list[Markup] = []
    for number, (label, count) in enumerate(rows):
        top, width = number * _ROW, room * count / most
        shapes += [
            _text(0, top + 16, _shorten(label), "start"),
            _rect(_LABEL_WIDTH, top + 5, width, _ROW - 10, "some"),
            _text(_LABEL_WIDTH + width + 8, top + 16, f"{count:,}", "start"),
        ]
    return _svg(len(rows) * _ROW, shapes)


def _draw_trend(trend: TagTrend, number: int, most: float) -> Iterable[Markup]:
    top, room = number * _ROW, _WIDTH - _LABEL_WIDTH - _NUMBER_WIDTH
    shares = (*trend.past_shares, trend.share)
    points = [
        (_LABEL_WIDTH + room * place / (len(shares) - 1), top + _ROW - 5 - (_ROW - 10) * share / most)
        for place, share in enumerate(shares)
    ]
    yield _text(0, top + 16, _shorten(trend.tag.label), "start")
    yield Markup('<polyline points="{}"/>').format(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    yield Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3"/>').format(*points[-1])
    yield _text(_WIDTH, top + 16, f"{trend.share:.0%}", "end")


def _svg(height: int, shapes: Iterable[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>').format(
        _WIDTH, height, Markup("").join(shapes)
    )


def _rect(left: float, top: float, width: float, height: float, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, left, top, width, height
    )


def _text(left: float, base: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(left, base, anchor, text)


def _shorten(label: str) -> str:
    return label if len(label) <= _MAX_LABEL else label[: _MAX_LABEL - 1].rstrip() + "…"


def _say_short(day: DayCount) -> str:
    number, month, _ = say_day(day.day).split()
    return f"{number} {month[:3]}"


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares)
