"""Facts about `summarizer cache`."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from summarizer.chat.cache import ResponseCache
from tests.builders import build_response
from tests.chat_server import ChatServer
from tests.cli.conftest import KEY as API_KEY
from tests.cli.conftest import Cli, write_day

KEYS = [f"{number:064x}" for number in range(3)]


@pytest.fixture
def responses() -> Path:
    """Three replies in the cache of the current folder."""
    path = Path("cache") / "responses"
    cache = ResponseCache(path)
    for key in KEYS:
        asyncio.run(cache.put(key, build_response(f"reply {key[-1]}")))
    cache.close()
    return path


def read_lines(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def test_info_counts_replies_and_tokens(cli: Cli, responses: Path) -> None:
    found = json.loads(cli("cache", "info", "--json").stdout)

    assert found["replies"] == 3
    assert found["broken"] == 0
    assert found["output_tokens"] == 3 * build_response().usage.output_tokens
    assert "3 replies" in cli("cache", "info").stdout


def test_an_empty_cache_is_no_error(cli: Cli) -> None:
    assert "0 replies" in cli("cache", "info").stdout
    assert cli("cache", "verify").exit_code == 0
    assert cli("cache", "export", "-o", "-").stdout == ""


def test_an_exported_cache_is_imported_elsewhere(cli: Cli, responses: Path) -> None:
    cli("cache", "export", "-o", "replies.jsonl")
    result = cli("cache", "import", "replies.jsonl", "--cache-dir", "other")

    assert result.exit_code == 0
    assert result.stdout.startswith("3 read = 3 added")
    cli("cache", "export", "-o", "again.jsonl", "--cache-dir", "other")
    assert [line["response"] for line in read_lines("again.jsonl")] == [
        line["response"] for line in read_lines("replies.jsonl")
    ]


def test_an_import_keeps_what_is_there_and_names_what_it_cannot_read(cli: Cli, responses: Path) -> None:
    cli("cache", "export", "-o", "replies.jsonl")
    lines = Path("replies.jsonl").read_text(encoding="utf-8").splitlines()
    other = lines[1].replace("reply 1", "another reply")
    new = lines[2].replace(KEYS[2], "f" * 64)
    Path("mixed.jsonl").write_text(
        "\n".join([lines[0], other, new, new, "{torn", "", '{"key": "x"}']), encoding="utf-8"
    )
    result = cli("cache", "import", "mixed.jsonl")

    assert result.exit_code == 1
    assert result.stdout.startswith("6 read = 1 added + 2 known + 1 known with another reply + 2 unreadable")
    assert "mixed.jsonl, line 5" in result.stderr
    assert "mixed.jsonl, line 7" in result.stderr
    with closing(ResponseCache(responses)) as cache:
        assert cache.get(KEYS[1]) == build_response("reply 1")
        assert cache.get("f" * 64) == build_response("reply 2")


def test_verify_isolates_a_broken_entry_so_that_it_is_asked_for_again(cli: Cli, responses: Path) -> None:
    with closing(sqlite3.connect(responses / "cache.db")) as database, database:
        database.execute("UPDATE Cache SET value = '{' WHERE key = ?", (KEYS[0],))
    looked = cli("cache", "verify", "--dry-run")
    result = cli("cache", "verify")
    isolated = next(responses.glob("broken-*.jsonl"))

    assert (looked.exit_code, result.exit_code) == (1, 1)
    assert looked.stdout == result.stdout == "2 sound, 1 broken\n"
    assert json.loads(isolated.read_text())["key"] == KEYS[0]
    assert cli("cache", "verify").stdout == "2 sound, 0 broken\n"


def test_prune_says_what_it_removes(cli: Cli, responses: Path) -> None:
    with closing(sqlite3.connect(responses / "cache.db")) as database, database:
        database.execute("UPDATE Cache SET store_time = 1000 WHERE key = ?", (KEYS[0],))

    assert cli("cache", "prune", "--older-than", "30", "--dry-run").stdout == "1 replies would be removed\n"
    assert cli("cache", "prune", "--older-than", "30").stdout == "1 replies removed\n"
    assert cli("cache", "prune", "--older-than", "30").stdout == "0 replies removed\n"


def test_a_recorded_run_is_repeated_without_a_key_or_a_server(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write_day(Path("day.txt"), 3)
    monkeypatch.setenv("OPENAI_API_KEY", API_KEY)
    with ChatServer(api_key=API_KEY) as server:
        recorded = cli("annotate", "day.txt", "-o", "first.jsonl", "-m", "m", "--base-url", server.base_url)
        cli("cache", "export", "-o", "replies.jsonl")
    cli("cache", "import", "replies.jsonl", "--cache-dir", "shared")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    repeated = cli(
        *("annotate", "day.txt", "-o", "second.jsonl", "-m", "m", "--base-url", server.base_url),
        *("--cache-dir", "shared", "--replay"),
    )

    assert (recorded.exit_code, repeated.exit_code) == (0, 0)
    assert API_KEY not in Path("replies.jsonl").read_text(encoding="utf-8")
    assert [line["annotation"] for line in read_lines("second.jsonl")] == [
        line["annotation"] for line in read_lines("first.jsonl")
    ]


def test_an_export_says_what_it_leaves_out(cli: Cli, responses: Path) -> None:
    whole = cli("cache", "export", "-o", "replies.jsonl")
    with closing(sqlite3.connect(responses / "cache.db")) as database, database:
        database.execute("UPDATE Cache SET value = '{' WHERE key = ?", (KEYS[0],))
    result = cli("cache", "export", "-o", "replies.jsonl")

    assert (whole.exit_code, whole.stderr) == (0, "3 replies exported\n")
    assert result.exit_code == 1
    assert "2 replies exported" in result.stderr
    assert "1 broken entries left out" in result.stderr


def test_replies_are_imported_from_a_pipe(cli: Cli, responses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = cli("cache", "export", "-o", "-").stdout
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    result = cli("cache", "import", "-", "--cache-dir", "other")

    assert result.stdout.startswith("3 read = 3 added")


def test_a_file_of_something_else_is_not_complained_about_line_by_line(cli: Cli) -> None:
    Path("dump.jsonl").write_text('{"id": 1}\n' * 500, encoding="utf-8")
    result = cli("cache", "import", "dump.jsonl")

    assert result.exit_code == 1
    assert "500 unreadable" in result.stdout
    assert len(result.stderr.splitlines()) == 11
    assert "and 490 more lines" in result.stderr
