"""The way of shards through the provider: sent, watched, cancelled, collected; after a crash, found again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_replies import ReplyReader, ReplyReport, read_result_file
from summarizer.annotate.batch_shard import WAITING, RequestState, Shard, ShardState
from summarizer.chat.batch_job import TERMINAL, BatchJob
from summarizer.chat.batches import BatchAPI
from summarizer.chat.cache import ResponseCache
from summarizer.chat.http_answer import BatchGoneError, FileGoneError
from summarizer.errors import ModelUnavailableError, StoreError

LISTING_SECONDS = 30.0
"""A batch that was just created may take so long to show up in the provider's list."""

_ENDS: dict[str, tuple[ShardState, RequestState, str]] = {
    "completed": ("collected", "failed", "ModelUnavailableError: the batch was completed without a line for it"),
    "expired": ("expired", "expired", "ModelUnavailableError: the batch expired before it was answered"),
    "cancelled": ("cancelled", "cancelled", "ModelUnavailableError: the batch was cancelled before it was answered"),
    "failed": ("failed", "failed", "ModelRequestError: the provider refused the whole file"),
}


@dataclass(frozen=True, slots=True)
class Collected:
    """A shard after its results were read."""

    shard: Shard
    replies: ReplyReport
    job: BatchJob


class BatchWork:
    """Works on the shards of one base URL."""

    def __init__(
        self,
        ledger: Ledger,
        api: BatchAPI,
        *,
        base_url: str,
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take ledger and provider.

        Args:
            ledger: of every step.
            api: does them.
            base_url: as shards have it: those of another one are left alone.
            say: told of what a person should know.
            sleep: waits for a number of seconds.
            clock: seconds since the epoch.
        """
        self._ledger = ledger
        self._api = api
        self._base_url = base_url
        self._say = say
        self._sleep = sleep
        self._clock = clock
        self.gone: dict[str, BatchGoneError] = {}
        """By shard, the batches that were asked after and that the provider does not know."""

    def shards(self, states: tuple[ShardState, ...] = ()) -> list[Shard]:
        """Return the shards of this base URL in one of `states`, in any when empty."""
        return [shard for shard in self._ledger.shards(states) if shard.base_url == self._base_url]

    async def recover(self) -> None:
        """Find out about each shard that a killed run was about to create a batch of.

        Raises:
            ModelError: the provider can't be asked.
        """
        lost = {shard.id: shard for shard in self.shards(("creating",))}
        if not lost:
            return
        await self._adopt(lost)
        newest = max((shard.creating_at or 0.0 for shard in lost.values()), default=0.0)
        wait = newest + LISTING_SECONDS - self._clock()
        if lost and wait > 0:
            self._say(f"looking again in {min(wait, LISTING_SECONDS):.0f} s for a batch that was about to be created")
            await self._sleep(min(wait, LISTING_SECONDS))
            await self._adopt(lost)
        for shard in lost.values():
            self._ledger.update(shard, state="uploaded" if shard.file_id else "prepared")

    async def send(self) -> None:
        """Upload the shards that wait and create their batches, the oldest first, as far as the queue limit lets them.

        Raises:
            ModelError: the provider refuses or stays out of reach; the ledger says how far it came.
            StoreError: the file of a shard is gone, or the ledger can't be written.
        """
        for shard in self.shards(WAITING):
            queued = sum(other.tokens for other in self.shards(("creating", "in_progress")))
            if shard.queue_tokens is not None and queued and queued + shard.tokens > shard.queue_tokens:
                break
            await self._send(shard)

    async def poll(self) -> dict[str, BatchJob]:
        """Ask after every running batch; return their present state by shard, without those in `gone`.

        Raises:
            ModelError: the provider can't be asked.
        """
        jobs = {}
        self.gone.clear()
        for shard in self.shards(("in_progress", "completed")):
            try:
                job = jobs[shard.id] = await self._api.retrieve(shard.batch_id or "")
            except BatchGoneError as error:
                self.gone[shard.id] = error
                continue
            state: ShardState = "completed" if job.status in TERMINAL else "in_progress"
            self._ledger.update(shard, state=state, provider_status=job.status)
        return jobs

    async def cancel(self) -> int:
        """Cancel everything that is not collected; return the number of shards. What was answered is still collected.

        Raises:
            ModelError: the provider can't be asked.
        """
        waiting, running = self.shards(WAITING), self.shards(("in_progress",))
        for shard in waiting:
            self._end(shard, "cancelled", "cancelled", "ModelUnavailableError: cancelled before it was sent")
        for shard in running:
            try:
                job = await self._api.retrieve(shard.batch_id or "")
            except BatchGoneError as error:
                self._say(f"{error}: given up, and asked for again by the next submit")
                self._end(shard, "cancelled", "cancelled", f"ModelRequestError: {error}")
                continue
            if job.status not in TERMINAL | {"cancelling"}:
                await self._api.cancel(job.id)
        return len(waiting) + len(running)

    async def collect(
        self, cache: ResponseCache, on_collected: Callable[[Collected], None] = lambda _: None
    ) -> list[Collected]:
        """Read the results of every batch that has ended, and store each reply; `on_collected` is told of each at once.

        Raises:
            ModelError: the provider refuses or stays out of reach.
            StoreError: a file, the cache or the ledger can't be written.
        """
        jobs = await self.poll()
        collected = []
        for shard in self.shards(("completed",)):
            if shard.id in jobs:
                collected.append(await self._collect(shard, jobs[shard.id], cache))
                on_collected(collected[-1])
        return collected

    async def _adopt(self, lost: dict[str, Shard]) -> None:
        by_file = {shard.file_id: shard.id for shard in lost.values() if shard.file_id}
        async for job in self._api.list_all():
            # By its file too: some gateways drop the metadata.
            shard = lost.get(by_file.get(job.input_file_id, "")) or lost.get(job.metadata.get("shard", ""))
            if shard:
                self._ledger.update(shard, state="in_progress", batch_id=job.id, provider_status=job.status)
                del lost[shard.id]
            if not lost:
                return

    async def _send(self, shard: Shard) -> None:
        if shard.file_id is None:
            try:
                file_id = await self._api.upload(self._ledger.folder / shard.path, shard.bytes)
            except OSError as error:
                raise StoreError(
                    f"{shard.path}: can't be read ({error.strerror}); `batch cancel` gives it up"
                ) from error
            shard = self._ledger.update(shard, state="uploaded", file_id=file_id)
        shard = self._ledger.update(shard, state="creating", creating_at=self._clock())
        try:
            job = await self._api.create(shard.file_id or "", shard.metadata)
        except ModelUnavailableError as error:
            if not error.may_be_billed:
                self._ledger.update(shard, state="uploaded")
            raise
        except Exception:
            self._ledger.update(shard, state="uploaded")  # refused: there is no batch
            raise
        self._ledger.update(shard, state="in_progress", batch_id=job.id, provider_status=job.status)

    async def _collect(self, shard: Shard, job: BatchJob, cache: ResponseCache) -> Collected:
        reader = ReplyReader(self._ledger, cache, self._api.decode, endpoint=self._base_url, shard=shard)
        paths: list[Path] = []
        for file_id in (job.output_file_id, job.error_file_id):
            path = self._ledger.folder / f"{shard.id}.{len(paths)}.results.jsonl"
            if file_id and await self._download(file_id, path):
                paths.append(path)
                await reader.read(read_result_file(path))
        self._note_refused_lines(shard, job)
        cache.flush()  # before the ledger says for good that the replies are there, and their file is deleted
        replies = reader.report
        state, rest, reason = _ENDS[job.status]
        reason += "".join(f"; {text}" for line, text in job.errors[:1] if line is None)
        changes = {
            "duplicate": replies.duplicate,
            "unknown": replies.unknown,
            "malformed": replies.malformed,
            "input_tokens": replies.usage.input_tokens,
            "cached_input_tokens": replies.usage.cached_input_tokens,
            "output_tokens": replies.usage.output_tokens,
            "provider_tokens": job.usage.input_tokens + job.usage.output_tokens if job.usage else None,
            "detail": "; ".join(text for _, text in job.errors[:3]),
        }
        shard = self._end(shard, state, rest, reason, **changes)
        if not (replies.malformed or replies.unknown):
            for path in paths:
                path.unlink(missing_ok=True)
        return Collected(shard, replies, job)

    async def _download(self, file_id: str, path: Path) -> bool:
        try:
            await self._api.download(file_id, path)
        except FileGoneError as error:
            self._say(f"the results in it are lost, and asked for again by the next submit: {error}")
            return False
        except OSError as error:
            raise StoreError(f"{path}: can't be written ({error.strerror})") from error
        return True

    def _note_refused_lines(self, shard: Shard, job: BatchJob) -> None:
        # Rejected for good, or the next file would be refused for the same line.
        rows: list[tuple[str, str, RequestState, str | None]] = [
            (shard.id, key, "failed", f"PaperRejectedError: line {line} of the file was refused: {text}")
            for line, text in job.errors
            if line is not None and (key := self._ledger.key_of_line(shard.id, line))
        ]
        self._ledger.mark(rows)

    def _end(self, shard: Shard, state: ShardState, rest: RequestState, error: str, **changes: object) -> Shard:
        shard = self._ledger.settle(shard, state, rest, error, **changes)
        (self._ledger.folder / shard.path).unlink(missing_ok=True)
        return shard
