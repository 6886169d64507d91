"""How near a run comes to the limits of its key, and how often it is refused: `python -m benchmarks.limits`.

The server enforces its limits by continuous buckets and runs in a process of its own, and so does each run of the whole
program over a made-up dump. It is ended by an interrupt after SECONDS, so that what is in line is still sent; the rate is
over the whole time, start and end included. Of two limits, the one that is nearer counts. `--short` takes a quarter
of the time, in which the one second that a run may send at once at its start counts for more.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.dump import write_dump

SECONDS = 80.0
SHORT_SECONDS = 20.0
LATENCY_MS = 400
LEAST_RATE = 0.95
MOST_REFUSED = 0.01
LEAST_PROGRESS = 0.25
"""Of two runs with one key, the slower one's share of the papers."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the server enforces, what the runs are told, and how many runs there are."""

    name: str
    rpm: int
    tpm: int
    is_told: bool
    processes: int = 1


CASES = (
    Case("both limits given", 600, 100_000, is_told=True),
    Case("both limits learned", 600, 100_000, is_told=False),
    Case("requests limit, learned", 600, 10_000_000, is_told=False),
    Case("two processes, given", 600, 10_000_000, is_told=True, processes=2),
)


@contextmanager
def serve(case: Case) -> Iterator[str]:
    """Run the server; give its base URL."""
    limits = ["--rpm", str(case.rpm), "--tpm", str(case.tpm)]
    command = [sys.executable, "-m", "tests.chat_server", *limits, "--latency-ms", str(LATENCY_MS)]
    with subprocess.Popen([*command, "--jitter-ms", str(LATENCY_MS)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["base_url"]
        finally:
            server.terminate()


def start_run(case: Case, base_url: str, folder: Path, number: int) -> subprocess.Popen[str]:
    """Start the program over its own part of a dump."""
    papers = write_dump(folder / f"{number}.jsonl", 20_000, seed=number)
    environment = os.environ | {
        "SUMMARIZER_BASE_URL": base_url,
        "SUMMARIZER_CACHE_DIR": str(folder / f"cache-{number}"),
        "SUMMARIZER_API_KEY": "key-of-this-measurement",
    }
    if case.is_told:
        environment |= {"SUMMARIZER_RPM": str(case.rpm), "SUMMARIZER_TPM": str(case.tpm)}
    output = folder / f"results-{number}.jsonl"
    command = [sys.executable, "-m", "summarizer", "annotate", str(papers), "-o", str(output), "-m", "model", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def measure(case: Case, seconds: float) -> dict[str, Any]:
    """Run one case and return its figures."""
    with serve(case) as base_url, tempfile.TemporaryDirectory() as folder:
        runs = [start_run(case, base_url, Path(folder), number) for number in range(case.processes)]
        time.sleep(seconds)
        for run in runs:
            run.send_signal(signal.SIGINT)
        reports = [json.loads(run.communicate()[0]) for run in runs]
        with urllib.request.urlopen(base_url.removesuffix("/v1") + "/stats") as answer:  # noqa: S310  # our own server
            stats = json.load(answer)
    minutes = max(report["seconds"] for report in reports) / 60
    usage = stats["usage"]
    tokens = usage["prompt_tokens"] + usage["completion_tokens"]
    annotated = [report["annotated"] for report in reports]
    return {
        "case": case.name,
        "rate": round(max(stats["completions"] / case.rpm, tokens / case.tpm) / minutes, 4),
        "refused": round(stats["outcomes"].get("429", 0) / stats["calls"], 4),
        "least_progress": round(min(annotated) / sum(annotated), 3),
        "calls": stats["calls"],
        "failed": sum(report["failed"] for report in reports),
        "seconds": round(minutes * 60, 1),
    }


def is_reached(figures: dict[str, Any]) -> bool:
    """Say whether a case comes up to the mark."""
    is_fair = figures["least_progress"] >= LEAST_PROGRESS
    return figures["rate"] > LEAST_RATE and figures["refused"] < MOST_REFUSED and is_fair and not figures["failed"]


def main() -> int:
    """Measure all cases and print them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a quarter of the time")
    seconds = SHORT_SECONDS if parser.parse_args().short else SECONDS
    figures = []
    for case in CASES:
        figures.append(measure(case, seconds))
        row = figures[-1]
        print(
            f"{case.name:<26} {row['rate']:7.1%} of the limit  {row['refused']:6.2%} refused  {row['calls']:5} calls",
            flush=True,
        )
    reached = all(map(is_reached, figures))
    limits = {"least_rate": LEAST_RATE, "most_refused": MOST_REFUSED, "cores": os.cpu_count()}
    print(json.dumps({"benchmark": "limits", "reached": reached, **limits, "cases": figures}))
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main())
