"""Numbers as reports print them: with as many digits as their kind deserves, and a true minus sign."""

from __future__ import annotations

from summarizer.evaluation.comparison import Interval, MetricComparison

NONE = "\N{EN DASH}"
"""What is not defined."""
MINUS = "\N{MINUS SIGN}"
_LARGE, _HUGE = 2, 1000
_SURELY = 0.001


def format_number(value: float | None, scale: float | None = None, *, sign: bool = False) -> str:
    """Return a number without a leading zero, for instance `.412`, `58.1`, `+.019`.

    Args:
        value: None where it is not defined.
        scale: size of the numbers beside it, which decides on the digits; its own by default.
        sign: print a plus.
    """
    if value is None:
        return NONE
    scale = abs(value) if scale is None else scale
    digits = 3 if scale < _LARGE else 1 if scale < _HUGE else 0
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.replace("-", "+" if sign else "")
    bare = text.lstrip("+-")
    return (text[: -len(bare)] + bare.removeprefix("0") if bare.startswith("0.") else text).replace("-", MINUS)


def format_interval(interval: Interval | None, scale: float | None = None, *, sign: bool = False) -> str:
    """Return both bounds in brackets."""
    if interval is None:
        return NONE
    scale = max(abs(interval.low), abs(interval.high)) if scale is None else scale
    return f"[{format_number(interval.low, scale, sign=sign)}, {format_number(interval.high, scale, sign=sign)}]"


def format_p(value: float | None) -> str:
    """Return a p value with three digits; smaller ones as `< .001`."""
    if value is None:
        return NONE
    return "< .001" if value < _SURELY else format_number(value)


def format_share(value: float | None) -> str:
    """Return a signed percentage."""
    return NONE if value is None else f"{value:+.0%}".replace("-", MINUS)


def find_scale(entry: MetricComparison) -> float:
    """Return the size of both values of a metric, so that they and their difference get the same digits."""
    return max(abs(entry.a or 0.0), abs(entry.b or 0.0))
