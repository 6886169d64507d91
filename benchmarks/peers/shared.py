"""What the peers' scripts share. Imported in their environments: needs pydantic and nothing of this project."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Translation(BaseModel):
    """Title and summary in Chinese."""

    model_config = ConfigDict(extra="forbid")

    title: str
    tldr: str


class Translations(BaseModel):
    """By language."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    zh_hans: Translation = Field(alias="zh-Hans")


class Annotation(BaseModel):
    """The reply that is asked for, in the form that each library makes a schema of."""

    model_config = ConfigDict(extra="forbid")

    tldr: str
    tags: list[str]
    evidence: str
    relevance: int
    translations: Translations


class Task:
    """The requests to make: one system message, and a message for each paper."""

    def __init__(self) -> None:
        self.base_url, self.concurrency = sys.argv[1], int(sys.argv[3])
        messages = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
        self.system: str = messages["system"]
        self.papers: list[str] = messages["papers"]

    def run(self, ask: Callable[[str], Awaitable[Annotation]]) -> None:
        """Ask for every paper, so many at a time, and print what it took."""
        asyncio.run(self._run(ask))

    def measure(self, work: Callable[[], int]) -> None:
        """Run `work`, which returns the number of papers it annotated, and print what it took."""
        started, cpu = time.perf_counter(), time.process_time()
        self._print(work(), time.perf_counter() - started, time.process_time() - cpu)

    async def _run(self, ask: Callable[[str], Awaitable[Annotation]]) -> None:
        await ask(self.papers[0])  # what a library prepares once is not timed
        papers = iter(self.papers)
        done = 0

        async def work() -> None:
            nonlocal done
            for paper in papers:
                annotation = await ask(paper)
                done += isinstance(annotation, Annotation)

        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(self.concurrency)))
        self._print(done, time.perf_counter() - started, time.process_time() - cpu)

    def _print(self, done: int, seconds: float, cpu_seconds: float) -> None:
        assert done == len(self.papers), f"{done} of {len(self.papers)} papers were annotated"
        print(json.dumps({"records": done, "seconds": seconds, "cpu_seconds": cpu_seconds}))
