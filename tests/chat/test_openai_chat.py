"""Facts about the adapter of the SDK: what goes over the wire, and what comes of every answer and fault."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, cast

import httpx2
import openai
import orjson
import pytest

from summarizer.chat.bounded_body import MAX_REPLY_BYTES
from summarizer.chat.interface import ChatRequest, ChatResponse, Usage
from summarizer.chat.openai_chat import OpenAIChatModel
from summarizer.chat.request_body import build_body
from summarizer.errors import (
    ConfigurationError,
    ModelError,
    ModelRequestError,
    ModelUnavailableError,
    OutputModeError,
    PaperRejectedError,
)
from tests.builders import build_request

KEY = "sk-test-0123456789"
PLAIN = build_request(output_mode="plain")
COMPLETION = {
    "id": "chatcmpl-1",
    "model": "served-model",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "{}"}}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
}
LIMIT_REFUSED = {"error": {"message": "Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead."}}

Answer = Callable[[httpx2.Request], httpx2.Response]
Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def build_chat(answer: Answer, **fields: Any) -> OpenAIChatModel:
    values: dict[str, Any] = {
        "base_url": "http://host/v1",
        "api_key": KEY,
        "timeout_seconds": 5,
        "max_connections": 2,
        "http_client": httpx2.AsyncClient(transport=httpx2.MockTransport(answer)),
    }
    return OpenAIChatModel(**values | fields)


def ask(chat: OpenAIChatModel, *requests: ChatRequest) -> list[ChatResponse]:
    async def ask_all() -> list[ChatResponse]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(chat.aclose)
            return [await chat.complete(request) for request in requests]

    return asyncio.run(ask_all())


def fail(chat: OpenAIChatModel, request: ChatRequest = PLAIN) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(chat, request)
    return caught.value


def completing(seen: list[httpx2.Request]) -> Answer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json=COMPLETION)

    return answer


def refusing(status: int, body: object = None, headers: dict[str, str] | None = None) -> Answer:
    return lambda _: httpx2.Response(status, json=body, headers=headers)


# What is sent


def test_the_body_arrives_as_it_was_built() -> None:
    seen: list[httpx2.Request] = []
    requests = [
        build_request("first"),
        build_request("second", seed=1),
        build_request("third", output_mode="tool_call"),
    ]

    ask(build_chat(completing(seen)), *requests)

    assert [request.content for request in seen] == [build_body(r, "max_completion_tokens") for r in requests]
    assert {str(request.url) for request in seen} == {"http://host/v1/chat/completions"}


def test_only_the_needed_headers_are_sent_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET", "BASE_URL"):
        monkeypatch.setenv(f"OPENAI_{name}", "https://from.environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Leak: from-environment\nAuthorization: from-environment\naccept: x")
    seen: list[httpx2.Request] = []

    ask(build_chat(completing(seen)), PLAIN)

    headers = dict(seen[0].headers)
    assert headers.keys() == {
        "host",
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "user-agent",
    }
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "from" not in str(headers)


def test_without_a_key_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    seen: list[httpx2.Request] = []

    ask(build_chat(completing(seen), api_key=None), PLAIN)

    assert "authorization" not in seen[0].headers


def test_a_query_of_the_base_url_goes_with_every_request_and_azure_gets_its_own_header() -> None:
    seen: list[httpx2.Request] = []
    base_url = "https://host/openai/deployments/d?api-version=2024-10-21"

    ask(build_chat(completing(seen), base_url=base_url), PLAIN)

    assert str(seen[0].url) == "https://host/openai/deployments/d/chat/completions?api-version=2024-10-21"
    assert seen[0].headers["api-key"] == KEY
    assert "authorization" not in seen[0].headers


def test_a_base_url_that_can_not_be_used_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError):
        build_chat(completing([]), base_url="https://user:password@host/v1")


def test_a_redirect_is_not_followed_with_the_key() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(307, headers={"location": "https://elsewhere/v1"})

    error = fail(build_chat(answer))

    assert type(error) is ModelRequestError
    assert "https://elsewhere/v1" in str(error)
    assert len(seen) == 1


def test_text_that_is_no_unicode_is_refused_before_anything_is_sent() -> None:
    seen: list[httpx2.Request] = []

    error = fail(build_chat(completing(seen)), build_request("\udc80"))

    assert (type(error), error.attempts, seen) == (PaperRejectedError, 0, [])


# The token limit


def limited(seen: list[dict[str, Any]], *, knows: str = "max_tokens", then: object = COMPLETION) -> Answer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(orjson.loads(request.content))
        if knows not in seen[-1]:
            return httpx2.Response(400, json=LIMIT_REFUSED)
        return httpx2.Response(200 if then is COMPLETION else 500, json=then)

    return answer


def test_a_server_of_the_old_token_limit_is_asked_again_at_once_and_for_good() -> None:
    seen: list[dict[str, Any]] = []
    chat = build_chat(limited(seen))

    responses = ask(chat, build_request("a"), build_request("b"))

    assert [response.attempts for response in responses] == [2, 1]
    assert chat.token_limit_parameter == "max_tokens"  # noqa: S105
    assert ["max_tokens" in body for body in seen] == [False, True, True]


def test_a_remembered_token_limit_is_used_from_the_first_request() -> None:
    seen: list[dict[str, Any]] = []

    ask(build_chat(limited(seen), token_limit_parameter="max_tokens"), PLAIN)

    assert len(seen) == 1


def test_a_server_that_knows_neither_token_limit_is_asked_twice_and_no_more() -> None:
    seen: list[dict[str, Any]] = []

    error = fail(build_chat(limited(seen, knows="no_such_limit")))

    assert (type(error), error.attempts, len(seen)) == (ModelRequestError, 2, 2)


def test_a_failure_after_the_change_counts_both_attempts() -> None:
    error = fail(build_chat(limited([], then={"error": "overloaded"})))

    assert (type(error), error.attempts) == (ModelUnavailableError, 2)


def test_concurrent_requests_agree_on_the_other_token_limit() -> None:
    seen: list[dict[str, Any]] = []
    answer = limited(seen)
    all_arrived = asyncio.Event()

    async def answer_when_all_arrived(request: httpx2.Request) -> httpx2.Response:
        response = answer(request)
        if len(seen) >= 8:
            all_arrived.set()
        await all_arrived.wait()
        return response

    chat = build_chat(
        completing([]), http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(answer_when_all_arrived))
    )

    async def ask_at_once() -> list[ChatResponse]:
        responses = await asyncio.gather(*(chat.complete(build_request(str(number))) for number in range(8)))
        await chat.aclose()
        return responses

    responses = asyncio.run(ask_at_once())

    assert chat.token_limit_parameter == "max_tokens"  # noqa: S105
    assert [response.attempts for response in responses] == [2] * 8


# What comes back


def test_a_reply_is_read() -> None:
    (response,) = ask(build_chat(completing([])), PLAIN)

    usage = Usage(input_tokens=10, output_tokens=2)
    assert response.model_copy(update={"latency_seconds": None}) == ChatResponse(
        text="{}", finish_reason="stop", usage=usage, served_model="served-model", request_id="chatcmpl-1"
    )


def test_the_request_id_header_is_kept() -> None:
    (response,) = ask(build_chat(refusing(200, COMPLETION, {"x-request-id": "req_1"})), PLAIN)

    assert response.request_id == "req_1"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"<html>", b"null", b"{}", b'{"choices":[]}', b"\xff\xfe", b'{"a":' * 500 + b"1" + b"}" * 500],
)
def test_a_success_without_a_completion_is_worth_another_attempt(content: bytes) -> None:
    error = fail(build_chat(lambda _: httpx2.Response(200, content=content)))

    assert type(error) is ModelUnavailableError
    assert error.raw_text == content.decode(errors="replace")
    assert error.may_be_billed


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"code": 402, "message": "no credits"}}, ModelRequestError),
        ({"error": {"code": 400, "type": "exceed_context_size_error", "message": "too long"}}, PaperRejectedError),
        ({"error": "upstream failed"}, ModelUnavailableError),
    ],
)
def test_an_error_sent_as_a_success_is_an_error(body: object, expected: type[ModelError]) -> None:
    error = fail(build_chat(refusing(200, body)))

    assert type(error) is expected
    assert not error.may_be_billed


@pytest.mark.parametrize("status", [302, 400, 401, 429, 500, 502, 503])
def test_an_error_status_is_not_billed(status: int) -> None:
    assert not fail(build_chat(refusing(status))).may_be_billed


@pytest.mark.parametrize("status", [504, 524])
def test_what_a_gateway_gave_up_waiting_for_may_be_billed(status: int) -> None:
    error = fail(build_chat(refusing(status)))

    assert type(error) is ModelUnavailableError
    assert error.may_be_billed


def test_the_time_from_sending_to_the_last_byte_is_measured() -> None:
    async def answer_late(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0.05)
        return httpx2.Response(200, json=COMPLETION)

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer_late))
    before = time.monotonic()
    (response,) = ask(build_chat(completing([]), http_client=client), PLAIN)

    assert response.latency_seconds is not None
    assert 0.05 <= response.latency_seconds <= round(time.monotonic() - before, 3)


def test_the_headers_and_the_status_of_every_answer_are_handed_on() -> None:
    answers = [httpx2.Response(429, headers={"X-RateLimit-Remaining-Requests": "0"}), httpx2.Response(200, content="{")]
    answers.append(httpx2.Response(200, json=COMPLETION, headers={"x-ratelimit-remaining-requests": "9"}))
    seen: list[tuple[str | None, int]] = []
    chat = build_chat(
        lambda _: answers.pop(0),
        on_headers=lambda headers, status: seen.append((headers.get("x-ratelimit-remaining-requests"), status)),
    )

    async def ask_thrice() -> None:
        for _ in range(2):
            with pytest.raises(ModelUnavailableError):
                await chat.complete(PLAIN)
        await chat.complete(PLAIN)
        await chat.aclose()

    asyncio.run(ask_thrice())

    assert seen == [("0", 429), (None, 200), ("9", 200)]


def test_retry_after_dates_are_read_with_the_clock() -> None:
    headers = {"retry-after": "Thu, 01 Jan 1970 00:02:00 GMT"}

    error = fail(build_chat(refusing(429, {}, headers), clock=lambda: 100.0))

    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after_seconds == 20.0


def test_an_unclear_refusal_is_about_the_paper_once_the_mode_has_worked() -> None:
    answers = [httpx2.Response(200, json=COMPLETION), httpx2.Response(400), httpx2.Response(400)]
    chat = build_chat(lambda _: answers.pop(0))
    request = build_request(output_mode="json_schema")

    async def ask_thrice() -> None:
        await chat.complete(request)
        with pytest.raises(PaperRejectedError):
            await chat.complete(request)
        with pytest.raises(OutputModeError):
            await chat.complete(build_request(output_mode="tool_call"))
        await chat.aclose()

    asyncio.run(ask_thrice())


def test_a_mode_that_worked_in_an_earlier_run_is_not_suspected() -> None:
    request = build_request(output_mode="json_schema")

    assert type(fail(build_chat(refusing(400)), request)) is OutputModeError
    assert type(fail(build_chat(refusing(400), proven_output_mode="json_schema"), request)) is PaperRejectedError


# The model list


def list_models(answer: Answer) -> tuple[str, ...]:
    chat = build_chat(answer)

    async def run() -> tuple[str, ...]:
        try:
            return await chat.list_models()
        finally:
            await chat.aclose()

    return asyncio.run(run())


def test_models_are_listed() -> None:
    body = {"object": "list", "data": [{"id": "a"}, {"id": "b"}, {"name": "no id"}, None]}

    assert list_models(refusing(200, body)) == ("a", "b")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusing(404, {"detail": "Not Found"}), ModelRequestError),
        (refusing(401, {}), ModelRequestError),
        (refusing(503, {}), ModelUnavailableError),
        (refusing(200, {"models": 1}), ModelUnavailableError),
    ],
)
def test_an_endpoint_without_a_model_list_is_an_error(answer: Answer, expected: type[ModelError]) -> None:
    with pytest.raises(expected):
        list_models(answer)


# The key


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def echoing(status: int) -> Answer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        said = request.headers["authorization"]
        escaped = said.replace("-", "\\u002d")
        if status == 200:
            text = orjson.dumps(COMPLETION).decode().replace("{}", said).replace("served-model", escaped)
            return httpx2.Response(200, content=text, headers={"x-request-id": said})
        return httpx2.Response(status, content=f'{{"error": {{"message": "you sent {said}, that is {escaped}"}}}}')

    return answer


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 422, 429, 500, 503])
def test_a_key_that_the_server_echoes_is_in_no_error(status: int) -> None:
    error = fail(build_chat(echoing(status)))

    shown = [text for link in chain(error) for text in (str(link), repr(link), str(vars(link).get("raw_text")))]
    assert KEY not in "".join([*shown, *traceback.format_exception(error)])
    assert "[key]" in error.raw_text


def test_a_key_that_the_server_echoes_is_in_no_response() -> None:
    (response,) = ask(build_chat(echoing(200)), PLAIN)

    assert response.text == "Bearer [key]"
    assert KEY not in response.model_dump_json()


def test_sdk_errors_with_the_request_in_them_are_not_chained() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"no way to send {request.headers['authorization']}", request=request)

    error = fail(build_chat(answer))

    assert "no way to send Bearer [key]" in str(error)
    assert [type(link) for link in chain(error)] == [ModelUnavailableError]


def test_the_key_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(build_chat(completing([])), PLAIN)
        fail(build_chat(echoing(500)))

    assert KEY not in caplog.text


# Every error of the SDK

SDK_ERRORS: dict[str, type[ModelError]] = {
    # a status decides further; these bodies are empty
    "APIStatusError": ModelRequestError,
    "BadRequestError": PaperRejectedError,
    "AuthenticationError": ModelRequestError,
    "OAuthError": ModelRequestError,
    "PermissionDeniedError": ModelRequestError,
    "NotFoundError": ModelRequestError,
    "ConflictError": ModelUnavailableError,
    "UnprocessableEntityError": PaperRejectedError,
    "RateLimitError": ModelUnavailableError,
    "InternalServerError": ModelUnavailableError,
    # nothing usable arrived
    "APIError": ModelUnavailableError,
    "APIConnectionError": ModelUnavailableError,
    "APITimeoutError": ModelUnavailableError,
    "APIResponseValidationError": ModelUnavailableError,
    # the SDK is used or installed wrongly, or another part of it raised: the next paper would meet it too
    "OpenAIError": ModelRequestError,
    "_AmbiguousModuleClientUsageError": ModelRequestError,
    "APIRemovedInV1": ModelRequestError,
    "ContentFilterFinishReasonError": ModelRequestError,
    "LengthFinishReasonError": ModelRequestError,
    "MissingDependencyError": ModelRequestError,
    "MutuallyExclusiveAuthError": ModelRequestError,
    "StreamAlreadyConsumed": ModelRequestError,
    "SubjectTokenProviderError": ModelRequestError,
    "WebSocketConnectionClosedError": ModelRequestError,
    "WebSocketQueueFullError": ModelRequestError,
}
STATUS_OF = {"APIStatusError": 418, "OAuthError": 401, "AuthenticationError": 401, "InternalServerError": 500}


def sdk_error_classes() -> dict[str, type[openai.OpenAIError]]:
    for name in ("lib.azure", "lib._old_api", "_extras._common", "_response"):
        importlib.import_module(f"openai.{name}")
    found = [openai.OpenAIError]
    for known in found:
        found.extend(known.__subclasses__())
    return {known.__name__: known for known in found if not known.__module__.startswith("openai.lib.beta")}


def test_every_error_class_of_the_sdk_is_decided() -> None:
    assert sdk_error_classes().keys() == SDK_ERRORS.keys()


@pytest.mark.parametrize("name", SDK_ERRORS)
def test_every_error_class_of_the_sdk_is_mapped(name: str) -> None:
    known = sdk_error_classes()[name]
    error = known.__new__(known, f"{name} with {KEY}")
    if isinstance(error, openai.APIStatusError):
        status = STATUS_OF.get(name) or cast("int", known.status_code)  # type: ignore[attr-defined]
        error.response = httpx2.Response(status, request=httpx2.Request("POST", "http://host/v1"))

    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error

    mapped = fail(build_chat(answer))

    assert type(mapped) is SDK_ERRORS[name]
    assert KEY not in str(mapped)


# Faults on a real connection


@asynccontextmanager
async def serving(connection: Connection) -> AsyncIterator[str]:
    """Run a local server that treats its connections like this; give its base URL."""
    tasks: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            try:
                await connection(reader, writer)
            finally:
                writer.close()
                await writer.wait_closed()

    server = await asyncio.start_server(
        lambda *streams: tasks.append(asyncio.create_task(serve(*streams))), "127.0.0.1", 0
    )
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def fail_at(connection: Connection, *, earlier: int = 0, timeout_seconds: float = 5.0) -> ModelError:
    """Ask such a server through the transport that users get, after as many good answers."""

    async def run() -> ModelError:
        async with serving(after(earlier, connection)) as base_url, AsyncExitStack() as stack:
            chat = OpenAIChatModel(base_url=base_url, api_key=KEY, timeout_seconds=timeout_seconds, max_connections=1)
            stack.push_async_callback(chat.aclose)
            for _ in range(earlier):
                await chat.complete(PLAIN)
            with pytest.raises(ModelError) as caught:
                await chat.complete(PLAIN)
            return caught.value

    return asyncio.run(run())


def sending(content: bytes) -> Connection:
    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(content)
        await writer.drain()

    return connection


def complete_answer(*headers: str, body: bytes = orjson.dumps(COMPLETION)) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def after(count: int, connection: Connection) -> Connection:
    """Answer so many connections well, and treat the rest like `connection`."""
    answers = iter([complete_answer()] * count)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = next(answers, None)
        await (sending(answer) if answer else connection)(reader, writer)

    return connect


async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.02)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    "connection",
    [
        sending(b""),
        sending(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"),
        sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
        sending(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{}"),
        sending(b"HTTP/1.1 500 Oops\r\nContent-Length: 500\r\n\r\n{"),
        sending(b"SSH-2.0-OpenSSH_9.6\r\n"),
        reset,
    ],
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_broken_answer_is_worth_another_attempt(connection: Connection, earlier: int) -> None:
    error = fail_at(connection, earlier=earlier)

    assert type(error) is ModelUnavailableError
    assert "the connection failed" in str(error)
    assert error.may_be_billed
    assert [type(link) for link in chain(error)] == [ModelUnavailableError]


@pytest.mark.parametrize("earlier", [0, 1])
@pytest.mark.parametrize("connection", [stall, drip])
def test_a_server_that_stalls_or_drips_is_given_up_in_time(connection: Connection, earlier: int) -> None:
    seconds = 2.0 if earlier else 0.3  # the good answer must be in time
    error = fail_at(connection, earlier=earlier, timeout_seconds=seconds)

    assert type(error) is ModelUnavailableError
    assert f"no complete answer within {seconds:g} s" in str(error)
    assert error.may_be_billed


@pytest.mark.parametrize("earlier", [0, 1])
def test_an_endless_reply_is_cut_off(earlier: int) -> None:
    error = fail_at(flood, earlier=earlier)

    assert type(error) is ModelUnavailableError
    assert f"larger than {MAX_REPLY_BYTES:,} bytes" in str(error)
    assert error.may_be_billed


def test_a_local_server_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    error = fail_at(sending(b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}"))

    assert "answered 401" in str(error)


def ask_raw(answers: Sequence[bytes], *, query: str = "") -> tuple[list[str], list[ChatResponse]]:
    """Ask a server that sends these answers, one a connection; give the heads of the requests, and the responses."""
    heads: list[str] = []
    left = iter(answers)

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(next(left))
        await writer.drain()

    async def run() -> list[ChatResponse]:
        async with serving(connection) as base_url, AsyncExitStack() as stack:
            chat = OpenAIChatModel(base_url=base_url + query, api_key=KEY, timeout_seconds=5, max_connections=1)
            stack.push_async_callback(chat.aclose)
            return [await chat.complete(PLAIN) for _ in answers]

    return heads, asyncio.run(run())


@pytest.mark.parametrize("query", ["", "?api-version=2026-01-01", "?k=a%2Fb%20c"])
def test_later_requests_say_what_the_first_said(query: str) -> None:
    (first, later), _ = ask_raw([complete_answer("Set-Cookie: a=b")] * 2, query=query)

    assert sorted(first.lower().splitlines()) == sorted(later.lower().splitlines())
    assert KEY in later


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_redirect_is_not_followed(earlier: int) -> None:
    moved = b"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"

    assert "it points to http://127.0.0.1:9/" in str(fail_at(sending(moved), earlier=earlier))


def test_a_compressed_answer_is_read_though_none_was_asked_for() -> None:
    packed = complete_answer("Content-Encoding: gzip", body=gzip.compress(orjson.dumps(COMPLETION)))

    _, responses = ask_raw([packed] * 2)

    assert [response.text for response in responses] == ["{}", "{}"]


def test_the_id_of_an_answer_is_text_whatever_its_bytes() -> None:
    _, responses = ask_raw([complete_answer("X-Request-Id: caf\xe9")] * 2)

    assert [response.request_id for response in responses] == ["café", "café"]


def test_later_requests_go_through_the_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[0])
        writer.write(complete_answer())
        await writer.drain()

    async def run() -> None:
        async with serving(connection) as proxy, AsyncExitStack() as stack:
            monkeypatch.setenv("http_proxy", proxy.removesuffix("/v1"))
            chat = OpenAIChatModel(
                base_url="http://models.example/v1", api_key=KEY, timeout_seconds=5, max_connections=1
            )
            stack.push_async_callback(chat.aclose)
            await chat.complete(PLAIN)
            await chat.complete(PLAIN)

    asyncio.run(run())

    assert seen == ["POST http://models.example/v1/chat/completions HTTP/1.1"] * 2


def test_a_server_that_is_not_there_is_named() -> None:
    async def run() -> None:
        async with serving(stall) as base_url:
            pass
        chat = OpenAIChatModel(base_url=base_url, api_key=None, timeout_seconds=5, max_connections=1)
        try:
            await chat.complete(PLAIN)
        finally:
            await chat.aclose()

    with pytest.raises(ModelUnavailableError, match=r"http://127\.0\.0\.1:\d+/v1: the connection failed") as caught:
        asyncio.run(run())

    assert not caught.value.may_be_billed


def test_cancelling_a_request_is_not_an_error_of_the_model() -> None:
    async def run() -> None:
        async with serving(stall) as base_url, AsyncExitStack() as stack:
            chat = OpenAIChatModel(base_url=base_url, api_key=None, timeout_seconds=5, max_connections=1)
            stack.push_async_callback(chat.aclose)
            task = asyncio.create_task(chat.complete(PLAIN))
            await asyncio.sleep(0.1)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
