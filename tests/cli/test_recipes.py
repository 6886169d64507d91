"""Facts about the recipes for every Monday: they are well-formed, their command lines work, and a failure shows."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from summarizer.cli.profiles import ReaderProfile, parse_profiles
from tests.cli.conftest import Cli

REPOSITORY = Path(__file__).parents[2]
EXAMPLES, GUIDE = REPOSITORY / "examples", REPOSITORY / "docs" / "weekly.md"
UNITS = ("summarizer-weekly.service", "summarizer-weekly.timer")


def write_stub(path: Path, code: int) -> None:
    """Write a program that notes how it was called, says something, and ends with `code`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$KEY $*" >>called\necho "one line"\nmkdir -p digests\nexit {code}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def arguments_of(text: str) -> list[str]:
    """Return what follows `weekly` in a command line of a recipe, without what a shell makes of it."""
    found = re.search(r"summarizer weekly((?: --[a-z-]+ [0-9]+)*)", text)

    assert found
    return found[1].split()


def read_workflow() -> dict[str, Any]:
    yaml = importlib.import_module("yaml")
    workflow: dict[str, Any] = yaml.safe_load((EXAMPLES / "github" / "weekly.yml").read_text())
    return workflow


def find_step(name: str) -> dict[str, Any]:
    steps: list[dict[str, Any]] = read_workflow()["jobs"]["digest"]["steps"]
    return next(step for step in steps if step.get("id") == name)


@pytest.mark.parametrize("recipe", ["github/weekly.yml", "systemd/summarizer-weekly.service", "cron/summarizer"])
def test_the_command_line_of_each_recipe_works(recipe: str, cli: Cli) -> None:
    cli("init", "--yes")
    result = cli("weekly", *arguments_of((EXAMPLES / recipe).read_text()), "--dry-run")

    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(("code", "ending"), [(0, 0), (1, 0), (2, 2), (3, 3), (6, 6)])
def test_the_workflow_fails_when_the_run_does_and_publishes_all_the_same(
    code: int, ending: int, tmp_path: Path
) -> None:
    step = find_step("digest")
    write_stub(tmp_path / "bin" / "summarizer", code)
    environment = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "WEEK": "2026-W46",
        "KEY": "k",
    }
    # What `shell: bash` stands for in a workflow.
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert step["shell"] == "bash"
    assert done.returncode == ending
    assert ("::error::" in done.stdout) == (ending > 0)
    assert (tmp_path / "called").read_text() == "k weekly --max-cost 5 --week 2026-W46\n"
    assert (tmp_path / "output").read_text() == "published=yes\n"
    assert (tmp_path / "summary").read_text() == "one line\n"


def test_the_workflow_keeps_what_was_paid_for_publishes_digests_alone_and_may_write_nothing_else() -> None:
    workflow = read_workflow()
    digest, publish = workflow["jobs"]["digest"], workflow["jobs"]["publish"]
    kept = [step for step in digest["steps"] if "actions/cache" in step.get("uses", "")]
    uploads = [step for step in digest["steps"] if "upload-pages-artifact" in step.get("uses", "")]

    assert [step["with"]["path"].split() for step in kept] == [["cache", "weekly", "digests"]] * 2
    assert kept[1]["if"] == "always()"
    assert [step["with"]["path"] for step in uploads] == ["digests"]
    assert workflow["permissions"] == {}
    assert digest["permissions"] == {"contents": "read"}
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    assert "--max-cost" in find_step("digest")["run"]


def test_every_action_is_pinned() -> None:
    jobs = read_workflow()["jobs"].values()
    used = [step["uses"] for job in jobs for step in job["steps"] if "uses" in step]

    assert len(used) == 6
    assert all(re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", name) for name in used)


@pytest.mark.parametrize("code", [0, 3])
def test_the_cron_line_is_silent_when_all_is_well_and_shows_the_log_when_not(code: int, tmp_path: Path) -> None:
    (line,) = [text for text in (EXAMPLES / "cron" / "summarizer").read_text().splitlines() if text.startswith("0 6")]
    write_stub(tmp_path / "digest" / ".venv" / "bin" / "summarizer", code)
    (tmp_path / "digest" / "secrets.env").write_text("KEY=secret-of-mine\n")
    environment = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    command = ["/bin/sh", "-c", line.split(maxsplit=5)[5]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (tmp_path / "digest" / "called").read_text() == "secret-of-mine weekly --max-cost 5\n"
    assert done.stdout == ("one line\n" if code else "")
    assert done.stderr == ""
    assert "%" not in line  # cron reads it as a line break


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    write_stub(tmp_path / "summarizer", 0)
    for name in UNITS:
        text = (EXAMPLES / "systemd" / name).read_text()
        text = text.replace("%h/digest/.venv/bin/summarizer", str(tmp_path / "summarizer")).replace("%h", str(tmp_path))
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if "summarizer-weekly" in line] == []


def test_the_units_fit_each_other_and_the_exit_codes() -> None:
    service, timer = (ConfigParser(strict=False, interpolation=None) for _ in UNITS)
    service.read(EXAMPLES / "systemd" / UNITS[0])
    timer.read(EXAMPLES / "systemd" / UNITS[1])

    assert service["Service"]["SuccessExitStatus"] == "1"
    assert service["Service"]["RestartPreventExitStatus"] == "2 6"
    assert timer["Timer"]["OnCalendar"].startswith("Mon ")


def test_the_guide_names_every_key_of_a_profile_and_its_example_is_read() -> None:
    text = GUIDE.read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    profiles = parse_profiles(tomllib.loads(example), GUIDE)

    assert [name for name in ReaderProfile.model_fields if f"`{name}`" not in text] == []
    assert list(profiles) == ["group", "liver-mri"]


def test_the_links_of_the_guide_lead_somewhere() -> None:
    targets = re.findall(r"\]\((\.\./[^)]+)\)", GUIDE.read_text())

    assert targets
    assert all((GUIDE.parent / target).is_file() for target in targets)


def test_the_program_starts_as_the_recipes_start_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "summarizer", "weekly", "--help"], cwd=REPOSITORY, capture_output=True, check=False
    )

    assert done.returncode == 0
