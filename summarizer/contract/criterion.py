"""What relevance means, as a rubric with examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator, with_config

from summarizer.contract.released import Line, VersionedFile, read_versioned

SCORES = (0, 1, 2, 3, 4, 5)
"""The steps of every rubric."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Level:
    """One step of a relevance rubric."""

    score: int
    definition: Line
    examples: Annotated[tuple[Line, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What relevance means: a rubric from 0 to 5."""

    name: str
    """With version, for instance `criterion.medical-imaging.v1`."""
    fingerprint: str
    subject: str
    """A noun phrase, for instance `medical imaging`."""
    labels: dict[str, str]
    levels: tuple[Level, ...]

    def render(self) -> str:
        """Return the rubric, one level a line, the lowest first, as prompts show it."""
        return "\n".join(
            f"{level.score}: {level.definition} (E.g. {'; '.join(level.examples)}.)" for level in self.levels
        )


class _CriterionFile(VersionedFile):
    subject: Line
    labels: dict[str, Line]
    levels: tuple[Level, ...]

    @model_validator(mode="after")
    def _check(self) -> _CriterionFile:
        scores = tuple(level.score for level in self.levels)
        if scores != SCORES:
            raise ValueError(f"the levels must have the scores 0, 1, 2, 3, 4, 5 in this order, not {scores}")

        return self


def load_criterion(source: str) -> Criterion:
    """Read a relevance criterion.

    Args:
        source: `criterion.medical-imaging.v1`, `medical-imaging` for its newest release, or the path of a `.toml` file.

    Raises:
        PromptError: there is no such file, it breaks its rules, or it is an edited release.
    """
    content, fingerprint = read_versioned(source, "criterion", _CriterionFile)

    return Criterion(content.full_name, fingerprint, content.subject, content.labels, content.levels)
