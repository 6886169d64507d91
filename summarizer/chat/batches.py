"""The provider's Batch API: files up and down as streams, and jobs over them. One call is retried while that is safe."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import orjson
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from summarizer.chat.batch_job import BatchJob, read_job, read_text, unreadable
from summarizer.chat.batch_lines import BATCH_ENDPOINT
from summarizer.chat.bounded_body import MAX_REPLY_BYTES
from summarizer.chat.http_answer import BatchGoneError, HttpAnswer
from summarizer.chat.openai_client import OpenAIClient
from summarizer.errors import ModelRequestError, ModelUnavailableError

logger = logging.getLogger(__name__)

MAX_REQUESTS = 50_000
"""Lines of one input file that the API accepts."""
MAX_BYTES = 190_000_000
"""Of one input file: 200 MB (decimal) is the limit of the API, and a margin."""

_NOT_THERE = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
_WINDOW = "24h"
_PAGE = "100"
_MAX_PAGES = 1000

Result = TypeVar("Result")


class BatchAPI:
    """Files and batches of one base URL."""

    def __init__(self, client: OpenAIClient, *, max_attempts: int, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Take the client.

        Args:
            client: sends one attempt; closed with this.
            max_attempts: of each call that may be repeated without harm.
            sleep: waits for a number of seconds.
        """
        self._client = client
        self._max_attempts = max_attempts
        self._sleep = sleep

    async def upload(self, path: Path, size: int) -> str:
        """Upload an input file of `size` bytes piece by piece; return its id.

        Raises:
            ModelError: the endpoint refuses, or stays out of reach.
            OSError: the file can't be read.
        """

        async def attempt() -> str:
            with path.open("rb") as file:
                fields = {"purpose": "batch"}
                answer = await self._client.upload("/files", file, name=path.name, size=size, fields=fields)
            if answer.status in _NOT_THERE:
                raise ModelRequestError(
                    f"{self._client.address.url} takes no files for batch jobs: check the base URL (it usually ends in /v1), "
                    "or let the server be asked by `summarizer annotate`, or through the files of `summarizer batch export`"
                )
            return read_text(self._check(answer), "id")

        return await self._retry(attempt)

    async def create(self, file_id: str, metadata: Mapping[str, str]) -> BatchJob:
        """Create a batch. Repeated only after 429: after any other failure it may be there, and must be looked for.

        Raises:
            ModelError: the endpoint refuses; or `ModelUnavailableError`, and the batch may or may not exist.
        """
        body = {
            "input_file_id": file_id,
            "endpoint": BATCH_ENDPOINT,
            "completion_window": _WINDOW,
            "metadata": dict(metadata),
        }

        async def attempt() -> BatchJob:
            answer = await self._client.post("/batches", orjson.dumps(body))
            return read_job(self._check(answer))

        return await self._retry(attempt, only_refused=True)

    async def retrieve(self, batch_id: str) -> BatchJob:
        """Return the present state of a batch.

        Raises:
            BatchGoneError: the endpoint does not know it.
            ModelError: the endpoint refuses, or stays out of reach.
        """
        return await self._retry(lambda: self._get_job(batch_id))

    async def list_all(self) -> AsyncIterator[BatchJob]:
        """Give every batch of the account, the newest first, page by page.

        Raises:
            ModelError: the endpoint refuses, or stays out of reach.
        """
        query = {"limit": _PAGE}
        for _ in range(_MAX_PAGES):
            page = await self._retry(lambda query=dict(query): self._get_page(query))  # type: ignore[misc]
            jobs = [read_job(fields) for fields in page.get("data") or [] if isinstance(fields, dict)]
            for job in jobs:
                yield job
            if not page.get("has_more") or not jobs:
                return
            query["after"] = jobs[-1].id

    async def cancel(self, batch_id: str) -> BatchJob:
        """Ask for a batch to be cancelled; what is answered by then can still be collected.

        Raises:
            ModelError: the endpoint refuses, or stays out of reach.
        """

        async def attempt() -> BatchJob:
            return read_job(self._check(await self._client.post(f"/batches/{batch_id}/cancel", b"{}")))

        return await self._retry(attempt)

    async def download(self, file_id: str, path: Path) -> None:
        """Write a file of the provider to `path`, piece by piece; line by line free of the key.

        Raises:
            FileGoneError: the provider does not have it, or not any more.
            ModelError: the endpoint refuses, or stays out of reach.
            OSError: it can't be written.
        """
        part = path.with_name(f"{path.name}.part")

        async def attempt() -> None:
            rest = b""
            with part.open("wb") as file:
                async with self._client.download(f"/files/{file_id}/content") as pieces:
                    async for piece in pieces:
                        *lines, rest = (rest + piece).split(b"\n")
                        file.writelines(self._client.address.redact_bytes(line) + b"\n" for line in lines)
                        rest = rest[: MAX_REPLY_BYTES + 1]  # of an endless line, as much as tells that it is one
                file.write(self._client.address.redact_bytes(rest))
            part.replace(path)

        await self._retry(attempt)

    def decode(self, line: bytes) -> tuple[str, object]:
        """Decode what came from there, free of the key; see `Address.decode`."""
        return self._client.address.decode(line)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _get_job(self, batch_id: str) -> BatchJob:
        answer = await self._client.get(f"/batches/{batch_id}")
        if answer.status in _NOT_THERE:
            raise BatchGoneError(f"{self._client.address.url} knows no batch {batch_id}")
        return read_job(self._check(answer))

    async def _get_page(self, query: Mapping[str, str]) -> dict[str, Any]:
        return self._check(await self._client.get("/batches", query=query))

    def _check(self, answer: HttpAnswer) -> dict[str, Any]:
        if not answer.is_success:
            error = self._client.error_answer(answer).to_error()
            # Only too many requests are surely turned away at the door.
            error.may_be_billed = (
                isinstance(error, ModelUnavailableError) and answer.status != HTTPStatus.TOO_MANY_REQUESTS
            )
            raise error
        if not isinstance(answer.body, dict):
            raise unreadable(f"{self._client.address.url} sent no JSON object", answer.raw_text)
        return answer.body

    async def _retry(self, attempt: Callable[[], Awaitable[Result]], *, only_refused: bool = False) -> Result:
        def is_worth_it(error: BaseException) -> bool:
            return isinstance(error, ModelUnavailableError) and not (only_refused and error.may_be_billed)

        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(self._max_attempts),
            wait=_wait_seconds,
            retry=retry_if_exception(is_worth_it),
            reraise=True,
        )

        async def call() -> Result:
            return await attempt()

        result: Result = await retrying(call)
        return result


_back_off = wait_random_exponential(multiplier=1, max=60)


def _wait_seconds(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_seconds if isinstance(error, ModelUnavailableError) else None
    wait = max(asked or 0.0, _back_off(state))
    logger.warning("attempt %d failed, the next one in %.1f s: %s", state.attempt_number, wait, error)
    return wait
