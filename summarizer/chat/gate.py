"""Whether a request may go at all: closed for everybody while the endpoint asks to wait, or while it is gone.

It opens again for one request, and each answer lets another one in: slow start, then additive increase from half of what
was in flight (Jacobson, Congestion avoidance and control, 1988). While the endpoint is gone, that one request asks whether it
is back, with growing waits; one that fails goes to the end of the line, so that no single paper keeps the others waiting.

The gate also says whose failure it was. Rate limits are everybody's. An endpoint that could not be reached is nobody's fault in
particular; it counts as gone once everything in flight failed with no answer in between. A timeout, a broken connection or
an error of the server may be about the one paper: of these, only the failures that came before the pause are excused.
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

MIN_FAILURES = 3
"""Fewer failures in a row never count as an outage."""

MAX_PROBE_SECONDS = 60.0
_FIRST_PROBE_SECONDS = 1.0
_JITTER = 0.1
_MAX_JITTER_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class Blame:
    """Whose failure it was. May change from the request's to everybody's when the failures after it tell."""

    is_shared: bool = False
    """Everybody's: it takes none of the request's attempts."""
    is_certain: bool = False
    """Could not have come from the request itself."""
    is_rate_limit: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """One attempt without an answer that helps."""

    sent_at: float
    """Moment of the monotonic clock."""
    request_id: int
    """Tells requests apart, not attempts."""
    is_certain: bool = False
    """The endpoint was not reached, or said of itself that it is down."""
    retry_after_seconds: float | None = None


@dataclass(slots=True)
class _Streak:
    """Failures with no answer in between."""

    in_flight: int
    """When it began."""
    blames: list[Blame] = field(default_factory=list)
    request_ids: set[int] = field(default_factory=set)

    def add(self, failure: Failure) -> Blame:
        blame = Blame(is_certain=failure.is_certain)
        self.blames.append(blame)
        self.request_ids.add(failure.request_id)
        return blame

    @property
    def is_outage(self) -> bool:
        certain = sum(blame.is_certain for blame in self.blames)
        is_everybodys = certain >= MIN_FAILURES or len(self.request_ids) > 1
        return is_everybodys and len(self.blames) >= max(MIN_FAILURES, self.in_flight)


@dataclass(slots=True)
class _Outage:
    since: float
    probe_seconds: float = _FIRST_PROBE_SECONDS


class Gate:
    """Counts what is in flight and decides when the next one may go. Moments are of one monotonic clock."""

    def __init__(self, concurrency: int, *, draw: Callable[[], float] = random.random) -> None:
        """Start open.

        Args:
            concurrency: requests in flight at most.
            draw: a random number from 0 to 1, for jitter.
        """
        self._concurrency = concurrency
        self._draw = draw
        self._window = float(concurrency)
        self._threshold = float(concurrency)
        self._closed_until = -math.inf
        self._slowed_at = self._restarted_at = -math.inf
        self._limited_in_a_row = 0
        self._limited_since: float | None = None
        self._streak: _Streak | None = None
        self._outage: _Outage | None = None
        self._has_answered = False
        self.in_flight = 0

    def blocked_seconds(self, now: float) -> float:
        """Return how long nobody may go; infinity when somebody in flight has to come back first."""
        if now < self._closed_until:
            return self._closed_until - now
        return 0.0 if self.in_flight < int(self._window) else math.inf

    def outage_seconds(self, now: float) -> float:
        """Return how long the endpoint has been gone; 0 when it is there."""
        return now - self._outage.since if self._outage else 0.0

    def limited_seconds(self, now: float) -> float:
        """Return for how long rate limits have been the only answer."""
        return now - self._limited_since if self._limited_since is not None else 0.0

    def note_answer(self, sent_at: float, now: float) -> None:
        """The endpoint answered a request: it is there."""
        self._note_presence(now)
        self._has_answered = True
        self._limited_in_a_row, self._limited_since = 0, None
        # What was in flight before a pause says nothing about how many may go after it.
        if self._window < self._concurrency and sent_at >= self._restarted_at:
            step = 1.0 if self._window < self._threshold else 1 / self._window
            self._window = min(self._concurrency, self._window + step)

    def note_rate_limit(self, failure: Failure, now: float) -> float | None:
        """The endpoint refused for its rate limit.

        Returns:
            The moment until which nobody goes; None if the request was sent before the last such refusal, which then
            told nothing new.
        """
        self._note_presence(now)
        self._limited_since = now if self._limited_since is None else self._limited_since
        if failure.sent_at < self._slowed_at:
            self._close(now, failure.retry_after_seconds or 0.0)
            return None
        wait = failure.retry_after_seconds
        if wait is None or self._limited_in_a_row:
            back_off = min(MAX_PROBE_SECONDS, 2.0**self._limited_in_a_row) * (1 + self._draw()) / 2
            wait = max(wait or 0.0, back_off)
        self._limited_in_a_row = min(self._limited_in_a_row + 1, 10)
        self._slowed_at = now
        self._close(now, wait)
        self._restart(now)
        logger.log(logging.WARNING if wait >= MAX_PROBE_SECONDS else logging.INFO, "rate limit: waiting %.1f s", wait)
        return self._closed_until

    def note_failure(self, failure: Failure, now: float, reason: object) -> Blame:
        """The endpoint gave no answer; `reason` is shown when this starts a pause."""
        if not self._has_answered:
            return Blame(is_certain=failure.is_certain)
        if self._outage:
            return self._note_probe(self._outage, failure, now)
        if failure.retry_after_seconds is not None:
            self._close(now, failure.retry_after_seconds)
        self._streak = self._streak or _Streak(self.in_flight)
        blame = self._streak.add(failure)
        if self._streak.is_outage:
            self._pause(self._streak, now, reason)
        return blame

    def _note_presence(self, now: float) -> None:
        self._streak = None
        if self._outage:
            logger.warning("the endpoint answers again after %.0f s; going on", now - self._outage.since)
            self._outage = None
            self._closed_until = min(self._closed_until, now)

    def _pause(self, streak: _Streak, now: float, reason: object) -> None:
        logger.warning("the network or the endpoint is gone; pausing until it is back (%s)", reason)
        self._outage = _Outage(now)
        for blame in streak.blames:
            blame.is_shared = True
        self._streak = None
        self._close(now, _FIRST_PROBE_SECONDS)
        self._restart(now)

    def _note_probe(self, outage: _Outage, failure: Failure, now: float) -> Blame:
        is_probe = failure.sent_at >= outage.since
        if is_probe:
            outage.probe_seconds = min(MAX_PROBE_SECONDS, 2 * outage.probe_seconds)
            self._close(now, max(outage.probe_seconds, failure.retry_after_seconds or 0.0))
            logger.info("still gone; asking again in %.0f s", self._closed_until - now)
        return Blame(is_shared=failure.is_certain or not is_probe, is_certain=failure.is_certain)

    def _close(self, now: float, seconds: float) -> None:
        jitter = min(_MAX_JITTER_SECONDS, _JITTER * seconds) * self._draw()
        self._closed_until = max(self._closed_until, now + seconds + jitter)

    def _restart(self, now: float) -> None:
        self._restarted_at = now
        self._threshold = max(1.0, self.in_flight / 2)
        self._window = 1.0
