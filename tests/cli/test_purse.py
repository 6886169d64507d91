"""Facts about a cap over several runs, and the record of who was mailed."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.annotate.report import RunReport
from summarizer.cli.mail_record import MailRecord
from summarizer.cli.purse import Purse
from summarizer.errors import StoreError
from summarizer.settings import Settings


def test_what_is_left_is_the_cap_of_the_next_run() -> None:
    purse = Purse(2.0)
    purse.settle(RunReport(cost_usd=0.5, possibly_billed_usd=0.25))
    purse.spend(0.25)

    assert purse.limit(Settings(max_cost=2.0)).max_cost == 1.0


def test_nothing_is_left_when_nobody_knows_the_cost_and_never_less_than_nothing() -> None:
    unknown, empty = Purse(2.0), Purse(2.0)
    unknown.settle(RunReport(cost_usd=None))
    empty.spend(3.0)

    assert unknown.limit(Settings()).max_cost == 0.0
    assert empty.limit(Settings()).max_cost == 0.0


def test_without_a_cap_there_is_none() -> None:
    purse = Purse()
    purse.settle(RunReport(cost_usd=None))

    assert purse.limit(Settings()).max_cost is None


def test_a_message_is_remembered_by_reader_week_and_recipient(tmp_path: Path) -> None:
    path = tmp_path / "weekly" / "mailed.jsonl"
    with MailRecord(path) as first:
        first.add("ct", "2026-W46", "ada@example.org")
    others = [
        ("mr", "2026-W46", "ada@example.org"),
        ("ct", "2026-W47", "ada@example.org"),
        ("ct", "2026-W46", "b@x.org"),
    ]

    with MailRecord(path) as record:
        assert record.is_sent("ct", "2026-W46", "ada@example.org")
        assert not any(record.is_sent(*other) for other in others)


def test_two_runs_at_once_do_not_both_send(tmp_path: Path) -> None:
    path = tmp_path / "mailed.jsonl"

    with MailRecord(path), pytest.raises(StoreError, match="another weekly run is at work"):
        MailRecord(path)
    with MailRecord(path):
        pass  # the first one is over


def test_a_damaged_record_stops_before_anything_is_sent_twice(tmp_path: Path) -> None:
    (tmp_path / "mailed.jsonl").write_text('{"profile": "ct"')

    with pytest.raises(StoreError, match="may then be sent again"):
        MailRecord(tmp_path / "mailed.jsonl")


def test_a_record_that_can_not_be_kept_is_known_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "mailed.jsonl").mkdir()

    with pytest.raises(StoreError, match="can't be used"):
        MailRecord(tmp_path / "mailed.jsonl")
