"""The review page, served in the event loop of the test."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from summarizer.evaluation.review.desk import Desk
from summarizer.evaluation.review.server import build_app, make_address, open_socket


@contextlib.asynccontextmanager
async def serve_review(folder: Path, by: str = "Dee Poe") -> AsyncIterator[str]:
    """Serve the review of a gold set, and return its address."""
    listener = open_socket()
    token, address = make_address(listener)
    runner = web.AppRunner(build_app(Desk(folder, by=by), port=listener.getsockname()[1], token=token), access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield address
    finally:
        await runner.cleanup()
        listener.close()
