"""A limit on the size of HTTP replies, so that a broken or hostile server never fills the memory."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

import httpx2

MAX_REPLY_BYTES = 4_000_000
"""An annotation takes a few thousand."""


class ReplyTooLargeError(Exception):
    """A reply was larger than `MAX_REPLY_BYTES`."""


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self.stream = stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _bound(self.stream)

    async def aclose(self) -> None:
        await self.stream.aclose()


async def read_bounded(pieces: AsyncIterable[bytes]) -> bytes:
    """Put the pieces of a body together.

    Raises:
        ReplyTooLargeError: they are more than `MAX_REPLY_BYTES`.
    """
    return b"".join([piece async for piece in _bound(pieces)])


async def bound_body(response: httpx2.Response) -> None:
    """Make reading `response` fail with `ReplyTooLargeError` beyond the limit; a response hook of httpx2."""
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _BoundedStream(response.stream)


def unbound_body(response: httpx2.Response) -> None:
    """Lift the limit of `bound_body`, for a body that is read piece by piece and never held whole."""
    if isinstance(response.stream, _BoundedStream):
        response.stream = response.stream.stream


async def _bound(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > MAX_REPLY_BYTES:
            raise ReplyTooLargeError(f"the reply is larger than {MAX_REPLY_BYTES:,} bytes")
        yield piece
