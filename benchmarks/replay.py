"""How fast a second run is: `python -m benchmarks.replay [--short]`.

Two kinds of second runs over the same dump. The same command again finds its results and only reads; one into a new results
file takes every reply from the cache, validates it anew and writes it. Neither calls anybody.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.bulk import is_short, report, run, serve
from benchmarks.dump import write_dump

RECORDS_PER_SECOND = 20_000


def main() -> int:
    """Fill the cache, then measure and print."""
    records = 4_000 if is_short() else 200_000
    with tempfile.TemporaryDirectory() as name, serve() as base_url:
        folder = Path(name)
        source = write_dump(folder / "dump.jsonl", records)
        settings = {"base_url": base_url, "cache_dir": folder / "cache", "concurrency": 64}
        run(source, folder / "results.jsonl", settings)
        resumed = run(source, folder / "results.jsonl", settings)
        replayed = run(source, folder / "again.jsonl", settings)
    assert resumed.resumed == replayed.annotated == records, "papers were lost"
    assert resumed.calls == replayed.calls == 0, "a stored reply was asked for again"
    rows = {
        "records": records,
        "same_command_records_per_second": round(resumed.records_per_second),
        "same_command_peak_mb": resumed.peak_mb,
        "new_output_records_per_second": round(replayed.records_per_second),
        "new_output_cpu_ms_a_record": round(replayed.cpu_ms, 3),
        "least_records_per_second": RECORDS_PER_SECOND,
    }
    return report("replay", rows, passed=resumed.records_per_second >= RECORDS_PER_SECOND)


if __name__ == "__main__":
    sys.exit(main())
