"""One chat-completion request as it arrived, and the checks that a real endpoint makes before it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from tests.chat_server.answers import refuse
from tests.chat_server.options import MODES, Mode, Options
from tests.chat_server.papers import message_text
from tests.chat_server.schema import find_schema, strict_violation


@dataclass(frozen=True)
class ChatCall:
    """A decoded request."""

    body: dict[str, Any]
    authorization: str

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Text of each message."""
        return tuple(message_text(message) for message in self.body["messages"])

    @cached_property
    def system(self) -> str:
        """Text of the system messages."""
        pairs = zip(self.body["messages"], self.texts, strict=True)
        return "\n".join(text for message, text in pairs if message["role"] in {"system", "developer"})

    @cached_property
    def mode(self) -> Mode:
        """How the reply is to be held to its schema."""
        if self.body.get("tools") and self.body.get("tool_choice", "auto") not in ("auto", "none"):
            return "tool_call"
        kind = (self.body.get("response_format") or {}).get("type", "text")
        return "plain" if kind == "text" else kind

    @cached_property
    def tool(self) -> dict[str, Any]:
        """The function that must be called."""
        choice = self.body["tool_choice"]
        try:
            functions: list[dict[str, Any]] = [tool["function"] for tool in self.body["tools"]]
            if choice == "required":
                return functions[0]
            return next(function for function in functions if function["name"] == choice["function"]["name"])
        except (KeyError, TypeError, StopIteration) as error:
            raise refuse(400, "'tool_choice' must name one of 'tools', each a function.", "tool_choice") from error

    @property
    def schema(self) -> dict[str, Any] | None:
        """The schema to follow: the request's own or, in the looser modes, the one in the system message."""
        if self.mode not in {"tool_call", "json_schema"}:
            return find_schema(self.system)
        named = self.tool if self.mode == "tool_call" else self.body["response_format"]["json_schema"]
        schema: dict[str, Any] = named["parameters" if self.mode == "tool_call" else "schema"]
        return schema

    @property
    def max_output_tokens(self) -> int | None:
        """The limit under either of its names."""
        limit: int | None = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return limit


def check_key(headers: Mapping[str, str], api_key: str | None) -> None:
    """Refuse a request that does not carry the key, showing the key's ends only, as the real API does."""
    if api_key is None:
        return
    sent = headers.get("Authorization", "").removeprefix("Bearer ")
    if not sent:
        raise refuse(401, "You didn't provide an API key in the Authorization header.", code="invalid_api_key")
    if sent != api_key:
        masked = f"{sent[:3]}***{sent[-4:]}" if len(sent) > 12 else "***"
        raise refuse(401, f"Incorrect API key provided: {masked}.", code="invalid_api_key")


def read_call(raw: bytes, authorization: str) -> ChatCall:
    """Decode a request body."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise refuse(400, f"We could not parse the JSON body of your request: {error}.") from error
    if not isinstance(body, dict):
        raise refuse(400, "The JSON body of your request must be an object.")
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise refuse(400, "You must provide a model parameter.", "model")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(_is_message(message) for message in messages):
        raise refuse(400, "'messages' must be a list of objects, each with role and content.", "messages")
    if not isinstance(body.get("response_format") or {}, dict):
        raise refuse(400, "'response_format' must be an object.", "response_format")
    return ChatCall(body, authorization)


def _is_message(message: object) -> bool:
    return (
        isinstance(message, dict)
        and isinstance(message.get("role"), str)
        and isinstance(message.get("content", 0), str | list | None)
    )


def check_call(call: ChatCall, options: Options) -> None:
    """Refuse what this endpoint does not do."""
    model = call.body["model"]
    if options.models and model not in options.models:
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise refuse(404, message, "model", "model_not_found")
    _check_parameters(call.body, options)
    _check_mode(call, options)


def _check_parameters(body: dict[str, Any], options: Options) -> None:
    if body.get("stream"):
        raise refuse(400, "Streaming is not supported.", "stream", "unsupported_value")
    if options.rejects_temperature and "temperature" in body:
        raise _unsupported("temperature", "is not supported with this model.")
    if options.rejects_max_completion_tokens and "max_completion_tokens" in body:
        raise _unsupported("max_completion_tokens", "is not supported with this model. Use 'max_tokens' instead.")
    for name in ("max_completion_tokens", "max_tokens"):
        limit = body.get(name)
        if limit is not None and (not isinstance(limit, int) or limit < 1):
            raise refuse(400, f"Invalid value for '{name}': {limit!r}.", name, "invalid_value")


def _unsupported(name: str, what: str) -> Exception:
    return refuse(400, f"Unsupported parameter: '{name}' {what}", name, "unsupported_parameter")


def _check_mode(call: ChatCall, options: Options) -> None:
    mode = call.mode
    if mode not in MODES:
        raise refuse(400, f"Invalid value: {mode!r}.", "response_format.type", "invalid_value")
    if mode not in options.modes:
        if not options.ignores_modes and mode != "plain":
            param = "tools" if mode == "tool_call" else "response_format"
            raise refuse(400, f"Invalid parameter: '{param}' is not supported with this model.", param)
        return
    if mode == "json_object" and not any("json" in text.lower() for text in call.texts):
        message = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        )
        raise refuse(400, message, "messages")
    if mode == "json_schema":
        _check_schema(call.body["response_format"].get("json_schema"), "schema", "response_format")
    if mode == "tool_call":
        _check_schema(call.tool, "parameters", "tools")


def _check_schema(named: Any, key: str, param: str) -> None:
    if not isinstance(named, dict) or not isinstance(named.get("name"), str) or not isinstance(named.get(key), dict):
        raise refuse(400, f"Missing required parameter: '{param}' needs a name and '{key}'.", param)
    violation = strict_violation(orjson.dumps(named[key])) if named.get("strict") else None
    if violation:
        message = f"Invalid schema for {param} '{named['name']}': {violation}."
        raise refuse(400, message, param, "invalid_json_schema")
