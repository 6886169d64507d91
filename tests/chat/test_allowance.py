"""Facts about the buckets of requests and tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.chat.allowance import MAX_TURN_SECONDS, Allowance
from summarizer.chat.rate_headers import RateLimit, RateLimits
from summarizer.chat.shared_limits import OwnTurns, SharedTurns, Turns


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class CountingTurns(OwnTurns):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []

    def take(self, now: float, seconds: float, *, burst_seconds: float) -> float:
        self.taken.append(seconds)
        return super().take(now, seconds, burst_seconds=burst_seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def build(clock: Clock, *, rpm: float | None = None, tpm: float | None = None, turns: Turns | None = None) -> Allowance:
    return Allowance(turns or OwnTurns(), clock, rpm=rpm, tpm=tpm)


def send(allowance: Allowance, clock: Clock, seconds: float, *, tokens: float = 0.0, waiting: int = 16) -> int:
    """Send whatever may be sent in a time span; return how many requests went."""
    end, sent = clock.now + seconds, 0
    while clock.now < end:
        while (wait := allowance.wait_seconds(tokens, waiting=waiting)) == 0:
            allowance.take(tokens)
            sent += 1
        clock.now += wait
    return sent


def test_without_a_known_limit_nobody_waits(clock: Clock) -> None:
    allowance = build(clock)

    assert not allowance.is_limited
    assert allowance.wait_seconds(1e9) == 0


@pytest.mark.parametrize("rpm", [1, 60, 600, 30_000])
def test_over_time_as_many_requests_go_as_the_limit_allows(clock: Clock, rpm: int) -> None:
    sent = send(build(clock, rpm=rpm), clock, 120)

    assert 2 * rpm <= sent <= 2 * rpm + max(2, 2 * rpm / 60)


@pytest.mark.parametrize("tokens", [50, 1000, 5000, 70_000])
def test_over_time_as_many_tokens_go_as_the_limit_allows(clock: Clock, tokens: int) -> None:
    sent = send(build(clock, tpm=60_000), clock, 3600, tokens=tokens) * tokens

    assert 3_600_000 - tokens <= sent <= 3_600_000 + 2000 + tokens


def test_the_nearer_limit_counts(clock: Clock) -> None:
    allowance = build(clock, rpm=600, tpm=60_000)

    assert 59 <= send(allowance, clock, 60, tokens=1000) <= 62


def test_at_the_start_goes_what_one_second_allows(clock: Clock) -> None:
    assert send(build(clock, rpm=600), clock, 0.001) == 10


@pytest.mark.parametrize("rpm", [1, 3, 60])
def test_the_first_request_goes_at_once_however_low_the_limit(clock: Clock, rpm: int) -> None:
    allowance = build(clock, rpm=rpm)

    assert allowance.wait_seconds(0) == 0

    allowance.take(0)

    assert allowance.wait_seconds(0) == pytest.approx(60 / rpm)


def test_a_long_idle_time_allows_no_burst(clock: Clock) -> None:
    allowance = build(clock, rpm=600)
    send(allowance, clock, 10)
    clock.now += 3600

    assert send(allowance, clock, 0.001) <= 20


def test_the_wait_is_exact(clock: Clock) -> None:
    allowance = build(clock, rpm=60)
    send(allowance, clock, 0.001)
    clock.now = 1000.25

    assert allowance.wait_seconds(0) == pytest.approx(0.75)


def test_what_was_reserved_and_not_used_is_there_for_others(clock: Clock) -> None:
    allowance = build(clock, tpm=60_000)
    allowance.wait_seconds(1000)
    allowance.take(1000)
    allowance.give_back(tokens=600)

    assert allowance.wait_seconds(600) == 0
    assert allowance.wait_seconds(700) > 0


def test_what_was_used_beyond_the_reservation_has_to_come_in_first(clock: Clock) -> None:
    allowance = build(clock, tpm=60_000)
    allowance.wait_seconds(1000)
    allowance.take(1000)
    allowance.give_back(tokens=-3000)

    assert allowance.wait_seconds(1000) == pytest.approx(MAX_TURN_SECONDS)
    assert send(allowance, clock, 3.99, tokens=1000) == 0


def test_limits_are_learned(clock: Clock) -> None:
    allowance = build(clock)
    allowance.learn(RateLimits(RateLimit(600, 600), None))

    assert (allowance.is_limited, allowance.counts_tokens) == (True, False)
    assert 600 <= send(allowance, clock, 60) <= 620

    allowance.learn(RateLimits(None, RateLimit(60_000, 60_000)))

    assert allowance.counts_tokens


@pytest.mark.parametrize(("given", "announced"), [(60, 600), (600, 60)])
def test_of_two_limits_the_lower_one_holds(clock: Clock, given: int, announced: int) -> None:
    allowance = build(clock, rpm=given)
    allowance.learn(RateLimits(RateLimit(announced, announced), None))

    assert 60 <= send(allowance, clock, 60) <= 62


def test_what_others_used_up_elsewhere_is_not_ours(clock: Clock) -> None:
    allowance = build(clock, rpm=600)
    allowance.wait_seconds(0, waiting=16)
    allowance.learn(RateLimits(RateLimit(600, 0), None))

    assert allowance.wait_seconds(0) > 0


def test_after_a_refusal_nothing_goes_before_the_time_and_then_half_as_much(clock: Clock) -> None:
    allowance = build(clock, rpm=6000)
    send(allowance, clock, 5)
    allowance.slow_down(clock.now + 20)

    assert send(allowance, clock, 20) == 0
    assert 50 <= send(allowance, clock, 1) <= 60
    assert 55 <= send(allowance, clock, 1) <= 65


def test_the_rate_rises_to_the_limit_again_and_never_over_it(clock: Clock) -> None:
    allowance = build(clock, rpm=6000)
    allowance.slow_down(clock.now)
    send(allowance, clock, 15)

    assert 5900 <= send(allowance, clock, 60) <= 6101


def test_refusals_one_after_the_other_leave_a_quarter_of_the_rate(clock: Clock) -> None:
    allowance = build(clock, rpm=6000)
    for _ in range(10):
        allowance.slow_down(clock.now)

    assert 24 <= send(allowance, clock, 1) <= 30


def test_the_shared_turns_are_touched_about_once_a_second(clock: Clock) -> None:
    turns = CountingTurns()
    send(build(clock, rpm=60_000, turns=turns), clock, 30)

    assert len(turns.taken) <= 37


def test_a_lone_request_takes_no_more_time_than_it_needs(clock: Clock) -> None:
    turns = CountingTurns()
    allowance = build(clock, rpm=600, turns=turns)
    allowance.wait_seconds(0)

    assert turns.taken == [pytest.approx(0.1)]


def test_two_busy_processes_together_keep_the_limit_and_get_about_the_same(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "rates" / "key"
    sent = share(
        clock, [build(clock, rpm=600, turns=SharedTurns(path)) for _ in range(2)], [16, 16], 60, pauses=[0.0, 0.0]
    )

    assert 595 <= sum(sent) <= 620
    assert min(sent) >= 0.45 * sum(sent)


def test_a_process_with_little_to_do_leaves_the_rest_to_the_others(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "rates" / "key"
    allowances = [build(clock, rpm=600, turns=SharedTurns(path)) for _ in range(2)]
    sent = share(clock, allowances, [1, 16], 60, pauses=[1.0, 0.0])

    assert 590 <= sum(sent) <= 620
    assert sent[0] >= 25


def share(
    clock: Clock, allowances: list[Allowance], waiting: list[int], seconds: float, *, pauses: list[float]
) -> list[int]:
    """Let several processes send as they may; each looks again exactly when it was told to, or a pause after it sent."""
    end = clock.now + seconds
    sent, wake_at = [0] * len(allowances), [clock.now] * len(allowances)
    while (now := min(wake_at)) < end:
        clock.now = now
        index = wake_at.index(now)
        wait = allowances[index].wait_seconds(0, waiting=waiting[index])
        if wait == 0:
            allowances[index].take(0)
            sent[index] += 1
            wait = pauses[index]
        wake_at[index] = now + wait
    return sent
