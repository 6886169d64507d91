"""A cap on what a run may spend, kept before the money leaves: each attempt first reserves what it could cost at worst.

The bound on the input is the number of its UTF-8 bytes, because every token of a byte-level or byte-fallback tokeniser
covers at least one. A count by tiktoken with a margin would be tighter, and wrong for a model with another tokeniser. The
reservation is large and short: it is settled to what was billed as soon as the reply is there. Sums are integers, in
billionths of a dollar, and each addend is rounded up.

The cap holds as far as the endpoint honours `max_output_tokens` and bills by the prices that are known here.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse, Usage
from summarizer.chat.pricing import Price
from summarizer.errors import BudgetExceededError, ModelError

_NANO = 10**9
_MILLION = 10**6
_MESSAGE_TOKENS = 16  # role and delimiters of one message
_TEMPLATE_TOKENS = 512  # what chat templates add on their own: a preamble, the date, how to call a tool


def bound_input_tokens(request: ChatRequest) -> int:
    """Return a number of tokens that the input of `request` can't exceed."""
    schema = request.response_schema
    texts = [schema.name, schema.schema_json, *(message.content for message in request.messages)]
    text_bytes = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    return text_bytes + _MESSAGE_TOKENS * len(request.messages) + _TEMPLATE_TOKENS


def worst_case_usd(request: ChatRequest, price: Price) -> float:
    """Return what one attempt at `request` can cost at most: all its input at the dearest input price, and a reply as long as allowed."""
    return _Rates.of(price).worst_case(request) / _NANO


@dataclass(frozen=True, slots=True)
class _Rates:
    """Billionths of a dollar for a million tokens."""

    fresh_input: int
    cached_input: int
    output: int

    @classmethod
    def of(cls, price: Price) -> Self:
        # Nobody reports how much of the input was written to a prompt cache, so all that was not read from it counts so.
        return cls(_to_nano(price.dearest_input_usd), _to_nano(price.cached_input_usd), _to_nano(price.output_usd))

    def cost(self, usage: Usage) -> int:
        cached = min(usage.cached_input_tokens, usage.input_tokens)
        fresh = usage.input_tokens - cached
        total = fresh * self.fresh_input + cached * self.cached_input + usage.output_tokens * self.output
        return -(-total // _MILLION)

    def worst_case(self, request: ChatRequest) -> int:
        dearest = max(self.fresh_input, self.cached_input)
        total = bound_input_tokens(request) * dearest + request.max_output_tokens * self.output
        return -(-total // _MILLION)


class Budget:
    """What is spent, what may have been billed, and what calls in flight could still cost: together never over the cap.

    First come, first served: whoever does not fit waits as long as a call in flight may give something back. When none is
    in flight and it still does not fit, the budget is exhausted, for everybody and for good; so nothing paid for is given
    up on the way out.
    """

    def __init__(self, max_usd: float | None, price: Price) -> None:
        """Start at zero.

        Args:
            max_usd: the cap; None only keeps the books.
            price: of the model that is asked.
        """
        self.max_usd = max_usd
        self._cap = math.inf if max_usd is None else int(Decimal(str(max_usd)) * _NANO)
        self._rates = _Rates.of(price)
        self._spent = self._possibly_billed = self._reserved = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._is_exhausted = False

    @property
    def spent_usd(self) -> float:
        """What replies were billed at, by the usage that they report, and at most."""
        return self._spent / _NANO

    @property
    def possibly_billed_usd(self) -> float:
        """The worst case of all attempts whose bill nobody knows: without an answer, or answered without usage."""
        return self._possibly_billed / _NANO

    async def reserve(self, request: ChatRequest) -> int:
        """Set the worst case of one attempt aside, in billionths of a dollar; settle, release or keep it afterwards.

        Raises:
            BudgetExceededError: it does not fit, and nothing is in flight that could make room.
        """
        amount = self._rates.worst_case(request)
        if not self._waiting and self._fits(amount):
            self._reserved += amount
        else:
            await self._take_turn(amount)
        return amount

    def settle(self, reserved: int, usage: Usage) -> None:
        """Book what a reply was billed at in place of its worst case; without whole usage, the worst case stays booked."""
        if not (usage.input_tokens and usage.output_tokens):
            self.keep(reserved)
            return
        self._spent += self._rates.cost(usage)
        self.release(reserved)

    def keep(self, reserved: int) -> None:
        """Leave the worst case booked: the attempt may have been billed."""
        self._possibly_billed += reserved
        self.release(reserved)

    def release(self, reserved: int) -> None:
        """Give back what an attempt did not cost."""
        self._reserved -= reserved
        self._advance()

    def _fits(self, amount: int) -> bool:
        booked = self._spent + self._possibly_billed + self._reserved
        return not self._is_exhausted and booked + amount <= self._cap

    async def _take_turn(self, amount: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, turn))
        self._advance()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.exception() is None:
                self.release(amount)  # granted and given up in the same moment
            else:
                self._advance()
            raise

    def _advance(self) -> None:
        """Let in who fits, in turn; send everybody away once the first can never fit."""
        while self._waiting:
            amount, turn = self._waiting[0]
            if not turn.done():
                if self._fits(amount):
                    self._reserved += amount
                    turn.set_result(None)
                elif self._reserved:
                    return
                else:
                    self._is_exhausted = True
                    turn.set_exception(self._exceeded(amount))
            self._waiting.popleft()

    def _exceeded(self, amount: int) -> BudgetExceededError:
        unsure = f" and up to {_usd(self._possibly_billed)} more possibly billed" if self._possibly_billed else ""
        return BudgetExceededError(
            f"budget reached: {_usd(self._spent)} spent{unsure} of --max-cost ${self.max_usd:,}, and the next call could "
            f"cost up to {_usd(amount)}; the same command with a higher --max-cost goes on from here"
        )


class BudgetedChatModel:
    """A `ChatModel` that asks another one only for what fits into a budget. Stands below the retries: an attempt is a bill."""

    def __init__(self, chat: ChatModel, budget: Budget) -> None:
        """Wrap `chat`, which makes one attempt for each call."""
        self._chat = chat
        self._budget = budget
        self._is_stopped = False

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer one request once its worst case is set aside.

        Raises:
            BudgetExceededError: it could cost more than is left.
            ModelError: as the wrapped chat model.
        """
        reserved = await self._budget.reserve(request)
        if self._is_stopped:
            self._budget.release(reserved)
            raise asyncio.CancelledError
        try:
            response = await self._chat.complete(request)
        except ModelError as error:
            if error.may_be_billed:
                self._budget.keep(reserved)
            else:
                self._budget.release(reserved)
            raise
        except BaseException:  # given up on its way: cancelled, or by a bug
            self._budget.keep(reserved)
            raise
        self._budget.settle(reserved, response.usage)
        return response

    def stop(self) -> None:
        """Send nothing more: who waits for room is cancelled when there is some."""
        self._is_stopped = True

    async def aclose(self) -> None:
        """Close the wrapped chat model."""
        await self._chat.aclose()


def _to_nano(usd: float) -> int:
    return math.ceil(Decimal(str(usd)) * _NANO)


def _usd(nano: int) -> str:
    return f"${nano / _NANO:,.4f}"
