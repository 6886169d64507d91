"""Facts about the base URL and the key."""

from __future__ import annotations

import pytest

from summarizer.chat.address import build_address
from summarizer.errors import ConfigurationError


def test_a_base_url_is_taken_apart() -> None:
    address = build_address("https://host/openai?api-version=2024-10-21&tenant=a", "secret-key")

    assert (address.url, address.query) == ("https://host/openai", {"api-version": "2024-10-21", "tenant": "a"})
    assert address.is_azure


@pytest.mark.parametrize("base_url", ["https://user:hunter22@host/v1", "https://hunter22@host/v1"])
def test_user_info_is_refused_and_not_repeated(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="user name or password") as caught:
        build_address(base_url, None)

    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize("base_url", ["", "localhost:8000/v1", "ftp://host/v1", "https://"])
def test_an_address_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="must look like"):
        build_address(base_url, None)


@pytest.mark.parametrize("api_key", ["", "sk-abc\n", "sk abc", '"sk-abc"', "'sk-abc'", "sk\\abc", "sk-äbc"])
def test_a_key_that_was_copied_badly_is_refused_and_not_repeated(api_key: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY") as caught:
        build_address("https://host/v1", api_key)

    assert "abc" not in str(caught.value)


def test_the_key_and_query_values_are_redacted() -> None:
    address = build_address("https://host/v1?api-version=2024-10-21&token=query-secret", "sk-12345678")

    assert address.redact("2024-10-21 query-secret sk-12345678") == "2024-10-21 [key] [key]"
    assert address.redact_bytes(b"Bearer sk-12345678") == b"Bearer [key]"
    assert address.redact_values({"echo": ["sk-12345678"]}) == {"echo": ["[key]"]}


def test_a_short_key_is_not_redacted_out_of_ordinary_words() -> None:
    assert build_address("http://localhost/v1", "none").redact("there are none") == "there are none"


def test_the_own_machine_is_known() -> None:
    local = ("http://localhost:11434/v1", "http://127.0.0.1:8000/v1", "http://[::1]:8000/v1")

    assert all(build_address(base_url, None).is_local for base_url in local)
    assert not build_address("https://api.openai.com/v1", None).is_local
