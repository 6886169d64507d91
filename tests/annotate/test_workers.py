"""Facts about how workers end."""

from __future__ import annotations

import asyncio

import pytest

from summarizer.annotate.workers import finish
from summarizer.errors import BudgetExceededError, ModelRequestError, SourceError, StoreError


async def fail(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


def end_with(error: Exception | None, *, takes: float, grace_seconds: float) -> list[str]:
    """Run a worker that fails beside one whose reply takes some seconds; return the replies that came."""
    replies: list[str] = []

    async def wait_for_reply() -> None:
        await asyncio.sleep(takes)
        replies.append("reply")

    async def run() -> None:
        workers = [asyncio.create_task(wait_for_reply())]
        workers += [asyncio.create_task(fail(error))] if error else []
        await finish(workers, grace_seconds=grace_seconds)

    if error:
        with pytest.raises(type(error)):
            asyncio.run(run())
    else:
        asyncio.run(run())
    return replies


@pytest.mark.parametrize("error", [None, ModelRequestError("key"), BudgetExceededError("cap"), SourceError("torn")])
def test_replies_that_will_come_are_waited_for_however_long_they_take(error: Exception | None) -> None:
    assert end_with(error, takes=0.05, grace_seconds=0) == ["reply"]


def test_after_another_error_replies_have_some_seconds_to_come() -> None:
    assert end_with(StoreError("full"), takes=0.05, grace_seconds=60) == ["reply"]
    assert end_with(StoreError("full"), takes=60, grace_seconds=0.05) == []


def test_no_worker_is_left_when_the_wait_itself_is_cancelled() -> None:
    async def cancel() -> bool:
        worker = asyncio.create_task(asyncio.sleep(60))
        waiting = asyncio.create_task(finish([worker]))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return worker.cancelled()

    assert asyncio.run(cancel())


def test_a_worker_that_was_cancelled_is_no_error() -> None:
    async def stop_one() -> None:
        worker = asyncio.create_task(asyncio.sleep(60))
        asyncio.get_running_loop().call_soon(worker.cancel)
        await finish([worker])

    asyncio.run(stop_one())
