"""Requests and tokens a minute, enforced as hosted APIs do it: by buckets that fill up evenly."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from tests.chat_server.answers import ErrorText, RequestRefusedError, error_answer


class Bucket:
    """Holds at most one minute's allowance; it may go into debt for what was not known before."""

    def __init__(self, per_minute: int, now: float) -> None:
        self.per_minute = per_minute
        self.level = float(per_minute)
        self._updated = now

    def refill(self, now: float) -> None:
        """Add what has come in since the last time."""
        self.level = min(self.per_minute, self.level + (now - self._updated) * self.per_minute / 60)
        self._updated = now

    def wait_seconds(self, amount: float) -> float:
        """Return the time until `amount` is there; more than the bucket holds waits for a full bucket."""
        return max(0.0, min(amount, self.per_minute) - self.level) * 60 / self.per_minute


class RateLimits:
    """Both limits of an endpoint."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def admit(self, limits: dict[str, int | None], tokens: int) -> None:
        """Take one request with so many tokens in.

        Args:
            limits: Allowance a minute of `requests` and `tokens`; None is no limit.
            tokens: What the request is known to need.

        Raises:
            RequestRefusedError: a limit is reached; says when to come back.
        """
        needs = {"requests": 1, "tokens": tokens}
        buckets = self._current(limits)
        waits = {name: bucket.wait_seconds(needs[name]) for name, bucket in buckets.items()}
        name = max(waits, key=lambda name: waits[name], default="")
        if name and waits[name] > 0:
            raise self._refused(name, waits[name])
        for name, bucket in buckets.items():
            bucket.level -= needs[name]

    def charge(self, tokens: int) -> None:
        """Take off the tokens of the output, known only now."""
        if "tokens" in self._buckets:
            self._buckets["tokens"].level -= tokens

    def headers(self) -> dict[str, str]:
        """Return the x-ratelimit headers."""
        headers = {}
        for name, bucket in self._buckets.items():
            headers[f"x-ratelimit-limit-{name}"] = str(bucket.per_minute)
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, int(bucket.level)))
            headers[f"x-ratelimit-reset-{name}"] = _duration(bucket.wait_seconds(bucket.per_minute))
        return headers

    def _current(self, limits: dict[str, int | None]) -> dict[str, Bucket]:
        now = self._clock()
        for name, per_minute in limits.items():
            if per_minute is None:
                self._buckets.pop(name, None)
            elif name not in self._buckets or self._buckets[name].per_minute != per_minute:
                self._buckets[name] = Bucket(per_minute, now)
            else:
                self._buckets[name].refill(now)
        return self._buckets

    def _refused(self, name: str, wait_seconds: float) -> RequestRefusedError:
        milliseconds = math.ceil(wait_seconds * 1000)
        text = ErrorText(
            f"Rate limit reached on {name} per min: limit {self._buckets[name].per_minute}. "
            f"Please try again in {milliseconds}ms.",
            name,
            None,
            "rate_limit_exceeded",
        )
        headers = {"retry-after": str(math.ceil(wait_seconds)), "retry-after-ms": str(milliseconds)}
        return RequestRefusedError(error_answer(429, text, headers | self.headers()))


def _duration(seconds: float) -> str:
    """Write a time span as the API does: `120ms`, `7.5s`, `1m30s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return (f"{minutes:.0f}m" if minutes else "") + f"{rest:g}s"
