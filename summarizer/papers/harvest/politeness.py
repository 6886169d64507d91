"""The HTTP client of all live services: one request at a time, far enough apart, patient when throttled, never for ever.

The rules are arXiv's: three seconds between requests and a single connection, over all its interfaces together
(https://info.arxiv.org/help/api/tou.html). arXiv answers 429 or 503 to throttle, and 406 to a client without `Accept`
and, at busy times, to others too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self, TypeVar

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from summarizer import __version__
from summarizer.errors import HarvestError
from summarizer.papers.harvest.interface import BadPageError

logger = logging.getLogger(__name__)

T = TypeVar("T")

SPACING_SECONDS: Final = 3.0
PATIENCE_SECONDS: Final = 1800.0
"""arXiv is known to be out of reach for nearly half an hour after midnight UTC."""
MAX_BAD_PAGES: Final = 6
"""Attempts at a page that comes, but can't be right."""
MAX_PAGE_BYTES: Final = 64 * 2**20
_PAGE_SECONDS = 300.0
_THROTTLED = frozenset({406, 429, 503})
_TRANSIENT = frozenset({408, 425, 500, 502, 504})
_OK, _REFUSED = 200, 400
_TIMEOUT = httpx2.Timeout(120, connect=30)  # an OAI-PMH page may take a minute and a half to start
_HEADERS = {
    "User-Agent": f"summarizer/{__version__} (harvests paper metadata; one request every three seconds)",
    "Accept": "application/atom+xml, application/rss+xml, text/xml, application/xml;q=0.9, */*;q=0.8",
}


class _UnavailableError(Exception):
    """An attempt failed, and another one may not."""

    def __init__(self, reason: str, *, retry_after_seconds: float = 0.0, is_bad_page: bool = False) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds
        self.is_bad_page = is_bad_page


class PoliteClient:
    """Fetches pages one after the other. Not for use by several threads."""

    def __init__(
        self,
        *,
        spacing_seconds: float = SPACING_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        trust_env: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open a client.

        Args:
            spacing_seconds: from the end of one request to the start of the next; none for a server on this machine.
            patience_seconds: for one page, its waits included; then the harvest stops.
            trust_env: go through the proxy that the environment names; never right for a server on this machine.
            sleep: waits for a number of seconds.
            clock: seconds that never go back.
            now: the time with its zone, for a `Retry-After` that is a date.
        """
        self._spacing_seconds = spacing_seconds
        self._patience_seconds = patience_seconds
        self._sleep, self._clock, self._now = sleep, clock, now
        self._back_off = wait_random_exponential(multiplier=SPACING_SECONDS, max=300)
        self._next_start = clock()
        self._client = httpx2.Client(
            headers=_HEADERS,
            timeout=_TIMEOUT,
            follow_redirects=True,
            max_redirects=3,
            limits=httpx2.Limits(max_connections=1),
            trust_env=trust_env,
        )
        self.requests = 0
        """Requests made so far, failed attempts included."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, address: str, parameters: Mapping[str, str], parse: Callable[[bytes], T]) -> T:
        """Fetch one page and parse it, in as many attempts as the patience allows.

        Args:
            address: without a query.
            parameters: of the query.
            parse: reads the body; raises `BadPageError` for a body that may come out right another time.

        Raises:
            HarvestError: the service refuses the request, or there is no good page within the patience.
        """
        started = self._clock()
        retrying = Retrying(
            sleep=self._sleep,
            wait=self._wait_seconds,
            stop=lambda state: self._has_had_enough(state, started),
            retry=retry_if_exception_type(_UnavailableError),
            reraise=True,
        )
        try:
            result: T = retrying(self._attempt, address, parameters, parse)
        except _UnavailableError as error:
            minutes = (self._clock() - started) / 60
            asked = f"; it asks to wait {error.retry_after_seconds:,.0f} s" if error.retry_after_seconds else ""
            raise HarvestError(
                f"{address}: {error}, {retrying.statistics['attempt_number']} attempts in {minutes:.1f} minutes{asked}; "
                "run the same command again later: it goes on where this one stops"
            ) from error
        return result

    def _attempt(self, address: str, parameters: Mapping[str, str], parse: Callable[[bytes], T]) -> T:
        if (wait := self._next_start - self._clock()) > 0:
            self._sleep(wait)
        self.requests += 1
        try:
            status, headers, body = self._exchange(address, parameters)
        except (httpx2.RequestError, httpx2.StreamError) as error:
            raise _UnavailableError(f"the connection failed ({type(error).__name__}: {error})") from error
        finally:
            self._next_start = self._clock() + self._spacing_seconds
        if status in _THROTTLED:
            raise _UnavailableError(f"throttled (HTTP {status})", retry_after_seconds=self._retry_after(headers))
        if status in _TRANSIENT:
            raise _UnavailableError(f"HTTP {status}", retry_after_seconds=self._retry_after(headers))
        if status not in {_OK, _REFUSED}:
            raise HarvestError(f"{address}: refused (HTTP {status})")
        return _parse(status, address, body, parse)

    def _exchange(self, address: str, parameters: Mapping[str, str]) -> tuple[int, httpx2.Headers, bytes]:
        deadline = self._clock() + _PAGE_SECONDS
        body = bytearray()
        with self._client.stream("GET", address, params=dict(parameters)) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_PAGE_BYTES:
                    raise HarvestError(f"{address}: a page of over {MAX_PAGE_BYTES // 2**20} MiB")
                if self._clock() > deadline:
                    raise _UnavailableError(f"no complete answer within {_PAGE_SECONDS:g} s")
        return response.status_code, response.headers, bytes(body)

    def _retry_after(self, headers: httpx2.Headers) -> float:
        text = headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            return max(0.0, (parsedate_to_datetime(text) - self._now()).total_seconds())
        except (TypeError, ValueError):
            return 0.0  # none, or none that can be read: the back-off stands

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_seconds if isinstance(error, _UnavailableError) else 0.0
        return max(asked, self._back_off(state))

    def _has_had_enough(self, state: RetryCallState, started: float) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _UnavailableError) and error.is_bad_page and state.attempt_number >= MAX_BAD_PAGES:
            return True
        wait = max(state.upcoming_sleep, self._next_start - self._clock())  # the spacing of requests holds too
        if self._clock() - started + wait > self._patience_seconds:
            return True
        logger.warning("attempt %d: %s; the next one in %.0f s", state.attempt_number, error, wait)
        return False


def _parse(status: int, address: str, body: bytes, parse: Callable[[bytes], T]) -> T:
    try:
        return parse(body)
    except BadPageError as error:
        if status == _REFUSED:
            raise HarvestError(f"{address}: refused (HTTP {status})") from error
        raise _UnavailableError(str(error), is_bad_page=True) from error
