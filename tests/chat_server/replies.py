"""What the model says: JSON by the request's schema, its values derived from the request's paper.

A reply names its paper (the summary begins with the title, the evidence is the abstract's beginning, everything else
hangs on a hash of both), so a reply that lands on another paper shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.chat_server.papers import AskedPaper
from tests.chat_server.translation import INVISIBLE, TOKEN, translate

TLDR_WORDS = 18
EVIDENCE_WORDS = 8
SENTENCE_END = re.compile(r"[!?！？。…]+|\.+(?!\w)")


@lru_cache(maxsize=1000)
def tldr_of(paper: AskedPaper) -> str:
    """Return one sentence of at most 30 words that begins like the title."""
    words = [
        SENTENCE_END.sub("", token) if "$" not in token else token for token in _first_tokens(paper.title, TLDR_WORDS)
    ]
    named = " ".join(word for word in words if word).rstrip(",;:")
    return f"This paper presents {named or 'a result without a title'}."


@lru_cache(maxsize=100_000)
def _plain(token: str) -> str:
    """Take off what could end a sentence; a formula stays as it is."""
    return token if "$" in token else SENTENCE_END.sub("", token)


def evidence_of(paper: AskedPaper) -> str:
    """Return the first words of the abstract verbatim (of the title, without one); nothing at relevance 0."""
    if relevance_of(paper) == 0:
        return ""
    text = paper.abstract or paper.title
    end = 0
    words = 0
    for match in TOKEN.finditer(text):
        words += len(match[0].split())
        if INVISIBLE.search(match[0]) or (words > EVIDENCE_WORDS and end):
            break
        end = match.end()
    return text[:end].strip()


def relevance_of(paper: AskedPaper) -> int:
    """Return 0 to 5."""
    return paper.digest[0] % 6


def tags_of(paper: AskedPaper, known: list[str]) -> list[str]:
    """Return 1 to 3 of the known tags; `other` only by itself."""
    start, step = paper.digest[1], 1 + paper.digest[2] % max(len(known) - 1, 1)
    chosen = dict.fromkeys(known[(start + step * index) % len(known)] for index in range(1 + paper.digest[3] % 3))
    return [tag for tag in chosen if tag != "other"] or list(chosen)


def _first_tokens(text: str, limit: int) -> list[str]:
    """Return leading tokens with at most `limit` words in all; a formula counts by its spaces."""
    tokens: list[str] = []
    words = 0
    for match in TOKEN.finditer(INVISIBLE.sub(" ", text)):
        words += len(match[0].split())
        if words > limit:
            break
        tokens.append(match[0])
    return tokens


SOURCES: dict[str, Callable[[AskedPaper], str]] = {
    "title": lambda paper: paper.title,
    "abstract": lambda paper: paper.abstract,
    "tldr": tldr_of,
    "evidence": evidence_of,
}
"""Texts of a paper by property name; translated where the property belongs to a language."""


@dataclass(frozen=True, slots=True)
class ReplyBuilder:
    """Walks one schema for one paper."""

    schema: dict[str, Any]
    paper: AskedPaper

    def build(self) -> Any:
        """Return a value that the schema admits."""
        return self._value(self.schema, ())

    def _value(self, schema: dict[str, Any], path: tuple[str, ...]) -> Any:
        schema = self._resolved(schema)
        kind = _type(schema)
        if kind == "object":
            return {name: self._value(inner, (*path, name)) for name, inner in schema.get("properties", {}).items()}
        if kind == "array":
            return self._array(schema.get("items", {}), path)
        return self._scalar(schema, kind, path)

    def _scalar(self, schema: dict[str, Any], kind: str, path: tuple[str, ...]) -> Any:
        if "const" in schema:
            return schema["const"]
        if kind in {"integer", "number"} and path[-1:] == ("relevance",):
            return relevance_of(self.paper)
        if "enum" in schema:
            return schema["enum"][self.paper.digest[4] % len(schema["enum"])]
        if kind == "string":
            return self._text(path)
        return {"integer": 1, "number": 0.5, "boolean": True, "null": None}[kind]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow local references, and take the first alternative that is not null."""
        while "$ref" in schema or "anyOf" in schema:
            if "anyOf" in schema:
                schema = next(inner for inner in schema["anyOf"] if inner.get("type") != "null")
                continue
            target: Any = self.schema
            for step in schema["$ref"].removeprefix("#").strip("/").split("/"):
                target = target[step] if step else target
            schema = target
        return schema

    def _array(self, items: dict[str, Any], path: tuple[str, ...]) -> list[Any]:
        known = self._resolved(items).get("enum")
        return tags_of(self.paper, known) if known else [self._value(items, (*path, "items"))]

    def _text(self, path: tuple[str, ...]) -> str:
        field, language = _place(path)
        if field is None:
            return f"{path[-1] if path else 'text'} of {self.paper.digest.hex()}"
        text = SOURCES[field](self.paper)
        return translate(text, language) if language else text


def pack_entry_of(schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of one entry, where the schema is that of a list of papers with their ids."""
    entry = schema.get("properties", {}).get("papers", {}).get("items", {})
    return entry if "id" in entry.get("properties", {}) else None


def pack_of(entry: dict[str, Any], papers: dict[str, AskedPaper]) -> dict[str, Any]:
    """Return the reply about several papers, each under its id."""
    return {"papers": [ReplyBuilder(entry, paper).build() | {"id": name} for name, paper in papers.items()]}


def _type(schema: dict[str, Any]) -> str:
    """Return the type that a value gets; without one, what the other keywords speak for."""
    kind = schema.get("type", "string" if schema.keys() & {"enum", "const"} else "object")
    kinds: list[str] = kind if isinstance(kind, list) else [kind]
    return next((name for name in kinds if name != "null"), "null")


@lru_cache(maxsize=1000)
def _place(path: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the field that a text belongs to, and the language: the step below `translations`."""
    field = next((step for step in reversed(path) if step in SOURCES), None)
    language = path[path.index("translations") + 1] if "translations" in path[:-1] else None
    return field, language


def prose_of(paper: AskedPaper) -> str:
    """Return an answer in plain words."""
    return f"{tldr_of(paper)} I would call it worth a look, and rate it {relevance_of(paper)} of 5."
