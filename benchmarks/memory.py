"""Whether memory grows with the dump: `python -m benchmarks.memory [--short]`.

A million records, asked for and then taken from the cache into a new file. Resident memory is looked at four times a second;
growth is that from the first 50,000 records to the last, and the pages of the cache's file that are mapped count too. The
short version ends before growth levels off: it shows it, and is held to the peak alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.bulk import BulkRun, is_short, report, run, serve
from benchmarks.dump import write_dump

MAX_MB, MAX_BYTES_A_RECORD = 400, 150


def main() -> int:
    """Measure and print."""
    records, first = (20_000, 5_000) if is_short() else (1_000_000, 50_000)
    with tempfile.TemporaryDirectory() as name, serve() as base_url:
        folder = Path(name)
        source = write_dump(folder / "dump.jsonl", records)
        settings = {"base_url": base_url, "cache_dir": folder / "cache", "concurrency": 64}
        runs = {
            "cold": run(source, folder / "results.jsonl", settings),
            "replayed": run(source, folder / "again.jsonl", settings),
        }
    rows: dict[str, object] = {"records": records}
    for label, done in runs.items():
        assert done.annotated == records, f"{records - done.annotated} papers were lost"
        rows[f"{label}_peak_mb"] = done.peak_mb
        rows[f"{label}_bytes_a_record"] = round(_growth(done, first))
        rows[f"{label}_records_per_second"] = round(done.records_per_second)
    limits = {"max_mb": MAX_MB, "max_bytes_a_record": MAX_BYTES_A_RECORD}
    passed = all(done.peak_mb < MAX_MB for done in runs.values())
    if not is_short():
        passed = passed and all(_growth(done, first) < MAX_BYTES_A_RECORD for done in runs.values())
    return report("memory", rows | limits, passed=passed)


def _growth(done: BulkRun, first: int) -> float:
    """Return by how many bytes a record memory grew after the `first` ones."""
    start = next(resident for records, resident in done.resident if records >= first)
    return (done.resident[-1][1] - start) / (done.records - first)


if __name__ == "__main__":
    sys.exit(main())
