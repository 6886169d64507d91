"""Requests and tokens that may be sent now: two continuous buckets, filled at the rate of the limits while it is our turn.

The method is that of a token bucket (ITU-T I.371, the generic cell rate algorithm), held to what one second adds, and
going into debt for what was not known before. A limit is the lower of what the user gave and what the endpoint announces.
After an answer of 429 the rate is halved, and rises again by a twentieth of the limit each second: additive increase and
multiplicative decrease, below a limit that is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from summarizer.chat.rate_headers import RateLimit, RateLimits
from summarizer.chat.shared_limits import Turns

MAX_TURN_SECONDS = 1.0
"""Long enough that the shared file is touched about once a second, short enough that others need not wait long. A turn
is longer only where a single request needs more. So far may a turn also begin in the past."""
MIN_TURN_SECONDS = 0.05
"""Of a turn that follows no other one; those that do are twice as long as the one before."""

_LOWEST_SHARE = 0.25
_SHARE_PER_SECOND = 0.05
_SOONEST_SECONDS = 0.0005
_NEGLIGIBLE_SECONDS = 1e-9


class _Bucket:
    """What may be sent of one unit; unlimited as long as no limit is known."""

    def __init__(self, given: float | None) -> None:
        self._given = given
        self.per_second = given / 60 if given else math.inf
        self.level = 0.0

    @property
    def is_limited(self) -> bool:
        return self.per_second < math.inf

    @property
    def _capacity(self) -> float:
        return max(1.0, self.per_second * MAX_TURN_SECONDS)

    def learn(self, limit: RateLimit) -> None:
        self.per_second = min(limit.per_minute, self._given or math.inf) / 60
        # Somebody else who uses the key, on another machine, shows in what is left.
        self.level = min(self.level, limit.remaining)

    def fill(self, seconds: float) -> None:
        if self.is_limited:
            self.level = min(self._capacity, self.level + seconds * self.per_second)

    def empty(self) -> None:
        self.level = min(self.level, 0.0)

    def take(self, amount: float) -> None:
        if self.is_limited:
            self.level -= amount

    def missing_seconds(self, amount: float) -> float:
        """Return the time of filling after which `amount` may be taken; more than the bucket holds needs a full one."""
        if not self.is_limited:
            return 0.0
        return (min(amount, self._capacity) - self.level) / self.per_second


class Allowance:
    """Both limits of one key, as far as they are known."""

    def __init__(self, turns: Turns, clock: Callable[[], float], *, rpm: float | None, tpm: float | None) -> None:
        """Take what is known beforehand: requests and tokens a minute, None for what is to be learned.

        Args:
            turns: when the full rate is ours.
            clock: monotonic, in seconds.
            rpm: requests a minute.
            tpm: tokens a minute, input and output together.
        """
        self._turns = turns
        self._clock = clock
        self._requests, self._tokens = _Bucket(rpm), _Bucket(tpm)
        self._turn_start = self._turn_end = self._turn_taken_at = self._filled_until = -math.inf
        self._share, self._share_at = 1.0, -math.inf
        self.is_limited = self._requests.is_limited or self._tokens.is_limited
        """Whether any limit is known."""
        self.counts_tokens = self._tokens.is_limited
        """Whether a limit on tokens is known."""

    def learn(self, limits: RateLimits) -> None:
        """Take over what the endpoint announces."""
        if limits.requests:
            self._requests.learn(limits.requests)
        if limits.tokens:
            self._tokens.learn(limits.tokens)
        self.is_limited = self._requests.is_limited or self._tokens.is_limited
        self.counts_tokens = self._tokens.is_limited

    def slow_down(self, until: float) -> None:
        """Send nothing before `until`, and half as fast after it."""
        now = self._clock()
        self._share, self._share_at = max(_LOWEST_SHARE, self._share_now(now) / 2), max(now, until)
        self._fill(now)
        self._turn_end = min(self._turn_end, now)
        self._requests.empty()
        self._tokens.empty()
        if self.is_limited:
            self._turns.postpone(now, until)

    def take(self, tokens: float) -> None:
        """Take one request and its tokens, whatever is there."""
        self._requests.take(1)
        self._tokens.take(tokens)

    def give_back(self, *, requests: int = 0, tokens: float = 0.0) -> None:
        """Return what was taken and not used; negative for what was used beyond."""
        self._requests.take(-requests)
        self._tokens.take(-tokens)

    def wait_seconds(self, tokens: float, *, waiting: int = 1) -> float:
        """Return how long one request with so many tokens has to wait; 0 when it may go now.

        Args:
            tokens: of the request.
            waiting: requests that wait, this one included: a turn is taken for them all, if they are not too many.
        """
        now = self._clock()
        self._fill(now)
        while (missing := self._missing_seconds(tokens, now)) > 0 and now >= self._turn_end:
            self._take_turn(now, missing + (waiting - 1) * self._request_seconds(tokens, now))
        if missing <= 0:
            return 0.0
        start = max(now, self._turn_start)
        return start - now + max(_SOONEST_SECONDS, min(missing, self._turn_end - start))

    def _take_turn(self, now: float, seconds: float) -> None:
        is_next = now - max(self._turn_end, self._turn_taken_at) < MIN_TURN_SECONDS
        last_seconds = self._turn_end - self._turn_start if is_next else 0.0
        longest = max(MAX_TURN_SECONDS, 1 / self._requests.per_second)
        seconds = min(max(seconds, MIN_TURN_SECONDS, 2 * last_seconds), longest)
        self._turn_taken_at = now
        self._turn_start = self._filled_until = self._turns.take(now, seconds, burst_seconds=longest)
        self._turn_end = self._turn_start + seconds
        self._fill(now)

    def _fill(self, now: float) -> None:
        until = min(now, self._turn_end)
        if until > self._filled_until:
            seconds = (until - self._filled_until) * self._share_now(now)
            self._requests.fill(seconds)
            self._tokens.fill(seconds)
            self._filled_until = until

    def _missing_seconds(self, tokens: float, now: float) -> float:
        seconds = max(self._requests.missing_seconds(1), self._tokens.missing_seconds(tokens))
        return seconds / self._share_now(now) if seconds > _NEGLIGIBLE_SECONDS else 0.0

    def _request_seconds(self, tokens: float, now: float) -> float:
        """Return the time of our turn that one request takes up."""
        return max(1 / self._requests.per_second, tokens / self._tokens.per_second) / self._share_now(now)

    def _share_now(self, now: float) -> float:
        if self._share == 1.0:
            return 1.0
        share = min(1.0, self._share + max(0.0, now - self._share_at) * _SHARE_PER_SECOND)
        if share == 1.0:
            self._share = 1.0
        return share
