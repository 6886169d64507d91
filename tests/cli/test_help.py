"""Facts about help, version and errors of the command line."""

from __future__ import annotations

import pytest

from summarizer import __version__
from tests.cli.conftest import Cli

COMMANDS = [
    *("annotate", "digest", "doctor", "export", "harvest", "init", "join", "papers", "runs", "weekly"),
    *("batch", "batch cancel", "batch collect", "batch export", "batch import", "batch status", "batch submit"),
    *("cache", "cache export", "cache import", "cache info", "cache prune", "cache verify"),
    *("eval", "eval ab", "eval bless", "eval compare", "eval gate", "eval noise"),
    *("eval rescore", "eval results", "eval run", "eval threshold"),
    *("gold", "gold add", "gold agree", "gold lint", "gold review", "gold split", "gold stats"),
    *("prompts", "prompts list", "prompts render", "prompts show"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cli: Cli, command: str) -> None:
    result = cli(*command.split(), "--help")

    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"summarizer {command}" in result.stdout


def test_the_list_above_is_complete() -> None:
    from typer.main import get_command  # noqa: PLC0415

    from summarizer.cli.app import app  # noqa: PLC0415

    def names(command: object, prefix: str = "") -> list[str]:
        found: list[str] = []
        for name, child in getattr(command, "commands", {}).items():
            found += [f"{prefix}{name}", *names(child, f"{prefix}{name} ")]
        return found

    assert sorted(names(get_command(app))) == sorted(COMMANDS)


def test_without_a_command_help_is_shown(cli: Cli) -> None:
    assert "Start here" in cli("--help").stdout
    assert "annotate" in cli().stdout + cli().stderr


def test_the_version_is_printed(cli: Cli) -> None:
    assert cli("--version").stdout == f"summarizer {__version__}\n"


def test_an_unknown_flag_is_exit_2(cli: Cli) -> None:
    assert cli("annotate", "x", "-o", "y", "--no-such-flag").exit_code == 2


def test_an_unknown_setting_in_the_environment_is_exit_2(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZER_MODLE", "x")
    result = cli("doctor")

    assert result.exit_code == 2
    assert "did you mean 'model'" in result.stderr
