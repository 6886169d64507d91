"""The JSON body of a chat completion that an endpoint sent, read with tolerance for what servers leave out or add.

Only the envelope is checked here. What the text is worth is decided in `contract/validation.py`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson

from summarizer.chat.interface import ChatResponse, OutputMode, Usage

_ERROR_STATUSES = {str(status) for status in range(400, 600)}


class MalformedReplyError(ValueError):
    """A body that is not a chat completion; the message says what is missing."""


def build_response(
    body: object,
    output_mode: OutputMode,
    *,
    request_id: str | None = None,
    attempts: int = 1,
    latency_seconds: float | None = None,
) -> ChatResponse:
    """Read the first choice of a decoded chat completion.

    A reply that was cut off, filtered or refused is a response too: it was paid for.

    Args:
        body: decoded JSON.
        output_mode: of the request; a tool call is read only where one was asked for.
        request_id: from the headers; the body's own id where that is None.
        attempts: HTTP requests made for it.
        latency_seconds: waited for it; None where nobody measured.

    Raises:
        MalformedReplyError: there is no choice with a message.
    """
    if not isinstance(body, dict):
        raise MalformedReplyError("it is not a JSON object")
    choice = _first_choice(body)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise MalformedReplyError("its first choice has no message")
    return ChatResponse(
        text=_text(message, output_mode),
        finish_reason=_string(choice.get("finish_reason")),
        refusal=_string(message.get("refusal")) or None,
        usage=build_usage(body.get("usage")),
        served_model=_string(body.get("model")),
        request_id=request_id or _string(body.get("id")) or None,
        attempts=attempts,
        latency_seconds=latency_seconds,
    )


def build_usage(usage: object) -> Usage:
    """Read billed tokens; what is missing or senseless counts as 0, and parts never exceed their whole."""
    fields = _object(usage)
    input_tokens, output_tokens = _count(fields.get("prompt_tokens")), _count(fields.get("completion_tokens"))
    cached = _count(_object(fields.get("prompt_tokens_details")).get("cached_tokens"))
    reasoning = _count(_object(fields.get("completion_tokens_details")).get("reasoning_tokens"))
    return Usage(
        input_tokens=input_tokens,
        cached_input_tokens=min(cached, input_tokens),
        output_tokens=output_tokens,
        reasoning_tokens=min(reasoning, output_tokens),
    )


def inner_status(body: object) -> int | None:
    """Read the HTTP status out of an error that a proxy sent as a success; None where `body` is no error."""
    fields = _object(body)
    if fields.get("choices") or not fields.get("error"):
        return None
    code = str(_object(fields["error"]).get("code"))
    return int(code) if code in _ERROR_STATUSES else HTTPStatus.BAD_GATEWAY


def _first_choice(body: dict[str, Any]) -> dict[str, Any]:
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise MalformedReplyError("it has no choices")
    if choices[0].get("error") or choices[0].get("finish_reason") == "error":
        raise MalformedReplyError("the generation ended in an error")
    return choices[0]


def _text(message: dict[str, Any], output_mode: OutputMode) -> str:
    if output_mode == "tool_call" and (arguments := _tool_arguments(message)) is not None:
        return arguments
    content = message.get("content")
    if isinstance(content, list):  # parts: text among reasoning and the like
        return "".join(_string(_object(part).get("text")) for part in content if _object(part).get("type") == "text")
    return _string(content)


def _tool_arguments(message: dict[str, Any]) -> str | None:
    calls = message.get("tool_calls")
    if not isinstance(calls, list) or not calls:
        return None
    arguments = _object(_object(calls[0]).get("function")).get("arguments")
    if isinstance(arguments, dict):  # some servers hand the arguments over decoded
        return orjson.dumps(arguments).decode()
    return arguments if isinstance(arguments, str) else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
