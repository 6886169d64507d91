"""Facts about `summarizer init`: what it asks, what it writes, what it leaves alone."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from summarizer.cli.profiles import parse_profiles
from tests.cli.conftest import Cli

REPOSITORY = Path(__file__).parents[2]
FILE = Path("summarizer.toml")
SECONDS = 60.0


def answer(*answers: str) -> tuple[int, str]:
    """Run `summarizer init` at a terminal, answer each question in turn, and return exit code and output."""
    terminal, other_end = os.openpty()
    command, environment = [sys.executable, "-m", "summarizer", "init"], os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdin=other_end, stdout=other_end, stderr=other_end, env=environment) as process:
        os.close(other_end)
        shown = ""
        for text in answers:
            shown += read_until_question(terminal)
            os.write(terminal, f"{text}\n".encode())
        shown += read_until_question(terminal)
        os.close(terminal)  # a question more than there are answers is an error, no wait for ever
        process.wait(SECONDS)
    return process.returncode, shown


def read_until_question(terminal: int) -> str:
    """Read up to a colon that waits for an answer, or to the end."""
    shown, deadline = b"", time.monotonic() + SECONDS
    while not shown.endswith(b": ") and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:  # how a terminal says that nobody writes to it any more
                break
            shown += chunk
    return shown.decode()


def test_the_defaults_are_a_file_that_weekly_takes(cli: Cli) -> None:
    result, dry = cli("init", "--yes"), cli("weekly", "--dry-run")

    assert (result.exit_code, dry.exit_code) == (0, 0)
    assert "summarizer weekly --dry-run" in result.stderr
    assert "arXiv eess.IV, arXiv cs.CV" in dry.stdout


def test_a_file_that_is_there_stays_unless_it_is_forced(cli: Cli) -> None:
    FILE.write_text("# mine\n")
    refused, kept = cli("init", "--yes"), FILE.read_text()
    forced = cli("init", "--yes", "--force")

    assert (refused.exit_code, kept) == (2, "# mine\n")
    assert "--force" in refused.stderr
    assert forced.exit_code == 0
    assert "[profile." in FILE.read_text()


def test_without_a_terminal_it_asks_for_yes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        result = cli("init")

    assert result.exit_code == 2
    assert "add --yes" in result.stderr
    assert not FILE.exists()


def test_answers_are_written_whatever_they_hold(cli: Cli) -> None:
    code, shown = answer(
        *(
            "Liver MRI!",
            'The "liver" \\ week = 1',
            "eess.IV, cs.CV",
            "some-model",
            "-3",
            "1.5",
            "http://localhost:8000/v1",
        ),
        *("de, fr", "0.1", "0.4", "9", "3", "", "me@example.org", "", "mail.example.org"),
    )
    table = tomllib.loads(FILE.read_text())
    (name, profile), *_ = parse_profiles(table, FILE).items()

    assert code == 0, shown
    assert (table["model"], table["base_url"], table["max_cost"]) == ("some-model", "http://localhost:8000/v1", 1.5)
    assert (table["price_in"], table["price_out"], table["languages"]) == (0.1, 0.4, ["de", "fr"])
    assert (table["smtp_host"], table["mail_from"]) == ("mail.example.org", "me@example.org")
    assert (name, profile.title, profile.min_relevance) == ("liver-mri", 'The "liver" \\ week = 1', 3)
    assert (profile.output, profile.mail_to) == ("digests/liver-mri", ("me@example.org",))
    assert cli("weekly", "--dry-run").exit_code == 0


def test_it_neither_asks_for_a_key_nor_writes_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")
    cli("init", "--yes")

    assert "sk-secret" not in FILE.read_text()
    assert "api_key" not in FILE.read_text()
