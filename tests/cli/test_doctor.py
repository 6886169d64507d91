"""Facts about `summarizer doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat_server import ChatServer, KeyInError, NotJson, QuotaExceeded
from tests.cli.conftest import KEY, Cli


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        yield server


def levels(text: str) -> dict[str, str]:
    return {finding["subject"]: finding["level"] for finding in json.loads(text)}


def test_a_good_endpoint_is_all_ok_and_names_the_mode(cli: Cli, server: ChatServer) -> None:
    server.models = ["test-model"]
    result = cli("doctor")

    assert result.exit_code == 0
    assert "json_schema" in result.stdout
    assert set(levels(cli("doctor", "--json").stdout).values()) == {"ok"}


def test_no_model_is_a_problem_with_a_fix(cli: Cli) -> None:
    result = cli("doctor")

    assert result.exit_code == 2
    assert "--model extractive" in result.stdout


def test_the_extractive_annotator_needs_nothing(cli: Cli) -> None:
    assert cli("doctor", "-m", "extractive").exit_code == 0


def test_a_missing_key_is_named(cli: Cli) -> None:
    result = cli("doctor", "-m", "m")

    assert result.exit_code == 2
    assert "set OPENAI_API_KEY" in result.stdout


def test_a_refused_key_is_named_and_not_shown(cli: Cli, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.api_key = "another-key-0123456789"
    server.fault_for("lung nodules", KeyInError())
    result = cli("doctor")

    assert result.exit_code == 3
    assert KEY not in result.stdout + result.stderr


def test_an_unknown_model_lists_the_known_ones(cli: Cli, server: ChatServer) -> None:
    server.models = ["other-model"]
    result = cli("doctor")

    assert result.exit_code == 3
    assert "other-model" in result.stdout


def test_an_exhausted_quota_is_a_problem(cli: Cli, server: ChatServer) -> None:
    server.fault_for("lung nodules", QuotaExceeded())

    assert cli("doctor").exit_code == 3


def test_a_server_that_is_not_there_is_a_problem(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZER_MAX_ATTEMPTS", "1")
    result = cli("doctor", "-m", "m", "--base-url", "http://127.0.0.1:9/v1")

    assert result.exit_code != 0
    assert "http://127.0.0.1:9/v1" in result.stdout


def test_a_model_that_talks_prose_is_a_warning(cli: Cli, server: ChatServer) -> None:
    server.fault_for("lung nodules", NotJson())
    result = cli("doctor", "--json")

    assert result.exit_code == 0
    assert levels(result.stdout)["trial"] == levels(result.stdout)["structured output"] == "warning"


def test_a_cache_folder_that_can_not_be_written_is_a_problem(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = cli("doctor", "-m", "extractive", "--cache-dir", tmp_path / "file" / "cache")

    assert result.exit_code == 2
    assert "--cache-dir" in result.stdout
