"""Faults of the reply itself: a completion arrives with status 200, and what the model says is wrong."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

LATEX = r"$\text{a} \beta \frac{b}{c} \rho \nabla$"
NOWHERE_NUMBER = "8127.39"
NOWHERE_QUOTE = "a randomised crossover trial among quokkas of the seventh harbour"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says."""

    content: str | None
    """Message content, or the arguments of the tool call."""
    finish_reason: str = "stop"
    refusal: str | None = None


class ReplyFault(ABC):
    """A completion whose content breaks the contract."""

    @abstractmethod
    def spoil(self, reply: Reply, authorization: str) -> Reply:
        """Return the spoiled reply to a request with this Authorization header."""


@dataclass(frozen=True, slots=True)
class Truncated(ReplyFault):
    """The output limit cuts the content half-way."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        content = reply.content or ""
        return Reply(content[: len(content) // 2], "length")


@dataclass(frozen=True, slots=True)
class Refusal(ReplyFault):
    """The model declines: no content, a refusal."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        return Reply(None, "stop", "I'm sorry, but I can't help with that.")


@dataclass(frozen=True, slots=True)
class ContentFiltered(ReplyFault):
    """The content filter stops the output at its first word."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        return Reply("", "content_filter")


@dataclass(frozen=True, slots=True)
class WrongSchema(ReplyFault):
    """Valid JSON of another shape. `unknown_tag` and `string_number` need a reply with tags and relevance."""

    kind: Literal["missing_field", "unknown_tag", "string_number", "extra_field"] = "missing_field"

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        value = _json_object(reply)
        match self.kind:
            case "missing_field":
                del value["evidence" if "evidence" in value else next(iter(value))]
            case "unknown_tag":
                value["tags"] = ["no-such-tag", *value["tags"][1:]]
            case "string_number":
                value["relevance"] = str(value["relevance"])
            case "extra_field":
                value["confidence"] = "high"
        return replace(reply, content=_json_text(value))


@dataclass(frozen=True, slots=True)
class UnescapedLatex(ReplyFault):
    r"""`\text \beta \frac \rho \nabla` are not escaped, so that the JSON parses into control characters."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        content = _change_first_text(reply, lambda text: f"{text.rstrip('.。')} {LATEX}.")
        return replace(reply, content=re.sub(r"\\\\(?=[bfnrt])", r"\\", content))


@dataclass(frozen=True, slots=True)
class Ungrounded(ReplyFault):
    """A number and, where evidence is given, a quote that the paper does not have."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        content = _change_first_text(reply, lambda text: f"{text.rstrip('.。')} {NOWHERE_NUMBER}.")
        value = orjson.loads(content)
        if "evidence" in value:
            value["evidence"] = NOWHERE_QUOTE
        return replace(reply, content=_json_text(value))


@dataclass(frozen=True, slots=True)
class NotJson(ReplyFault):
    """Prose instead of JSON."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        return replace(reply, content="Sure! Here is what I think of this paper: it is well worth reading.")


@dataclass(frozen=True, slots=True)
class Fenced(ReplyFault):
    """The JSON stands in a Markdown fence."""

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        return replace(reply, content=f"```json\n{reply.content}\n```")


@dataclass(frozen=True, slots=True)
class WrongPack(ReplyFault):
    """A reply about several papers that does not fit them: one is left out, there twice, or has another one's id.

    Concerns the first paper, and for `swap` the second one too. Any other reply stays as it is.
    """

    kind: Literal["drop", "duplicate", "swap", "unknown", "reverse"] = "drop"

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        value = _json_object(reply)
        if "papers" not in value:
            return reply
        first, *others = value["papers"]
        match self.kind:
            case "drop":
                entries = others
            case "duplicate":
                entries = [first, *others, first]
            case "swap":
                entries = [first | {"id": others[0]["id"]}, others[0] | {"id": first["id"]}, *others[1:]]
            case "unknown":
                entries = [first | {"id": "0" * 12}, *others]
            case "reverse":
                entries = [*reversed(others), first]
        return replace(reply, content=_json_text({"papers": entries}))


@dataclass(frozen=True, slots=True)
class EchoKey(ReplyFault):
    """The Authorization header comes back: as prose, or inside the first text of proper JSON."""

    where: Literal["prose", "json"] = "prose"

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        if self.where == "prose":
            return replace(reply, content=f"You sent the header {authorization!r}, and I repeat it here.")
        return replace(reply, content=_change_first_text(reply, lambda text: f"{authorization} {text}"))


def _json_object(reply: Reply) -> dict[str, Any]:
    value = orjson.loads(reply.content or "")
    if not isinstance(value, dict):
        raise TypeError(f"this fault needs a JSON object to spoil, and the reply is {reply.content!r}")
    return value


def _json_text(value: object) -> str:
    return orjson.dumps(value).decode()


def _change_first_text(reply: Reply, change: Callable[[str], str]) -> str:
    """Return the content with its first string value changed, at any depth."""
    value = _json_object(reply)
    _change_in(value, change)
    return _json_text(value)


def _change_in(value: dict[str, Any], change: Callable[[str], str]) -> bool:
    for name, item in value.items():
        if isinstance(item, str):
            value[name] = change(item)
            return True
        if isinstance(item, dict) and _change_in(item, change):
            return True
    return False
