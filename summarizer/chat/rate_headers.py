"""What an endpoint says about its rate limits in the headers of an answer: the `x-ratelimit-*` family of OpenAI, which others follow.

Some endpoints announce a daily limit under the same names. Such a bucket takes longer than a minute to fill up again, so a
limit whose reset lies further ahead is left out: too high a rate would be learned from it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

_LONGEST_RESET_SECONDS = 61.0
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_UNIT_SECONDS = (3600.0, 60.0, 1.0, 0.001)


class RateLimit(NamedTuple):
    """A limit by the minute, and what is left of it now."""

    per_minute: float
    remaining: float


class RateLimits(NamedTuple):
    """Both limits of an endpoint; None where it does not say."""

    requests: RateLimit | None = None
    tokens: RateLimit | None = None


def read_rate_limits(headers: Mapping[str, str]) -> RateLimits:
    """Read the limits off the headers of an answer, which are looked up by their names in lower case."""
    return RateLimits(_read(headers, "requests"), _read(headers, "tokens"))


def _read(headers: Mapping[str, str], unit: str) -> RateLimit | None:
    per_minute = _number(headers.get(f"x-ratelimit-limit-{unit}"))
    if per_minute is None or per_minute < 1:
        return None
    reset = _seconds(headers.get(f"x-ratelimit-reset-{unit}", ""))
    if reset is not None and reset > _LONGEST_RESET_SECONDS:
        return None
    remaining = _number(headers.get(f"x-ratelimit-remaining-{unit}"))
    return RateLimit(per_minute, per_minute if remaining is None else min(max(0.0, remaining), per_minute))


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds(value: str) -> float | None:
    """Read `6m0s`, `7.66s`, `120ms` or a bare number of seconds."""
    if (seconds := _number(value)) is not None:
        return seconds
    match = _DURATION.fullmatch(value.strip())
    if match is None or not any(match.groups()):
        return None
    return sum(float(part) * unit for part, unit in zip(match.groups(), _UNIT_SECONDS, strict=True) if part)
