"""How near the pipeline comes to what latency allows: `python -m benchmarks.throughput [--short]`.

A server that takes 200 ms for each reply and a run with 256 requests in flight: no client can do more than 1,280 records
a second. What is timed is the whole pipeline, from the dump to the results file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.bulk import is_short, report, run, serve
from benchmarks.dump import write_dump

LATENCY_MS, CONCURRENCY = 200, 256
LIMIT = CONCURRENCY / LATENCY_MS * 1000
LEAST_SHARE = 0.85


def main() -> int:
    """Measure and print."""
    records = 5_000 if is_short() else 40_000
    with tempfile.TemporaryDirectory() as name, serve("--latency-ms", str(LATENCY_MS)) as base_url:
        folder = Path(name)
        settings = {"base_url": base_url, "cache_dir": folder / "cache", "concurrency": CONCURRENCY}
        done = run(write_dump(folder / "dump.jsonl", records), folder / "results.jsonl", settings)
    assert done.annotated == records, f"{records - done.annotated} papers failed"
    share = done.records_per_second / LIMIT
    rows = {
        "records": records,
        "records_per_second": round(done.records_per_second),
        "share_of_limit": round(share, 3),
        "least_share": LEAST_SHARE,
        "cpu_ms_a_record": round(done.cpu_ms, 3),
        "peak_mb": done.peak_mb,
    }
    return report("throughput", rows, passed=share >= LEAST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
