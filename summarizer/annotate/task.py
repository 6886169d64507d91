"""A prompt with its schema and parameters: the part of every request that does not depend on the paper, prepared once."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.chat.interface import ChatRequest, Message, OutputMode, ResponseSchema
from summarizer.contract.prompts import Prompt

MAX_PACK_OUTPUT_TOKENS = 16_384
"""The limit of a reply about several papers goes no further, unless that about one does: many models allow no more."""


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """The fields of a request that are the same for a whole run."""

    base_url: str
    model: str
    max_output_tokens: int
    temperature: float | None = None
    seed: int | None = None
    reasoning_effort: str | None = None
    repeat: int = 0
    pack: int = 1
    """Papers in one request, at most; not sent."""

    def to_profile(self) -> dict[str, float | int | str]:
        """Return the parameters that were set, for provenance."""
        names = ("max_output_tokens", "temperature", "seed", "reasoning_effort")
        set_ones = {name: value for name in names if (value := getattr(self, name)) is not None}
        return set_ones | ({"pack": self.pack} if self.pack > 1 else {})

    def limit_output(self, papers: int) -> int:
        """Return the limit on the output tokens of a reply about so many papers."""
        return min(papers * self.max_output_tokens, max(self.max_output_tokens, MAX_PACK_OUTPUT_TOKENS))


class Task:
    """What is asked of every paper in one call."""

    def __init__(self, prompt: Prompt, system: str, schema: ResponseSchema, parameters: RequestParameters) -> None:
        """Prepare the static part.

        Args:
            prompt: renders the papers and the reasks.
            system: the rendered system message.
            schema: what the reply must follow; spelled out in the system message where the endpoint can't enforce it.
            parameters: the rest of the request.
        """
        self.prompt = prompt
        self._schema = schema
        self._parameters = parameters
        enforced = Message("system", system)
        described = Message("system", f"{system}\n\n{prompt.render_schema_suffix(schema.schema_json)}")
        self._systems: dict[OutputMode, Message] = {
            "json_schema": enforced,
            "tool_call": enforced,
            "json_object": described,
            "plain": described,
        }

    def build(self, mode: OutputMode, conversation: tuple[Message, ...], *, papers: int = 1) -> ChatRequest:
        """Return the request in one output mode, for a conversation about so many papers."""
        return ChatRequest(
            base_url=self._parameters.base_url,
            model=self._parameters.model,
            messages=(self._systems[mode], *conversation),
            response_schema=self._schema,
            output_mode=mode,
            max_output_tokens=self._parameters.limit_output(papers),
            temperature=self._parameters.temperature,
            seed=self._parameters.seed,
            reasoning_effort=self._parameters.reasoning_effort,
            repeat=self._parameters.repeat,
        )
