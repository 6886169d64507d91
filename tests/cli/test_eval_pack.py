"""Facts about `eval ab --b-pack N`: whether packs may be used is measured with packs as a run makes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat_server import ChatServer
from tests.cli.conftest import Cli
from tests.evaluation.scripted_gold import SHIPPED, write_dev

PROMPT = Path(__file__).parents[1] / "data" / "prompts" / "annotate-packed.toml"
DEV_PAPERS = 8


@pytest.fixture
def server(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    (tmp_path / "eval").mkdir()
    gate = (SHIPPED.parent / "gate.toml").read_text(encoding="utf-8")
    (tmp_path / "eval" / "gate.toml").write_text(gate.replace("bootstrap = 10000", "bootstrap = 200"), encoding="utf-8")
    write_dev(tmp_path / "eval" / "gold")
    with ChatServer(latency_seconds=0.1, jitter_seconds=0.3) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        monkeypatch.setenv("SUMMARIZER_PROMPT", str(PROMPT))
        yield server


def count_packs(server: ChatServer) -> list[int]:
    """Return the papers of each request that is a pack."""
    bodies = [request.body for request in server.requests]
    packs = [body for body in bodies if body["response_format"]["json_schema"]["name"] == "annotations"]
    return [body["messages"][1]["content"].count("\n</paper-") for body in packs]


def test_packs_are_full_however_long_the_papers_beside_them_take_alone(cli: Cli, server: ChatServer) -> None:
    result = cli("eval", "ab", "--b-pack", "4", "-c", "2", "--json")
    verdict = json.loads(result.stdout)

    assert count_packs(server) == [4, 4]
    assert server.calls == DEV_PAPERS + 2
    assert verdict
    assert "another" not in result.stderr


def test_a_run_with_packs_is_another_run_than_one_without(cli: Cli, server: ChatServer) -> None:
    alone = json.loads(cli("eval", "run", "--json").stdout)["run"]
    packed = json.loads(cli("eval", "run", "--json", "--pack", "8").stdout)["run"]

    assert alone != packed
    assert count_packs(server) == [8]


def test_packs_of_two_sizes_are_not_compared_because_they_share_stored_replies(cli: Cli, server: ChatServer) -> None:
    result = cli("eval", "ab", "--a-pack", "2", "--b-pack", "4")

    assert result.exit_code == 2
    assert "share their stored replies" in result.stderr
    assert server.calls == 0
