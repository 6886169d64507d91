"""The lines of a results file: one JSON object for each record that entered a run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from summarizer.chat.interface import Usage
from summarizer.contract.schema import Annotation
from summarizer.papers.paper import Paper

SCHEMA_VERSION = 1
"""Version of the result line; a reader refuses newer ones."""


class Reference(BaseModel):
    """Which released data file was used: `annotate.v1` and the digest of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    fingerprint: str


class Profile(BaseModel):
    """What decides an annotation, apart from the paper: one results file holds records of one profile."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    annotator: Literal["chat", "extractive", "tfidf"]
    prompt: Reference | None
    """None for the extractive annotator."""
    lexicon: Reference | None = None
    """What the extractive annotator has in place of a prompt."""
    translation_prompt: Reference | None = None
    """Set when abstracts are translated in a second call."""
    taxonomy: Reference
    criterion: Reference
    languages: tuple[str, ...]
    """Languages translated to; empty for the extractive annotator."""
    schema_version: int = SCHEMA_VERSION
    requested_model: str
    parameters: dict[str, float | int | str] = {}
    """Parameters that were set: temperature, seed, reasoning_effort, max_output_tokens; pack, where it is more than 1."""


class Provenance(Profile):
    """How a record came about."""

    served_model: str | None = None
    usage: Usage = Usage()
    """Tokens of all replies behind this record, cached replies and reasks included; of a pack its even share."""
    cost_usd: float | None = None
    """Spent on this record in its run: 0 for a cache hit, null when the price is unknown."""
    attempts: int = 0
    """HTTP requests made for this record in its run; those of a pack count for each of its papers."""
    cache_hit: bool = False
    """Every reply came from the cache."""
    latency_seconds: float | None = None
    """Waited for the replies behind this record when they were first had; None where nobody measured it."""
    truncated: bool = False
    """The abstract was cut to the input limit before it was sent."""
    created_at: datetime
    version: str
    """Version of this package."""
    run_id: str


class RecordError(BaseModel):
    """Why a paper failed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    """Class name in `summarizer.errors`."""
    message: str
    raw_text: str
    """The last reply, exactly as it came."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    provenance: Provenance


class AnnotatedRecord(_Line):
    """A paper with an annotation that passed validation."""

    status: Literal["annotated"] = "annotated"
    paper: Paper
    annotation: Annotation


class FailedRecord(_Line):
    """A paper whose annotation could not be had."""

    status: Literal["failed"] = "failed"
    paper: Paper
    error: RecordError


class SkippedLine(_Line):
    """A record that could not be read or used."""

    status: Literal["skipped"] = "skipped"
    paper: Paper | None = None
    path: str
    line: int
    reason: str


class DuplicateRecord(_Line):
    """A record of a paper that was already read in this run."""

    status: Literal["duplicate"] = "duplicate"
    paper: Paper
    reason: str


Record = AnnotatedRecord | FailedRecord | SkippedLine | DuplicateRecord

RECORD: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="status")])
"""Reads one result line."""
