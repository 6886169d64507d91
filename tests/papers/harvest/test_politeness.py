"""Facts about how requests are spaced, retried and given up; time passes only when the client sleeps."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from summarizer import __version__
from summarizer.papers.harvest import HarvestError, PoliteClient
from summarizer.papers.harvest.interface import BadPageError
from summarizer.papers.harvest.politeness import MAX_BAD_PAGES, PATIENCE_SECONDS, SPACING_SECONDS
from tests.papers.harvest.conftest import Clock, Fetch
from tests.papers.harvest.stand_in import ArxivStandIn
from tests.replay_server import Answer, ReplayServer, Request

THROTTLED = pytest.mark.parametrize("status", [406, 429, 503])


def get(client: PoliteClient, server: ReplayServer) -> bytes:
    return client.get(f"{server.address}/atom/x", {}, bytes)


def test_every_request_says_who_asks_and_what_it_accepts(fetch: Fetch, server: ReplayServer) -> None:
    """Without `Accept`, arXiv answers 406."""
    fetch()

    for request in server.requests:
        assert request.headers["user-agent"].startswith(f"summarizer/{__version__} ")
        assert request.headers["accept"].startswith("application/atom+xml")


def test_requests_start_three_seconds_after_the_last_one_ended(
    server: ReplayServer, arxiv: ArxivStandIn, clock: Clock, client: PoliteClient
) -> None:
    """Each request takes a second here; the wait is counted from its end."""
    starts: list[float] = []

    def take_a_second(request: Request) -> Answer:
        starts.append(clock.seconds)
        clock.seconds += 1
        return arxiv(request)

    server.answer = take_a_second
    for _ in range(5):
        get(client, server)

    assert [later - earlier for earlier, later in pairwise(starts)] == [SPACING_SECONDS + 1] * 4


def test_retries_are_spaced_as_well(server: ReplayServer, clock: Clock, client: PoliteClient) -> None:
    starts: list[float] = []

    def refuse(request: Request) -> Answer:
        starts.append(clock.seconds)
        return Answer(status=503 if len(starts) < 8 else 200, body=b"x")

    server.answer = refuse
    get(client, server)

    assert all(round(later - earlier, 6) >= SPACING_SECONDS for earlier, later in pairwise(starts))


def test_requests_never_overlap_and_a_time_since_the_last_one_counts(
    fetch: Fetch, server: ReplayServer, clock: Clock
) -> None:
    fetch()
    clock.seconds += 100
    clock.sleeps.clear()
    fetch()

    assert server.max_in_flight == 1
    assert clock.sleeps == [SPACING_SECONDS] * 6


@THROTTLED
def test_throttling_without_a_time_is_waited_out(
    status: int, server: ReplayServer, client: PoliteClient, clock: Clock
) -> None:
    server.script([Answer(status=status)] * 4)

    assert get(client, server)
    assert client.requests == 5
    assert round(sum(clock.sleeps), 6) >= 4 * SPACING_SECONDS


@THROTTLED
def test_the_wait_that_the_service_asks_for_is_kept(
    status: int, server: ReplayServer, client: PoliteClient, clock: Clock
) -> None:
    server.script([Answer(status=status, headers={"Retry-After": "77"})])
    get(client, server)

    assert 77 <= sum(clock.sleeps) <= 77 + SPACING_SECONDS


def test_a_wait_may_be_given_as_a_date(server: ReplayServer, client: PoliteClient, clock: Clock) -> None:
    moment = clock.now() + timedelta(seconds=90)
    server.script([Answer(status=429, headers={"Retry-After": format_datetime(moment, usegmt=True)})])
    get(client, server)

    assert 89 <= sum(clock.sleeps) <= 90 + SPACING_SECONDS


@pytest.mark.parametrize(
    "text", ["soon", "-5", "Fri, 20 Nov 2020 00:00:00 GMT", "Fri, 20 Nov 2026 23:00:00 -0000", "٣"]
)
def test_a_wait_that_makes_no_sense_is_left_to_the_back_off(
    text: str, server: ReplayServer, client: PoliteClient, clock: Clock
) -> None:
    server.script([Answer(status=429, headers={"Retry-After": text})])

    assert get(client, server)
    assert sum(clock.sleeps) <= 2 * SPACING_SECONDS


def test_waits_grow_and_differ(server: ReplayServer, client: PoliteClient, clock: Clock) -> None:
    server.script([Answer(status=500)] * 9)
    get(client, server)
    waits = [wait for wait in clock.sleeps if wait != SPACING_SECONDS]

    assert max(waits[5:]) > max(waits[:2])
    assert len(set(waits)) > 5


def test_a_service_that_stays_away_is_given_up_within_the_patience(
    server: ReplayServer, client: PoliteClient, clock: Clock
) -> None:
    server.script([Answer(status=429)] * 100)
    with pytest.raises(HarvestError, match=r"throttled \(HTTP 429\), \d+ attempts in .* minutes; run the same command"):
        get(client, server)

    assert PATIENCE_SECONDS / 2 < sum(clock.sleeps) <= PATIENCE_SECONDS
    assert HarvestError.exit_code == 3


def test_the_time_between_requests_is_part_of_the_patience(server: ReplayServer, clock: Clock) -> None:
    server.script([Answer(status=503)])
    with (
        PoliteClient(
            spacing_seconds=10, patience_seconds=8, sleep=clock.sleep, clock=clock, now=clock.now, trust_env=False
        ) as client,
        pytest.raises(HarvestError, match=r"1 attempts in 0\.0 minutes"),
    ):
        get(client, server)

    assert clock.sleeps == []


def test_a_service_that_asks_for_hours_is_given_up_at_once(
    server: ReplayServer, client: PoliteClient, clock: Clock
) -> None:
    server.script([Answer(status=503, headers={"Retry-After": "7200"})])
    with pytest.raises(HarvestError, match="it asks to wait 7,200 s"):
        get(client, server)

    assert client.requests == 1


def test_a_refusal_is_not_asked_again(server: ReplayServer, client: PoliteClient) -> None:
    server.script([Answer(status=403)])
    with pytest.raises(HarvestError, match=r"refused \(HTTP 403\)"):
        get(client, server)

    assert client.requests == 1


def test_a_connection_that_breaks_is_tried_again(server: ReplayServer, client: PoliteClient) -> None:
    server.script([Answer(b"x" * 100_000, is_cut=True)] * 3)

    assert get(client, server)
    assert client.requests == 4


def test_a_server_that_is_not_there_is_named(client: PoliteClient, silent_port: int) -> None:
    address = f"http://127.0.0.1:{silent_port}/api"
    with pytest.raises(HarvestError, match=rf"{address}: the connection failed \(ConnectError"):
        client.get(address, {}, bytes)


def test_a_page_that_can_not_be_right_is_tried_a_few_times(server: ReplayServer, client: PoliteClient) -> None:
    def refuse(body: bytes) -> bytes:
        raise BadPageError("half of it is missing")

    with pytest.raises(HarvestError, match=f"half of it is missing, {MAX_BAD_PAGES} attempts"):
        client.get(f"{server.address}/atom/x", {}, refuse)

    assert client.requests == MAX_BAD_PAGES


def test_a_moved_service_is_followed(server: ReplayServer, client: PoliteClient) -> None:
    """arXiv's former OAI-PMH address answers 301."""
    server.script([Answer(status=301, headers={"Location": f"{server.address}/atom/y"})])

    assert get(client, server)
    assert [request.path for request in server.requests] == ["/atom/x", "/atom/y"]
