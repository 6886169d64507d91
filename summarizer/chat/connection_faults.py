"""What became of a request whose answer did not arrive: in words, and whether it may have been answered and billed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import aiohttp
import httpx2

from summarizer.chat.bounded_body import ReplyTooLargeError
from summarizer.chat.error_body import to_line

CONNECTION_FAULTS = (aiohttp.ClientError, httpx2.HTTPError, OSError, ReplyTooLargeError)
"""What the transport raises when no complete answer came."""

_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)


def describe_fault(error: BaseException, timeout_seconds: float, *, redact: Callable[[str], str]) -> str:
    """Say in words what happened; `redact` takes out of the error's own words what must not be shown."""
    causes = list(_causes(error))
    if isinstance(error, ReplyTooLargeError):
        return str(error)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return f"no complete answer within {timeout_seconds:g} s"
    reason = to_line(redact(f"{type(causes[-1]).__name__}: {causes[-1]}"))
    return f"the connection failed ({reason}); is the server running, and the base URL right?"


def may_have_been_sent(error: BaseException) -> bool:
    """Whether the request may have reached the endpoint: all but failures to connect."""
    causes = list(_causes(error))
    # The SDK's transport passes off connections that broke off later as failures to connect: aiohttp's own error decides.
    of_aiohttp = [cause for cause in causes if isinstance(cause, aiohttp.ClientError)]
    return not any(isinstance(cause, _NOT_SENT) for cause in of_aiohttp or causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
