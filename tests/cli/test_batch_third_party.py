"""Facts about batch jobs at a server that nobody here wrote: llmock, which has files and batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import KEY, SAMPLE_WEEK, Cli
from tests.cli.llmock import serve_llmock


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with serve_llmock() as base_url:
        yield base_url


@pytest.fixture(autouse=True)
def settings(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SUMMARIZER_MODEL", "gpt-4o-mini")


def test_jobs_are_submitted_and_collected(cli: Cli, tmp_path: Path) -> None:
    sent = cli("batch", "submit", SAMPLE_WEEK, "--limit", "5", "--json")
    collected = cli("batch", "collect", "--wait", "--json")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert (sent.exit_code, json.loads(sent.stdout)["written"]) == (0, 5)
    assert (collected.exit_code, json.loads(collected.stdout)[0]["outcomes"]) == (0, {"answered": 5})
    assert KEY not in sent.stdout + sent.stderr + collected.stdout + collected.stderr
    assert KEY.encode() not in written


def test_jobs_are_cancelled(cli: Cli) -> None:
    cli("batch", "submit", SAMPLE_WEEK, "--limit", "5")

    cancelled = cli("batch", "cancel")
    (shard,) = json.loads(cli("batch", "collect", "--json").stdout)

    assert (cancelled.exit_code, cancelled.stderr.split(";")[0]) == (0, "1 cancelled")
    assert shard["outcomes"] == {"answered": 5} if shard["state"] == "collected" else {"cancelled": 5}
    assert shard["state"] in {"cancelled", "collected"}  # it may have been done by then
