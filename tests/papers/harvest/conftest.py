"""A harvest without waiting: time passes only when the client sleeps."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from summarizer.papers import Paper, read
from summarizer.papers.harvest import Harvest, HarvestReport, HarvestRequest, PoliteClient
from tests.papers.harvest.stand_in import ArxivStandIn, make_records
from tests.replay_server import ReplayServer

TODAY = date(2026, 11, 20)
"""A Friday."""


@dataclass
class Clock:
    """Time that only `sleep` moves on."""

    seconds: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    """Every wait that was asked for, in seconds."""

    def __call__(self) -> float:
        """Return the time since some moment in the past."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.sleeps.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        """Return the time of day."""
        return datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Iterator[PoliteClient]:
    """Return a client whose back-off, drawn from the shared generator, is the same in each run."""
    state = random.getstate()
    random.seed(20261120)
    with PoliteClient(sleep=clock.sleep, clock=clock, now=clock.now, trust_env=False) as client:
        yield client
    random.setstate(state)


@pytest.fixture
def arxiv() -> ArxivStandIn:
    """Seventy papers on fourteen weekdays, from 2 to 19 November 2026, ten on a page."""
    return ArxivStandIn(make_records(70))


@pytest.fixture
def server(arxiv: ArxivStandIn) -> Iterator[ReplayServer]:
    with ReplayServer(arxiv) as server:
        yield server


Fetch = Callable[..., HarvestReport]


@pytest.fixture
def fetch(server: ReplayServer, client: PoliteClient, output: Path) -> Fetch:
    """Harvest into `output` and return the report; `api=` and the like say where from."""

    def run(
        request: HarvestRequest | None = None,
        *,
        limit: int | None = None,
        overwrite: bool = False,
        today: date = TODAY,
        **wanted: Any,
    ) -> HarvestReport:
        harvest = Harvest(
            request or ask(server, **wanted), output, client, limit=limit, overwrite=overwrite, today=today
        )
        harvest.execute()
        return harvest.report

    return run


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


def ask(server: ReplayServer, **wanted: Any) -> HarvestRequest:
    """Return a request to `server`, for two weeks and a half of eess.IV unless told otherwise."""
    service = wanted.setdefault("service", "arxiv-api")
    wanted.setdefault("categories", ("eess.IV",))
    if service != "announcements":
        wanted.setdefault("since", date(2026, 11, 2))
    path = {"arxiv-api": "api", "oai-pmh": "oai", "announcements": "atom"}[service]
    return HarvestRequest(address=f"{server.address}/{path}", **wanted)


def read_papers(path: Path) -> list[Paper]:
    """Read a harvest back; every line is a paper."""
    papers = list(read(path))

    assert all(isinstance(paper, Paper) for paper in papers)
    return [paper for paper in papers if isinstance(paper, Paper)]


def read_ids(path: Path) -> list[str]:
    """Return the ids of the papers of a harvest, in order."""
    return [paper.id for paper in read_papers(path)]
