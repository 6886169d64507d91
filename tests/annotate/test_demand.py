"""Facts about what the calls of a forecast add up to. Tokens are estimated by length: no encoding is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from summarizer.annotate.demand import MIN_STORED_REPLIES, Demand
from summarizer.chat.interface import Message, ResponseSchema, Usage
from summarizer.chat.tokens import estimate_tokens
from summarizer.settings import Settings
from tests.builders import build_request

PREFIX = Message("system", "x" * 46_000)
SCHEMA = ResponseSchema("annotation", "y" * 460)
USER = Message("user", "z" * 920)


@pytest.fixture(autouse=True)
def no_encoding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


def build_demand(calls: int, **settings: Any) -> Demand:
    demand = Demand(Settings(model="m", base_url="http://localhost/v1", **settings))
    for _ in range(calls):
        demand.add(build_request(messages=(PREFIX, USER), response_schema=SCHEMA))
    return demand


def test_the_repeated_prefix_counts_as_cached_from_the_second_call_on() -> None:
    demand = build_demand(3)
    fresh = demand.input_tokens - demand.prompt_cached_tokens

    assert demand.calls == 3
    assert demand.prompt_cached_tokens % 128 == 0
    assert 2 * demand.prompt_cached_tokens > demand.input_tokens
    assert demand.prompt_cached_tokens < 2 * fresh


def test_in_a_long_run_most_texts_are_measured_by_the_density_of_the_others() -> None:
    words = [f"lesion {number} of {number % 7} " * (1 + number % 5) for number in range(3000)]
    demand = Demand(Settings(model="m"))
    for text in words:
        demand.add(build_request(messages=(PREFIX, Message("user", text)), response_schema=SCHEMA))
    prefix_tokens = 3000 * (estimate_tokens(PREFIX.content, "m") + estimate_tokens(SCHEMA.schema_json, "m") + 4)
    exact = sum(estimate_tokens(text, "m") + 4 for text in words)

    assert demand.input_tokens - prefix_tokens == pytest.approx(exact, rel=0.02)


def test_a_short_prefix_is_never_cached() -> None:
    demand = Demand(Settings(model="m"))
    for _ in range(2):
        demand.add(build_request())

    assert demand.prompt_cached_tokens == 0


def test_replies_are_as_long_as_stored_ones_once_there_are_enough() -> None:
    demand = build_demand(10)
    by_language = demand.output_tokens(10)
    for _ in range(MIN_STORED_REPLIES):
        demand.note_stored(Usage(output_tokens=1000))

    assert by_language == 10 * (110 + 65)
    assert demand.output_tokens(10) == 10_000
    assert demand.stored_replies == MIN_STORED_REPLIES


def test_few_stored_replies_say_nothing() -> None:
    demand = build_demand(1, languages=())
    demand.note_stored(Usage(output_tokens=1000))

    assert (demand.output_tokens(1), demand.stored_replies) == (110, 0)


def test_a_translated_abstract_is_longer_than_its_original() -> None:
    demand = Demand(Settings(model="m", languages=("zh-Hans", "ja")))
    demand.add(build_request(messages=(PREFIX, USER), response_schema=ResponseSchema("translation", "{}")))

    assert demand.output_tokens(1) > 2 * estimate_tokens(USER.content, "m")


def test_the_high_estimate_has_no_discount_and_some_reasks() -> None:
    demand = build_demand(10, price_in=1.0, price_out=2.0)
    low, high = demand.cost_usd(1000)

    assert low == pytest.approx((demand.input_tokens + 2 * 1000) / 1e6)
    assert high == pytest.approx((1.2 * 1.15 * demand.input_tokens + 0.2 * 1500 + 2 * 1.2 * 1500) / 1e6)


def test_an_unknown_price_is_no_price_and_nothing_to_ask_costs_nothing() -> None:
    assert build_demand(1).cost_usd(100) == (None, None)
    assert build_demand(1).worst_call_usd is None
    assert build_demand(0).cost_usd(0) == (0.0, 0.0)


def test_the_tighter_limit_says_how_long_a_run_takes_at_least() -> None:
    demand = build_demand(10, rpm=5)
    tight = build_demand(10, rpm=5, tpm=1000)

    assert demand.minutes(0) == 2.0
    assert tight.minutes(500) == (tight.input_tokens + 500) / 1000
    assert build_demand(10).minutes(0) is None
