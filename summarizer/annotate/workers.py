"""How workers end that send paid requests: together, and with the replies that will still come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from summarizer.errors import BudgetExceededError, ModelRequestError, SourceError

GRACE_SECONDS = 5.0
"""After an error that says nothing of calls in flight, they may still finish for this long: they are paid for."""

_STILL_ANSWERED = (BudgetExceededError, ModelRequestError, SourceError)
"""After these the endpoint still answers what it was sent, as a rule, and each reply is waited for."""


async def finish(workers: Sequence[asyncio.Task[None]], *, grace_seconds: float = GRACE_SECONDS) -> None:
    """Wait until all workers are done, or one of them fails and the others had time to take in their replies.

    None is left running, however this ends. A worker that was cancelled has not failed: its paper stays pending.

    Raises:
        Exception: what the first worker that failed raised.
    """
    try:
        done, pending = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
        errors = [error for worker in done if not worker.cancelled() and (error := worker.exception())]
        if pending:
            will_come = all(isinstance(error, _STILL_ANSWERED) for error in errors)
            await asyncio.wait(pending, timeout=None if will_come else grace_seconds)
        if errors:
            raise errors[0]
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
