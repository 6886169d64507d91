"""Facts about the wheel: it carries the prompts, and works from an installation."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_prompts_templates_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"summarizer/prompts/{path.name}" for path in (ROOT / "prompts").iterdir()}

    assert shipped <= names
    assert "summarizer/digest/templates/page.html.j2" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "examples", "cache"))]


def test_the_unpacked_wheel_makes_a_digest_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    week = ROOT / "examples" / "sample-week"
    done = subprocess.run(
        [sys.executable, "-m", "summarizer", "digest", str(week), "-m", "extractive", "-o", "digest"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "digest" / "index.html").stat().st_size > 50_000
