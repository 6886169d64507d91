"""The JSON Schema of a request: where it stands, and whether strict mode accepts it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

# https://platform.openai.com/docs/guides/structured-outputs (supported schemas)
FORBIDDEN = frozenset(
    {
        *("minLength", "maxLength", "pattern", "format"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"),
        *("minProperties", "maxProperties", "patternProperties", "propertyNames", "unevaluatedProperties"),
        *("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "default"),
    }
)
"""Keywords that strict mode refuses; a property may have such a name."""


@lru_cache(maxsize=256)
def strict_violation(schema_json: bytes) -> str | None:
    """Say where a schema (as JSON) breaks the rules of strict mode, or None."""
    schema = orjson.loads(schema_json)
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "In context=(), the root must have type 'object'"
    return next(_violations(schema, ()), None)


def _violations(schema: Any, path: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(schema, dict):
        yield f"In context={path}, a schema must be an object"
        return
    for keyword in sorted(FORBIDDEN & schema.keys()):
        yield f"In context={path}, '{keyword}' is not permitted"
    if not schema.keys() & {"type", "enum", "const", "anyOf", "$ref"}:
        yield f"In context={path}, schema must have a 'type' key"
    if "object" in _types(schema):
        yield from _object_violations(schema, path)
    if "array" in _types(schema) and "items" not in schema:
        yield f"In context={path}, array schema is missing items"
    for step, inner in _subschemas(schema):
        yield from _violations(inner, (*path, *step))


def _object_violations(schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield f"In context={path}, 'additionalProperties' is required to be supplied and to be false"
    if set(schema.get("required", ())) != set(schema.get("properties", {})):
        yield f"In context={path}, 'required' is required to be an array that includes every key in properties"


def _types(schema: dict[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def _subschemas(schema: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for keyword in ("properties", "$defs", "definitions"):
        for name, inner in schema.get(keyword, {}).items():
            yield (keyword, name), inner
    if "items" in schema:
        yield ("items",), schema["items"]
    for index, inner in enumerate(schema.get("anyOf", ())):
        yield ("anyOf", str(index)), inner


@lru_cache(maxsize=256)
def find_schema(text: str) -> dict[str, Any] | None:
    """Return the last JSON object in a text that reads like the schema of an object, or None."""
    decoder = json.JSONDecoder()
    found: dict[str, Any] | None = None
    position = text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError:
            end = position + 1
        else:
            if isinstance(value, dict) and isinstance(value.get("properties"), dict):
                found = value
        position = text.find("{", end)
    return found
