"""What goes back over the wire: a status, headers and bytes, and the error bodies of the OpenAI API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The four fields of an API error."""

    message: str
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None


class RequestRefusedError(Exception):
    """The request is answered with an error and goes no further."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.decode())
        self.answer = answer


OF_STATUS: dict[int, ErrorText] = {
    400: ErrorText("The request is invalid."),
    401: ErrorText("Incorrect API key provided.", code="invalid_api_key"),
    402: ErrorText("Insufficient balance.", "billing_error"),
    403: ErrorText("Your account may not use this model.", "request_forbidden", None, "permission_denied"),
    404: ErrorText("The model does not exist or you do not have access to it.", param="model", code="model_not_found"),
    408: ErrorText("The request took too long to arrive.", "timeout_error"),
    409: ErrorText("The resource is being changed by another request.", "conflict_error"),
    413: ErrorText("The request is larger than this endpoint accepts."),
    422: ErrorText("The request is well formed, but cannot be processed."),
    425: ErrorText("Too early: send the request again.", "server_error"),
    429: ErrorText("Rate limit reached. Please try again later.", "requests", None, "rate_limit_exceeded"),
    503: ErrorText("The engine is overloaded, please try again later.", "server_error", None, "overloaded"),
    529: ErrorText("Overloaded.", "overloaded_error"),
}
OF_CODE: dict[str, ErrorText] = {
    "context_length_exceeded": ErrorText(
        "This model's maximum context length is 8192 tokens, but your messages have 90210.",
        param="messages",
        code="context_length_exceeded",
    ),
    "content_filter": ErrorText(
        "The prompt was stopped by the content management policy.", param="prompt", code="content_filter"
    ),
    "insufficient_quota": ErrorText(
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        None,
        "insufficient_quota",
    ),
}


def error_text(status: int, code: str | None = None) -> ErrorText:
    """Return the usual wording for a code or, without one, for a status."""
    if code is not None:
        return OF_CODE.get(code) or ErrorText(f"The request failed: {code}.", code=code)
    return OF_STATUS.get(status) or ErrorText("The server had an error.", "server_error")


def error_answer(status: int, text: ErrorText, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
    """Put an API error on the wire."""
    error = {"message": text.message, "type": text.type, "param": text.param, "code": text.code}
    return Answer(status, orjson.dumps({"error": error}), headers)


def json_answer(status: int, value: object, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
    """Put any value on the wire."""
    return Answer(status, orjson.dumps(value), headers)


def refuse(
    status: int,
    message: str,
    param: str | None = None,
    code: str | None = None,
    error_type: str = "invalid_request_error",
) -> RequestRefusedError:
    """Build the exception that ends a request with an API error."""
    return RequestRefusedError(error_answer(status, ErrorText(message, error_type, param, code)))
