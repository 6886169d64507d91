"""The JSON body of a chat completion, as bytes. Does not send anything.

A run sends the same model, schema, parameters and system message with each paper, so that part is serialised once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import orjson

from summarizer.chat.interface import ChatRequest

TokenLimitParameter = Literal["max_completion_tokens", "max_tokens"]
"""What the endpoint calls its limit on output tokens: the current name, or the one before it."""


def build_prefix(head: ChatRequest, token_limit_parameter: TokenLimitParameter) -> bytes:
    """Serialise the body of `head` up to the end of its last message; the list of messages is left open."""
    fields = {
        "model": head.model,
        **_output_fields(head),
        **_parameters(head),
        token_limit_parameter: head.max_output_tokens,
        "messages": head.messages,
    }
    return orjson.dumps(fields)[: -len(b"]}")]


def build_body(
    request: ChatRequest,
    token_limit_parameter: TokenLimitParameter,
    *,
    prefix: Callable[[ChatRequest, TokenLimitParameter], bytes] = build_prefix,
) -> bytes:
    """Serialise `request`.

    Args:
        request: what to ask.
        token_limit_parameter: the name under which `max_output_tokens` is sent.
        prefix: `build_prefix`, or the same with a memory.

    Raises:
        orjson.JSONEncodeError: a message holds a lone surrogate, which UTF-8 does not have.
    """
    head = replace(request, messages=request.messages[:1])
    later = [b"," + orjson.dumps(message) for message in request.messages[1:]]
    return b"".join((prefix(head, token_limit_parameter), *later, b"]}"))


def _output_fields(request: ChatRequest) -> dict[str, object]:
    name = request.response_schema.name
    schema = orjson.Fragment(request.response_schema.schema_json)
    if request.output_mode == "json_schema":
        json_schema = {"name": name, "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": json_schema}}
    if request.output_mode == "tool_call":
        function = {"name": name, "strict": True, "parameters": schema}
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": name}},
        }
    return {"response_format": {"type": "json_object"}} if request.output_mode == "json_object" else {}


def _parameters(request: ChatRequest) -> dict[str, object]:
    parameters = {
        "temperature": request.temperature,
        "seed": request.seed,
        "reasoning_effort": request.reasoning_effort,
    }
    return {name: value for name, value in parameters.items() if value is not None}
