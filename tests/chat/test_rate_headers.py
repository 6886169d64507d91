"""Facts about the headers that announce rate limits."""

from __future__ import annotations

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.chat.rate_headers import RateLimit, RateLimits, read_rate_limits

OPENAI = {
    "x-ratelimit-limit-requests": "600",
    "x-ratelimit-remaining-requests": "599",
    "x-ratelimit-reset-requests": "100ms",
    "x-ratelimit-limit-tokens": "100000",
    "x-ratelimit-remaining-tokens": "98500",
    "x-ratelimit-reset-tokens": "1.5s",
}


def test_both_limits_are_read() -> None:
    assert read_rate_limits(OPENAI) == RateLimits(RateLimit(600, 599), RateLimit(100_000, 98_500))


def test_the_case_of_header_names_does_not_matter_in_an_answer() -> None:
    headers = httpx2.Headers({name.title(): value for name, value in OPENAI.items()})

    assert read_rate_limits(headers) == read_rate_limits(OPENAI)


def test_an_endpoint_that_says_nothing_has_no_known_limits() -> None:
    assert read_rate_limits({}) == RateLimits(None, None)


def test_without_what_is_left_all_is_left() -> None:
    assert read_rate_limits({"x-ratelimit-limit-requests": "60"}).requests == RateLimit(60, 60)


@pytest.mark.parametrize("reset", ["1m0s", "59.9s", "7.66s", "120ms", "60", "0", "", "soon"])
def test_a_limit_that_fills_up_within_a_minute_counts(reset: str) -> None:
    assert read_rate_limits({**OPENAI, "x-ratelimit-reset-requests": reset}).requests is not None


@pytest.mark.parametrize("reset", ["2m59.56s", "1h", "12h30m1s", "86400", "1741305600000"])
def test_a_limit_by_the_day_is_no_limit_by_the_minute(reset: str) -> None:
    limits = read_rate_limits({**OPENAI, "x-ratelimit-reset-requests": reset})

    assert limits.requests is None
    assert limits.tokens is not None


@pytest.mark.parametrize("limit", ["0", "-1", "none", "nan", "inf", "1e999", ""])
def test_a_limit_that_makes_no_sense_is_left_out(limit: str) -> None:
    assert read_rate_limits({"x-ratelimit-limit-tokens": limit}).tokens is None


@given(st.dictionaries(st.sampled_from(sorted(OPENAI)), st.text(max_size=20)))
def test_no_header_breaks_the_reading_and_nothing_negative_comes_of_it(headers: dict[str, str]) -> None:
    for limit in read_rate_limits(headers):
        assert limit is None or 0 <= limit.remaining <= limit.per_minute
