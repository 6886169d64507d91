"""Facts about files and batches of a provider: what is repeated, what never is, and what is read from its answers."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import openai
import orjson
import pytest

from summarizer.chat.batch_job import BatchJob, read_job
from summarizer.chat.batches import BatchAPI
from summarizer.chat.interface import Usage
from summarizer.chat.openai_client import OpenAIClient
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError
from tests.chat_server import ChatServer, Fault, QuotaExceeded, RateLimited, Reset, ServerError, Status

KEY = "sk-test-0123456789"
CERTIFICATES = ssl.create_default_context()  # loading them takes longer than any of these tests
Result = TypeVar("Result")


def use(server: ChatServer, work: Callable[[BatchAPI], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        client = OpenAIClient(
            base_url=server.base_url,
            api_key=KEY,
            timeout_seconds=5,
            max_connections=1,
            http_client=openai.DefaultAioHttpClient(verify=CERTIFICATES),
        )
        api = BatchAPI(client, max_attempts=3, sleep=sleep)
        try:
            return await work(api)
        finally:
            await api.aclose()

    return asyncio.run(run())


def write_requests(folder: Path, count: int = 1) -> Path:
    path = folder / "requests.jsonl"
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    path.write_bytes(b"".join(orjson.dumps({"custom_id": str(n), "body": body}) + b"\n" for n in range(count)))
    return path


def size_of(path: Path) -> int:
    return path.stat().st_size


async def upload(api: BatchAPI, path: Path) -> str:
    return await api.upload(path, size_of(path))


async def create(api: BatchAPI, path: Path, **metadata: str) -> BatchJob:
    return await api.create(await upload(api, path), metadata)


async def finish(api: BatchAPI, path: Path) -> BatchJob:
    return await api.retrieve((await create(api, path)).id)


def test_a_file_goes_up_and_its_results_come_down(tmp_path: Path) -> None:
    async def work(api: BatchAPI) -> BatchJob:
        job = await finish(api, write_requests(tmp_path, 3))
        await api.download(job.output_file_id or "", tmp_path / "results.jsonl")
        return job

    with ChatServer(api_key=KEY) as server:
        job = use(server, work)

    lines = [orjson.loads(line) for line in (tmp_path / "results.jsonl").read_bytes().splitlines()]
    assert (job.status, job.completed, job.failed, job.total, job.error_file_id) == ("completed", 3, 0, 3, None)
    assert {line["custom_id"] for line in lines} == {"0", "1", "2"}
    assert [path.name for path in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize("fault", [RateLimited(), ServerError(503), Reset(), Reset(mid_body=True)], ids=str)
@pytest.mark.parametrize("kind", ["POST /files", "GET /batches/{id}", "GET /files/{id}/content"])
def test_what_does_no_harm_is_tried_again(tmp_path: Path, kind: str, fault: Fault) -> None:
    async def work(api: BatchAPI) -> None:
        job = await finish(api, write_requests(tmp_path))
        await api.download(job.output_file_id or "", tmp_path / "results.jsonl")

    with ChatServer(api_key=KEY) as server:
        server.fail_next(kind, fault, is_done=isinstance(fault, Reset))
        use(server, work)

        assert server.batches.counts[kind] == 2
        assert len((tmp_path / "results.jsonl").read_bytes().splitlines()) == 1


@pytest.mark.parametrize(
    "fault", [ServerError(500), ServerError(502, "html"), Status(409), Reset(), Reset(mid_body=True)], ids=str
)
def test_a_batch_that_may_have_been_created_is_not_created_again(tmp_path: Path, fault: Fault) -> None:
    with ChatServer(api_key=KEY) as server:
        server.fail_next("POST /batches", fault, is_done=True)
        with pytest.raises(ModelUnavailableError) as caught:
            use(server, lambda api: create(api, write_requests(tmp_path)))

        assert caught.value.may_be_billed
        assert len(server.batches.batches) == 1


def test_a_batch_that_was_refused_for_now_is_created_later(tmp_path: Path) -> None:
    with ChatServer(api_key=KEY) as server:
        server.fail_next("POST /batches", RateLimited())
        job = use(server, lambda api: create(api, write_requests(tmp_path), shard="s"))

        assert job.metadata == {"shard": "s"}
        assert server.batches.counts["POST /batches"] == 2


def test_a_refusal_for_good_is_not_tried_again(tmp_path: Path) -> None:
    with ChatServer(api_key=KEY) as server:
        server.fail_next("POST /batches", QuotaExceeded())
        with pytest.raises(ModelRequestError, match="no credit or quota"):
            use(server, lambda api: create(api, write_requests(tmp_path)))

        assert server.batches.counts["POST /batches"] == 1


def test_attempts_are_bounded() -> None:
    with ChatServer(api_key=KEY) as server:
        for _ in range(5):
            server.fail_next("GET /batches/{id}", ServerError(503))
        with pytest.raises(ModelUnavailableError):
            use(server, lambda api: api.retrieve("batch_1"))

        assert server.batches.counts["GET /batches/{id}"] == 3


def test_all_pages_of_the_list_are_read(tmp_path: Path) -> None:
    async def work(api: BatchAPI) -> list[str]:
        file_id = await upload(api, write_requests(tmp_path))
        created = [(await api.create(file_id, {})).id for _ in range(5)]
        listed = [job.id async for job in api.list_all()]

        assert sorted(listed) == sorted(created)
        return listed

    with ChatServer(api_key=KEY, batch_page=2) as server:
        assert len(use(server, work)) == 5
        assert server.batches.counts["GET /batches"] == 3


def test_a_cancelled_batch_keeps_what_was_answered(tmp_path: Path) -> None:
    async def work(api: BatchAPI) -> BatchJob:
        job = await create(api, write_requests(tmp_path, 3))
        await api.cancel(job.id)
        return await api.retrieve(job.id)

    with ChatServer(api_key=KEY, batch_seconds=60, batch_answers=1) as server:
        job = use(server, work)

    assert (job.status, job.completed, job.total) == ("cancelled", 1, 3)
    assert job.output_file_id


def test_a_key_in_a_result_file_is_not_written_to_disk(tmp_path: Path) -> None:
    async def work(api: BatchAPI) -> None:
        path = tmp_path / "echo.jsonl"
        path.write_text(f'{{"custom_id": "1", "said": "{KEY}"}}\n' * 50_000 + KEY)
        file_id = await upload(api, path)
        await api.download(file_id, tmp_path / "down.jsonl")

    with ChatServer(api_key=KEY) as server:
        use(server, work)

    written = (tmp_path / "down.jsonl").read_text()
    assert KEY not in written
    assert written.count("[key]") == 50_001


def test_the_sums_and_errors_of_a_batch_are_read() -> None:
    job = read_job(
        {
            "id": "b",
            "status": "failed",
            "usage": {
                "input_tokens": 10,
                "input_tokens_details": {"cached_tokens": 4},
                "output_tokens": 5,
                "total_tokens": 15,
            },
            "errors": {"data": [{"code": "bad", "message": "no\nmodel", "line": 3}, {"message": "file"}, None]},
            "metadata": None,
        }
    )

    assert job.usage == Usage(input_tokens=10, cached_input_tokens=4, output_tokens=5)
    assert job.errors == ((3, "no model (bad)"), (None, "file"))


@pytest.mark.parametrize("body", [{}, {"id": "b"}, {"id": 1, "status": "completed"}])
def test_an_answer_that_is_no_batch_may_have_taken_effect(body: dict[str, object]) -> None:
    with pytest.raises(ModelError) as caught:
        read_job(body)

    assert caught.value.may_be_billed
