"""Facts about reading results: whatever their order and whatever is wrong with them, every line and request is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from random import Random

import orjson
import pytest

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_replies import ReplyReader, ReplyReport
from summarizer.chat.address import build_address
from summarizer.chat.cache import ResponseCache
from summarizer.chat.interface import Usage
from tests.annotate.test_batch_ledger import KEYS, build_rows, build_shard

DECODE = build_address("http://host/v1", None).decode


def reply(key: str, text: str = "{}") -> bytes:
    body = {
        "choices": [{"finish_reason": "stop", "message": {"content": text}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2},
    }
    return orjson.dumps({"custom_id": key, "response": {"status_code": 200, "body": body}, "error": None})


def failure(key: str) -> bytes:
    return orjson.dumps({"custom_id": key, "response": None, "error": {"code": "server_error", "message": "lost"}})


def read(folder: Path, lines: Iterable[bytes], *, only: bool = True) -> tuple[ReplyReport, dict[str, str | None]]:
    """Read lines into a ledger with one shard; return the report and the cached texts by key."""
    with Ledger(folder / "ledger") as ledger, closing(ResponseCache(folder / "cache")) as cache:
        if not ledger.shards():
            ledger.add(build_shard(state="completed"), build_rows())
        shard = build_shard() if only else None
        reader = ReplyReader(ledger, cache, DECODE, endpoint="http://host/v1", shard=shard)
        report = asyncio.run(reader.read(lines))
        counted = dict(ledger.count_requests("s1"))

        assert sum(counted.values()) == len(KEYS)
        assert (report.answered, report.failed) == (counted.get("answered", 0), counted.get("failed", 0))
        cached = {key: cache.get(key) for key in KEYS}
        return report, {key: response.text if response else None for key, response in cached.items()}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_lines_does_not_matter(tmp_path: Path, seed: int) -> None:
    lines = [reply(key, f'{{"n": {number}}}') for number, key in enumerate(KEYS)]
    Random(seed).shuffle(lines)

    report, cached = read(tmp_path, lines)

    assert (report.lines, report.answered) == (4, 4)
    assert list(cached.values()) == [f'{{"n": {number}}}' for number in range(4)]
    assert report.usage == Usage(input_tokens=40, output_tokens=8)


def test_a_request_without_a_line_stays_outstanding(tmp_path: Path) -> None:
    report, cached = read(tmp_path, [reply(KEYS[1])])

    assert report.answered == 1
    assert [text is not None for text in cached.values()] == [False, True, False, False]


def test_the_first_reply_to_a_request_holds(tmp_path: Path) -> None:
    report, cached = read(tmp_path, [reply(KEYS[0], "first"), reply(KEYS[0], "second"), failure(KEYS[0])])

    assert (report.lines, report.answered, report.duplicate) == (3, 1, 2)
    assert cached[KEYS[0]] == "first"
    assert report.usage == Usage(input_tokens=10, output_tokens=2)


def test_a_reply_goes_before_an_error_whichever_came_first(tmp_path: Path) -> None:
    report, cached = read(tmp_path, [failure(KEYS[0]), failure(KEYS[0]), reply(KEYS[0], "late"), failure(KEYS[0])])

    assert (report.answered, report.failed, report.duplicate) == (1, 0, 3)
    assert cached[KEYS[0]] == "late"


def test_lines_of_no_use_are_counted_and_change_nothing(tmp_path: Path) -> None:
    lines = [b"{", reply("f" * 64), reply("no key at all"), reply(KEYS[0]), b'{"custom_id": 1}', failure(KEYS[1])]

    report, cached = read(tmp_path, lines)

    assert (report.lines, report.answered, report.failed, report.unknown, report.malformed) == (6, 1, 1, 2, 2)
    assert [text is not None for text in cached.values()] == [True, False, False, False]


def test_reading_again_after_a_crash_ends_in_the_same_place(tmp_path: Path) -> None:
    read(tmp_path, [reply(KEYS[0]), failure(KEYS[1])])

    report, cached = read(tmp_path, [reply(KEYS[0]), failure(KEYS[1]), reply(KEYS[2])])

    assert (report.answered, report.failed, report.duplicate) == (2, 1, 0)
    assert cached[KEYS[2]] == "{}"


def test_a_plain_file_may_answer_whatever_was_asked(tmp_path: Path) -> None:
    report, cached = read(tmp_path, [reply(KEYS[3]), reply("f" * 64)], only=False)

    assert (report.answered, report.unknown) == (1, 1)
    assert cached[KEYS[3]] == "{}"


def test_an_error_in_a_later_file_takes_no_reply_back(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as ledger, closing(ResponseCache(tmp_path / "cache")) as cache:
        ledger.add(build_shard(state="exported"), build_rows())
        for line in (reply(KEYS[0]), failure(KEYS[0])):
            asyncio.run(ReplyReader(ledger, cache, DECODE, endpoint="http://host/v1").read([line]))

        assert ledger.count_requests("s1") == {"answered": 1, "outstanding": 3}


def test_a_reply_answers_every_export_that_asks_for_it(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as ledger, closing(ResponseCache(tmp_path / "cache")) as cache:
        ledger.add(build_shard("s1", state="exported"), build_rows())
        ledger.add(build_shard("s2", state="exported"), build_rows())
        ledger.add(build_shard("s3", state="in_progress"), build_rows())
        report = asyncio.run(ReplyReader(ledger, cache, DECODE, endpoint="http://host/v1").read([reply(KEYS[0])]))

        assert report.answered == 1
        assert [ledger.count_requests(name)["outstanding"] for name in ("s1", "s2")] == [3, 3]
