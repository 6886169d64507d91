"""Facts about the memory of endpoints, and about the way to one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from summarizer.chat.budget import Budget
from summarizer.chat.connect import Capabilities, EndpointMemory, connect
from summarizer.chat.endpoint import Endpoint, Reply
from summarizer.chat.interface import ChatRequest, OutputMode
from summarizer.chat.pricing import find_price
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import (
    BudgetExceededError,
    ConfigurationError,
    ModelRequestError,
    ModelUnavailableError,
    StoreError,
)
from summarizer.settings import Settings
from tests.builders import build_request
from tests.chat_server import ChatServer, QuotaExceeded, RateLimited, ServerError, Stall
from tests.chat_server.answers import Answer, error_answer, error_text
from tests.chat_server.faults import HttpFault

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


# The way to a real server


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


def settings_for(base_url: str, folder: Path, **fields: Any) -> Settings:
    EndpointMemory(folder).save(base_url, "m", Capabilities("plain"))
    return Settings(base_url=base_url, cache_dir=folder, **{"concurrency": 4, **fields})


async def ask(endpoint: Endpoint, count: int, *, first: int = 0) -> list[Reply | BaseException]:
    def build(number: int, mode: OutputMode) -> ChatRequest:
        return build_request(f"paper {number}", output_mode=mode)

    numbers = range(first, first + count)
    calls = (endpoint.answer(lambda mode, number=number: build(number, mode)) for number in numbers)  # type: ignore[misc]
    return await asyncio.gather(*calls, return_exceptions=True)


def ask_all(endpoint: Endpoint, count: int) -> list[Reply | BaseException]:
    async def run() -> list[Reply | BaseException]:
        try:
            return await ask(endpoint, 1) + await ask(endpoint, count - 1, first=1)
        finally:
            await endpoint.aclose()

    return asyncio.run(run())


def test_limits_that_the_server_announces_are_kept(server: ChatServer, tmp_path: Path) -> None:
    """Without them, 30 calls would be through in a moment."""
    server.rpm = 600
    started = time.monotonic()
    replies = ask_all(connect(settings_for(server.base_url, tmp_path, concurrency=30), model="m"), 30)

    assert all(isinstance(reply, Reply) for reply in replies)
    assert time.monotonic() - started > 1
    assert server.stats["outcomes"] == {"200": 30}


def test_limits_that_the_user_gives_are_kept(server: ChatServer, tmp_path: Path) -> None:
    started = time.monotonic()
    ask_all(connect(settings_for(server.base_url, tmp_path, concurrency=30, rpm=600), model="m"), 30)

    assert time.monotonic() - started > 1


def test_refusals_for_the_rate_take_no_attempt(server: ChatServer, tmp_path: Path) -> None:
    server.script([None, *[RateLimited(retry_after=None, retry_after_ms="10")] * 3])
    replies = ask_all(connect(settings_for(server.base_url, tmp_path, max_attempts=1), model="m"), 8)

    assert all(isinstance(reply, Reply) for reply in replies)
    assert sum(reply.attempts for reply in replies if isinstance(reply, Reply)) == server.calls == 11


def test_an_endpoint_that_fails_everybody_is_waited_for(
    server: ChatServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.script([None, *[ServerError(503)] * 5])
    replies = ask_all(connect(settings_for(server.base_url, tmp_path, max_attempts=2), model="m"), 8)

    assert all(isinstance(reply, Reply) for reply in replies)
    assert "the network or the endpoint is gone" in caplog.text
    assert "the endpoint answers again" in caplog.text


@contextmanager
def serve_on(port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.chat_server", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["base_url"]
        finally:
            server.kill()


def test_a_server_that_is_killed_and_comes_back_costs_no_paper(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> list[Reply | BaseException]:
        with serve_on(0) as base_url:
            endpoint = connect(settings_for(base_url, tmp_path, max_attempts=4), model="m")
            await ask(endpoint, 4)
        papers = asyncio.ensure_future(ask(endpoint, 12, first=4))
        while "pausing until it is back" not in caplog.text:
            await asyncio.sleep(0.05)
        with serve_on(int(urlsplit(base_url).port or 0)):
            replies = await papers
        await endpoint.aclose()
        return replies

    assert all(isinstance(reply, Reply) for reply in asyncio.run(run()))
    assert "the endpoint answers again" in caplog.text


def test_a_paper_that_always_times_out_fails_while_others_succeed(server: ChatServer, tmp_path: Path) -> None:
    server.fault_for("paper 5", Stall(600))
    replies = ask_all(
        connect(settings_for(server.base_url, tmp_path, max_attempts=2, timeout_seconds=1), model="m"), 20
    )
    failures = [(number, type(reply)) for number, reply in enumerate(replies) if not isinstance(reply, Reply)]

    assert failures == [(5, ModelUnavailableError)]


class BusyForAnHour(HttpFault):
    def answer(self, authorization: str) -> Answer:
        return error_answer(500, error_text(500), {"retry-after": "3000"})


def test_stopping_ends_the_wait_for_another_attempt_and_lets_who_is_in_flight_finish(
    server: ChatServer, tmp_path: Path
) -> None:
    server.script([None, Stall(0.5), BusyForAnHour()])
    endpoint = connect(settings_for(server.base_url, tmp_path), model="m")

    async def run() -> list[Reply | BaseException]:
        await ask(endpoint, 1)
        papers = asyncio.ensure_future(ask(endpoint, 2, first=1))
        await asyncio.to_thread(server.wait_for_calls, 3)
        await asyncio.sleep(0.2)  # by now the refused one waits for its next attempt
        endpoint.stop()
        try:
            return await asyncio.wait_for(papers, 60)
        finally:
            await endpoint.aclose()

    answered, waiting = asyncio.run(run())

    assert isinstance(answered, Reply)
    assert isinstance(waiting, asyncio.CancelledError)


def test_a_key_that_is_revoked_half_way_stops_at_once(server: ChatServer, tmp_path: Path) -> None:
    server.api_key = "key-of-before"
    endpoint = connect(settings_for(server.base_url, tmp_path, api_key="key-of-before"), model="m")

    async def run() -> list[Reply | BaseException]:
        try:
            await ask(endpoint, 4)
            server.api_key = "another-key"
            return await ask(endpoint, 4, first=4)
        finally:
            await endpoint.aclose()

    errors = asyncio.run(run())

    assert [type(error) for error in errors] == [ModelRequestError] * 4
    assert "check OPENAI_API_KEY" in str(errors[0])
    assert "key-of-before" not in str(errors)
    assert server.calls == 8


def test_an_exhausted_quota_is_not_taken_for_a_rate_limit(server: ChatServer, tmp_path: Path) -> None:
    server.script([None, QuotaExceeded()])
    replies = ask_all(connect(settings_for(server.base_url, tmp_path), model="m"), 2)

    assert isinstance(replies[1], ModelRequestError)
    assert "billing" in str(replies[1])
    assert server.calls == 2


def test_a_budget_is_kept(server: ChatServer, tmp_path: Path) -> None:
    settings = settings_for(server.base_url, tmp_path)
    price = find_price(server.base_url, "m", price_in=1.0, price_out=1000.0)
    assert price is not None
    replies = ask_all(connect(settings, model="m", budget=Budget(0.1, price)), 2)

    assert [type(reply) for reply in replies] == [BudgetExceededError] * 2
    assert server.calls == 0


def test_a_chat_model_of_ones_own_is_asked_as_it_is(tmp_path: Path) -> None:
    scripted = ScriptedChatModel([ModelUnavailableError("busy")])
    replies = ask_all(connect(Settings(cache_dir=tmp_path, rpm=1), model="m", chat=scripted), 1)

    assert isinstance(replies[0], ModelUnavailableError)
    assert len(scripted.requests) == 1
