"""The way to any server that speaks chat completions, through the official SDK; the only module that imports it.

One call of `complete` is one attempt: no retry, no cache, no probe. The SDK is called with a body that is already
serialised and hands back the raw response, a fifth of the processor time of its typed path; what its answers mean is
decided in `error_body.py`. Importing this module is slow, so nothing that starts up quickly may import it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache

import aiohttp
import httpx2
import openai
import orjson

from summarizer import __version__
from summarizer.chat.address import build_address
from summarizer.chat.bounded_body import ReplyTooLargeError, bound_body
from summarizer.chat.error_body import ErrorAnswer, retry_after_seconds, to_line
from summarizer.chat.interface import ChatRequest, ChatResponse, OutputMode
from summarizer.chat.reply_body import MalformedReplyError, build_response, inner_status
from summarizer.chat.request_body import TokenLimitParameter, build_body, build_prefix
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError, PaperRejectedError

_CONNECT_SECONDS = 10.0
_KEEPALIVE_SECONDS = 4.0  # less than the 5 seconds after which uvicorn and Node hang up on an idle connection
_MAX_RAW_BYTES = 10_000

_OTHER_LIMIT: dict[TokenLimitParameter, TokenLimitParameter] = {
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_completion_tokens",
}


class OpenAIChatModel:
    """A `ChatModel` behind a base URL: OpenAI, Azure-style gateways, vLLM, llama.cpp, Ollama, LM Studio and the like.

    Nothing of the environment but the proxy and certificate variables (`HTTPS_PROXY`, `SSL_CERT_FILE`, …) is used, and
    not even these for this machine's own addresses: headers that the SDK would add from `OPENAI_*` variables are left out, and so is its telemetry. Redirects are not
    followed, so that the key stays with the host it was given for. The key, and each value of the base URL's query
    except `api-version`, never appears in a response or an error.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None,
        timeout_seconds: float,
        max_connections: int,
        token_limit_parameter: TokenLimitParameter = "max_completion_tokens",  # noqa: S107
        proven_output_mode: OutputMode | None = None,
        http_client: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare the client; connections are opened by the first request.

        Args:
            base_url: root of the API. A query is sent with every request. With `api-version` in it, the key goes
                into the `api-key` header, as Azure wants it, and not into `Authorization`.
            api_key: None for a server without keys; then neither header is sent.
            timeout_seconds: for one attempt, from connecting to the last byte.
            max_connections: at most as many are open; the number of concurrent requests.
            token_limit_parameter: what an earlier run found; see the attribute of this name.
            proven_output_mode: a mode that worked in an earlier run: an unclear refusal is then about the paper.
            http_client: another transport.
            clock: seconds since the epoch, for `Retry-After` dates.

        Raises:
            ConfigurationError: the base URL or the key can't be used.
        """
        self._address = build_address(base_url, api_key)
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self.token_limit_parameter: TokenLimitParameter = token_limit_parameter
        """The parameter that the endpoint takes. Changes once, for good, when it refuses the one in use."""
        self._proven_modes = {proven_output_mode} if proven_output_mode else set[OutputMode]()
        self._prefix = lru_cache(maxsize=8)(build_prefix)
        # None would make the SDK read the environment.
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",
            admin_api_key="",
            organization="",
            project="",
            webhook_secret="",
            base_url=self._address.url,
            default_query=self._address.query,
            timeout=httpx2.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
            max_retries=0,
            http_client=http_client or _open_client(max_connections, trust_env=not self._address.is_local),
        )
        headers = _headers(self._client, api_key, is_azure=self._address.is_azure)
        self._options: openai.RequestOptions = {"headers": headers, "follow_redirects": False}

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """Answer one request with one attempt; two when the endpoint wants the token limit under its other name.

        Raises:
            ModelUnavailableError: try again later; also for a body that is no chat completion, or larger than 4 MB.
            ModelRequestError: every request would fail; the message names the fix.
            OutputModeError: the endpoint lacks the request's structured-output mode.
            PaperRejectedError: this input is refused.
        """
        limit, attempts = self.token_limit_parameter, 1
        answer = await self._post(request, limit)
        if isinstance(answer, ErrorAnswer) and answer.rejects_parameter(limit):
            self.token_limit_parameter = _OTHER_LIMIT[limit]
            attempts = 2
            answer = await self._post(request, self.token_limit_parameter, attempts=attempts)
        if isinstance(answer, ErrorAnswer):
            error = answer.to_error()
            error.attempts = attempts
            raise error
        return answer

    async def list_models(self) -> tuple[str, ...]:
        """List the model names that the endpoint offers.

        Raises:
            ModelUnavailableError: try again later; also when the body is no list of models.
            ModelRequestError: the endpoint refuses, or has no such list.
        """
        response = await self._send(self._client.get("/models", cast_to=httpx2.Response, options=self._options))
        raw_text, body = self._decode(response)
        if not response.is_success:
            raise self._error_answer(response.status_code, response, raw_text, body).to_error()
        models = body.get("data") if isinstance(body, dict) else None
        if not isinstance(models, list):
            raise ModelUnavailableError(f"{self._address.url} sent no list of models", raw_text=raw_text)
        names = (model.get("id") for model in models if isinstance(model, dict))
        return tuple(name for name in names if isinstance(name, str))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _post(
        self, request: ChatRequest, limit: TokenLimitParameter, *, attempts: int = 1
    ) -> ChatResponse | ErrorAnswer:
        content = self._serialise(request, limit)
        started = time.monotonic()
        post = self._client.post("/chat/completions", content=content, cast_to=httpx2.Response, options=self._options)
        response = await self._send(post, attempts=attempts)
        raw_text, body = self._decode(response)
        status = inner_status(body) if response.is_success else response.status_code
        if status is not None:
            return self._error_answer(status, response, raw_text, body, request=request)
        request_id = self._address.redact(response.headers.get("x-request-id", ""))
        try:
            reply = build_response(body, request.output_mode, request_id=request_id, attempts=attempts)
        except MalformedReplyError as error:
            text = f"{self._address.url} sent no chat completion: {error}"
            raise ModelUnavailableError(text, raw_text=raw_text, attempts=attempts) from error
        self._proven_modes.add(request.output_mode)
        return reply.model_copy(update={"latency_seconds": round(time.monotonic() - started, 3)})

    def _serialise(self, request: ChatRequest, limit: TokenLimitParameter) -> bytes:
        try:
            return build_body(request, limit, prefix=self._prefix)
        except orjson.JSONEncodeError as error:
            raise PaperRejectedError(f"the text can't be sent as JSON: {error}", attempts=0) from error

    async def _send(self, call: Awaitable[httpx2.Response], *, attempts: int = 1) -> httpx2.Response:
        failure: ModelError
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await call
        except openai.APIStatusError as error:
            return error.response
        except (openai.APIError, aiohttp.ClientError, httpx2.HTTPError, OSError) as error:
            failure = ModelUnavailableError(self._describe(error), attempts=attempts)
        except ReplyTooLargeError as error:
            failure = ModelUnavailableError(f"{self._address.url}: {error}", attempts=attempts)
        except openai.OpenAIError as error:
            reason = to_line(self._address.redact(str(error)))
            failure = ModelRequestError(f"the OpenAI client refuses the request: {reason}", attempts=attempts)
        # Raised here and not in a handler: the SDK's errors hold the request with the key, and must not be chained.
        raise failure

    def _decode(self, response: httpx2.Response) -> tuple[str, object]:
        content = self._address.redact_bytes(response.content)
        raw_text = content[:_MAX_RAW_BYTES].decode(errors="replace")
        try:
            # Redacted again: a key whose characters were escaped has just been put together.
            return raw_text, self._address.redact_values(orjson.loads(content))
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # no JSON, or nested deeper than it can be written
            return raw_text, raw_text

    def _error_answer(
        self, status: int, response: httpx2.Response, raw_text: str, body: object, *, request: ChatRequest | None = None
    ) -> ErrorAnswer:
        if response.has_redirect_location:
            body = self._address.redact(f"it points to {response.headers['location']}")
        mode = request.output_mode if request else "plain"
        return ErrorAnswer(
            endpoint=self._address.url,
            model=request.model if request else "",
            status=status,
            body=body,
            raw_text=raw_text,
            retry_after_seconds=retry_after_seconds(response.headers, now=self._clock()),
            output_mode=mode,
            mode_is_proven=mode in self._proven_modes,
        )

    def _describe(self, error: BaseException) -> str:
        causes = [error]
        while causes[-1].__cause__:
            causes.append(causes[-1].__cause__)
        if any(isinstance(cause, TimeoutError) for cause in causes):
            return f"{self._address.url}: no complete answer within {self._timeout_seconds:g} s"
        reason = to_line(self._address.redact(f"{type(causes[-1]).__name__}: {causes[-1]}"))
        return f"{self._address.url}: the connection failed ({reason}); is the server running, and the base URL right?"


def _open_client(max_connections: int, *, trust_env: bool) -> httpx2.AsyncClient:
    limits = httpx2.Limits(
        max_connections=max_connections,
        max_keepalive_connections=max_connections,
        keepalive_expiry=_KEEPALIVE_SECONDS,
    )
    return openai.DefaultAioHttpClient(limits=limits, trust_env=trust_env, event_hooks={"response": [bound_body]})


def _headers(client: openai.AsyncOpenAI, api_key: str | None, *, is_azure: bool) -> dict[str, str | openai.Omit]:
    counters = ("x-stainless-retry-count", "x-stainless-read-timeout")
    headers: dict[str, str | openai.Omit] = dict.fromkeys(
        [*map(str.lower, client.default_headers), *counters], openai.omit
    )
    headers |= {
        "accept": "application/json",
        "accept-encoding": "identity",  # replies are small, and a compressed one could unfold past the size limit
        "authorization": openai.omit,
        "content-type": "application/json",
        "user-agent": f"summarizer/{__version__}",
    }
    if api_key is None:
        return headers
    # Azure reads a bearer as an Entra token, and some gateways refuse both headers together.
    return headers | ({"api-key": api_key} if is_azure else {"authorization": f"Bearer {api_key}"})
