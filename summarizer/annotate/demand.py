"""The calls that a run still has to make: how many, how long, how dear. Everything here is an estimate but the worst case."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cached_property

from summarizer.chat.budget import worst_case_usd
from summarizer.chat.interface import ChatRequest, Message, ResponseSchema, Usage
from summarizer.chat.pricing import Price, find_price
from summarizer.chat.tokens import estimate_tokens
from summarizer.settings import Settings

TOKEN_MARGIN = 1.15
"""High estimate: input, should the model's tokeniser be another one."""
REPLY_MARGIN = 1.5
"""High estimate: output."""
REASK_SHARE = 0.2
"""High estimate: share of the calls that are repeated with the reply and its issues."""
MIN_STORED_REPLIES = 20
"""So many papers must have stored replies before their average stands for the rest."""

_is_translation: ContextVar[bool] = ContextVar("is_translation", default=False)
"""Whether the last request of the current task was for a translation."""

_END_OF_PAPER = "\n</paper-"
_REPLY_TOKENS, _REPLY_TOKENS_OF_A_LANGUAGE = 110, 65
_TRANSLATION_RATIO = 1.3  # tokens of a translated abstract to tokens of the message that holds it
_DELIMITER_TOKENS = 4  # of one message
_COUNTED_CALLS, _CALLS_PER_COUNT = 1000, 16
_CACHED_PREFIX_TOKENS, _CACHED_STEP_TOKENS = 1024, 128  # what providers with a prompt cache document


class Demand:
    """Adds up requests that nobody has answered yet."""

    def __init__(self, settings: Settings) -> None:
        """Start at zero, for the model, languages, prices and limits of `settings`."""
        self._settings = settings
        self._prefixes: dict[tuple[Message, ResponseSchema, str], int] = {}
        self._reply_tokens = 0.0
        self._stored_tokens = self._counted_tokens = self._counted_characters = 0
        self.calls = 0
        self.input_tokens = 0
        self.prompt_cached_tokens = 0
        self.stored_replies = 0
        self.worst_call_usd: float | None = 0.0 if self._price else None

    @property
    def is_last_a_translation(self) -> bool:
        """Whether the last request that the current task had counted was for a translation; set to False before one."""
        return _is_translation.get()

    @is_last_a_translation.setter
    def is_last_a_translation(self, value: bool) -> None:
        _is_translation.set(value)

    @cached_property
    def _price(self) -> Price | None:
        settings = self._settings
        return find_price(
            settings.base_url, settings.model or "", price_in=settings.price_in, price_out=settings.price_out
        )

    def add(self, request: ChatRequest) -> None:
        """Count one call."""
        prefix_tokens = self._count_prefix(request)
        tokens = sum(self._estimate_quickly(message.content) + _DELIMITER_TOKENS for message in request.messages[1:])
        self.calls += 1
        self.input_tokens += prefix_tokens + tokens
        self.is_last_a_translation = request.response_schema.name == "translation"
        languages = len(self._settings.languages)
        if self.is_last_a_translation:
            self._reply_tokens += _TRANSLATION_RATIO * tokens * languages
        else:
            papers = max(1, request.messages[1].content.count(_END_OF_PAPER))  # more in a pack
            self._reply_tokens += papers * (_REPLY_TOKENS + _REPLY_TOKENS_OF_A_LANGUAGE * languages)
        if self._price and self.worst_call_usd is not None:
            self.worst_call_usd = max(self.worst_call_usd, worst_case_usd(request, self._price))

    def note_stored(self, usage: Usage) -> None:
        """Learn from the stored replies behind one paper."""
        if usage.output_tokens:
            self.stored_replies += 1
            self._stored_tokens += usage.output_tokens

    def output_tokens(self, papers: int) -> int:
        """Estimate the output for so many papers: as long as stored replies where there are enough, else by languages."""
        if self.stored_replies < MIN_STORED_REPLIES:
            self.stored_replies = 0
            return round(self._reply_tokens)
        return round(papers * self._stored_tokens / self.stored_replies)

    def cost_usd(self, output_tokens: int) -> tuple[float | None, float | None]:
        """Return a low and a high estimate; None where the price is unknown.

        The low one takes the lengths as estimated, one reply a call, and the repeated prefix from the prompt cache. The
        high one has no prompt cache, 15 % more input, replies half as long again, and every fifth asked for twice.
        """
        if not self.calls:
            return 0.0, 0.0
        price = self._price
        if price is None:
            return None, None
        low = Usage(
            input_tokens=self.input_tokens,
            cached_input_tokens=self.prompt_cached_tokens,
            output_tokens=output_tokens,
        )
        replies = output_tokens * REPLY_MARGIN
        prompts = self.input_tokens * TOKEN_MARGIN * (1 + REASK_SHARE) + replies * REASK_SHARE
        high_usd = (prompts * price.dearest_input_usd + replies * (1 + REASK_SHARE) * price.output_usd) / 1e6
        return price.cost_usd(low), high_usd

    def minutes(self, output_tokens: int) -> float | None:
        """Return how long the limits alone make a run take."""
        rpm, tpm = self._settings.rpm, self._settings.tpm
        shares = [self.calls / rpm] if rpm else []
        shares += [(self.input_tokens + output_tokens) / tpm] if tpm else []
        return max(shares, default=None)

    def _count_prefix(self, request: ChatRequest) -> int:
        """Return the tokens of what is the same in every request; all but the first may come from the prompt cache."""
        system, schema, mode = request.messages[0], request.response_schema, request.output_mode
        known = self._prefixes.get((system, schema, mode))
        if known is not None:
            self.prompt_cached_tokens += known - known % _CACHED_STEP_TOKENS if known >= _CACHED_PREFIX_TOKENS else 0
            return known
        schema_text = schema.schema_json if mode in {"json_schema", "tool_call"} else ""
        tokens = self._estimate(system.content) + self._estimate(schema_text) + _DELIMITER_TOKENS
        self._prefixes[system, schema, mode] = tokens
        return tokens

    def _estimate_quickly(self, text: str) -> int:
        """Count the first texts and a few of the others; the rest is as dense as those."""
        if self.calls >= _COUNTED_CALLS and self.calls % _CALLS_PER_COUNT:
            return round(len(text) * self._counted_tokens / self._counted_characters)
        tokens = self._estimate(text)
        self._counted_tokens += tokens
        self._counted_characters += len(text)
        return tokens

    def _estimate(self, text: str) -> int:
        return estimate_tokens(text, self._settings.model or "")
