"""Facts about the HTTP client: files up and down as streams, and what is known of a request without an answer."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest

from summarizer.chat.bounded_body import MAX_REPLY_BYTES
from summarizer.chat.http_answer import FileGoneError, HttpAnswer
from summarizer.chat.openai_client import OpenAIClient
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError

KEY = "sk-test-0123456789"


def build_client(answer: Callable[[httpx2.Request], httpx2.Response]) -> OpenAIClient:
    return OpenAIClient(
        base_url="http://host/v1",
        api_key=KEY,
        timeout_seconds=5,
        max_connections=1,
        http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(answer)),
    )


def run(client: OpenAIClient, use: Callable[[OpenAIClient], Awaitable[object]]) -> object:
    async def use_and_close() -> object:
        try:
            return await use(client)
        finally:
            await client.aclose()

    return asyncio.run(use_and_close())


async def download(client: OpenAIClient) -> bytes:
    async with client.download("/files/1/content") as pieces:
        return b"".join([piece async for piece in pieces])


def fail(client: OpenAIClient, use: Callable[[OpenAIClient], Awaitable[object]]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        run(client, use)
    return caught.value


class Pieces(httpx2.AsyncByteStream):
    """A body that comes in pieces and may break off."""

    def __init__(self, *pieces: bytes, then: Exception | None = None) -> None:
        self._pieces = pieces
        self._then = then

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._then:
            raise self._then


def test_a_file_is_uploaded_as_a_form_from_its_handle() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"id": "file-1"})

    async def upload(client: OpenAIClient) -> object:
        fields = {"purpose": "batch"}
        return await client.upload("/files", io.BytesIO(b"{}\n{}\n"), name="a.jsonl", size=6, fields=fields)

    given = run(build_client(answer), upload)

    assert isinstance(given, HttpAnswer)
    assert given.body == {"id": "file-1"}
    assert seen[0].headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="purpose"\r\n\r\nbatch\r\n' in seen[0].content
    assert b'name="file"; filename="a.jsonl"\r\nContent-Type: application/jsonl\r\n\r\n{}\n{}\n\r\n' in seen[0].content
    assert not [name for name in seen[0].headers if name.startswith("x-stainless")]


def test_a_download_may_be_larger_than_a_reply() -> None:
    piece = b"x" * (MAX_REPLY_BYTES // 4)

    content = run(build_client(lambda _: httpx2.Response(200, stream=Pieces(*[piece] * 5))), download)

    assert content == piece * 5


def test_a_download_that_breaks_off_is_worth_another_attempt_and_shows_no_key() -> None:
    stream = Pieces(b"beginning", then=httpx2.ReadError(f"lost while sending {KEY}"))

    error = fail(build_client(lambda _: httpx2.Response(200, stream=stream)), download)

    assert type(error) is ModelUnavailableError
    assert "lost while sending [key]" in str(error)
    assert error.__cause__ is None


def test_a_file_that_is_not_there_is_told_from_a_refusal() -> None:
    error = fail(build_client(lambda _: httpx2.Response(404, json={})), download)

    assert type(error) is FileGoneError
    assert "/files/1/content" in str(error)


@pytest.mark.parametrize(("status", "expected"), [(403, ModelRequestError), (503, ModelUnavailableError)])
def test_a_refused_download_says_why(status: int, expected: type[ModelError]) -> None:
    body = {"error": {"message": "No such file object."}}

    error = fail(build_client(lambda _: httpx2.Response(status, json=body)), download)

    assert type(error) is expected
    assert f"answered {status}: No such file object." in str(error)


def test_a_query_is_sent_and_any_status_is_an_answer() -> None:
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(f"{request.method} {request.url}")
        return httpx2.Response(404, json={"error": {"message": "no"}})

    given = run(build_client(answer), lambda client: client.get("/batches", query={"after": "b1"}))

    assert isinstance(given, HttpAnswer)
    assert given.status == 404
    assert seen == ["GET http://host/v1/batches?after=b1"]


@pytest.mark.parametrize(
    ("cause", "may_be_billed"),
    [
        (httpx2.ConnectError("refused"), False),
        (httpx2.ConnectTimeout("no route"), False),
        (httpx2.PoolTimeout("all connections are in use"), False),
        (httpx2.ReadTimeout("no answer"), True),
        (httpx2.ReadError("reset"), True),
        (httpx2.RemoteProtocolError("broken"), True),
        (TimeoutError(), True),
        (OSError("cable"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_request_without_an_answer_may_be_billed_once_it_was_sent(cause: Exception, may_be_billed: bool) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise cause

    error = fail(build_client(answer), lambda client: client.post("/chat/completions", b"{}"))

    assert error.may_be_billed is may_be_billed
