"""The HTTP client behind a base URL: the official SDK with our headers, limits and errors. Its only importer.

The SDK is called with a body that is already serialised and hands back the raw response, a fifth of the processor time
of its typed path. What it made of the first request to a path is kept, and later ones are copies of it with another body,
sent over `http_session.py`: half of the rest. One call is one attempt: nothing is retried here, and what an error
answer means is decided in `error_body.py`. Importing this module is slow, so nothing that starts up quickly may import it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import BinaryIO, TypeVar, cast

import httpx2
import openai

from summarizer.chat.address import Address, build_address
from summarizer.chat.bounded_body import bound_body, unbound_body
from summarizer.chat.connection_faults import CONNECTION_FAULTS, describe_fault, may_have_been_sent
from summarizer.chat.error_body import ErrorAnswer, retry_after_seconds, to_line
from summarizer.chat.http_answer import FileGoneError, HttpAnswer
from summarizer.chat.http_session import (
    KEEPALIVE_SECONDS,
    HttpSession,
    Target,
    build_headers,
    copy_target,
    names_proxies,
)
from summarizer.chat.interface import OutputMode
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError

_CONNECT_SECONDS = 10.0
_MIN_UPLOAD_BYTES_PER_SECOND = 50_000  # what is slower is taken for a connection that hangs

_FAULTS = (openai.OpenAIError, *CONNECTION_FAULTS)

T = TypeVar("T")


class OpenAIClient:
    """Sends requests to one base URL; see `OpenAIChatModel` for what of the environment is used, and the key's safety.

    Each method that sends raises `ModelUnavailableError` when no complete answer came, and `ModelRequestError` when the
    SDK refuses to send. An answer of any status is returned; paths stand below the base URL, with a slash in front.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None,
        timeout_seconds: float,
        max_connections: int,
        http_client: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare the client; connections are opened by the first request.

        Args:
            base_url: root of the API. A query is sent with every request.
            api_key: None for a server without keys.
            timeout_seconds: for one attempt, from connecting to the last byte; of a download, from byte to byte.
            max_connections: at most as many are open; twice as many in the first seconds, while the SDK's are still there.
            http_client: another transport.
            clock: seconds since the epoch, for `Retry-After` dates.

        Raises:
            ConfigurationError: the base URL or the key can't be used.
        """
        self.address: Address = build_address(base_url, api_key)
        """Where requests go; redacts the key."""
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        connect_seconds = min(_CONNECT_SECONDS, timeout_seconds)
        trust_env = not self.address.is_local
        is_direct = http_client is None and not (trust_env and names_proxies())
        self._session = HttpSession(max_connections, connect_seconds, trust_env=trust_env) if is_direct else None
        self._targets: dict[str, Target] = {}
        """By path, what the SDK sent there first."""
        # None would make the SDK read the environment.
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",
            admin_api_key="",
            organization="",
            project="",
            webhook_secret="",
            base_url=self.address.url,
            default_query=self.address.query,
            timeout=httpx2.Timeout(timeout_seconds, connect=connect_seconds),
            max_retries=0,
            http_client=http_client or _open_client(max_connections, trust_env=trust_env),
        )
        self._headers = _headers(self._client, build_headers(api_key, is_azure=self.address.is_azure))
        self._options: openai.RequestOptions = {"headers": self._headers, "follow_redirects": False}

    async def post(self, path: str, content: bytes, *, attempts: int = 1) -> HttpAnswer:
        """Send serialised JSON; an error carries `attempts`, the HTTP requests made for the same purpose, this one included."""
        if self._session and (target := self._targets.get(path)):
            call = self._session.post(target, content)
            return self._read(*await self._send(call, self._timeout_seconds, attempts=attempts))
        first = self._client.post(path, content=content, cast_to=httpx2.Response, options=self._options)
        response = await self._send(_settle(first), self._timeout_seconds, attempts=attempts)
        self._targets.setdefault(path, copy_target(response.request))
        return self._read_response(response)

    async def get(self, path: str, *, query: Mapping[str, str] | None = None) -> HttpAnswer:
        """Ask for a small answer."""
        options: openai.RequestOptions = {**self._options, "params": dict(query or {})}
        call = self._client.get(path, cast_to=httpx2.Response, options=options)
        return self._read_response(await self._send(_settle(call), self._timeout_seconds))

    async def upload(self, path: str, file: BinaryIO, *, name: str, size: int, fields: Mapping[str, str]) -> HttpAnswer:
        """Send an open file as multipart form data, read piece by piece.

        Args:
            path: where to.
            file: read from where it stands.
            name: told to the server.
            size: bytes to send, for the time limit.
            fields: the other parts of the form.
        """
        headers = self._headers | {"content-type": "multipart/form-data"}
        call = self._client.post(
            path,
            body=dict(fields),
            files=[("file", (name, file, "application/jsonl"))],
            cast_to=httpx2.Response,
            options={**self._options, "headers": headers},
        )
        seconds = self._timeout_seconds + size / _MIN_UPLOAD_BYTES_PER_SECOND
        return self._read_response(await self._send(_settle(call), seconds))

    @asynccontextmanager
    async def download(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a body of any size; gives its pieces as they come. They may hold the key.

        Raises:
            FileGoneError: there is nothing at `path`.
            ModelUnavailableError: try again later; also when the connection breaks off in the middle.
            ModelRequestError: the endpoint refuses.
        """
        # With `cast_to` a response, the SDK gives the response itself and builds no stream of its own.
        call = self._client.get(
            path, cast_to=httpx2.Response, options=self._options, stream=True, stream_cls=openai.AsyncStream[object]
        )
        response = await self._send(_settle(cast("Awaitable[httpx2.Response]", call)), self._timeout_seconds)
        try:
            if response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                raise FileGoneError(f"{self.address.url}{path}: not there (any more)")
            if not response.is_success:
                raise self.error_answer(self._read_response(response)).to_error()
            unbound_body(response)
            yield self._pieces(response)
        finally:
            await response.aclose()

    def error_answer(
        self,
        answer: HttpAnswer,
        *,
        status: int | None = None,
        model: str = "",
        output_mode: OutputMode = "plain",
        mode_is_proven: bool = False,
    ) -> ErrorAnswer:
        """Put `answer` into the form that says what it means.

        Args:
            answer: not a success.
            status: the one that counts; that of `answer` when None.
            model: that was asked.
            output_mode: of the request.
            mode_is_proven: see `ErrorAnswer`.
        """
        return ErrorAnswer(
            endpoint=self.address.url,
            model=model,
            status=answer.status if status is None else status,
            body=self.address.redact(f"it points to {answer.location}") if answer.location else answer.body,
            raw_text=answer.raw_text,
            retry_after_seconds=retry_after_seconds(answer.headers, now=self._clock()),
            output_mode=output_mode,
            mode_is_proven=mode_is_proven,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()
        if self._session:
            await self._session.aclose()

    def _read(self, status: int, headers: Mapping[str, str], content: bytes) -> HttpAnswer:
        return HttpAnswer(status, headers, *self.address.decode(content))

    def _read_response(self, answer: httpx2.Response) -> HttpAnswer:
        return self._read(answer.status_code, answer.headers, answer.content)

    async def _pieces(self, response: httpx2.Response) -> AsyncIterator[bytes]:
        try:
            async for piece in response.aiter_bytes():
                yield piece
        except _FAULTS as error:
            failure = self._to_error(error, self._timeout_seconds, attempts=1)
        else:
            return
        raise failure

    async def _send(self, call: Awaitable[T], seconds: float, *, attempts: int = 1) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await call
        except _FAULTS as error:
            failure = self._to_error(error, seconds, attempts=attempts)
        # Raised here and not in a handler: the SDK's errors hold the request with the key, and must not be chained.
        raise failure

    def _to_error(self, error: Exception, seconds: float, *, attempts: int) -> ModelError:
        if isinstance(error, openai.OpenAIError) and not isinstance(error, openai.APIError):
            reason = to_line(self.address.redact(str(error)))
            return ModelRequestError(f"the OpenAI client refuses the request: {reason}", attempts=attempts)
        text = describe_fault(error, seconds, redact=self.address.redact)
        failure = ModelUnavailableError(f"{self.address.url}: {text}", attempts=attempts)
        failure.may_be_billed = may_have_been_sent(error)
        return failure


async def _settle(call: Awaitable[httpx2.Response]) -> httpx2.Response:
    try:
        return await call
    except openai.APIStatusError as error:
        return error.response


def _open_client(max_connections: int, *, trust_env: bool) -> httpx2.AsyncClient:
    limits = httpx2.Limits(
        max_connections=max_connections,
        max_keepalive_connections=max_connections,
        keepalive_expiry=KEEPALIVE_SECONDS,
    )
    return openai.DefaultAioHttpClient(limits=limits, trust_env=trust_env, event_hooks={"response": [bound_body]})


def _headers(client: openai.AsyncOpenAI, own: dict[str, str]) -> dict[str, str | openai.Omit]:
    of_the_sdk = [*map(str.lower, client.default_headers), "x-stainless-retry-count", "x-stainless-read-timeout"]
    return dict.fromkeys([*of_the_sdk, "authorization"], openai.omit) | own
