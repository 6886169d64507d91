"""The way to any server that speaks chat completions, one attempt for each call: no retry, no cache, no probe.

What its answers mean is decided in `error_body.py`. Importing this module is slow, so nothing that starts up quickly
may import it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import lru_cache

import httpx2
import orjson

from summarizer.chat.error_body import ErrorAnswer
from summarizer.chat.interface import ChatRequest, ChatResponse, OutputMode
from summarizer.chat.openai_client import OpenAIClient
from summarizer.chat.reply_body import MalformedReplyError, build_response, inner_status
from summarizer.chat.request_body import TokenLimitParameter, build_body, build_prefix
from summarizer.errors import ModelUnavailableError, PaperRejectedError

_OTHER_LIMIT: dict[TokenLimitParameter, TokenLimitParameter] = {
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_completion_tokens",
}


class OpenAIChatModel:
    """A `ChatModel` behind a base URL: OpenAI, Azure-style gateways, vLLM, llama.cpp, Ollama, LM Studio and the like.

    Nothing of the environment but the proxy and certificate variables (`HTTPS_PROXY`, `SSL_CERT_FILE`, …) is used, and
    not even these for this machine's own addresses: headers that the SDK would add from `OPENAI_*` variables are left
    out, and so is its telemetry. Redirects are not followed, so that the key stays with the host it was given for. The
    key, and each value of the base URL's query except `api-version`, never appears in a response or an error.
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
        on_headers: Callable[[Mapping[str, str], int], None] | None = None,
        http_client: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare the client; connections are opened by the first request.

        Args:
            base_url: root of the API. A query is sent with every request. With `api-version` in it, the key goes
                into the `api-key` header, as Azure wants it, and not into `Authorization`.
            api_key: None for a server without keys; then neither header is sent.
            timeout_seconds: for one attempt, from connecting to the last byte.
            max_connections: the number of concurrent requests; in the first seconds up to twice as many are open.
            token_limit_parameter: what an earlier run found; see the attribute of this name.
            proven_output_mode: a mode that worked in an earlier run: an unclear refusal is then about the paper.
            on_headers: called with the headers (whatever their case) and the HTTP status of every answer to a request
                for a completion.
            http_client: another transport.
            clock: seconds since the epoch, for `Retry-After` dates.

        Raises:
            ConfigurationError: the base URL or the key can't be used.
        """
        self._client = OpenAIClient(
            base_url=base_url,
            api_key=api_key,
            timeout_seconds=timeout_seconds,
            max_connections=max_connections,
            http_client=http_client,
            clock=clock,
        )
        self._on_headers = on_headers
        self.token_limit_parameter: TokenLimitParameter = token_limit_parameter
        """The parameter that the endpoint takes. Changes once, for good, when it refuses the one in use."""
        self._proven_modes = {proven_output_mode} if proven_output_mode else set[OutputMode]()
        self._prefix = lru_cache(maxsize=8)(build_prefix)

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
        answer = await self._client.get("/models")
        if not answer.is_success:
            raise self._client.error_answer(answer).to_error()
        models = answer.body.get("data") if isinstance(answer.body, dict) else None
        if not isinstance(models, list):
            raise ModelUnavailableError(f"{self._client.address.url} sent no list of models", raw_text=answer.raw_text)
        names = (model.get("id") for model in models if isinstance(model, dict))
        return tuple(name for name in names if isinstance(name, str))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _post(
        self, request: ChatRequest, limit: TokenLimitParameter, *, attempts: int = 1
    ) -> ChatResponse | ErrorAnswer:
        content = self._serialise(request, limit)
        started = time.monotonic()
        answer = await self._client.post("/chat/completions", content, attempts=attempts)
        latency_seconds = time.monotonic() - started
        if self._on_headers is not None:
            self._on_headers(answer.headers, answer.status)
        status = inner_status(answer.body) if answer.is_success else answer.status
        if status is not None:
            mode = request.output_mode
            return self._client.error_answer(
                answer, status=status, model=request.model, output_mode=mode, mode_is_proven=mode in self._proven_modes
            )
        try:
            reply = build_response(
                answer.body,
                request.output_mode,
                request_id=self._client.address.redact(answer.headers.get("x-request-id", "")),
                attempts=attempts,
                latency_seconds=round(latency_seconds, 3),
            )
        except MalformedReplyError as error:
            text = f"{self._client.address.url} sent no chat completion: {error}"
            failure = ModelUnavailableError(text, raw_text=answer.raw_text, attempts=attempts)
            failure.may_be_billed = True
            raise failure from error
        self._proven_modes.add(request.output_mode)
        return reply

    def _serialise(self, request: ChatRequest, limit: TokenLimitParameter) -> bytes:
        try:
            return build_body(request, limit, prefix=self._prefix)
        except orjson.JSONEncodeError as error:
            raise PaperRejectedError(f"the text can't be sent as JSON: {error}", attempts=0) from error
