"""Facts about the ledger of batch jobs."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_shard import RequestRow, Shard
from summarizer.errors import ConservationError, StoreError

KEYS = [f"{number:064x}" for number in range(4)]


def build_shard(shard_id: str = "s1", **fields: Any) -> Shard:
    values: dict[str, Any] = {
        "id": shard_id,
        "run": "run",
        "state": "prepared",
        "base_url": "http://host/v1",
        "model": "model",
        "output_mode": "json_schema",
        "path": f"{shard_id}.requests.jsonl",
        "sha256": "0" * 64,
        "requests": len(KEYS),
        "bytes": 100,
        "tokens": 10,
        "queue_tokens": None,
    }
    return Shard(**values | fields)


def build_rows() -> list[RequestRow]:
    return [RequestRow(line, key, f"paper-{line}") for line, key in enumerate(KEYS, 1)]


def test_what_was_entered_is_there_after_reopening(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(build_shard(), build_rows())
        ledger.update(build_shard(), state="in_progress", batch_id="b1")

    with Ledger(tmp_path) as ledger:
        (shard,) = ledger.shards(("in_progress",))

        assert shard == build_shard(state="in_progress", batch_id="b1")
        assert ledger.count_requests("s1") == {"outstanding": 4}
        assert ledger.key_of_line("s1", 2) == KEYS[1]


def test_a_shard_is_entered_whole_or_not_at_all(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        with pytest.raises(StoreError):
            ledger.add(build_shard(), [*build_rows(), build_rows()[0]])

        assert ledger.shards() == []
        assert ledger.find(KEYS[0]) is None


def test_what_is_outstanding_at_the_end_of_a_shard_is_accounted_for(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(build_shard(), build_rows())
        ledger.mark([("s1", KEYS[0], "answered", None), ("s1", KEYS[1], "failed", "why")])

        shard = ledger.settle(build_shard(), "expired", "expired", "too late", malformed=2)

        assert (shard.state, shard.malformed) == ("expired", 2)
        assert ledger.count_requests("s1") == {"answered": 1, "failed": 1, "expired": 2}
        assert [(row.paper, row.error) for row in ledger.failures("s1")] == [
            ("paper-2", "why"),
            ("paper-3", "too late"),
            ("paper-4", "too late"),
        ]


def test_a_request_that_is_not_accounted_for_is_a_bug(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(build_shard(requests=5), build_rows())

        with pytest.raises(ConservationError):
            ledger.settle(build_shard(requests=5), "collected", "failed", "")


def test_the_newest_batch_of_a_request_counts_and_exports_do_not(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(build_shard("s1", state="expired"), build_rows())
        ledger.add(build_shard("s2", state="in_progress"), build_rows())
        ledger.add(build_shard("s3", state="exported"), build_rows())

        assert ledger.last_state(KEYS[0]) == ("in_progress", "outstanding", None)
        assert ledger.last_state("f" * 64) is None
        assert [found.id for found in (ledger.find(KEYS[0]), ledger.find(KEYS[0], "s1")) if found] == ["s3", "s1"]


def test_a_second_program_is_told_to_wait(tmp_path: Path) -> None:
    with Ledger(tmp_path), pytest.raises(StoreError, match="another batch command is at work"):
        Ledger(tmp_path)

    Ledger(tmp_path).close()


def test_a_damaged_ledger_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database" * 100)

    with pytest.raises(StoreError, match=r"ledger\.sqlite"):
        Ledger(tmp_path)


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Ledger(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    connection.execute("PRAGMA user_version=99")
    connection.close()

    with pytest.raises(StoreError, match="newer version"):
        Ledger(tmp_path)


def test_a_ledger_that_can_not_be_opened_is_said_and_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()

    for _ in range(2):
        with pytest.raises(StoreError, match="unable to open"):
            Ledger(tmp_path)
