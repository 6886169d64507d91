"""Facts about the gold check before a dump."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from summarizer.cli.eval_check import require_sound_gold
from summarizer.errors import SummarizerError
from tests.chat_server import ChatServer, Refusal
from tests.cli.conftest import Cli
from tests.evaluation.scripted_gold import build_settings, write_dev

GATE = """
[eval]
bootstrap = 500

[gate.tags]
primary = "micro_f1"
margin = 0.04

[guard]
"structure.refused" = 0.5
"""


@pytest.fixture
def folder(cli: Cli, tmp_path: Path) -> Path:
    """The working folder, with a gold set and a gate where they are looked for."""
    write_dev(tmp_path / "eval" / "gold")
    (tmp_path / "eval" / "gate.toml").write_text(GATE, encoding="utf-8")
    return tmp_path


def test_a_dump_may_start_after_a_sound_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ChatServer() as server:
        require_sound_gold(build_settings(folder, base_url=server.base_url))
        calls = server.calls
        require_sound_gold(build_settings(folder, base_url=server.base_url))

    talk = capsys.readouterr().err
    assert (calls, server.calls) == (8, 8)
    assert "gold check: PASS, 8 papers, by the floors of the gate alone" in talk


def test_what_the_check_costs_is_taken_from_the_cap_of_the_dump(folder: Path) -> None:
    with ChatServer() as server:
        settings = build_settings(folder, base_url=server.base_url, max_cost=5.0)
        after_asking, after_replaying = require_sound_gold(settings), require_sound_gold(settings)

    assert after_asking.max_cost is not None
    assert 4.5 < after_asking.max_cost < 5.0
    assert after_replaying == settings


def test_a_model_that_refuses_stops_the_dump_with_exit_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ChatServer(fault_rate=1.0, chaos=[Refusal()]) as server, pytest.raises(typer.Exit) as left:
        require_sound_gold(build_settings(folder, base_url=server.base_url))

    talk = capsys.readouterr().err
    assert left.value.exit_code == 3
    assert "structure.refused" in talk
    assert "nothing was started" in talk


def test_without_stored_replies_an_offline_check_stops_the_dump_with_exit_5(folder: Path) -> None:
    with pytest.raises(typer.Exit) as left:
        require_sound_gold(build_settings(folder, base_url="http://localhost:9/v1"), offline=True)

    assert left.value.exit_code == 5


def test_without_a_gold_set_the_dump_does_not_start(folder: Path) -> None:
    (folder / "eval" / "gold" / "papers.jsonl").unlink()

    with pytest.raises(SummarizerError, match="--gold"):
        require_sound_gold(build_settings(folder, model="extractive"))
