"""One line of a batch file: a request with the cache key as its id, or the result that came back under that id.

The format is that of OpenAI's Batch API, which vLLM's offline runner (`vllm run-batch`) and others read and write too.
Nothing depends on the order of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

import orjson

from summarizer.chat.bounded_body import MAX_REPLY_BYTES
from summarizer.chat.cache import cache_key
from summarizer.chat.error_body import ErrorAnswer
from summarizer.chat.interface import ChatRequest, ChatResponse, OutputMode
from summarizer.chat.reply_body import MalformedReplyError, build_response, inner_status
from summarizer.chat.request_body import TokenLimitParameter, build_body

BATCH_ENDPOINT = "/v1/chat/completions"
"""What every line asks; the same for each base URL."""

ResultState = Literal["answered", "failed", "expired", "cancelled"]

_STATES: dict[str, ResultState] = {"batch_expired": "expired", "batch_cancelled": "cancelled"}

Decode = Callable[[bytes], tuple[str, object]]
"""Gives the beginning of a line as text, and its decoded JSON, both free of the key; see `Address.decode`."""


class MalformedLineError(ValueError):
    """A line that is no result of anything; the message says why."""


class ResultLine(NamedTuple):
    """What became of one request."""

    key: str
    """The `custom_id`: the cache key of the request."""
    state: ResultState
    response: ChatResponse | None = None
    """Where it was answered."""
    error: str | None = None
    """Where it was not: the kind of error (as of a live call) and what it says."""


def build_request_line(
    request: ChatRequest,
    token_limit_parameter: TokenLimitParameter,
    *,
    body: Callable[[ChatRequest, TokenLimitParameter], bytes] = build_body,
) -> bytes:
    """Return the line that asks `request`, with its line break.

    Raises:
        orjson.JSONEncodeError: a message holds a lone surrogate, which UTF-8 does not have.
    """
    head = {"custom_id": cache_key(request), "method": "POST", "url": BATCH_ENDPOINT}
    return orjson.dumps(head)[:-1] + b',"body":' + body(request, token_limit_parameter) + b"}\n"


def read_result_id(line: bytes, decode: Decode) -> tuple[str, dict[str, Any]]:
    """Decode one result line; give its `custom_id` and all its fields.

    Raises:
        MalformedLineError: it is no JSON object with an id.
    """
    _, fields = decode(line)
    if not isinstance(fields, dict):
        raise MalformedLineError("it is no JSON object")
    key = fields.get("custom_id")
    if not isinstance(key, str) or not key:
        raise MalformedLineError("it has no custom_id")
    if not fields.keys() & {"response", "error"}:
        raise MalformedLineError("it has neither response nor error: a request?")
    return key, fields


def read_result(key: str, fields: dict[str, Any], output_mode: OutputMode, *, endpoint: str, model: str) -> ResultLine:
    """Read what a result line says about its request, by the same rules as a live answer.

    Args:
        key: the `custom_id`.
        fields: the decoded line.
        output_mode: of the request.
        endpoint: the base URL as it may be shown.
        model: that was asked.
    """
    answer, line_error = fields.get("response"), fields.get("error")
    if not isinstance(answer, dict):
        return _read_line_error(key, line_error)
    body, status = answer.get("body"), answer.get("status_code", HTTPStatus.OK)
    found = inner_status(body) if status == HTTPStatus.OK else status
    if found is not None:
        raw_text = body if isinstance(body, str) else orjson.dumps(body).decode()
        is_status = isinstance(found, int) and not isinstance(found, bool)
        refused = ErrorAnswer(
            endpoint=endpoint,
            model=model,
            status=found if is_status else HTTPStatus.BAD_GATEWAY,
            body=body,
            raw_text=raw_text,
            output_mode=output_mode,
            mode_is_proven=True,  # a batch is no probe: an unclear refusal is about the paper
        ).to_error()
        return ResultLine(key, "failed", error=f"{type(refused).__name__}: {refused}")
    request_id = answer.get("request_id")
    try:
        response = build_response(body, output_mode, request_id=request_id if isinstance(request_id, str) else None)
    except MalformedReplyError as error:
        return ResultLine(key, "failed", error=f"ModelUnavailableError: no chat completion: {error}")
    return ResultLine(key, "answered", response)


def split_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join pieces of a stream into lines without line breaks; of an endless line only its beginning is given."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line[:MAX_REPLY_BYTES] for line in lines if line.strip())
        rest = rest[: MAX_REPLY_BYTES + 1]
    if rest.strip():
        yield rest[:MAX_REPLY_BYTES]


def _read_line_error(key: str, line_error: object) -> ResultLine:
    fields = line_error if isinstance(line_error, dict) else {}
    code, message = str(fields.get("code") or ""), str(fields.get("message") or line_error or "no response")
    state = _STATES.get(code, "failed")
    return ResultLine(key, state, error=f"ModelUnavailableError: {message[:300]}" + (f" ({code})" if code else ""))
