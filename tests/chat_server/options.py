"""What kind of endpoint the server pretends to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.chat_server.faults import TRANSIENT_FAULTS, Fault

Mode = Literal["json_schema", "tool_call", "json_object", "plain"]
MODES: tuple[Mode, ...] = ("json_schema", "tool_call", "json_object", "plain")


@dataclass(kw_only=True)
class Options:
    """The endpoint's properties. All but `recorded_requests` may be changed while it serves."""

    api_key: str | None = None
    """The only key that is let in; None lets everybody in."""
    models: Sequence[str] = ()
    """Names of the models served; empty serves any name."""
    served_model: str | None = None
    """Name in the replies; default is the requested one with `-served`."""
    modes: Sequence[Mode] = MODES
    """Ways of structured output that work."""
    ignores_modes: bool = False
    """Any other way is ignored and answered with prose, instead of refused."""
    tool_finish_reason: Literal["tool_calls", "stop"] = "stop"
    """Of a reply by a forced tool call; endpoints differ."""
    rejects_max_completion_tokens: bool = False
    """Only the older `max_tokens` is known."""
    rejects_temperature: bool = False
    latency_seconds: float = 0.0
    """Wait before each completion."""
    jitter_seconds: float = 0.0
    """Upper bound of a further wait, evenly drawn."""
    rpm: int | None = None
    """Requests a minute; more are answered with 429."""
    tpm: int | None = None
    """Tokens a minute, input and output; more are answered with 429."""
    fault_rate: float = 0.0
    """Share of calls, 0 to 1, that meet one of `chaos`."""
    chaos: Sequence[Fault] = TRANSIENT_FAULTS
    seed: int = 0
    """Of jitter and chaos. A draw depends on seed, request body and attempt, not on the order of arrival."""
    recorded_requests: int = 10_000
    """The newest requests that are kept; 0 keeps none."""
    batch_seconds: float = 0.0
    """From creating a batch to its end; it ends when it is asked after for the second time at the earliest."""
    batch_end: Literal["completed", "expired"] = "completed"
    batch_answers: int | None = None
    """So many lines of a batch are worked on before it ends; None is all."""
    batch_refuses: Sequence[str] = ()
    """A file with a line that holds one of these texts fails validation."""
    batch_page: int = 100
    """The most batches in one page of their list."""
