"""How many tokens a request will take of a limit by the minute: an estimate that learns from what was billed."""

from __future__ import annotations

from functools import lru_cache

from summarizer.chat.interface import ChatRequest, Usage
from summarizer.chat.tokens import estimate_tokens

_FIRST_OUTPUT_TOKENS = 512
_WEIGHT = 0.05  # of the newest observation
_QUANTILE = 0.95


class TokenForecast:
    """Input by count, corrected by the usual ratio of billed to counted; output by its 95th percentile so far.

    Both follow the newest replies with a weight of one in twenty. The percentile is tracked by stochastic approximation
    (Robbins and Monro, 1951): a step up for each longer reply, nineteen times smaller steps down for the shorter ones.
    """

    def __init__(self) -> None:
        self._ratio: float | None = None
        self._output: float | None = None
        self.is_loaded = False
        """Whether an estimate is quick."""
        self._static_tokens = lru_cache(maxsize=8)(_count_static)

    def load(self, model: str) -> None:
        """Load what estimates take, which may need seconds and the network."""
        estimate_tokens("", model)
        self.is_loaded = True

    def estimate(self, request: ChatRequest) -> tuple[float, float]:
        """Return the counted input tokens, and what the whole request is expected to take."""
        static, *rest = request.messages
        counted = self._static_tokens(static.content, request.response_schema.schema_json, request.model)
        counted += sum(estimate_tokens(message.content, request.model) for message in rest)
        output = _FIRST_OUTPUT_TOKENS if self._output is None else self._output
        return counted, counted * (self._ratio or 1.0) + min(output, request.max_output_tokens)

    def learn(self, counted: float, usage: Usage) -> None:
        """Take in what was billed for an input of so many counted tokens."""
        if not usage.input_tokens:
            return
        ratio = usage.input_tokens / counted
        self._ratio = ratio if self._ratio is None else self._ratio + _WEIGHT * (ratio - self._ratio)
        if self._output is None:
            self._output = 1.25 * usage.output_tokens
            return
        step = _WEIGHT * max(1.0, self._output)
        self._output += step * (_QUANTILE if usage.output_tokens > self._output else _QUANTILE - 1)


def _count_static(system: str, schema_json: str, model: str) -> int:
    return estimate_tokens(system, model) + estimate_tokens(schema_json, model)
