"""Facts about the memory of endpoints, and about the way to one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from summarizer.chat.connect import Capabilities, EndpointMemory, connect
from summarizer.errors import ConfigurationError, StoreError
from summarizer.settings import Settings

TOOLS = Capabilities("tool_call", "max_tokens")


def test_what_was_found_is_remembered_for_each_address_and_model(tmp_path: Path) -> None:
    memory = EndpointMemory(tmp_path)
    memory.save("http://a/v1", "m", TOOLS)
    memory.save("http://b/v1", "m", Capabilities("plain"))

    assert EndpointMemory(tmp_path).load("http://a/v1/", "m") == TOOLS
    assert memory.load("http://b/v1", "m") == Capabilities("plain", "max_completion_tokens")
    assert memory.load("http://a/v1", "other") == Capabilities()


def test_nothing_secret_of_an_address_is_remembered(tmp_path: Path) -> None:
    EndpointMemory(tmp_path).save("https://host/v1?api-version=1&key=secret", "m", TOOLS)

    assert "secret" not in (tmp_path / "endpoints.json").read_text()


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', '{"a m": {"output_mode": "magic"}}'])
def test_a_damaged_memory_is_an_error_that_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "endpoints.json").write_text(content)

    with pytest.raises(StoreError, match="delete it"):
        EndpointMemory(tmp_path).load("http://a/v1", "m")


def test_a_missing_memory_is_no_error(tmp_path: Path) -> None:
    assert EndpointMemory(tmp_path / "nowhere").load("http://a/v1", "m") == Capabilities()


def test_a_known_mode_is_used_without_a_probe(tmp_path: Path) -> None:
    EndpointMemory(tmp_path).save("http://localhost:1/v1", "m", TOOLS)
    endpoint = connect(Settings(base_url="http://localhost:1/v1", cache_dir=tmp_path), model="m")

    assert endpoint.output_mode == "tool_call"

    asyncio.run(endpoint.aclose())


def test_the_providers_own_address_needs_a_key_and_others_do_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        connect(Settings(cache_dir=tmp_path), model="m")

    asyncio.run(connect(Settings(base_url="http://localhost:1/v1", cache_dir=tmp_path), model="m").aclose())
