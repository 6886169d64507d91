"""Readers and what each of them wants: the tables `[profile.NAME]` of `summarizer.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.digest.contents import SectionKind
from summarizer.errors import ConfigurationError
from summarizer.papers import Filters
from summarizer.settings import PROFILES_KEY, Settings

Format = Literal["html", "md", "atom", "json"]
_NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_OVERRIDES = ("prompt", "taxonomy", "criterion", "languages", "translate_abstract")
_PATHLESS = "a name of lower-case letters, digits and hyphens, for instance [profile.liver-mri]"


class ReaderProfile(BaseModel):
    """One reader: where the papers come from, which of them, how they are read, what is shown, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    harvest: tuple[str, ...] = ()
    """arXiv categories to fetch the week's papers of."""
    query: str | None = None
    """Search in arXiv API syntax, in those categories or by itself."""
    inputs: tuple[str, ...] = ()
    """Files, folders or patterns to read, with or without a harvest."""
    categories: tuple[str, ...] = ()
    """As `--category`: papers of other categories are left out."""
    primary_only: bool = False
    venues: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    """As `--match`."""
    exclude: tuple[str, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    prompt: str | None = None
    """In place of the setting of this name, like the next four."""
    taxonomy: str | None = None
    criterion: str | None = None
    languages: tuple[str, ...] | None = None
    translate_abstract: bool | None = None
    title: str | None = None
    min_relevance: Annotated[int, Field(ge=0, le=5)] | Literal["auto"] | None = None
    """Relevance from which a paper has a place among the topics; `auto` for what `eval threshold` chose."""
    sections: tuple[SectionKind, ...] | None = Field(default=None, min_length=1)
    """Which to list: papers of the others are counted only."""
    formats: tuple[Format, ...] = Field(default=("html", "md", "atom", "json"), min_length=1)
    output: str = Field(default="digests", min_length=1)
    """Folder of the archive; `digests/NAME` where the file names none."""
    site_url: str | None = None
    """Where that folder is published."""
    mail_to: tuple[str, ...] = ()
    """Who gets the digest by mail, once for each week."""

    @property
    def folder(self) -> Path:
        """Where the archive is."""
        return Path(self.output)

    def build_filters(self) -> Filters:
        """Return the conditions on papers, apart from the days.

        Raises:
            ConfigurationError: an expression can't be used.
        """
        return Filters(
            categories=self.categories,
            primary_only=self.primary_only,
            venues=self.venues,
            match=self.match,
            exclude=self.exclude,
            limit=self.limit,
        )

    def specialize(self, settings: Settings) -> Settings:
        """Return the settings with what this reader wants otherwise."""
        wanted = {name: value for name in _OVERRIDES if (value := getattr(self, name)) is not None}
        return settings.model_copy(update=wanted)


def parse_profiles(table: Mapping[str, Any], path: Path) -> dict[str, ReaderProfile]:
    """Return the profiles of a settings file by name, in its order.

    Raises:
        ConfigurationError: a name, key or value can't be used, or two profiles write to one folder.
    """
    found = table.get(PROFILES_KEY, {})
    if not isinstance(found, dict) or not all(isinstance(entry, dict) for entry in found.values()):
        raise ConfigurationError(f"{path}: {PROFILES_KEY} is no table; describe each reader under {_PATHLESS}")
    profiles = {name: _parse(name, entry, path) for name, entry in found.items()}
    _check_outputs(profiles, path)
    return profiles


def _parse(name: str, entry: Mapping[str, Any], path: Path) -> ReaderProfile:
    place = f"{path}, [{PROFILES_KEY}.{name}]"
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{place}: expected {_PATHLESS}")
    for key in entry:
        _check_key(key, place)
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    try:
        profile = ReaderProfile.model_validate({"output": f"digests/{name}"} | values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise ConfigurationError(f"{place}: {'.'.join(map(str, first['loc'][:2]))}: {first['msg']}") from None
    if not (profile.harvest or profile.query or profile.inputs):
        raise ConfigurationError(f"{place}: no papers; name arXiv categories with harvest, or files with inputs")
    return profile


def _check_key(key: str, place: str) -> None:
    if key in ReaderProfile.model_fields:
        return
    if key in Settings.model_fields:
        raise ConfigurationError(f"{place}: {key} holds for all profiles; set it above the first table")
    close = next(iter(get_close_matches(key, ReaderProfile.model_fields)), None)
    hint = f"did you mean {close!r}?" if close else f"known keys: {', '.join(sorted(ReaderProfile.model_fields))}"
    raise ConfigurationError(f"{place}: unknown key {key!r}; {hint}")


def _check_outputs(profiles: Mapping[str, ReaderProfile], path: Path) -> None:
    folders: dict[Path, str] = {}
    for name, profile in profiles.items():
        other = folders.setdefault(profile.folder.resolve(), name)
        if other != name:
            raise ConfigurationError(f"{path}: profiles {other} and {name} both write to {profile.folder}")
