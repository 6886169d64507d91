"""The short way for requests that are all alike but for their body: aiohttp without the layers that the SDK puts above it.

A request costs half the processor time of one through the SDK's transport, which stands on aiohttp too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.request import getproxies

import aiohttp
import httpx2

from summarizer import __version__
from summarizer.chat.bounded_body import read_bounded

KEEPALIVE_SECONDS: Final = 4.0
"""Less than the 5 seconds after which uvicorn and Node hang up on an idle connection."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, and all of it but the body."""

    url: str
    headers: dict[str, str] = field(repr=False)
    """With the key."""


class Answered(NamedTuple):
    """A complete answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Names are in lower case."""
    content: bytes


def build_headers(api_key: str | None, *, is_azure: bool) -> dict[str, str]:
    """Return all headers that are ours to choose, names in lower case."""
    headers = {
        "accept": "application/json",
        "accept-encoding": "identity",  # replies are small, and a compressed one could unfold past the size limit
        "content-type": "application/json",
        "user-agent": f"summarizer/{__version__}",
    }
    if api_key is None:
        return headers
    # Azure reads a bearer as an Entra token, and some gateways refuse both headers together.
    return headers | ({"api-key": api_key} if is_azure else {"authorization": f"Bearer {api_key}"})


def copy_target(request: httpx2.Request) -> Target:
    """Return what another request must say to be treated like `request`."""
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    return Target(str(request.url), headers)


def names_proxies() -> bool:
    """Whether the environment, or the settings of the system, name a proxy for any address."""
    return any(scheme in getproxies() for scheme in ("http", "https", "all"))


class HttpSession:
    """Connections to one server, never through a proxy. Raises what aiohttp raises, and `ReplyTooLargeError`."""

    def __init__(self, max_connections: int, connect_seconds: float, *, trust_env: bool) -> None:
        """Prepare; connections are opened by the first request.

        Args:
            max_connections: at most as many are open.
            connect_seconds: for opening a connection. For how long a whole request may take is the caller's to say.
            trust_env: follow the environment's certificate variables.
        """
        self._max_connections = max_connections
        self._timeout = aiohttp.ClientTimeout(sock_connect=connect_seconds)
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None

    async def post(self, target: Target, content: bytes) -> Answered:
        """Send `content`. Redirects are not followed."""
        self._session = self._session or self._open()
        async with self._session.post(
            target.url, data=content, headers=target.headers, allow_redirects=False
        ) as response:
            body = await read_bounded(response.content.iter_any())
            return Answered(response.status, _decode(response.raw_headers), body)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._max_connections,
            keepalive_timeout=KEEPALIVE_SECONDS,
            ssl=httpx2.create_ssl_context(trust_env=self._trust_env),
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
        )


def _decode(headers: tuple[tuple[bytes, bytes], ...]) -> dict[str, str]:
    # Latin-1, as of old: whatever a server sends is text that can be written down.
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
