"""Killed again and again: `python -m benchmarks.chaos [--short]`.

5,000 papers are annotated against a server with random faults, and the program is killed (SIGKILL) 500 times, at random
moments from its first import on. Afterwards no paper may be missing or there twice, no reply that was in the cache may have
been asked for again, and at each kill no more replies may be lost than were in flight or had come in the last 50 ms.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from benchmarks.bulk import is_short, report
from benchmarks.dump import write_dump
from summarizer.annotate.assembly import build_annotator
from summarizer.chat.cache import cache_key
from summarizer.chat.interface import ChatRequest
from summarizer.chat.offline import OfflineChatModel
from summarizer.chat.request_body import build_body
from summarizer.errors import ReplyMissingError
from summarizer.papers import Paper, read
from summarizer.settings import Settings
from tests.chat_server import ChatServer

CONCURRENCY = 8
WINDOW_SECONDS = 0.05
STARTUP_KILLS = 0.15
"""Share of the kills that come while the program is still starting."""


@dataclass
class Witness:
    """Looks at server and cache from outside while the program is dead."""

    server: ChatServer
    database: Path
    digests: dict[str, bytes]
    """For each cache key, what the server knows its request by."""
    calls_when_stored: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    worst_excess: int = 0
    """Most replies lost at one kill beyond those that may be."""

    def look(self, completions_before: int, in_last_window: int) -> None:
        """Take note of what is stored now, and of what this life lost."""
        stored = self._stored()
        new = stored - self.calls_when_stored.keys()
        calls = self.calls
        self.calls_when_stored |= {key: calls[self.digests[key]] for key in new}
        lost = self.completions - completions_before - len(new)
        self.lost += lost
        self.worst_excess = max(self.worst_excess, lost - CONCURRENCY - in_last_window)

    @property
    def completions(self) -> int:
        """Replies that the server has made."""
        return int(self.server.stats["completions"])

    @property
    def calls(self) -> Counter[bytes]:
        """How often each request came in."""
        return self.server.calls_by_digest

    @property
    def asked_again(self) -> int:
        """Requests for replies that were stored by then."""
        calls = self.calls
        return sum(calls[self.digests[key]] - before for key, before in self.calls_when_stored.items())

    def _stored(self) -> set[str]:
        if not self.database.exists():
            return set()
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return {key for (key,) in database.execute("SELECT key FROM Cache")}


def main() -> int:
    """Kill, look, and count."""
    papers, kills = (200, 10) if is_short() else (5_000, 500)
    chance = random.Random(20)
    with tempfile.TemporaryDirectory() as name, ChatServer(latency_seconds=0.1, fault_rate=0.03) as server:
        folder = Path(name)
        source = write_dump(folder / "dump.jsonl", papers)
        settings = Settings(model="benchmark", base_url=server.base_url, cache_dir=folder / "cache")
        command = _command(source, folder, settings)
        _finish([*command, "--limit", "1"])  # finds out the output mode, as every first run does
        witness = Witness(server, folder / "cache" / "responses" / "cache.db", _digests(source, settings))
        witness.look(0, 0)
        for number in range(kills):
            _live_and_die(command, witness, chance, (papers - len(witness.calls_when_stored)) / (kills - number))
        last = _finish(command)
        annotated = Counter(json.loads(line)["paper"]["id"] for line in (folder / "results.jsonl").open())
    counts = {name: last[name] for name in ("read", "annotated", "failed", "skipped", "duplicate", "pending")}
    rows = {
        "papers": papers,
        "kills": kills,
        **counts,
        "papers_lost_or_twice": papers - sum(count == 1 for count in annotated.values()),
        "stored_replies_asked_for_again": witness.asked_again,
        "replies_lost_at_kills": witness.lost,
        "most_lost_beyond_flight_and_window": witness.worst_excess,
    }
    conserved = counts["read"] == papers == counts["annotated"] + counts["failed"] and not counts["pending"]
    clean = rows["papers_lost_or_twice"] == rows["stored_replies_asked_for_again"] == 0 >= witness.worst_excess
    return report("chaos", rows, passed=conserved and clean)


def _command(source: Path, folder: Path, settings: Settings) -> list[str]:
    return [
        *(sys.executable, "-m", "summarizer", "annotate", str(source), "-o", str(folder / "results.jsonl"), "--json"),
        *("-m", "benchmark", "--base-url", settings.base_url, "--cache-dir", str(settings.cache_dir)),
        *("-c", str(CONCURRENCY)),
    ]


def _digests(source: Path, settings: Settings) -> dict[str, bytes]:
    """Return what each paper's first request is known by, in the cache and on the server."""
    requests: list[ChatRequest] = []

    async def collect() -> None:
        elsewhere = settings.model_copy(update={"cache_dir": settings.cache_dir.with_name("empty")})
        annotator = build_annotator(elsewhere, chat=OfflineChatModel(requests.append))
        for paper in read(str(source)):
            assert isinstance(paper, Paper)
            try:
                await annotator.annotate(paper)
            except ReplyMissingError:
                continue
        await annotator.aclose()

    asyncio.run(collect())
    bodies = {cache_key(request): build_body(request, "max_completion_tokens") for request in requests}
    return {key: blake2b(body, digest_size=16).digest() for key, body in bodies.items()}


def _live_and_die(command: list[str], witness: Witness, chance: random.Random, papers: float) -> None:
    """Start the program and kill it, on average after so many papers."""
    before = witness.completions
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as program:  # type: ignore[call-overload]
        if chance.random() < STARTUP_KILLS:
            time.sleep(chance.uniform(0, 1.0))
        else:
            _wait_for(witness, before + chance.uniform(0, 2 * papers), program)
        earlier = witness.completions
        time.sleep(chance.uniform(0, WINDOW_SECONDS))
        program.kill()
    while witness.server.in_flight:
        time.sleep(0.01)
    witness.look(before, witness.completions - earlier)


def _wait_for(witness: Witness, completions: float, program: subprocess.Popen[bytes]) -> None:
    while witness.completions < completions and program.poll() is None:
        time.sleep(0.005)


def _finish(command: list[str]) -> dict[str, int]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


if __name__ == "__main__":
    sys.exit(main())
