"""Closed forms: intervals and tests for shares, and what a number of papers can resolve.

Near 0 and 100 % the normal interval of a share covers far less than it says; Wilson's and Bonett-Price's hold there.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from summarizer.evaluation.comparison import Interval
from summarizer.evaluation.extra import eval_extra

with eval_extra():
    from scipy.stats import binomtest

CONFIDENCE = 0.95
POWER = 0.8


def wilson(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the score interval of a share (E. B. Wilson, 1927).

    Raises:
        ValueError: n is 0, or `successes` is not within 0 to n.
    """
    bounds = binomtest(successes, n).proportion_ci(confidence, method="wilson")
    return Interval(float(bounds.low), float(bounds.high))


def bonett_price(lost: int, gained: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of the difference of two paired shares, B - A (D. G. Bonett and R. M. Price, 2012).

    Args:
        lost: papers that succeed in A and fail in B.
        gained: papers that fail in A and succeed in B.
        n: all paired papers.
        confidence: of the two-sided interval.
    """
    difference = (gained - lost) / (n + 2)
    reach = _two_sided(confidence) * paired_share_error(lost, gained, n)
    return Interval(max(difference - reach, -1.0), min(difference + reach, 1.0))


def paired_share_error(lost: int, gained: int, n: int) -> float:
    """Return the standard error behind `bonett_price`: never 0, also where no paper changed."""
    share_lost, share_gained = (lost + 1) / (n + 2), (gained + 1) / (n + 2)
    return math.sqrt((share_lost + share_gained - (share_gained - share_lost) ** 2) / (n + 2))


def mcnemar_p_value(lost: int, gained: int) -> float:
    """Return the exact two-sided p value of no change in a paired share (Q. McNemar, 1947); 1 if nothing changed."""
    return float(binomtest(lost, lost + gained).pvalue) if lost + gained else 1.0


def minimum_detectable_effect(standard_error: float, power: float = POWER) -> float:
    """Return the smallest true difference that a two-sided test at 5 % shows with this power."""
    return (_two_sided(CONFIDENCE) + _quantile(power)) * standard_error


def supported_margin(standard_error: float, power: float = POWER, confidence: float = CONFIDENCE) -> float:
    """Return the smallest margin within which equal prompts are found with this power, at a one-sided level."""
    return (_quantile(confidence) + _quantile(power)) * standard_error


def needed_n(
    n: int, standard_error: float, slack: float, *, power: float = POWER, confidence: float = CONFIDENCE
) -> int | None:
    """Return how many papers show with this power that a loss is within its margin.

    Args:
        n: papers that `standard_error` was measured on.
        standard_error: of the difference.
        slack: the margin, less the loss that is taken for true.
        power: share of such comparisons that succeed.
        confidence: of the one-sided bound that must clear the margin.

    Returns:
        None if no number would do, because nothing is left of the margin.
    """
    if slack <= 0:
        return None
    return max(math.ceil(n * (supported_margin(standard_error, power, confidence) / slack) ** 2 - 1e-9), 1)


def needed_repeats(
    n: int,
    standard_error: float,
    slack: float,
    *,
    within_sd: float,
    repeats: int = 1,
    confidence: float = CONFIDENCE,
) -> int | None:
    """Return how many replies for each of n papers show what `needed_n` papers would.

    The variance of a difference is (between + 2 within / repeats) / n, so repeats can only shrink the second part.

    Args:
        n: papers.
        standard_error: of the difference, with the present repeats.
        slack: as for `needed_n`.
        within_sd: standard deviation between replies to the same request, in the unit of the metric.
        repeats: replies for each paper that `standard_error` was measured with.
        confidence: as for `needed_n`.

    Returns:
        None if no number of repeats would do.
    """
    if slack <= 0:
        return None
    between = max(n * standard_error**2 - 2 * within_sd**2 / repeats, 0.0)
    room = n * (slack / supported_margin(1.0, confidence=confidence)) ** 2 - between
    return max(math.ceil(2 * within_sd**2 / room - 1e-9), 1) if room > 0 else None


def _two_sided(confidence: float) -> float:
    return _quantile((1 + confidence) / 2)


def _quantile(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
