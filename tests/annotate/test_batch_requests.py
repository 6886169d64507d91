"""Facts about finding what has to be asked: each missing request once, and every record accounted for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from summarizer.annotate.batch_files import ShardKind, ShardWriter
from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_requests import RequestOptions, RequestReport, RequestSearch
from summarizer.chat.cache import ResponseCache
from summarizer.chat.interface import OutputMode
from summarizer.errors import ConfigurationError
from summarizer.papers import Paper, SkippedRecord
from summarizer.settings import Settings
from tests.builders import build_paper, build_response


def search(folder: Path, records: Sequence[Paper | SkippedRecord], **options: Any) -> tuple[RequestReport, list[str]]:
    """Search once; return the report and the ids of the requests that were written now."""
    settings = Settings(model="test-model", base_url="http://host/v1", cache_dir=folder)
    mode: OutputMode = options.pop("output_mode", "json_schema")
    with Ledger(folder / "batches") as ledger:
        before = {shard.id for shard in ledger.shards()}
        with closing(ShardWriter(ledger, ShardKind("run", "http://host/v1", "test-model", mode))) as writer:
            report = RequestSearch(settings, ledger, writer, RequestOptions(mode, **options)).run(iter(records))
            writer.finish()
        paths = [ledger.folder / shard.path for shard in ledger.shards() if shard.id not in before]
        lines = [line for path in paths for line in path.read_bytes().splitlines()]
    return report, [orjson.loads(line)["custom_id"] for line in lines]


def store(folder: Path, key: str, text: str) -> None:
    with closing(ResponseCache(folder / "responses")) as cache:
        asyncio.run(cache.put(key, build_response(text)))


def test_every_record_is_accounted_for(tmp_path: Path) -> None:
    records: list[Paper | SkippedRecord] = [
        build_paper(1),
        SkippedRecord(path="week.txt", line=2, reason="unreadable"),
        build_paper(1, position=3),
        build_paper(2, abstract=""),
        build_paper(3),
    ]

    report, keys = search(tmp_path, records)

    assert report == RequestReport(read=5, written=2, skipped=2, duplicate=1, worst_case_usd=None)
    assert len(set(keys)) == 2


def test_two_papers_with_one_text_are_one_request(tmp_path: Path) -> None:
    twins = [
        build_paper(number, title="A title", abstract="The same words.", authors=(f"A{number}",)) for number in (1, 2)
    ]

    report, keys = search(tmp_path, twins)

    assert (report.read, report.written + report.in_batches + report.duplicate, len(keys)) == (2, 2, 1)


def test_a_bad_reply_is_asked_again_under_another_key(tmp_path: Path) -> None:
    _, first = search(tmp_path, [build_paper(1)])
    store(tmp_path, first[0], '{"no": "annotation"}')

    report, second = search(tmp_path, [build_paper(1)])

    assert report.written == 1
    assert second != first

    store(tmp_path, second[0], '{"no": "annotation"}')

    assert search(tmp_path, [build_paper(1)])[0].answered == 1  # it failed for good, and replaying says so


def test_a_mode_that_the_stored_replies_do_not_have_is_said(tmp_path: Path) -> None:
    _, keys = search(tmp_path, [build_paper(1)])
    store(tmp_path, keys[0], '{"no": "annotation"}')

    with pytest.raises(ConfigurationError, match="leave --output-mode out"):
        search(tmp_path, [build_paper(1), build_paper(2)], output_mode="plain")


def test_the_last_request_that_fits_is_the_last_one_written(tmp_path: Path) -> None:
    papers = [build_paper(number) for number in range(1, 6)]

    report, keys = search(tmp_path, [*papers], worst_case_usd=lambda _: 0.25, max_usd=0.6)

    assert (report.read, report.written, report.pending, report.worst_case_usd) == (3, 2, 1, 0.5)
    assert len(keys) == 2
