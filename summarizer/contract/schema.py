"""The annotation: its form in files, and the JSON Schemas that a chat model is held to.

The schemas stay inside what strict structured output accepts everywhere: every key required, no other keys, no limits
of length or number. `contract/validation.py` checks the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict

from summarizer.contract.criterion import SCORES
from summarizer.contract.taxonomy import Taxonomy

Reply = Literal["annotation", "abstract-translation", "overview"]
"""What a prompt asks for."""

REPLY_KEYS: dict[Reply, tuple[str, ...]] = {
    # A model writes in this order: the quote is chosen before the score that it must justify.
    "annotation": ("tldr", "tags", "evidence", "relevance", "translations"),
    "abstract-translation": ("translations",),
    "overview": ("statements",),
}
TRANSLATION_KEYS: dict[Reply, tuple[str, ...]] = {
    "annotation": ("title", "tldr"),
    "abstract-translation": ("abstract",),
    "overview": (),
}
"""The texts of one language."""


class Translation(BaseModel):
    """One paper's texts in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    tldr: str
    abstract: str | None = None
    """Present when the whole abstract was translated."""


class Annotation(BaseModel):
    """What is said about one abstract, after validation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tldr: str
    """One sentence, at most 30 words."""
    tags: tuple[str, ...]
    """1 to 5 tag ids of the taxonomy, most specific first."""
    relevance: int
    """0 to 5 on the criterion's rubric."""
    evidence: str
    """Verbatim span of title or abstract; empty only at relevance 0."""
    translations: dict[str, Translation]
    """By language tag, for instance `zh-Hans`; empty for the extractive annotator."""


def build_annotation_schema(taxonomy: Taxonomy, languages: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of an annotation.

    Args:
        taxonomy: its tag ids are the only ones allowed.
        languages: language tags to translate to; with none, `translations` is an object without keys.
    """
    properties: dict[str, dict[str, Any]] = {
        "tldr": {"type": "string", "description": "One English sentence, at most 30 words."},
        "tags": {"type": "array", "items": {"type": "string", "enum": [tag.id for tag in taxonomy.tags]}},
        "evidence": {"type": "string", "description": "Verbatim span of title or abstract; empty if relevance is 0."},
        "relevance": {"type": "integer", "enum": list(SCORES)},
        "translations": _translations_schema("annotation", languages),
    }

    return _object_schema({key: properties[key] for key in REPLY_KEYS["annotation"]})


def build_pack_schema(taxonomy: Taxonomy, languages: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of the annotations of several papers, each with the id that its paper was sent under.

    The same for any number of papers: endpoints that compile schemas do so once. Arguments as for `build_annotation_schema`.
    """
    own_id = {"type": "string", "description": "ID in the tags around the paper."}
    entry = {"id": own_id, **build_annotation_schema(taxonomy, languages)["properties"]}

    return _object_schema({"papers": {"type": "array", "items": _object_schema(entry)}})


def build_abstract_translation_schema(languages: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of a translated abstract, for these language tags."""
    return _object_schema({"translations": _translations_schema("abstract-translation", languages)})


def build_overview_schema(handles: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of an overview, whose statements may cite these papers alone."""
    papers = {"type": "array", "items": {"type": "string", "enum": list(handles)}}
    statement = _object_schema(
        {"text": {"type": "string", "description": "One English sentence, at most 40 words."}, "papers": papers}
    )

    return _object_schema({"statements": {"type": "array", "items": statement}})


def schema_text(schema: Mapping[str, Any]) -> str:
    """Return a schema as compact JSON with its keys in order: the same bytes are sent, fingerprinted and cached."""
    return orjson.dumps(schema).decode()


def _translations_schema(reply: Reply, languages: Sequence[str]) -> dict[str, Any]:
    texts = _object_schema({key: {"type": "string"} for key in TRANSLATION_KEYS[reply]})

    return _object_schema(dict.fromkeys(languages, texts))


def _object_schema(properties: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
