"""Facts about the response cache: its key, what it keeps, and what it refuses."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from summarizer.chat.cache import ResponseCache, cache_key
from summarizer.chat.interface import ChatRequest, Message, ResponseSchema
from summarizer.errors import StoreError
from tests.builders import build_request, build_response

OTHER_VALUES: dict[str, Any] = {
    "base_url": "http://localhost:8001/v1",
    "model": "other-model",
    "messages": (Message("system", "You annotate papers."), Message("user", "other")),
    "response_schema": ResponseSchema("annotation", '{"type":"array"}'),
    "output_mode": "plain",
    "max_output_tokens": 513,
    "temperature": 0.0,
    "seed": 1,
    "reasoning_effort": "low",
    "repeat": 1,
}

KEY = cache_key(build_request())


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ResponseCache]:
    cache = ResponseCache(tmp_path / "responses")
    yield cache
    cache.close()


@pytest.mark.parametrize("field", [field.name for field in fields(ChatRequest)])
def test_every_field_of_a_request_changes_the_key(field: str) -> None:
    request = build_request()

    assert cache_key(replace(request, **{field: OTHER_VALUES[field]})) != cache_key(request)


@pytest.mark.parametrize(
    "messages",
    [
        (Message("system", "other"), Message("user", "hello")),
        (Message("system", "You annotate papers."), Message("assistant", "hello")),
        (Message("system", "You annotate papers."), Message("user", "hello"), Message("user", "")),
        (Message("system", "You annotate papers.hello"), Message("user", "")),
    ],
)
def test_every_part_of_the_conversation_changes_the_key(messages: tuple[Message, ...]) -> None:
    assert cache_key(build_request(messages=messages)) != cache_key(build_request())


def test_the_key_of_a_request_never_changes_between_releases() -> None:
    assert cache_key(build_request()) == "6daf092f75df51bab2be278faa88ac68bc26ac0bb135150ee776f7d1d9d5eb58"


def test_a_stored_reply_is_found_again_by_another_process(tmp_path: Path) -> None:
    first = ResponseCache(tmp_path)
    asyncio.run(first.put(KEY, build_response("{ }")))
    first.close()
    second = ResponseCache(tmp_path)

    assert second.get(KEY) == build_response("{ }")
    assert second.get(cache_key(build_request("other"))) is None
    second.close()


def test_a_reply_is_on_disk_when_put_returns(cache: ResponseCache, tmp_path: Path) -> None:
    async def put_and_look() -> int:
        await cache.put(KEY, build_response())
        with closing(sqlite3.connect(tmp_path / "responses" / "cache.db", isolation_level=None)) as database:
            return int(database.execute("SELECT count(*) FROM Cache").fetchone()[0])

    assert asyncio.run(put_and_look()) == 1


def test_replies_that_arrive_together_are_all_kept(cache: ResponseCache) -> None:
    requests = [build_request(str(number)) for number in range(1000)]

    async def put_all() -> None:
        await asyncio.gather(
            *(cache.put(cache_key(request), build_response(request.messages[1].content)) for request in requests)
        )

    asyncio.run(put_all())

    assert all(
        (found := cache.get(cache_key(request))) and found.text == request.messages[1].content for request in requests
    )


def test_a_put_that_nobody_waits_for_is_kept(cache: ResponseCache) -> None:
    """A run that is interrupted drops its tasks; the replies that had arrived are paid for."""

    async def put_and_leave() -> None:
        task = asyncio.create_task(cache.put(KEY, build_response()))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(put_and_leave())
    cache.close()

    assert cache.get(KEY) == build_response()


def test_text_of_any_size_is_kept_inside_the_database(cache: ResponseCache, tmp_path: Path) -> None:
    asyncio.run(cache.put(KEY, build_response("长" * 100_000)))

    assert cache.get(KEY) == build_response("长" * 100_000)
    assert not list((tmp_path / "responses").rglob("*.val"))


def test_a_pickle_in_the_file_is_refused_and_never_loaded(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "exploded",))

    cache = ResponseCache(tmp_path / "responses")
    asyncio.run(cache.put(KEY, build_response()))
    with closing(sqlite3.connect(tmp_path / "responses" / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Bomb()),))

    with pytest.raises(StoreError, match="did not write"):
        cache.get(KEY)

    cache.close()

    assert not (tmp_path / "exploded").exists()


def test_an_unreadable_entry_is_a_miss_and_logged(
    cache: ResponseCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.run(cache.put(KEY, build_response()))
    with closing(sqlite3.connect(tmp_path / "responses" / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = '{\"text\": '")

    assert cache.get(KEY) is None
    assert "unreadable" in caplog.text


def test_nothing_is_evicted_by_size_or_age(cache: ResponseCache) -> None:
    assert cache._cache.eviction_policy == "none"
    assert cache._cache.cull_limit == 0
    assert cache._cache.size_limit == 2**62


def test_a_damaged_file_is_an_error_that_names_the_way_on(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"not a database, not a database, not a database" * 100)

    with pytest.raises(StoreError, match="--cache-dir"):
        ResponseCache(tmp_path)


def test_a_folder_that_can_not_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="--cache-dir"):
        ResponseCache(tmp_path / "file" / "responses")


def test_a_write_that_waits_too_long_for_another_process_says_so(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path, lock_seconds=0.1)
    with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="can't be written: database is locked"):
            asyncio.run(cache.put("key", build_response()))
    asyncio.run(cache.put("key", build_response()))

    assert cache.get("key") == build_response()
    cache.close()


def test_a_reply_stored_again_takes_the_place_of_the_first_one(cache: ResponseCache) -> None:
    """Also within one transaction; diskcache finds its own counts and columns in order."""

    async def put_thrice() -> None:
        await cache.put(KEY, build_response("first"))
        await cache.put_all(
            [(KEY, build_response("second")), ("other", build_response()), (KEY, build_response("third"))]
        )

    asyncio.run(put_thrice())

    assert cache.get(KEY) == build_response("third")
    assert len(cache._cache) == 2
    assert cache._cache.check() == []


def test_what_is_stored_replaces_all_columns_of_an_entry_of_somebody_else(cache: ResponseCache) -> None:
    columns = "key, raw, expire_time, access_count, tag, size, mode, filename, typeof(value)"
    with closing(sqlite3.connect(cache._directory / "cache.db", isolation_level=None)) as database:
        database.execute(
            f"INSERT INTO Cache ({columns.replace('typeof(value)', 'value')}) VALUES (?, 1, 1.0, 7, 't', 9, 4, 'f.val', ?)",  # noqa: S608
            (KEY, b"pickled"),
        )
        asyncio.run(cache.put(KEY, build_response()))
        row = database.execute(f"SELECT {columns} FROM Cache").fetchone()  # noqa: S608

    assert row == (KEY, 1, None, 0, None, 0, 1, None, "text")


def test_replies_that_find_the_disk_full_are_all_told_and_later_ones_are_kept(cache: ResponseCache) -> None:
    async def put(key: str) -> None:
        await cache.put(key, build_response("x" * 20_000))

    async def put_together() -> list[BaseException | None]:
        return await asyncio.gather(*(put(str(number)) for number in range(9)), return_exceptions=True)

    database = cache._writer._connection
    (limit,) = database.execute("PRAGMA max_page_count").fetchone()
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages + 2}")
    outcomes = asyncio.run(put_together())
    database.execute(f"PRAGMA max_page_count = {limit}")
    asyncio.run(put("later"))

    assert all(isinstance(outcome, StoreError) and "disk is full" in str(outcome) for outcome in outcomes)
    assert cache.get("later") == build_response("x" * 20_000)
    assert len(cache._cache) == 1


def test_flushing_an_empty_cache_is_no_error(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path)
    cache.flush()

    assert cache.get("key") is None
    cache.close()
