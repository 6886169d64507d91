"""The words by which the extractive annotator scores relevance, as versioned data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from summarizer.contract.released import VersionedFile, list_released, read_versioned
from summarizer.errors import ConfigurationError

Role = Literal[
    "modality",
    "imaging",
    "medical",
    "biological",
    "ambiguous",
    "mention",
    "text",
    "lookalike",
    "elsewhere",
    "picture",
    "experiment",
    "scope",
    "cohort",
]
"""What a phrase is evidence of; the comments of the lexicon file explain each."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Thresholds(_Strict):
    """The points and shares at which relevance rises; the comments of the lexicon file explain each."""

    title_factor: float = Field(ge=1)
    repeat_factor: float = Field(ge=0, lt=1)
    subject_points: float = Field(gt=0)
    subject_share: float = Field(gt=0, le=1)
    use_points: float = Field(gt=0)
    use_share: float = Field(gt=0, le=1)
    scope_points: float = Field(gt=0)
    cohort_points: float = Field(gt=0)


class Group(_Strict):
    """Phrases that are evidence of the same thing."""

    id: str = Field(min_length=1)
    role: Role
    weight: float = Field(ge=0)
    """Points of one phrase in the abstract."""
    phrases: list[str] = Field(min_length=1)


class LexiconFile(VersionedFile):
    """The keys of a lexicon file."""

    thresholds: Thresholds
    groups: list[Group] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_phrases(self) -> LexiconFile:
        for group in self.groups:
            repeated = sorted({phrase for phrase in group.phrases if group.phrases.count(phrase) > 1})
            if repeated:
                raise ValueError(f"group {group.id!r} repeats {', '.join(repeated)}")
        return self


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A lexicon, ready to use."""

    name: str
    """With version, for instance `lexicon.medical-imaging.v1`."""
    fingerprint: str
    thresholds: Thresholds
    groups: tuple[Group, ...]


def load_lexicon(criterion_name: str) -> Lexicon:
    """Return the lexicon of a criterion: `lexicon.S.vN` for `criterion.S.vN`.

    Raises:
        ConfigurationError: no lexicon is shipped for this criterion.
        PromptError: the lexicon file breaks its rules or was edited.
    """
    name = criterion_name.replace("criterion.", "lexicon.", 1)
    if name not in {file.name for file in list_released() if file.kind == "lexicon"}:
        raise ConfigurationError(
            f"the extractive annotator has a lexicon only for medical-imaging, not for {criterion_name!r}: "
            "use its criterion, or a chat model (--model NAME)"
        )
    return read_lexicon(name)


def read_lexicon(source: str) -> Lexicon:
    """Read a lexicon by released name or path.

    Raises:
        PromptError: there is no such file, it breaks its rules, or is an edited release.
    """
    content, fingerprint = read_versioned(source, "lexicon", LexiconFile)
    return Lexicon(content.full_name, fingerprint, content.thresholds, tuple(content.groups))
