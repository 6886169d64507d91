"""Facts about prices. Expected prices come from the price list itself: it changes with each of its releases."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from genai_prices import Usage as ListedUsage
from genai_prices import calc_price

from summarizer.chat.interface import Usage
from summarizer.chat.pricing import Price, find_price
from summarizer.errors import ConfigurationError

OPENAI = "https://api.openai.com/v1"
MODEL = "gpt-4o-mini"
DAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_a_cost_is_the_sum_over_fresh_and_cached_input_and_output() -> None:
    price = Price(input_usd=2.0, cached_input_usd=0.5, output_usd=10.0)

    cost_usd = price.cost_usd(Usage(input_tokens=3_000_000, cached_input_tokens=1_000_000, output_tokens=100_000))

    assert cost_usd == pytest.approx(2 * 2.0 + 0.5 + 1.0)


def test_no_tokens_cost_nothing() -> None:
    assert Price(2.0, 0.5, 10.0).cost_usd(Usage()) == 0.0


def test_reasoning_is_part_of_the_output_and_not_priced_twice() -> None:
    assert Price(0, 0, 1.0).cost_usd(Usage(output_tokens=1_000_000, reasoning_tokens=900_000)) == pytest.approx(1.0)


def test_a_known_model_costs_what_the_price_list_calculates() -> None:
    price = find_price(OPENAI, MODEL, at=DAY)
    listed = calc_price(
        ListedUsage(input_tokens=1200, cache_read_tokens=1024, output_tokens=160),
        MODEL,
        provider_api_url=OPENAI,
        genai_request_timestamp=DAY,
    )

    assert price is not None
    cost_usd = price.cost_usd(Usage(input_tokens=1200, cached_input_tokens=1024, output_tokens=160))
    assert cost_usd == pytest.approx(float(listed.total_price))
    assert 0 < price.cached_input_usd < price.input_usd < price.output_usd


@pytest.mark.parametrize(
    ("base_url", "model"),
    [
        ("http://localhost:8000/v1", MODEL),
        ("http://127.0.0.1:11434/v1", "llama3.2"),
        ("https://gateway.example.org/v1", MODEL),
        (OPENAI, "no-such-model"),
        (OPENAI, f"{MODEL}-of-mine"),
        (OPENAI, ""),
        ("", MODEL),
    ],
)
def test_what_the_list_does_not_know_has_no_price(base_url: str, model: str) -> None:
    assert find_price(base_url, model) is None


def test_a_model_without_a_price_for_output_has_no_price() -> None:
    assert find_price(OPENAI, "text-embedding-3-small") is None


def test_a_model_billed_by_the_request_has_no_price() -> None:
    assert find_price("https://api.perplexity.ai", "sonar") is None


def test_where_the_price_depends_on_the_hour_the_dearest_is_taken() -> None:
    base_url, model = "https://api.deepseek.com", "deepseek-v4-flash"
    hourly = []
    for hour in range(24):
        moment = DAY.replace(hour=hour)
        usage = ListedUsage(input_tokens=1_000_000)
        found = calc_price(usage, model, provider_api_url=base_url, genai_request_timestamp=moment)
        hourly.append(float(found.total_price))

    price = find_price(base_url, model, at=DAY)

    assert price is not None
    assert price.input_usd == pytest.approx(max(hourly))
    assert max(hourly) > min(hourly)


def test_where_the_price_rises_with_the_length_the_first_step_is_taken() -> None:
    base_url, model = "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-pro"
    usage = ListedUsage(input_tokens=1000, output_tokens=100)
    listed = calc_price(usage, model, provider_api_url=base_url, genai_request_timestamp=DAY)

    price = find_price(base_url, model, at=DAY)

    assert price is not None
    assert price.cost_usd(Usage(input_tokens=1000, output_tokens=100)) == pytest.approx(float(listed.total_price))


def test_given_prices_go_before_the_list_and_price_a_local_model() -> None:
    assert find_price(OPENAI, MODEL, price_in=1.0, price_out=2.0) == Price(1.0, 1.0, 2.0)
    assert find_price("http://localhost:8000/v1", "mine", price_in=0.0, price_out=0.0) == Price(0.0, 0.0, 0.0)


@pytest.mark.parametrize(("price_in", "price_out", "missing"), [(1.0, None, "price_out"), (None, 1.0, "price_in")])
def test_half_a_price_is_a_configuration_error(price_in: float | None, price_out: float | None, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=f"set {missing} too"):
        find_price(OPENAI, MODEL, price_in=price_in, price_out=price_out)


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_a_senseless_price_is_a_configuration_error(price: float) -> None:
    with pytest.raises(ConfigurationError, match="numbers from 0 on"):
        find_price(OPENAI, MODEL, price_in=price, price_out=1.0)


def test_no_price_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a price was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert find_price(OPENAI, MODEL) is not None


def test_what_writing_to_the_prompt_cache_costs_is_the_dearest_input() -> None:
    usage = ListedUsage(input_tokens=100_000, cache_write_tokens=100_000)
    listed = calc_price(usage, "gpt-6-sol", provider_api_url=OPENAI, genai_request_timestamp=DAY)

    price = find_price(OPENAI, "gpt-6-sol", at=DAY)

    assert price is not None
    assert price.dearest_input_usd == pytest.approx(10 * float(listed.total_price))
    assert price.dearest_input_usd > price.input_usd
    assert Price(2.0, 0.5, 8.0).dearest_input_usd == 2.0


def test_batch_jobs_are_priced_as_such_where_the_list_knows_it() -> None:
    live = find_price("https://api.openai.com/v1", "gpt-4o-mini")
    batch = find_price("https://api.openai.com/v1", "gpt-4o-mini", is_batch=True)

    assert live is not None
    assert batch is not None
    assert (batch.input_usd, batch.output_usd) == (live.input_usd / 2, live.output_usd / 2)
