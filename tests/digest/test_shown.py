from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from summarizer.digest.shown import (
    SHOWN_FILE,
    ShownDigest,
    digests_before,
    read_shown,
    record_shown,
    summarize_digest,
)
from summarizer.digest.windows import parse_week, span_days
from summarizer.errors import StoreError
from tests.digest.sample_records import WINDOW, shown_before, weekly_digest


def publish_nothing(digests: Sequence[ShownDigest]) -> None:
    """Write no archive."""


def record_week(folder: Path, week: int) -> None:
    record_shown(folder, shown_before(str(week), label=f"2026-W{week:02}"), publish_nothing)


def test_a_digest_is_remembered_with_every_annotated_paper_and_those_above_the_threshold() -> None:
    line = summarize_digest(weekly_digest(), WINDOW, "index.html")

    assert (line.label, line.first, line.last, line.page) == ("2026-W46", WINDOW.first, WINDOW.last, "index.html")
    assert line.papers == {
        "2611.00001": None,
        "2611.00002": None,
        "2611.00004": None,
        "2611.00009": 2,
        "doi:10.1000/2": None,
    }
    assert [paper.id for paper in line.relevant] == ["2611.00001", "doi:10.1000/2", "2611.00002"]
    assert line.tags == {"segmentation": 2, "detection": 1, "mri": 3}


def test_papers_of_unlisted_sections_are_remembered_so_that_shares_are_of_all_papers() -> None:
    whole, listed = weekly_digest(), weekly_digest(kinds=["must_read"])
    line = summarize_digest(listed, WINDOW, "index.html")

    assert line.papers == summarize_digest(whole, WINDOW, "index.html").papers
    assert max(line.tags.values()) <= len(line.papers)
    assert [paper.id for paper in line.relevant] == ["2611.00001", "doi:10.1000/2"]


def test_what_is_written_is_read_back_in_the_order_of_the_windows(tmp_path: Path) -> None:
    later, earlier = shown_before("2", label="2026-W46"), shown_before("1", label="2026-W45")
    record_shown(tmp_path, later, publish_nothing)

    assert record_shown(tmp_path, earlier, publish_nothing) == (earlier, later) == read_shown(tmp_path)
    assert len((tmp_path / SHOWN_FILE).read_text().splitlines()) == 2


def test_building_a_window_again_replaces_its_line(tmp_path: Path) -> None:
    record_shown(tmp_path, shown_before("1", "2"), publish_nothing)
    record_shown(tmp_path, shown_before("3"), publish_nothing)

    assert [digest.papers for digest in read_shown(tmp_path)] == [{"3": 1}]


def test_a_folder_without_digests_has_none(tmp_path: Path) -> None:
    assert read_shown(tmp_path) == ()


def test_neither_the_window_itself_nor_later_ones_come_before_it() -> None:
    shown = [shown_before(str(week), label=f"2026-W{week}") for week in (44, 45, 46, 47)]

    assert [digest.label for digest in digests_before(WINDOW, shown)] == ["2026-W44", "2026-W45"]
    assert digests_before(parse_week("2026-W44"), shown) == ()


def test_of_windows_that_end_on_the_same_day_the_longer_comes_first() -> None:
    week, weekend = shown_before("1", label="2026-W46"), span_days(date(2026, 11, 14), date(2026, 11, 15))

    assert digests_before(weekend, [week]) == (week,)


def test_the_file_changes_after_what_shows_all_digests_is_written(tmp_path: Path) -> None:
    def fail(digests: Sequence[ShownDigest]) -> None:
        raise StoreError("the disk is full")

    record_shown(tmp_path, shown_before("1"), publish_nothing)
    with pytest.raises(StoreError, match="full"):
        record_shown(tmp_path, shown_before("2", label="2026-W46"), fail)

    assert [digest.label for digest in read_shown(tmp_path)] == ["2026-W45"]


def test_writers_that_come_at_once_all_get_in(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:  # each opens the lock anew, as a process of its own would
        list(pool.map(lambda week: record_week(tmp_path, week), range(1, 17)))

    assert [digest.label for digest in read_shown(tmp_path)] == [f"2026-W{week:02}" for week in range(1, 17)]


@pytest.mark.parametrize("damage", ["{", '{"label": "2026-W45"}', "[]", '{"shown_version": 99}', "\x00"])
def test_a_damaged_line_is_an_error_that_says_where(tmp_path: Path, damage: str) -> None:
    record_shown(tmp_path, shown_before("1"), publish_nothing)
    with (tmp_path / SHOWN_FILE).open("a") as stream:
        stream.write(f"{damage}\n")

    with pytest.raises(StoreError, match=r"shown\.jsonl, line 2: damaged"):
        read_shown(tmp_path)


def test_a_line_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    line = shown_before("1").model_copy(update={"shown_version": 2})
    (tmp_path / SHOWN_FILE).write_text(line.model_dump_json())

    with pytest.raises(StoreError, match="newer version of summarizer"):
        read_shown(tmp_path)
