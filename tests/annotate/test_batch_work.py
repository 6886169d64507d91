"""Facts about batch jobs on their way: no reply is lost, no batch is orphaned, and none is created twice."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import openai
import pytest

from summarizer.annotate.batch_files import ShardKind, ShardWriter
from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_shard import RequestState, Shard, ShardState
from summarizer.annotate.batch_work import LISTING_SECONDS, BatchWork, Collected
from summarizer.chat.batch_job import BatchJob
from summarizer.chat.batch_lines import build_request_line
from summarizer.chat.batches import BatchAPI
from summarizer.chat.cache import ResponseCache, cache_key
from summarizer.chat.interface import ChatRequest
from summarizer.chat.openai_client import OpenAIClient
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError, StoreError
from tests.builders import build_request
from tests.chat_server import ChatServer, ContentFiltered, QuotaExceeded, Reset, ServerError, Stall, Status

BASE_URL = "http://host/v1"
CERTIFICATES = ssl.create_default_context()  # loading them takes longer than any of these tests
Result = TypeVar("Result")


class Killed(BaseException):
    """The process ends here."""


class Site:
    """A cache folder, a provider, and a program that can be killed before and after each of its steps."""

    def __init__(self, folder: Path, server: ChatServer) -> None:
        self.folder = folder
        self.server = server
        self.waits: list[float] = []
        self.said: list[str] = []
        self.now = 1000.0
        self.steps = 0
        self.last_step: int | None = None

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.last_step:
            raise Killed

    def ledger(self) -> Ledger:
        site = self

        class SteppingLedger(Ledger):
            def update(self, shard: Shard, **changes: object) -> Shard:
                site.step()
                updated = super().update(shard, **changes)
                site.step()
                return updated

            def mark(self, rows: Any) -> None:
                site.step()
                super().mark(rows)
                site.step()

            def settle(
                self, shard: Shard, state: ShardState, rest: RequestState, error: str, **changes: object
            ) -> Shard:
                site.step()
                settled = super().settle(shard, state, rest, error, **changes)
                site.step()
                return settled

        return SteppingLedger(self.folder / "batches")

    def prepare(self, *requests: ChatRequest, base_url: str = BASE_URL, **limits: Any) -> None:
        kind = ShardKind("run", base_url, "test-model", "plain", **limits)
        with Ledger(self.folder / "batches") as ledger, closing(ShardWriter(ledger, kind)) as writer:
            for request in requests:
                line = build_request_line(request, "max_tokens")
                writer.add(line, key=cache_key(request), paper=request.messages[1].content, tokens=10)
            writer.finish()

    def use(self, work: Callable[[BatchWork], Awaitable[Result]]) -> Result:
        async def run() -> Result:
            client = OpenAIClient(
                base_url=self.server.base_url,
                api_key=None,
                timeout_seconds=5,
                max_connections=1,
                http_client=openai.DefaultAioHttpClient(verify=CERTIFICATES),
            )
            api = SteppingAPI(self, client)
            try:
                with self.ledger() as ledger:
                    started = BatchWork(
                        ledger, api, base_url=BASE_URL, say=self.said.append, sleep=self.sleep, clock=lambda: self.now
                    )
                    await started.recover()
                    return await work(started)
            finally:
                await api.aclose()

        return asyncio.run(run())

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def send(self) -> None:
        self.use(lambda work: work.send())

    def collect(self) -> list[Collected]:
        with closing(ResponseCache(self.folder / "responses")) as cache:
            return self.use(lambda work: work.collect(cache))

    def cached(self, requests: list[ChatRequest]) -> int:
        with closing(ResponseCache(self.folder / "responses")) as cache:
            return sum(cache.get(cache_key(request)) is not None for request in requests)

    def shards(self) -> list[Shard]:
        with Ledger(self.folder / "batches") as ledger:
            return ledger.shards()

    def outcomes(self) -> dict[RequestState, int]:
        with Ledger(self.folder / "batches") as ledger:
            (shard,) = ledger.shards()
            return dict(ledger.count_requests(shard.id))


class SteppingAPI(BatchAPI):
    def __init__(self, site: Site, client: OpenAIClient) -> None:
        super().__init__(client, max_attempts=2, sleep=site.sleep)
        self._site = site

    async def upload(self, path: Path, size: int) -> str:
        self._site.step()
        file_id = await super().upload(path, size)
        self._site.step()
        return file_id

    async def create(self, file_id: str, metadata: Any) -> BatchJob:
        self._site.step()
        job = await super().create(file_id, metadata)
        self._site.step()
        return job

    async def retrieve(self, batch_id: str) -> BatchJob:
        self._site.step()
        return await super().retrieve(batch_id)

    async def download(self, file_id: str, path: Path) -> None:
        self._site.step()
        await super().download(file_id, path)
        self._site.step()


@pytest.fixture(scope="module")
def shared_server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


def build_requests(count: int = 3, name: str = "paper") -> list[ChatRequest]:
    return [build_request(f"{name} {number}", output_mode="plain") for number in range(count)]


def test_requests_become_replies_in_the_cache(tmp_path: Path, server: ChatServer) -> None:
    site, requests = Site(tmp_path, server), build_requests()
    site.prepare(*requests)

    site.send()
    (collected,) = site.collect()

    assert collected.shard.state == "collected"
    assert site.outcomes() == {"answered": 3}
    assert site.cached(requests) == 3
    assert collected.shard.provider_tokens == collected.shard.usage.input_tokens + collected.shard.usage.output_tokens
    assert [path.name for path in (tmp_path / "batches").glob("*.jsonl")] == []


def test_a_batch_that_runs_is_left_alone(tmp_path: Path, server: ChatServer) -> None:
    server.batch_seconds = 60
    site = Site(tmp_path, server)
    site.prepare(*build_requests())

    site.send()

    assert site.collect() == []
    assert [(shard.state, shard.provider_status) for shard in site.shards()] == [("in_progress", "in_progress")]


@pytest.mark.parametrize("last_step", range(1, 24))
def test_a_killed_program_loses_no_reply_and_creates_no_batch_twice(
    tmp_path: Path, shared_server: ChatServer, last_step: int
) -> None:
    site, requests = Site(tmp_path, shared_server), build_requests(name=f"paper of {last_step}")
    before = len(shared_server.batches.batches)
    site.prepare(*requests)
    site.last_step = last_step
    was_killed = False
    try:
        site.send()
        site.collect()
    except Killed:
        was_killed = True
    site.last_step = None

    site.send()
    site.collect()

    assert was_killed == (last_step <= 21), "the last two are beyond the end: so every step was among these"
    assert site.cached(requests) == 3
    assert site.outcomes() == {"answered": 3}
    assert len(shared_server.batches.batches) == before + 1
    assert shared_server.stats["repeated_completions"] == 0


def test_a_power_cut_after_a_batch_is_settled_loses_no_reply(tmp_path: Path, server: ChatServer) -> None:
    """What the disk holds then is what was there when the cache was last flushed."""
    site, requests, disk = Site(tmp_path, server), build_requests(), Site(tmp_path / "disk", server)
    site.prepare(*requests)
    site.send()

    class Cache(ResponseCache):
        def flush(self) -> None:
            super().flush()
            shutil.copytree(site.folder / "responses", disk.folder / "responses")

    with closing(Cache(site.folder / "responses")) as cache:
        site.use(lambda work: work.collect(cache))

        assert [shard.state for shard in site.shards()] == ["collected"]
        (disk.folder / "responses" / "cache.db-shm").unlink()
        assert disk.cached(requests) == 3


def test_a_batch_whose_answer_was_lost_is_found_again(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    server.fail_next("POST /batches", Reset(), is_done=True)
    with pytest.raises(ModelUnavailableError):
        site.send()

    assert [shard.state for shard in site.shards()] == ["creating"]

    site.send()

    assert [(shard.state, shard.batch_id) for shard in site.shards()] == [("in_progress", "batch_000002")]
    assert len(server.batches.batches) == 1
    assert site.waits == []


def test_a_batch_that_is_not_there_is_looked_for_twice_and_then_created(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    server.fail_next("POST /batches", ServerError(500))
    with pytest.raises(ModelUnavailableError):
        site.send()
    site.now += 10

    site.send()

    assert site.waits == [LISTING_SECONDS - 10]
    assert len(server.batches.batches) == 1
    assert server.batches.counts["GET /batches"] == 2
    assert server.batches.counts["POST /files"] == 1


def test_a_batch_of_somebody_else_is_not_adopted(tmp_path: Path, server: ChatServer) -> None:
    others = Site(tmp_path / "other", server)
    others.prepare(*build_requests())
    others.send()
    site = Site(tmp_path / "own", server)
    site.prepare(*build_requests())
    server.fail_next("POST /batches", ServerError(500))
    with pytest.raises(ModelUnavailableError):
        site.send()

    site.send()

    assert len({shard.batch_id for shard in others.shards() + site.shards()}) == 2


def test_a_batch_that_is_refused_waits_for_another_time(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    server.fail_next("POST /batches", QuotaExceeded())
    with pytest.raises(ModelRequestError):
        site.send()

    assert [shard.state for shard in site.shards()] == ["uploaded"]


def test_shards_beyond_the_queue_limit_wait_until_there_is_room(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests(4), queue_tokens=20)

    site.send()

    assert [shard.state for shard in site.shards()] == ["in_progress", "prepared"]

    site.collect()
    site.send()
    site.collect()

    assert [shard.state for shard in site.shards()] == ["collected", "collected"]


def test_lines_that_failed_are_told_by_their_kind_and_paper(tmp_path: Path, server: ChatServer) -> None:
    site, requests = Site(tmp_path, server), build_requests(5)
    server.fault_for("paper 1", Status(400, "context_length_exceeded"))
    server.fault_for("paper 2", ServerError(500))
    server.fault_for("paper 3", ContentFiltered())
    site.prepare(*requests)

    site.send()
    site.collect()

    assert site.outcomes() == {"answered": 3, "failed": 2}
    assert site.cached(requests) == 3  # a filtered reply is one too: it was paid for
    with site.ledger() as ledger:
        failures = {row.paper: str(row.error).partition(":")[0] for row in ledger.failures(ledger.shards()[0].id)}

    assert failures == {"paper 1": "PaperRejectedError", "paper 2": "ModelUnavailableError"}


def test_what_was_answered_before_a_batch_expired_is_kept(tmp_path: Path, server: ChatServer) -> None:
    server.batch_end, server.batch_answers = "expired", 2
    site, requests = Site(tmp_path, server), build_requests(5)
    site.prepare(*requests)

    site.send()
    (collected,) = site.collect()

    assert collected.shard.state == "expired"
    assert site.outcomes() == {"answered": 2, "expired": 3}
    assert site.cached(requests) == 2


def test_what_was_answered_before_a_batch_was_cancelled_is_kept(tmp_path: Path, server: ChatServer) -> None:
    server.batch_seconds, server.batch_answers = 60, 1
    site, requests = Site(tmp_path, server), build_requests(3)
    site.prepare(*requests)
    site.send()

    assert site.use(lambda work: work.cancel()) == 1

    (collected,) = site.collect()

    assert collected.shard.state == "cancelled"
    assert site.outcomes() == {"answered": 1, "cancelled": 2}
    assert site.cached(requests) == 1


def test_what_was_never_sent_is_cancelled_without_the_provider(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())

    assert site.use(lambda work: work.cancel()) == 1
    assert site.outcomes() == {"cancelled": 3}
    assert server.batches.counts == {}


def test_a_completed_batch_without_any_answer_has_failures_only(tmp_path: Path, server: ChatServer) -> None:
    server.fault_for(lambda _: True, ServerError(500))
    site = Site(tmp_path, server)
    site.prepare(*build_requests())

    site.send()
    (collected,) = site.collect()

    assert collected.job.output_file_id is None
    assert (collected.shard.state, site.outcomes()) == ("collected", {"failed": 3})


def test_a_request_without_a_line_in_a_completed_batch_failed(tmp_path: Path, server: ChatServer) -> None:
    server.batch_answers = 2
    site = Site(tmp_path, server)
    site.prepare(*build_requests())

    site.send()
    site.collect()

    assert site.outcomes() == {"answered": 2, "failed": 1}


def test_a_refused_file_names_the_papers_of_the_refused_lines(tmp_path: Path, server: ChatServer) -> None:
    server.batch_refuses = ["paper 1"]
    site = Site(tmp_path, server)
    site.prepare(*build_requests())

    site.send()
    (collected,) = site.collect()
    with site.ledger() as ledger:
        errors = {row.paper: str(row.error) for row in ledger.failures(collected.shard.id)}

    assert (collected.shard.state, site.outcomes()) == ("failed", {"failed": 3})
    assert errors["paper 1"].startswith("PaperRejectedError: line 2 of the file was refused: The request on this line")
    assert errors["paper 0"] == errors["paper 2"] == "ModelRequestError: the provider refused the whole file"
    assert "invalid_request" in collected.shard.detail


def test_shards_of_another_endpoint_are_left_alone(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests(), base_url="http://elsewhere/v1")

    site.send()

    assert [shard.state for shard in site.shards()] == ["prepared"]


def test_a_file_that_is_gone_is_said(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    for path in (tmp_path / "batches").glob("*.jsonl"):
        path.unlink()

    with pytest.raises(StoreError, match="batch cancel"):
        site.send()


def test_results_with_lines_of_no_use_are_kept(tmp_path: Path, server: ChatServer) -> None:
    site, requests = Site(tmp_path, server), build_requests()
    site.prepare(*requests)
    site.send()
    site.use(lambda work: work.poll())
    (batch,) = server.batches.batches.values()
    server.batches.files[str(batch.output_file_id)] += b'{"custom_id": "nobody", "response": {}}\nhalf a li'

    (collected,) = site.collect()

    assert (collected.shard.unknown, collected.shard.malformed) == (1, 1)
    assert site.outcomes() == {"answered": 3}
    assert len(list((tmp_path / "batches").glob("*.results.jsonl"))) == 1


def test_a_batch_is_found_by_its_file_where_the_metadata_are_lost(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    server.fail_next("POST /batches", Reset(), is_done=True)
    with pytest.raises(ModelUnavailableError):
        site.send()
    for batch in server.batches.batches.values():
        batch.metadata = {}

    site.send()

    assert [shard.state for shard in site.shards()] == ["in_progress"]
    assert len(server.batches.batches) == 1


def test_results_that_the_provider_no_longer_has_are_said_and_stand_in_nobodys_way(
    tmp_path: Path, server: ChatServer
) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    site.send()
    site.use(lambda work: work.poll())
    server.batches.files.clear()

    site.collect()

    assert site.outcomes() == {"failed": 3}
    assert "asked for again" in site.said[0]


def test_a_provider_out_of_reach_leaves_everything_as_it_was(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    site.send()
    for _ in range(2):
        server.fail_next("GET /batches/{id}", ServerError(503))

    with pytest.raises(ModelError):
        site.collect()

    assert [shard.state for shard in site.shards()] == ["in_progress"]


def test_a_batch_that_the_provider_does_not_know_stands_in_nobodys_way(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    lost, kept = build_requests(2, "lost"), build_requests(3, "kept")
    site.prepare(*lost)
    site.send()
    server.batches.batches.clear()
    site.prepare(*kept)
    site.send()

    collected = site.collect()

    assert [item.shard.requests for item in collected] == [3]
    assert (site.cached(lost), site.cached(kept)) == (0, 3)
    assert [shard.state for shard in site.shards()] == ["in_progress", "collected"]


def test_a_batch_that_the_provider_does_not_know_is_given_up_by_cancel(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests())
    site.send()
    server.batches.batches.clear()

    assert site.use(lambda work: work.cancel()) == 1
    assert site.outcomes() == {"cancelled": 3}
    assert "asked for again by the next submit" in site.said[0]


def test_what_was_collected_is_told_before_the_next_one_fails(tmp_path: Path, server: ChatServer) -> None:
    site = Site(tmp_path, server)
    site.prepare(*build_requests(2), max_requests=1)
    site.send()
    site.use(lambda work: work.poll())
    told: list[Collected] = []
    server.fail_next("GET /files/{id}/content", Stall(0), is_done=True)
    server.fail_next("GET /files/{id}/content", Status(401))

    with closing(ResponseCache(tmp_path / "responses")) as cache, pytest.raises(ModelError):
        site.use(lambda work: work.collect(cache, told.append))

    assert [item.replies.answered for item in told] == [1]
