"""What the local server accepts and refuses, counts and limits, and how it is run."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from tests.chat_server import ChatServer, Mode, Stall
from tests.chat_server.answers import RequestRefusedError
from tests.chat_server.client import KEY, Response, annotation_schema, ask, body, send, strict
from tests.chat_server.limits import RateLimits


def test_the_official_client_reads_a_reply() -> None:
    async def complete(base_url: str) -> Any:
        async with openai.AsyncOpenAI(base_url=base_url, api_key="k", max_retries=0) as client:
            return await client.chat.completions.create(**body())

    with ChatServer() as server:
        completion = asyncio.run(complete(server.base_url))

    assert completion.model == "test-model-served"
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


@pytest.mark.parametrize(
    ("mode", "param"), [("json_schema", "response_format"), ("tool_call", "tools"), ("json_object", "response_format")]
)
def test_an_unsupported_mode_is_refused_or_ignored(mode: Mode, param: str) -> None:
    with ChatServer(modes=["plain"]) as server:
        refused = ask(server, body(mode))
        server.ignores_modes = True
        ignored = ask(server, body(mode))

    assert (refused.status, refused.error["param"]) == (400, param)
    assert ignored.status == 200
    assert ignored.message["content"].startswith("This paper presents")


@pytest.mark.parametrize(
    "spoil",
    [
        {"additionalProperties": True},
        {"required": ["tldr"]},
        {"properties": {"tldr": {"type": "string", "maxLength": 9}}, "required": ["tldr"]},
        {"properties": {"n": {"type": "array"}}, "required": ["n"]},
        {"properties": {"n": {"type": "array", "items": {"type": "string", "pattern": "a"}}}, "required": ["n"]},
        {"properties": {"n": {"anyOf": [{"type": "object"}]}}, "required": ["n"]},
        {"properties": {"n": {"description": "no type"}}, "required": ["n"]},
        {"type": "array", "items": {"type": "string"}},
    ],
)
def test_a_schema_outside_strict_mode_is_refused(spoil: dict[str, Any]) -> None:
    schema = annotation_schema() | spoil

    with ChatServer() as server:
        as_format, as_tool = ask(server, body(schema=schema)), ask(server, body("tool_call", schema))

    assert as_format.status == as_tool.status == 400
    assert as_format.error["param"] == "response_format"
    assert as_tool.error["param"] == "tools"


def test_a_property_may_be_named_like_a_forbidden_keyword() -> None:
    with ChatServer() as server:
        assert ask(server, body(schema=strict(format={"type": "string"}))).status == 200


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"stream": True}, "stream"),
        ({"model": ""}, "model"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"response_format": {"type": "yaml"}}, "response_format.type"),
        ({"response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "hi"}]}, "messages"),
    ],
)
def test_a_request_that_the_api_does_not_know_is_refused(fields: dict[str, Any], param: str) -> None:
    with ChatServer() as server:
        response = ask(server, body(**fields))

    assert (response.status, response.error["param"]) == (400, param)
    assert response.error["type"] == "invalid_request_error"


def test_parameters_can_be_unknown_to_an_endpoint() -> None:
    with ChatServer(rejects_max_completion_tokens=True, rejects_temperature=True) as server:
        limit, temperature = ask(server, body(max_completion_tokens=900)), ask(server, body(temperature=0))
        older = ask(server, body(max_tokens=900))

    assert (limit.error["param"], limit.error["code"]) == ("max_completion_tokens", "unsupported_parameter")
    assert (temperature.error["param"], temperature.error["code"]) == ("temperature", "unsupported_parameter")
    assert older.status == 200


def test_key_and_model_are_checked() -> None:
    with ChatServer(api_key=KEY, models=["a", "b"]) as server:
        missing, wrong = ask(server, body(model="a")), ask(server, body(model="a"), key="sk-another-one-999")
        unknown, right = ask(server, key=KEY), ask(server, body(model="b"), key=KEY)
        listed = asyncio.run(send(f"{server.base_url}/models", "GET", key=KEY))

    assert missing.status == wrong.status == 401
    assert wrong.error["code"] == "invalid_api_key"
    assert "another" not in wrong.text
    assert (unknown.status, unknown.error["code"]) == (404, "model_not_found")
    assert right.status == 200
    assert [model["id"] for model in listed.body["data"]] == ["a", "b"]


def test_any_other_path_is_not_found() -> None:
    with ChatServer() as server:
        response = asyncio.run(send(f"{server.base_url}/completions"))

    assert (response.status, response.error["type"]) == (404, "invalid_request_error")


def test_calls_are_recorded_and_counted() -> None:
    with ChatServer(recorded_requests=2) as server:
        for number in (1, 2, 2):
            ask(server, body(seed=number), key=KEY)
        stats = server.stats
        over_http = asyncio.run(send(server.base_url.replace("/v1", "/stats"), "GET")).body
        requests = server.requests
        cleared = asyncio.run(send(server.base_url.replace("/v1", "/stats/reset"))).body

    assert [request.body["seed"] for request in requests] == [2, 2]
    assert requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert requests[0].arrived_seconds < requests[1].arrived_seconds
    assert over_http == stats
    assert (stats["calls"], stats["distinct_bodies"], stats["repeated_completions"]) == (3, 2, 1)
    assert stats["outcomes"] == {"200": 3}
    assert cleared["calls"] == 0


def test_a_client_that_leaves_is_not_in_flight() -> None:
    async def leave_early() -> None:
        call = asyncio.create_task(send(f"{server.base_url}/chat/completions", json=body()))
        await asyncio.to_thread(server.wait_for_calls, 1)
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call

    with ChatServer() as server:
        server.script([Stall(600)])
        asyncio.run(leave_early())
        server.wait_until_idle()
        ask(server)
        stats = server.stats

    assert (stats["in_flight"], stats["max_in_flight"]) == (0, 1)
    assert stats["outcomes"] == {"disconnected": 1, "200": 1}


def test_requests_a_minute_are_limited() -> None:
    with ChatServer(rpm=2) as server:
        responses = [ask(server) for _ in range(3)]

    assert [response.status for response in responses] == [200, 200, 429]
    assert responses[0].headers["x-ratelimit-remaining-requests"] == "1"
    assert 0 < int(responses[2].headers["retry-after"]) <= 30
    assert responses[2].error["type"] == "requests"


def test_tokens_a_minute_are_limited() -> None:
    with ChatServer(tpm=400) as server:
        responses = [ask(server) for _ in range(3)]

    assert [response.status for response in responses].count(429) >= 1
    assert responses[-1].error["type"] == "tokens"


def test_an_allowance_fills_up_with_time() -> None:
    now = [0.0]
    limits = RateLimits(lambda: now[0])
    allowance: dict[str, int | None] = {"requests": 60, "tokens": None}
    for _ in range(60):
        limits.admit(allowance, 1)
    used_up = limits.headers()

    assert used_up["x-ratelimit-remaining-requests"] == "0"
    assert used_up["x-ratelimit-reset-requests"] == "1m0s"

    now[0] = 0.9
    with pytest.raises(RequestRefusedError, match="again in 100ms"):
        limits.admit(allowance, 1)
    now[0] = 1.0
    limits.admit(allowance, 1)


def test_held_completions_wait_for_their_release() -> None:
    responses: list[Response] = []

    with ChatServer() as server:
        server.hold()
        threads = [threading.Thread(target=lambda: responses.append(ask(server))) for _ in range(3)]
        for thread in threads:
            thread.start()
        server.wait_for_calls(3)

        assert (server.in_flight, server.max_in_flight, responses) == (3, 3, [])

        server.release()
        for thread in threads:
            thread.join()

    assert [response.status for response in responses] == [200, 200, 200]


def test_completions_are_held_from_a_call_on() -> None:
    with ChatServer() as server, ThreadPoolExecutor() as clients:
        server.hold(from_call=3)
        answered = [ask(server).status for _ in range(2)]
        held = [clients.submit(ask, server) for _ in range(2)]
        server.wait_for_calls(4)

        assert (answered, server.in_flight, server.stats["completions"]) == ([200, 200], 2, 2)

        server.release()

        assert [call.result().status for call in held] == [200, 200]
        assert server.stats["completions"] == 4


def test_all_that_a_client_sent_before_it_left_is_counted_once_the_server_is_idle() -> None:
    """The server sleeps while 50 clients connect, send and leave."""
    request = json.dumps(body()).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(request)}\r\n\r\n".encode()
    awake = threading.Event()

    with ChatServer() as server, ThreadPoolExecutor() as waiting:
        server.hold()
        server._loop.call_soon_threadsafe(awake.wait)
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", urlsplit(server.base_url).port)) as client:
                client.sendall(head + request)
        idle = waiting.submit(server.wait_until_idle)
        awake.set()
        idle.result()

        assert server.stats["outcomes"] == {"disconnected": 50}


def test_waiting_for_calls_that_do_not_come_ends() -> None:
    with ChatServer() as server, pytest.raises(TimeoutError, match="0 of 1 calls"):
        server.wait_for_calls(1, timeout_seconds=0.05)


def test_it_serves_as_a_process_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "tests.chat_server", "--latency-ms", "1", "--api-key", KEY, "--seed", "1"]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        base_url = json.loads(process.stdout.readline())["base_url"]
        response = asyncio.run(send(f"{base_url}/chat/completions", key=KEY, json=body()))
        process.send_signal(signal.SIGTERM)

        assert (process.wait(10), process.stderr.read()) == (0, b"")

    assert response.status == 200
