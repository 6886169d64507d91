"""From flags to settings, and from settings to what they stand for."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.contract.criterion import load_criterion
from summarizer.contract.languages import get_language
from summarizer.contract.prompts import RenderedPrompt, load_prompt
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import SourceError
from summarizer.papers import Paper, read
from summarizer.settings import Settings, load_settings, read_settings_file

if TYPE_CHECKING:
    from summarizer.cli.profiles import ReaderProfile


def read_settings(flags: Mapping[str, object]) -> Settings:
    """Build the settings of a command from its parameters, of which those named like settings count.

    Raises:
        ConfigurationError: an unknown name or a bad value anywhere.
    """
    named = {name: value for name, value in flags.items() if name in Settings.model_fields}
    return load_settings(named, os.environ, Path.cwd())


def read_profiles() -> dict[str, ReaderProfile]:
    """Return the readers that `summarizer.toml` describes, by name.

    Raises:
        ConfigurationError: the file can't be read, or a key or value of a profile can't be used.
    """
    from summarizer.cli.profiles import parse_profiles  # noqa: PLC0415  # for one command of many

    path, table = read_settings_file(os.environ, Path.cwd())
    return parse_profiles(table, path)


def render_messages(inputs: Sequence[str], settings: Settings, limit: int) -> list[RenderedPrompt]:
    """Render the first `limit` papers of `inputs`.

    Raises:
        PromptError: a file can't be used.
        SourceError: there is no paper to render.
    """
    prompt = load_prompt(settings.prompt, reply="annotation")
    taxonomy, criterion = load_taxonomy(settings.taxonomy), load_criterion(settings.criterion)
    languages = [get_language(tag) for tag in settings.languages]
    papers = (record for record in read(*inputs) if isinstance(record, Paper))
    rendered = [
        prompt.render(paper, taxonomy=taxonomy, criterion=criterion, languages=languages)
        for paper in itertools.islice(papers, limit)
    ]
    if not rendered:
        raise SourceError(f"{inputs[0]}: no paper could be read from it")
    return rendered
