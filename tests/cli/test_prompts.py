"""Facts about `summarizer prompts`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import SAMPLE_WEEK, Cli


def test_released_files_are_listed_with_fingerprints(cli: Cli) -> None:
    text = cli("prompts", "list").stdout
    data = json.loads(cli("prompts", "list", "--json").stdout)

    assert {"annotate.v1", "overview.v1", "translate-abstract.v1"} <= {entry["name"] for entry in data}
    assert all(entry["name"] in text and entry["fingerprint"][:12] in text for entry in data)


def test_a_released_file_is_shown_as_it_is(cli: Cli) -> None:
    shipped = Path(__file__).parents[2] / "prompts" / "taxonomy.v1.toml"

    assert cli("prompts", "show", "taxonomy").stdout.rstrip() == shipped.read_text().rstrip()


def test_an_unknown_name_lists_the_known_ones(cli: Cli) -> None:
    result = cli("prompts", "show", "nothing")

    assert result.exit_code == 2
    assert "annotate.v1" in result.stderr


def test_the_messages_of_the_first_papers_are_rendered_and_nothing_is_sent(cli: Cli) -> None:
    result = cli("prompts", "render", SAMPLE_WEEK, "--limit", "2")
    (first, second) = json.loads(cli("prompts", "render", SAMPLE_WEEK, "--limit", "2", "--json").stdout)

    assert first["system"] == second["system"]
    assert first["system"] in result.stdout
    assert first["user"] in result.stdout
    assert second["user"] in result.stdout
    assert "static part: about" in result.stderr


def test_a_prompt_of_ones_own_is_used_and_an_edited_release_refused(cli: Cli, tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "prompts" / "annotate.v1.toml").read_text()
    mine, edited = tmp_path / "mine.toml", tmp_path / "edited.toml"
    changed = shipped.replace("You annotate scientific abstracts", "You read scientific abstracts")
    mine.write_text(changed.replace('name = "annotate"', 'name = "mine"'))
    edited.write_text(changed)

    assert "You read scientific abstracts" in cli("prompts", "render", SAMPLE_WEEK, "--prompt", mine).stdout

    refused = cli("prompts", "render", SAMPLE_WEEK, "--prompt", edited)

    assert refused.exit_code == 2
    assert "edited release" in refused.stderr
