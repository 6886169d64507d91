"""How many records a second one process can do: `python -m benchmarks.ceiling [--short | --peers]`.

A server that answers at once and 64 requests in flight, so that the processor time of the client is what limits it. With
`--peers`, other clients make the same requests to the same server, with structured output and the same pydantic model,
each in an environment of its own below `benchmarks/peers/`, made at the first time. They do less: none reads a dump,
checks a reply against its abstract, caches it or writes a record.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.bulk import is_short, report, run, serve
from benchmarks.dump import make_records, write_dump
from summarizer.contract.criterion import load_criterion
from summarizer.contract.languages import get_language
from summarizer.contract.prompts import load_prompt
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.papers import Paper

CONCURRENCY = 64
RECORDS_PER_SECOND, MAX_CPU_MS, MAX_SHARE_OF_PEERS = 1_400, 0.7, 0.25
PEERS_FOLDER = Path(__file__).parent / "peers"
PEERS = ("curator", "instructor", "langchain", "litellm", "pydantic_ai")
PEER_RECORDS = 1_500


def main() -> int:
    """Measure and print."""
    records = 3_000 if is_short() else 20_000
    with tempfile.TemporaryDirectory() as name, serve() as base_url:
        folder = Path(name)
        settings = {"base_url": base_url, "cache_dir": folder / "cache", "concurrency": CONCURRENCY}
        done = run(write_dump(folder / "dump.jsonl", records), folder / "results.jsonl", settings)
        peers = _measure_peers(base_url, folder) if "--peers" in sys.argv[1:] else {}
    assert done.annotated == records, f"{records - done.annotated} papers failed"
    rows: dict[str, object] = {
        "records": records,
        "records_per_second": round(done.records_per_second),
        "cpu_ms_a_record": round(done.cpu_ms, 3),
        "peak_mb": done.peak_mb,
        **{f"{peer}_cpu_ms_a_record": round(milliseconds, 3) for peer, milliseconds in peers.items()},
    }
    passed = done.records_per_second >= RECORDS_PER_SECOND and done.cpu_ms <= MAX_CPU_MS
    if peers:
        rows["share_of_the_best_peer"] = round(done.cpu_ms / min(peers.values()), 3)
        passed = passed and done.cpu_ms <= MAX_SHARE_OF_PEERS * min(peers.values())
    return report("ceiling", rows, passed=passed)


def _measure_peers(base_url: str, folder: Path) -> dict[str, float]:
    """Return milliseconds of processor time a record for each peer that can be installed."""
    task = folder / "task.json"
    task.write_text(json.dumps(_render_task(PEER_RECORDS)), encoding="utf-8")
    times = {}
    for peer in PEERS:
        command = [_python_of(peer), str(PEERS_FOLDER / peer / "client.py"), base_url, str(task), str(CONCURRENCY)]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(PEERS_FOLDER)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        taken = json.loads(done.stdout.splitlines()[-1])
        times[peer] = 1000 * taken["cpu_seconds"] / taken["records"]
    return times


def _python_of(peer: str) -> str:
    folder = PEERS_FOLDER / peer / ".venv"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        requirements = str(PEERS_FOLDER / peer / "requirements.txt")
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
    return str(python)


def _render_task(count: int) -> dict[str, object]:
    prompt = load_prompt("annotate", reply="annotation")
    system = prompt.render_system(
        taxonomy=load_taxonomy("taxonomy"),
        criterion=load_criterion("medical-imaging"),
        languages=[get_language("zh-Hans")],
    )
    papers = (
        Paper(id=str(record["id"]), title=str(record["title"]), abstract=str(record["abstract"]), source="", position=1)
        for record in make_records(count)
    )
    return {"system": system, "papers": [prompt.render_user(paper)[0] for paper in papers]}


if __name__ == "__main__":
    sys.exit(main())
