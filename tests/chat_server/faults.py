"""Faults that can be scripted: each is a value that says what goes wrong with one call.

Three kinds: an HttpFault takes the place of the completion, a ReplyFault (see `tests.chat_server.spoiled`) spoils what
the model says, and Stall and Reset happen to the connection.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from tests.chat_server.answers import Answer, ErrorText, error_answer, error_text, json_answer
from tests.chat_server.spoiled import (
    ContentFiltered,
    Fenced,
    NotJson,
    Refusal,
    ReplyFault,
    Truncated,
    UnescapedLatex,
    Ungrounded,
    WrongSchema,
)

HTML_ERROR = b"<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1><hr>proxy</body></html>\n"


class HttpFault(ABC):
    """A response that is not a completion."""

    @abstractmethod
    def answer(self, authorization: str) -> Answer:
        """Build the response to a request with this Authorization header."""


@dataclass(frozen=True, slots=True)
class RateLimited(HttpFault):
    """429: too many requests. `retry_after` is in seconds or an HTTP date (see `http_date`)."""

    retry_after: str | None = "1"
    retry_after_ms: str | None = None

    def answer(self, authorization: str) -> Answer:
        headers = {"retry-after": self.retry_after, "retry-after-ms": self.retry_after_ms}
        sent = {name: value for name, value in headers.items() if value is not None}
        return error_answer(429, error_text(429), sent)


@dataclass(frozen=True, slots=True)
class QuotaExceeded(HttpFault):
    """429 that no waiting helps: the account has no credit left."""

    def answer(self, authorization: str) -> Answer:
        return error_answer(429, error_text(429, "insufficient_quota"))


@dataclass(frozen=True, slots=True)
class ServerError(HttpFault):
    """A 5xx, as JSON of the API or as the HTML page of a proxy before it."""

    status: int = 500
    body: Literal["json", "html"] = "json"

    def answer(self, authorization: str) -> Answer:
        if self.body == "html":
            return Answer(self.status, HTML_ERROR, {}, "text/html")
        return error_answer(self.status, error_text(self.status))


@dataclass(frozen=True, slots=True)
class Status(HttpFault):
    """Any other status, with the API's usual error for the code or the status, or with a body of one's own."""

    status: int
    code: str | None = None
    """For instance `context_length_exceeded` or `content_filter`."""
    body: Mapping[str, object] | None = None

    def answer(self, authorization: str) -> Answer:
        if self.body is not None:
            return json_answer(self.status, self.body)
        return error_answer(self.status, error_text(self.status, self.code))


@dataclass(frozen=True, slots=True)
class MalformedBody(HttpFault):
    """200 with a body that is not a completion: JSON cut off, HTML, nothing, no choices, or an error object."""

    kind: Literal["cut", "html", "empty", "no_choices", "error"] = "cut"

    def answer(self, authorization: str) -> Answer:
        if self.kind == "error":
            return Answer(200, error_answer(500, error_text(500)).body)
        bodies = {"cut": b'{"choices": [', "html": HTML_ERROR, "empty": b"", "no_choices": b'{"choices": []}'}
        return Answer(200, bodies[self.kind], {}, "text/html" if self.kind == "html" else "application/json")


@dataclass(frozen=True, slots=True)
class KeyInError(HttpFault):
    """An error whose message quotes the Authorization header."""

    status: int = 401

    def answer(self, authorization: str) -> Answer:
        text = ErrorText(f"Incorrect API key provided: {authorization}.", code="invalid_api_key")
        return error_answer(self.status, text)


@dataclass(frozen=True, slots=True)
class Stall:
    """The call is accepted and answered properly, `seconds` later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset without a reply or, with `mid_body`, closed half-way through the promised bytes."""

    mid_body: bool = False


Fault = HttpFault | ReplyFault | Stall | Reset

TRANSIENT_FAULTS: tuple[Fault, ...] = (
    RateLimited(),
    RateLimited(retry_after=None),
    ServerError(500),
    ServerError(502, "html"),
    ServerError(503),
    ServerError(529),
    Status(408),
    Status(409),
    Status(425),
    Reset(),
    Reset(mid_body=True),
    MalformedBody("cut"),
    MalformedBody("html"),
    MalformedBody("empty"),
    MalformedBody("no_choices"),
)
"""What passes when the call is made again."""

REPLY_FAULTS: tuple[Fault, ...] = (
    Truncated(),
    Refusal(),
    ContentFiltered(),
    WrongSchema("missing_field"),
    WrongSchema("extra_field"),
    UnescapedLatex(),
    Ungrounded(),
    NotJson(),
    Fenced(),
)
"""Completions that are paid for and not fit for use as they are; each applies to any schema."""


def http_date(seconds_ahead: float) -> str:
    """Write a moment from now as Retry-After dates are written (whole seconds, rounded up)."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds_ahead + 1)
    return format_datetime(moment.replace(microsecond=0), usegmt=True)
