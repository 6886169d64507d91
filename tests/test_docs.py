"""Facts about the documentation: its code runs, its tables are complete."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from summarizer.annotate.records import AnnotatedRecord, Provenance
from summarizer.annotate.report import RunReport
from summarizer.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(example, {})  # noqa: S102

    assert capsys.readouterr().out.strip().endswith(".")


def test_every_setting_is_in_the_table() -> None:
    for name in set(Settings.model_fields) - {"api_key", "translation_prompt"}:
        assert f"`{name}`" in README


def test_every_field_of_the_report_and_of_a_record_is_named() -> None:
    names = [
        *RunReport().to_json(),
        *AnnotatedRecord.model_fields,
        "served_model",
        "usage",
        "cost_usd",
        "truncated",
        "run_id",
    ]

    assert all(f"`{name}`" in README for name in names)
    assert set(Provenance.model_fields) >= {"served_model", "usage", "cost_usd", "truncated", "run_id"}


def test_links_of_the_documentation_point_to_files() -> None:
    for page in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "prompts" / "README.md",
        ROOT / "examples" / "README.md",
    ):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_first_screen_names_the_two_commands() -> None:
    first_screen = "\n".join(README.splitlines()[:20])

    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_the_extras_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert set(project["optional-dependencies"]) == {"all", "eval", "parquet", "sources"}
