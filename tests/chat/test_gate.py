"""Facts about pauses: when nobody may go, who goes first after them, and whose failure it was."""

from __future__ import annotations

import logging
import math

import pytest

from summarizer.chat.gate import MAX_PROBE_SECONDS, Blame, Failure, Gate


def build(concurrency: int = 4, *, in_flight: int = 0, draw: float = 0.0, has_answered: bool = True) -> Gate:
    gate = Gate(concurrency, draw=lambda: draw)
    gate.in_flight = in_flight
    if has_answered:
        gate.note_answer(0, 0)
    return gate


def fail(gate: Gate, now: float, request_id: int, *, certain: bool = True, sent_at: float | None = None) -> Blame:
    sent_at = now if sent_at is None else sent_at
    return gate.note_failure(Failure(sent_at, request_id, is_certain=certain), now, "no route")


def limit(gate: Gate, now: float, retry_after: float | None = None, *, sent_at: float | None = None) -> float | None:
    failure = Failure(now if sent_at is None else sent_at, 1, retry_after_seconds=retry_after)
    return gate.note_rate_limit(failure, now)


def pause(gate: Gate, now: float = 10.0) -> list[Blame]:
    return [fail(gate, now, number) for number in range(max(3, gate.in_flight))]


def test_as_many_go_as_may_be_in_flight() -> None:
    gate = build(4, in_flight=3)

    assert gate.blocked_seconds(1) == 0

    gate.in_flight = 4

    assert gate.blocked_seconds(1) == math.inf


# Rate limits


def test_a_rate_limit_closes_the_gate_for_as_long_as_the_endpoint_says() -> None:
    gate = build()

    assert limit(gate, 10, 20) == 30
    assert [gate.blocked_seconds(now) for now in (10, 29, 30)] == [20, 1, 0]


def test_the_end_of_a_pause_is_spread_by_chance() -> None:
    assert [limit(build(draw=draw), 10, 20) for draw in (0, 0.5, 1)] == [30, 31, 32]


def test_after_a_pause_one_goes_and_each_answer_lets_one_more_in_up_to_half_of_before() -> None:
    gate = build(16, in_flight=16)
    limit(gate, 10, 20)
    windows = []
    for _ in range(9):
        windows.append(open_slots(gate))
        gate.note_answer(31, 31)

    assert windows == [1, 2, 3, 4, 5, 6, 7, 8, 8]


def test_in_the_end_all_go_again() -> None:
    gate = build(16, in_flight=16)
    limit(gate, 10, 20)
    for _ in range(200):
        gate.note_answer(31, 31)

    assert open_slots(gate) == 16


def open_slots(gate: Gate) -> int:
    gate.in_flight = 0
    while gate.blocked_seconds(1000) == 0:
        gate.in_flight += 1
    return gate.in_flight


def test_refusals_of_requests_sent_before_the_first_one_slow_nothing_down_again() -> None:
    gate = build(16, in_flight=16)
    limit(gate, 10, 5)

    assert limit(gate, 10.1, 5.5, sent_at=9.9) is None
    assert gate.blocked_seconds(10.1) == pytest.approx(5.5)


def test_without_a_time_from_the_endpoint_the_waits_grow_to_a_minute() -> None:
    gate = build(draw=0.0)
    waits, now = [], 10.0
    for _ in range(10):
        until = limit(gate, now) or 0.0
        waits.append(until - now)
        now = until

    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_an_endpoint_that_says_at_once_is_not_asked_again_at_once_for_ever() -> None:
    gate = build()

    assert limit(gate, 10, 0) == 10
    assert limit(gate, 11, 0) == 12


def test_rate_limits_with_no_answer_in_between_are_timed() -> None:
    gate = build()
    limit(gate, 10, 5)
    limit(gate, 15, 5)

    assert gate.limited_seconds(20) == 10

    gate.note_answer(21, 21)

    assert gate.limited_seconds(22) == 0


# An endpoint that is gone


def test_before_the_first_answer_nothing_pauses_and_failures_are_each_requests_own() -> None:
    gate = build(has_answered=False)
    blames = [fail(gate, 10, number) for number in range(50)]

    assert gate.blocked_seconds(10) == 0
    assert not any(blame.is_shared for blame in blames)


def test_when_everything_in_flight_fails_everybody_pauses_and_nobody_is_to_blame() -> None:
    gate = build(8, in_flight=8)
    blames = [fail(gate, 10, number, certain=False) for number in range(7)]

    assert gate.blocked_seconds(10) == math.inf
    assert not any(blame.is_shared for blame in blames)

    blames.append(fail(gate, 10, 7, certain=False))

    assert gate.blocked_seconds(10) == 1
    assert all(blame.is_shared for blame in blames)


def test_an_answer_in_between_starts_the_count_anew() -> None:
    gate = build(4)
    for number in range(40):
        fail(gate, 10, number)
        if number % 2:
            gate.note_answer(10, 10)

    assert gate.blocked_seconds(10) == 0


def test_one_request_that_always_times_out_pauses_nobody() -> None:
    gate = build(1)
    blames = [fail(gate, now, 7, certain=False) for now in range(10, 16)]

    assert gate.blocked_seconds(16) == 0
    assert not any(blame.is_shared for blame in blames)


def test_one_request_that_reaches_nobody_pauses() -> None:
    """A run with one worker, whose network is gone: the first failure may still be a broken connection."""
    gate = build(1)
    blames = [fail(gate, 10, 7, certain=False), *(fail(gate, 11, 7) for _ in range(3))]

    assert gate.blocked_seconds(11) == 1
    assert all(blame.is_shared for blame in blames)


def test_one_asks_whether_the_endpoint_is_back_with_growing_waits() -> None:
    gate = build(4, in_flight=4)
    pause(gate)
    waits, now = [], 10.0
    for number in range(9):
        waits.append(gate.blocked_seconds(now))
        now += waits[-1]
        gate.in_flight = 0

        assert gate.blocked_seconds(now) == 0

        gate.in_flight = 1

        assert gate.blocked_seconds(now) == math.inf
        assert fail(gate, now, number).is_shared

    assert waits == [1, 2, 4, 8, 16, 32, MAX_PROBE_SECONDS, MAX_PROBE_SECONDS, MAX_PROBE_SECONDS]


def test_what_was_sent_before_a_pause_does_not_prolong_it() -> None:
    gate = build(4, in_flight=4)
    pause(gate)

    assert fail(gate, 10.5, 9, certain=False, sent_at=5).is_shared
    assert gate.blocked_seconds(10.5) == 0.5


def test_a_request_that_times_out_while_it_asks_has_used_one_of_its_attempts() -> None:
    """Else a last paper that the endpoint can't digest would hold the run for as long as an outage may last."""
    gate = build(4, in_flight=4)
    pause(gate)

    assert not fail(gate, 11, 9, certain=False).is_shared
    assert fail(gate, 13, 9, certain=True).is_shared


def test_with_the_first_answer_all_go_on_one_after_the_other() -> None:
    gate = build(8, in_flight=8)
    pause(gate)
    gate.note_answer(11, 11)
    windows = []
    for _ in range(4):
        windows.append(open_slots(gate))
        gate.note_answer(12, 12)

    assert gate.outage_seconds(12) == 0
    assert windows == [2, 3, 4, 4]


def test_a_rate_limit_shows_that_the_endpoint_is_back() -> None:
    gate = build(4, in_flight=4)
    pause(gate)
    limit(gate, 12, 7)

    assert gate.outage_seconds(13) == 0
    assert gate.blocked_seconds(12) == 7


def test_a_pause_is_announced_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    gate = build(4, in_flight=4)
    pause(gate)
    for number in range(20):
        fail(gate, 100.0 * number + 20, number)
    gate.note_answer(3610, 3610)

    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        "the network or the endpoint is gone; pausing until it is back (no route)",
        "the endpoint answers again after 3600 s; going on",
    ]


def test_a_server_that_is_down_and_says_for_how_long_is_left_alone_by_everybody() -> None:
    gate = build()
    gate.note_failure(Failure(10, 1, is_certain=True, retry_after_seconds=20), 10, "503")

    assert gate.blocked_seconds(10) == 20
