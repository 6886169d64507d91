"""What tokens cost, from the price list of genai-prices as it was installed: nothing is fetched, nothing is guessed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price
from genai_prices.types import ModelPrice, TieredPrices

from summarizer.chat.interface import Usage
from summarizer.errors import ConfigurationError

_MILLION = 1_000_000
_HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens of one model."""

    input_usd: float
    cached_input_usd: float
    """For input that the provider found in its prompt cache."""
    output_usd: float
    """Reasoning included."""
    cache_write_usd: float | None = None
    """For input that the provider puts into its prompt cache; None for the price of other input."""

    @property
    def dearest_input_usd(self) -> float:
        """For a million tokens of input that were not read from the prompt cache, at most."""
        return max(self.input_usd, self.cache_write_usd or 0.0)

    def cost_usd(self, usage: Usage) -> float:
        """Price `usage`, in which nobody reports prompt-cache writes. The price of a sum is the sum of the prices."""
        fresh_input_tokens = usage.input_tokens - usage.cached_input_tokens
        return (
            fresh_input_tokens * self.input_usd
            + usage.cached_input_tokens * self.cached_input_usd
            + usage.output_tokens * self.output_usd
        ) / _MILLION


def find_price(
    base_url: str,
    model: str,
    *,
    price_in: float | None = None,
    price_out: float | None = None,
    at: datetime | None = None,
    is_batch: bool = False,
) -> Price | None:
    """Find what `model` costs at `base_url`.

    The list knows models by the addresses of their providers; a model of the same name on a server of your own has
    no price. Where the price depends on the hour, the dearest is taken; where it rises with the length of the input,
    the first step, which no abstract leaves.

    Args:
        base_url: root of the API.
        model: as requested.
        price_in: USD for a million input tokens, cached ones included; goes before the list, with `price_out`.
        price_out: USD for a million output tokens.
        at: the day for which the price is wanted; today by default.
        is_batch: in a batch job, which most providers do at half the price; the price of live calls where none is listed.

    Returns:
        The price, or None where it is unknown.

    Raises:
        ConfigurationError: only one of the two prices is given, or one is not a number from 0 on.
    """
    if price_in is not None or price_out is not None:
        return _given_price(price_in, price_out)
    day = (at or datetime.now(UTC)).astimezone(UTC)
    try:
        prices = [_listed_price(base_url, model, day.replace(hour=hour, minute=0), is_batch) for hour in _HOURS]
    except LookupError:
        return None
    known = [price for price in prices if price is not None]
    return max(known, key=lambda price: price.input_usd + price.output_usd) if len(known) == len(prices) else None


def _given_price(price_in: float | None, price_out: float | None) -> Price:
    if price_in is None or price_out is None:
        missing = "price_in" if price_in is None else "price_out"
        raise ConfigurationError(f"a price needs both price_in and price_out: set {missing} too")
    if not all(math.isfinite(price) and price >= 0 for price in (price_in, price_out)):
        raise ConfigurationError(f"price_in and price_out must be numbers from 0 on, not {price_in} and {price_out}")
    return Price(price_in, price_in, price_out)


def _listed_price(base_url: str, model: str, moment: datetime, is_batch: bool) -> Price | None:
    found = calc_price(
        PricedUsage(),
        model,
        provider_api_url=base_url,
        genai_request_timestamp=moment,
        price_context={"processing": "batch"} if is_batch else None,
    ).model_price
    input_usd, output_usd = _first_step(found.input_mtok), _first_step(found.output_mtok)
    if input_usd is None or output_usd is None or _has_other_units(found):
        return None
    cached_usd = _first_step(found.cache_read_mtok)
    cached_usd = input_usd if cached_usd is None else cached_usd
    return Price(input_usd, cached_usd, output_usd, _first_step(found.cache_write_mtok))


def _has_other_units(price: ModelPrice) -> bool:
    """Whether something is billed that usage does not tell: each request, or reasoning at a price of its own."""
    return price.requests_kcount is not None or price.output_reasoning_mtok is not None


def _first_step(price: Decimal | TieredPrices | None) -> float | None:
    step = price.base if isinstance(price, TieredPrices) else price
    return None if step is None else float(step)
