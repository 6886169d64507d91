"""The fields of a reply and their types: none missing, none more, none of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict  # the one of `typing` serves pydantic only from Python 3.12 on

from summarizer.contract.validation.quoting import quote

_STRICT = ConfigDict(strict=True, extra="forbid")
_MAX_SHOWN = 10


@with_config(_STRICT)
class _Texts(TypedDict):
    title: str
    tldr: str


@with_config(_STRICT)
class _AnnotationReply(TypedDict):
    tldr: str
    tags: list[str]
    relevance: int
    evidence: str
    translations: dict[str, _Texts]


@with_config(_STRICT)
class _Abstract(TypedDict):
    abstract: str


@with_config(_STRICT)
class _AbstractReply(TypedDict):
    translations: dict[str, _Abstract]


@with_config(_STRICT)
class _Statement(TypedDict):
    text: str
    papers: list[str]


@with_config(_STRICT)
class _OverviewReply(TypedDict):
    statements: list[_Statement]


ANNOTATION: TypeAdapter[Any] = TypeAdapter(_AnnotationReply)
"""{tldr, tags, relevance, evidence, translations: {language: {title, tldr}}}."""
ABSTRACT_TRANSLATION: TypeAdapter[Any] = TypeAdapter(_AbstractReply)
"""{translations: {language: {abstract}}}."""
OVERVIEW: TypeAdapter[Any] = TypeAdapter(_OverviewReply)
"""{statements: [{text, papers}]}."""

_EXPECTED = {"string_type": "a string", "int_type": "an integer", "list_type": "a list", "dict_type": "an object"}


def find_shape_issues(reply: Mapping[str, Any], shape: TypeAdapter[Any]) -> Iterator[str]:
    """Yield an issue for each field of `reply` that is missing, unknown or of the wrong type."""
    try:
        shape.validate_python(reply)
    except ValidationError as error:
        for details in error.errors(include_url=False)[:_MAX_SHOWN]:
            yield _describe(details)


def _describe(details: ErrorDetails) -> str:
    path = quote(".".join(map(str, details["loc"])))
    if details["type"] == "missing":
        return f"The field {path} is missing: add it."
    if details["type"] == "extra_forbidden":
        return f"The field {path} was not asked for: remove it."
    expected = _EXPECTED.get(details["type"], "the type that was asked for")
    return f"The field {path} is {quote(str(details['input']))}: give {expected}."
