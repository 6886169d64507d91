"""Counts and records of what passed through the server. Safe to read from another thread."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class UsageTotals:
    """Tokens of one completion, or of all of them."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: UsageTotals) -> UsageTotals:
        return UsageTotals(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A chat-completion request as it came in."""

    raw: bytes
    headers: Mapping[str, str]
    """By lower-case name."""
    arrived_seconds: float
    """On the clock of `time.monotonic`."""

    @property
    def body(self) -> dict[str, Any]:
        """The decoded body.

        Raises:
            orjson.JSONDecodeError: the body was not JSON.
        """
        body: dict[str, Any] = orjson.loads(self.raw)
        return body


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call among those with the same body."""

    digest: bytes
    attempt: int
    """1 for the first call with this body."""
    number: int = 0
    """1 for the first call of all; 0 for a line of a batch."""


class Traffic:
    """What came in and went out."""

    def __init__(self, recorded_requests: int) -> None:
        self._changed = threading.Condition()
        self._recorded: deque[RecordedRequest] = deque(maxlen=recorded_requests)
        self.in_flight = 0
        self._clear()

    def _clear(self) -> None:
        self.calls = 0
        self.max_in_flight = self.in_flight
        self.usage = UsageTotals()
        self._recorded.clear()
        self._outcomes: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._attempts: Counter[bytes] = Counter()
        self._completions: Counter[bytes] = Counter()

    def arrive(self, raw: bytes, headers: Mapping[str, str]) -> Arrival:
        """Count a call, and keep it if there is room for records."""
        digest = blake2b(raw, digest_size=16).digest()
        with self._changed:
            self.calls += 1
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
            self._attempts[digest] += 1
            if self._recorded.maxlen:
                lowered = {name.lower(): value for name, value in headers.items()}
                self._recorded.append(RecordedRequest(raw, lowered, time.monotonic()))
            self._changed.notify_all()
            return Arrival(digest, self._attempts[digest], self.calls)

    def leave(self, outcome: str) -> None:
        """Count the end of a call: a status, `reset` or `disconnected`."""
        with self._changed:
            self.in_flight -= 1
            self._outcomes[outcome] += 1
            self._changed.notify_all()

    def note_fault(self, name: str) -> None:
        """Count a fault."""
        with self._changed:
            self._faults[name] += 1

    def complete(self, arrival: Arrival, usage: UsageTotals) -> None:
        """Book a completion on its way: tokens are billed also when the client is gone by then."""
        with self._changed:
            self._completions[arrival.digest] += 1
            self.usage += usage

    @property
    def requests(self) -> list[RecordedRequest]:
        """Return the recorded requests, the oldest first."""
        with self._changed:
            return list(self._recorded)

    @property
    def calls_by_digest(self) -> Counter[bytes]:
        """Return how often each body came in, by its BLAKE2b digest of 16 bytes."""
        with self._changed:
            return self._attempts.copy()

    def stats(self) -> dict[str, Any]:
        """Return all counts as one JSON object."""
        with self._changed:
            completions = self._completions.total()
            return {
                "calls": self.calls,
                "in_flight": self.in_flight,
                "max_in_flight": self.max_in_flight,
                "outcomes": dict(self._outcomes),
                "faults": dict(self._faults),
                "distinct_bodies": len(self._attempts),
                "repeated_bodies": self.calls - len(self._attempts),
                "completions": completions,
                "repeated_completions": completions - len(self._completions),
                "usage": asdict(self.usage),
            }

    def reset(self) -> None:
        """Start all counts anew; calls in flight stay in flight."""
        with self._changed:
            self._clear()

    def wait_for_calls(self, count: int, timeout_seconds: float) -> None:
        """Block until `count` calls have come in.

        Raises:
            TimeoutError: fewer came in time.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self.calls >= count, timeout_seconds):
                raise TimeoutError(f"{self.calls} of {count} calls came within {timeout_seconds} s")

    def wait_until_idle(self, timeout_seconds: float) -> None:
        """Block until no call is in flight.

        Raises:
            TimeoutError: some still are.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: not self.in_flight, timeout_seconds):
                raise TimeoutError(f"{self.in_flight} calls are in flight after {timeout_seconds} s")
