"""The text of a reply to its JSON object: strict, nothing is repaired."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from summarizer.contract.validation.quoting import quote
from summarizer.errors import AnnotationInvalidError

MAX_REPLY_CHARACTERS = 500_000
"""A longer reply is refused unread: no abstract and its translation come near."""

_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_FENCE = "```"
_BAD_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}|([A-Za-z]+|.))', re.DOTALL)
_SHOWN = 5


class _ReplyError(ValueError):
    """One sentence addressed to the chat model."""


def read_reply(text: str, *, fenced: bool = False) -> dict[str, Any]:
    """Return the one JSON object that the reply consists of.

    Args:
        text: the reply as it came.
        fenced: whether one code fence around the object and a leading `<think>` block are taken off.

    Raises:
        AnnotationInvalidError: too long, not JSON, not an object, something around it, a repeated key, NaN or infinity.
    """
    try:
        return _read(text, fenced=fenced)
    except _ReplyError as error:
        raise AnnotationInvalidError((str(error),), raw_text=text) from error


def _read(text: str, *, fenced: bool) -> dict[str, Any]:
    if len(text) > MAX_REPLY_CHARACTERS:
        message = f"The reply has {len(text)} characters: reply with the JSON object alone, in fewer than {MAX_REPLY_CHARACTERS}."
        raise _ReplyError(message)
    content = _strip_wrapping(text) if fenced else text
    try:
        value = _DECODER.decode(content)
    except _ReplyError:
        raise
    except json.JSONDecodeError as error:
        raise _ReplyError(_explain(content, error)) from error
    except (ValueError, RecursionError) as error:
        message = "The reply holds a number or a nesting beyond any sensible size: reply with the plain object that was asked for."
        raise _ReplyError(message) from error
    if not isinstance(value, dict):
        message = f"The reply is {quote(content)}, not a JSON object: reply with one object that starts with {{ and ends with }}."
        raise _ReplyError(message)
    return value


def _strip_wrapping(text: str) -> str:
    if thought := _THOUGHT.match(text):
        text = text[thought.end() :]
    content = text.strip()
    if not (content.startswith(_FENCE) and content.endswith(_FENCE) and len(content) > 2 * len(_FENCE)):
        return text
    content = content[len(_FENCE) : -len(_FENCE)]
    return content[4:] if content[:4].lower() == "json" else content


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a repeated key: parsers silently keep the last."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            message = f"The key {quote(key)} occurs twice in one object: give it once."
            raise _ReplyError(message)
        result[key] = value
    return result


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not a JSON value: give a number."
    raise _ReplyError(message)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)


def _explain(content: str, error: json.JSONDecodeError) -> str:
    if error.msg.startswith("Invalid") and "escape" in error.msg:
        return _explain_escapes(content)
    stripped = content.strip()
    if not stripped:
        return "The reply is empty: reply with one JSON object."
    if not stripped.startswith("{"):
        return f"The reply starts with {quote(stripped)}: reply with the JSON object alone, without a code fence or words around it."
    if error.msg == "Extra data":
        return f"Something follows the JSON object, {quote(content[error.pos :])}: reply with the object alone."
    where = quote(content[max(0, error.pos - 20) : error.pos + 20])
    if error.msg.startswith("Invalid control character"):
        return f"The reply is not valid JSON: a string holds a raw line break or control character near {where}; keep each on one line."
    is_cut_off = error.pos >= len(stripped) or error.msg.startswith("Unterminated")
    advice = "it breaks off there, so reply with the whole object" if is_cut_off else f"mend it there ({error.msg})"
    return f"The reply is not valid JSON near {where}: {advice}."


def _explain_escapes(content: str) -> str:
    found = dict.fromkeys(match[0] for match in _BAD_ESCAPE.finditer(content) if match[1])
    named = ", ".join(found_ for found_ in list(found)[:_SHOWN])
    doubled = ", ".join("\\" + found_ for found_ in list(found)[:_SHOWN])
    return f"The reply is not valid JSON: a backslash in a string must be doubled, so write {doubled} for {named}."
