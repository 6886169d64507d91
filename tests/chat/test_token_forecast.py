"""Facts about the estimate of what a request takes of a token limit."""

from __future__ import annotations

import random

import pytest

from summarizer.chat.interface import Usage
from summarizer.chat.token_forecast import TokenForecast
from summarizer.chat.tokens import estimate_tokens
from tests.builders import build_request

REQUEST = build_request("Liver lesions are segmented. " * 40)


def test_before_any_reply_the_input_is_what_was_counted_and_the_output_a_guess() -> None:
    counted, expected = TokenForecast().estimate(REQUEST)
    texts = [*(message.content for message in REQUEST.messages), REQUEST.response_schema.schema_json]

    assert counted == sum(estimate_tokens(text, "test-model") for text in texts)
    assert expected == counted + 512


def test_no_more_output_is_expected_than_is_allowed() -> None:
    counted, expected = TokenForecast().estimate(build_request(max_output_tokens=64))

    assert expected == counted + 64


def test_the_input_is_corrected_by_what_was_billed() -> None:
    forecast = TokenForecast()
    for _ in range(3):
        counted, _ = forecast.estimate(REQUEST)
        forecast.learn(counted, Usage(input_tokens=int(1.5 * counted), output_tokens=0))
    counted, expected = forecast.estimate(REQUEST)

    assert expected == pytest.approx(1.5 * counted, rel=0.01)


def test_the_expected_output_is_longer_than_nearly_all_replies_and_not_much_more() -> None:
    chance, forecast = random.Random(1), TokenForecast()
    lengths = [chance.randint(100, 200) for _ in range(2000)]
    for length in lengths:
        forecast.learn(1, Usage(input_tokens=1, output_tokens=length))
    forecast.learn(forecast.estimate(REQUEST)[0], Usage(input_tokens=1, output_tokens=0))
    output = forecast._output or 0.0

    assert 185 < output < 220


def test_a_reply_without_usage_teaches_nothing() -> None:
    forecast = TokenForecast()
    forecast.learn(100, Usage())

    assert forecast.estimate(REQUEST) == TokenForecast().estimate(REQUEST)
