"""Facts about the response cache looked at as a whole."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from summarizer.chat.cache import ResponseCache
from summarizer.chat.cache_file import (
    BrokenEntry,
    StoredReply,
    check_integrity,
    remove_before,
    remove_broken,
    scan_cache,
)
from summarizer.errors import StoreError
from tests.builders import build_response

KEYS = [f"{number:064x}" for number in range(3)]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    cache = ResponseCache(tmp_path)
    for key in KEYS:
        asyncio.run(cache.put(key, build_response(f"reply to {key[-1]}")))
    cache.close()
    return tmp_path


def change(directory: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(directory / "cache.db")) as database, database:
        database.execute(statement, values)


def test_every_reply_is_found_with_its_key_and_time(directory: Path) -> None:
    entries = list(scan_cache(directory))

    assert [entry.key for entry in entries] == KEYS
    assert all(isinstance(entry, StoredReply) for entry in entries)
    assert [entry.response.text for entry in entries if isinstance(entry, StoredReply)] == [
        "reply to 0",
        "reply to 1",
        "reply to 2",
    ]
    assert all(
        datetime.now(UTC) - entry.stored_at < timedelta(minutes=1)
        for entry in entries
        if isinstance(entry, StoredReply)
    )


def test_a_folder_without_a_cache_holds_nothing(tmp_path: Path) -> None:
    assert list(scan_cache(tmp_path)) == []
    assert check_integrity(tmp_path) == []
    assert remove_before(tmp_path, datetime.now(UTC)) == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", '{"text": 1}'), ("value", b"\x80\x04pickle"), ("mode", 4), ("filename", "else.val"), ("key", "short")],
)
def test_an_entry_that_was_changed_is_broken_and_the_others_are_not(
    directory: Path, column: str, value: object
) -> None:
    change(directory, f"UPDATE Cache SET {column} = ? WHERE key = ?", value, KEYS[1])  # noqa: S608
    kinds = [type(entry) for entry in scan_cache(directory)]

    assert kinds == [StoredReply, BrokenEntry, StoredReply]


def test_removed_rows_are_gone_and_the_cache_still_works(directory: Path) -> None:
    change(directory, "UPDATE Cache SET value = 'x' WHERE key = ?", KEYS[0])
    broken = [entry for entry in scan_cache(directory) if isinstance(entry, BrokenEntry)]

    assert remove_broken(directory, broken) == 1
    with closing(ResponseCache(directory)) as cache:
        assert cache.get(KEYS[0]) is None
        assert cache.get(KEYS[1]) == build_response("reply to 1")


def test_a_reply_that_took_the_place_of_a_broken_entry_is_not_removed(directory: Path) -> None:
    change(directory, "UPDATE Cache SET value = 'x' WHERE key = ?", KEYS[0])
    broken = [entry for entry in scan_cache(directory) if isinstance(entry, BrokenEntry)]
    with closing(ResponseCache(directory)) as cache:
        asyncio.run(cache.put(KEYS[0], build_response("asked again")))

        assert remove_broken(directory, broken) == 0
        assert cache.get(KEYS[0]) == build_response("asked again")


def test_pruning_removes_what_is_older_and_nothing_else(directory: Path) -> None:
    change(directory, "UPDATE Cache SET store_time = 1000 WHERE key = ?", KEYS[2])
    moment = datetime.now(UTC) - timedelta(days=1)

    assert [entry.key for entry in scan_cache(directory, before=moment)] == [KEYS[2]]
    assert remove_before(directory, moment) == 1
    assert [entry.key for entry in scan_cache(directory)] == KEYS[:2]


def test_what_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(StoreError):
        list(scan_cache(tmp_path))
    with pytest.raises(StoreError):
        check_integrity(tmp_path)


def test_the_cache_can_be_read_while_a_run_writes_to_it(directory: Path) -> None:
    with closing(ResponseCache(directory)) as cache:
        asyncio.run(cache.put("a" * 64, build_response("new")))

        assert len(list(scan_cache(directory))) == 4
