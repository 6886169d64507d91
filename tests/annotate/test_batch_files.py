"""Facts about files of requests: never over a limit, and known to the ledger only when they are whole."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from summarizer.annotate.batch_files import ExportWriter, ShardKind, ShardWriter
from summarizer.annotate.batch_ledger import Ledger
from summarizer.errors import ConfigurationError, StoreError

LINE = b"x" * 99 + b"\n"


def build_kind(**fields: Any) -> ShardKind:
    return ShardKind("run", "http://host/v1", "model", "json_schema", **fields)


def write(writer: ShardWriter | ExportWriter, count: int, *, tokens: int = 10) -> None:
    for number in range(count):
        writer.add(LINE, key=f"{number:064x}", paper=f"paper-{number}", tokens=tokens)
    writer.finish()


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        ({}, [7]),
        ({"max_requests": 3}, [3, 3, 1]),
        ({"max_bytes": 200}, [2, 2, 2, 1]),
        ({"max_bytes": 199}, [1] * 7),
        ({"queue_tokens": 50}, [5, 2]),
        ({"max_requests": 4, "queue_tokens": 25}, [2, 2, 2, 1]),
    ],
)
def test_no_shard_exceeds_a_limit(tmp_path: Path, limit: dict[str, int], sizes: list[int]) -> None:
    with Ledger(tmp_path) as ledger:
        write(ShardWriter(ledger, build_kind(**limit)), 7)
        shards = ledger.shards()

        assert [shard.requests for shard in shards] == sizes
        assert [shard.bytes for shard in shards] == [100 * size for size in sizes]
        for shard in shards:
            content = (tmp_path / shard.path).read_bytes()

            assert content == LINE * shard.requests
            assert hashlib.sha256(content).hexdigest() == shard.sha256


def test_a_request_larger_than_the_queue_is_refused(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger, pytest.raises(ConfigurationError, match="--queue-tokens 9"):
        write(ShardWriter(ledger, build_kind(queue_tokens=9)), 1)


def test_a_file_of_a_killed_run_is_deleted_and_one_that_waits_is_kept(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        write(ShardWriter(ledger, build_kind()), 2)
        (tmp_path / "half.requests.jsonl").write_bytes(LINE)

        ShardWriter(ledger, build_kind())

        assert [path.name for path in tmp_path.glob("*.requests.jsonl")] == [ledger.shards()[0].path]


def test_a_shard_that_was_given_up_is_not_in_the_ledger(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        with closing(ShardWriter(ledger, build_kind())) as writer:
            writer.add(LINE, key="0" * 64, paper="p", tokens=1)

            assert writer.holds("0" * 64)

        assert ledger.shards() == []


def test_an_export_is_one_file_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "out" / "requests.jsonl"
    with Ledger(tmp_path / "ledger") as ledger:
        with closing(ExportWriter(ledger, build_kind(max_requests=3), path)) as writer:
            write(writer, 7)

        assert path.read_bytes() == LINE * 7
        assert [shard.requests for shard in ledger.shards(("exported",))] == [3, 3, 1]


def test_a_new_export_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    with Ledger(tmp_path / "ledger") as ledger:
        for count in (5, 2):
            with closing(ExportWriter(ledger, build_kind(), path)) as writer:
                write(writer, count)

        assert path.read_bytes() == LINE * 2
        assert [shard.requests for shard in ledger.shards()] == [2]


def test_an_export_that_was_given_up_leaves_the_file_before_alone(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text("before")
    with Ledger(tmp_path / "ledger") as ledger, closing(ExportWriter(ledger, build_kind(), path)) as writer:
        writer.add(LINE, key="0" * 64, paper="p", tokens=1)

    assert path.read_text() == "before"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["ledger", "requests.jsonl"]


def test_an_export_to_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Ledger(tmp_path / "ledger") as ledger, pytest.raises(StoreError, match="choose another file with -o"):
        ExportWriter(ledger, build_kind(), tmp_path / "file" / "requests.jsonl")


def test_an_export_beside_the_ledger_is_nobodys_leftover(tmp_path: Path) -> None:
    path = tmp_path / "mine.requests.jsonl"
    with Ledger(tmp_path) as ledger:
        with closing(ExportWriter(ledger, build_kind(), path)) as writer:
            write(writer, 1)
        ShardWriter(ledger, build_kind())

    assert path.read_bytes() == LINE


def test_an_export_that_was_given_up_is_not_in_the_ledger(tmp_path: Path) -> None:
    kind = build_kind(max_requests=1)
    with Ledger(tmp_path / "ledger") as ledger:
        with closing(ExportWriter(ledger, kind, tmp_path / "requests.jsonl")) as writer:
            writer.add(LINE, key="0" * 64, paper="p", tokens=1)

        assert ledger.shards() == []
