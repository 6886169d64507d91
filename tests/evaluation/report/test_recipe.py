"""Facts about the recipe in the documentation: its commands exist, and the workflow asks for no key."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from summarizer.cli.app import app

ROOT = Path(__file__).parents[3]
WORKFLOW = ROOT / "examples" / "github" / "prompt-gate.yml"
GUIDE = ROOT / "docs" / "evaluation.md"
_COMMAND = re.compile(r"(?:^\s*(?:- run:|#)?\s*|`)(summarizer [^`#\n]+)", re.MULTILINE)


def read_commands() -> Iterator[str]:
    for path in (WORKFLOW, GUIDE):
        for match in _COMMAND.finditer(path.read_text(encoding="utf-8")):
            yield match[1].strip()


COMMANDS = sorted({*read_commands()})


def test_there_are_commands_to_look_at() -> None:
    assert len(COMMANDS) >= 8
    assert any("--offline" in command for command in COMMANDS)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_recipe_and_its_flags_exist(line: str) -> None:
    words = shlex.split(line)[1:]
    command = get_command(app)
    while isinstance(command, typer.core.TyperGroup) and words:
        assert words[0] in command.commands, f"{line}: no command {words[0]}"
        command = command.commands[words.pop(0)]
    flags = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}

    for word in words:
        assert not word.startswith("-") or word in flags, f"{line}: no flag {word}"


def test_the_workflow_asks_for_no_key_and_no_right_to_write() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")

    assert "secrets." not in text
    assert "API_KEY" not in text
    assert "permissions:\n  contents: read\n" in text
    assert "--offline" in text
    assert "\t" not in text


def test_actions_of_others_are_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW.read_text(encoding="utf-8"))

    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in used)


def test_every_verdict_and_exit_code_is_explained() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    for row in ("PASS | 0", "WARN | 0", "FAIL | 3", "INCONCLUSIVE | 4", "INCOMPLETE | 5"):
        assert f"| {row} |" in text
