"""What every chat model takes and gives. An implementation makes one attempt and maps its errors to ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

OutputMode = Literal["json_schema", "tool_call", "json_object", "plain"]
"""How the endpoint is held to the response schema, the strictest first."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ResponseSchema:
    """A named JSON Schema. Kept as text, so that a request is hashable and the same bytes are sent and fingerprinted."""

    name: str
    schema_json: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Everything that can change the answer, and nothing else: each field is part of the cache key."""

    base_url: str
    """Root of the API, for instance `http://localhost:8000/v1`, without trailing slash."""
    model: str
    messages: tuple[Message, ...]
    """System first (the static part); the paper last."""
    response_schema: ResponseSchema
    output_mode: OutputMode
    max_output_tokens: int
    temperature: float | None = None
    seed: int | None = None
    reasoning_effort: str | None = None
    repeat: int = 0
    """Which of several answers to the same question: not sent, but a cache keeps each."""


class Usage(BaseModel):
    """Tokens as the endpoint billed them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_tokens: int = 0
    """All input tokens, cached ones included."""
    cached_input_tokens: int = 0
    output_tokens: int = 0
    """All output tokens, reasoning included."""
    reasoning_tokens: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted: an endpoint that reports no usage does not answer for nothing."""
        return not (self.input_tokens or self.output_tokens)

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
        )


class ChatResponse(BaseModel):
    """One reply, raw: nothing in it has been validated. This is what the cache stores."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    """Message content, or the arguments of the tool call."""
    finish_reason: str
    """As reported: `stop`, `tool_calls`, `length`, `content_filter`, …"""
    refusal: str | None = None
    usage: Usage = Usage()
    served_model: str = ""
    request_id: str | None = None
    attempts: int = 1
    """HTTP requests that this reply took."""
    latency_seconds: float | None = None
    """From sending the request that was answered to its last byte; None where nobody measured it."""


class ChatModel(Protocol):
    """The one seam to a chat model."""

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer one request.

        Raises:
            ModelUnavailableError: try again later.
            ModelRequestError: every request would fail.
            OutputModeError: the endpoint lacks the request's structured-output mode.
            PaperRejectedError: this input is refused.
        """
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
