"""What the bulk benchmarks share: a server and a run, each in a process of its own, and one way to print results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Reading, rendering, asking, validating, caching and storing, as `summarizer annotate` does it; starting Python is not timed.
RUN = """
import json, resource, sys, threading, time
from pathlib import Path
from summarizer.cli.running import Job, run_job
from summarizer.settings import Settings
source, output, settings = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
PAGE = resource.getpagesize()
resident, stopped = [], threading.Event()

def count_lines():
    return sum(chunk.count(b"\\n") for chunk in iter(lambda: lines.read(2**20), b""))

def watch():
    records = 0
    while not stopped.wait(0.25):
        records += count_lines()
        resident.append((records, int(Path("/proc/self/statm").read_text().split()[1]) * PAGE))

output.touch()
lines = output.open("rb")
watcher = threading.Thread(target=watch)
watcher.start()
started = time.process_time()
result = run_job(Job([source], output), Settings(model="benchmark", **settings))
cpu_seconds = time.process_time() - started
stopped.set()
watcher.join()
if result.error:
    raise result.error
report = result.report
print(json.dumps({
    "records": report.read, "annotated": report.annotated, "failed": report.failed, "resumed": report.resumed,
    "calls": report.calls, "seconds": report.seconds, "cpu_seconds": cpu_seconds,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "resident": resident[:: len(resident) // 400 + 1],
}))
"""


@dataclass(frozen=True, slots=True)
class BulkRun:
    """What one run took."""

    records: int
    annotated: int
    failed: int
    resumed: int
    calls: int
    seconds: float
    cpu_seconds: float
    peak_mb: int
    resident: list[tuple[int, int]]
    """Records written and resident bytes, from time to time."""

    @property
    def records_per_second(self) -> float:
        """By the clock on the wall."""
        return self.records / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a record, all threads together."""
        return 1000 * self.cpu_seconds / self.records


@contextmanager
def serve(*options: str) -> Iterator[str]:
    """Run the test server in a process of its own; gives its base URL."""
    command = [sys.executable, "-m", "tests.chat_server", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())["base_url"]
        finally:
            server.terminate()


def run(source: Path, output: Path, settings: Mapping[str, object]) -> BulkRun:
    """Annotate `source` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(source), str(output), json.dumps(settings, default=str)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return BulkRun(**json.loads(done.stdout))


def report(name: str, rows: Mapping[str, object], *, passed: bool) -> int:
    """Print a table and one JSON line; return the exit code."""
    width = max(map(len, rows))
    for label, value in rows.items():
        print(f"{label:<{width}}  {_show(value)}")
    line: dict[str, Any] = {"benchmark": name, "cores": os.cpu_count(), **rows, "passed": passed}
    print(json.dumps(line), flush=True)
    return int(not passed)


def is_short() -> bool:
    """Whether a short version was asked for: for `make bench`, less precise."""
    return "--short" in sys.argv[1:]


def _show(value: object) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
