"""Facts about which papers a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import ConfigurationError
from summarizer.papers import FilterCounts, Filters, Paper, SkippedRecord

SKIPPED = SkippedRecord("file", 7, "not JSON")


def build(number: int = 1, **fields: Any) -> Paper:
    return Paper(**{"id": str(number), "title": f"Paper {number}"} | fields)


def choose(filters: Filters, *papers: Paper) -> list[str]:
    return [paper.id for paper in filters.apply(papers) if isinstance(paper, Paper)]


def test_without_conditions_everything_passes_in_order() -> None:
    records: list[Paper | SkippedRecord] = [build(1), SKIPPED, build(2)]

    assert list(Filters().apply(records)) == records


@pytest.mark.parametrize(
    ("categories", "primary_only", "expected"),
    [
        (("eess.IV",), False, ["1", "2"]),
        (("EESS.iv",), True, ["2"]),
        (("eess.*",), False, ["1", "2", "3"]),
        (("q-bio.*", "cs.CV"), False, ["1", "4"]),
        (("eess",), False, []),
        (("cs.?V",), True, ["1"]),
    ],
)
def test_a_category_may_be_primary_or_any_and_hold_wildcards(
    categories: tuple[str, ...], primary_only: bool, expected: list[str]
) -> None:
    papers = [
        build(number, categories=names)
        for number, names in enumerate(
            [("cs.CV", "eess.IV"), ("eess.IV",), ("eess.SP",), ("q-bio.QM",), ("eessXIV",), ()], start=1
        )
    ]

    assert choose(Filters(categories=categories, primary_only=primary_only), *papers) == expected


def test_both_days_are_included_and_compared_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    papers = [
        build(1, published=datetime(2026, 11, 15, 23, 59, tzinfo=UTC)),
        build(2, published=datetime(2026, 11, 16, tzinfo=UTC)),
        build(3, published=datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)),
        build(4, published=datetime(2026, 11, 23, 8, tzinfo=tokyo)),
        build(5, published=datetime(2026, 11, 23, tzinfo=UTC)),
    ]

    assert choose(Filters(since=date(2026, 11, 16), until=date(2026, 11, 22)), *papers) == ["2", "3", "4"]


def test_papers_without_a_date_are_kept_and_counted() -> None:
    counts = FilterCounts()
    old, undated = build(1, published=datetime(2020, 1, 1, tzinfo=UTC)), build(2)
    kept = list(Filters(since=date(2026, 1, 1)).apply([old, undated], counts))

    assert kept == [undated]
    assert counts == FilterCounts(left_out=1, undated=1)


@pytest.mark.parametrize(
    ("venue", "expected"), [("cvpr", ["1"]), ("CVPR 2023", ["1"]), ("miccai", ["2"]), ("2023", ["1", "2"])]
)
def test_a_venue_is_known_by_its_words(venue: str, expected: list[str]) -> None:
    papers = build(1, venue="CVPR 2023"), build(2, journal="Proc. MICCAI (2023)"), build(3)

    assert choose(Filters(venues=(venue,)), *papers) == expected


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (("u-net",), ["1"]),
        (("liver CT",), ["1", "2"]),
        (("ct",), ["1", "2"]),
        (("tumo*",), ["2", "3"]),
        (("tumo",), []),
        (("liver CT", "分割"), ["1", "2", "4"]),
        (("/tumou?rs?$/",), ["2", "3"]),
        (("a.b",), []),
    ],
)
def test_words_are_whole_words_of_title_or_abstract_and_expressions_stand_between_slashes(
    match: tuple[str, ...], expected: list[str]
) -> None:
    papers = (
        build(1, title="A U-Net for liver", abstract="We read CT."),
        build(2, title="CT", abstract="Of the liver and its tumors"),
        build(3, title="Vectors, a/b", abstract="A tumour"),
        build(4, title="图像分割方法"),
    )

    assert choose(Filters(match=match), *papers) == expected
    assert choose(Filters(exclude=match), *papers) == [one for one in "1234" if one not in expected]


def test_conditions_of_different_kinds_must_all_hold() -> None:
    papers = build(1, title="CT", categories=("cs.CV",)), build(2, title="CT"), build(3, categories=("cs.CV",))

    assert choose(Filters(match=("CT",), categories=("cs.*",)), *papers) == ["1"]


def test_an_expression_that_never_ends_stops_the_run_and_is_named() -> None:
    filters = Filters(match=("/(a|aa)+$/",))

    with pytest.raises(ConfigurationError, match=r"match: /\(a\|aa\)\+\$/ takes more than 1 s for one paper"):
        choose(filters, build(1, abstract=f"{'a' * 200}!"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"match": ("/(/",)}, "match: /(/ is no regular expression"),
        ({"exclude": (" ",)}, "exclude: expected words"),
        ({"limit": 0}, "limit: expected 1 or more"),
        ({"sample": -1}, "sample: expected 1 or more"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "since: 2026-02-01 is after until"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_at_once(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Filters(**fields)

    assert str(caught.value).startswith(message)


def test_after_the_limit_nothing_more_is_read() -> None:
    def endless() -> Iterator[Paper | SkippedRecord]:
        yield from (SKIPPED, build(1), build(2))
        raise AssertionError("read on")

    assert list(Filters(limit=2).apply(endless())) == [SKIPPED, build(1), build(2)]


def test_a_limit_counts_papers_that_met_the_conditions() -> None:
    papers = [build(number, title="CT" if number % 2 else "MR") for number in range(10)]

    assert choose(Filters(match=("CT",), limit=3), *papers) == ["1", "3", "5"]


@given(size=st.integers(1, 30), total=st.integers(0, 60), seed=st.integers(0, 5))
def test_a_sample_has_its_size_keeps_the_order_and_is_the_same_again(size: int, total: int, seed: int) -> None:
    papers = [build(number) for number in range(total)]
    counts = FilterCounts()
    filters = Filters(sample=size, seed=seed)
    drawn = list(filters.apply(papers, counts))
    numbers = [int(paper.id) for paper in drawn if isinstance(paper, Paper)]

    assert len(set(numbers)) == len(drawn) == min(size, total)
    assert numbers == sorted(numbers)
    assert drawn == list(filters.apply(papers))
    assert counts.left_out == total - len(drawn)


def test_each_paper_is_drawn_about_as_often() -> None:
    papers = [build(number) for number in range(10)]
    drawn = [int(one) for seed in range(2000) for one in choose(Filters(sample=3, seed=seed), *papers)]

    assert all(500 < drawn.count(number) < 700 for number in range(10))


def test_skipped_records_pass_every_filter() -> None:
    filters = Filters(categories=("cs.CV",), match=("x",), since=date(2026, 1, 1), sample=1)

    assert list(filters.apply([SKIPPED, build(1), SKIPPED])) == [SKIPPED, SKIPPED]
