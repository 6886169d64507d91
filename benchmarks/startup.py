"""How long `--help` takes, beside a bare Typer program: `python -m benchmarks.startup`.

Each command line is run in turn, RUNS times over, in processes of its own; the median counts. The product is called the way
its console script calls it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

RUNS = 15
LIMIT = 1.5

BARE = '''
import sys
import typer
app = typer.Typer()
@app.command()
def one(name: str = typer.Argument(help="A name.")) -> None:
    """Say one."""
@app.command()
def two(name: str) -> None:
    """Say two."""
app(args=sys.argv[1:])
'''
OURS = "import sys; from summarizer.cli import main; main(sys.argv[1:])"
COMMANDS = ("annotate", "digest", "doctor", "prompts", "prompts list", "prompts show", "prompts render")


def measure(command: list[str]) -> float:
    """Return the seconds that one process takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    """Measure all command lines in turn and print their medians."""
    python = sys.executable
    lines = {
        "bare Typer --help": [python, "-c", BARE, "--help"],
        "bare Typer one --help": [python, "-c", BARE, "one", "--help"],
        "summarizer --help": [python, "-c", OURS, "--help"],
    }
    lines |= {f"summarizer {name} --help": [python, "-c", OURS, *name.split(), "--help"] for name in COMMANDS}
    times: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(RUNS):
        for name, command in lines.items():
            times[name].append(measure(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratios = {name: seconds / medians[_counterpart(name)] for name, seconds in medians.items()}
    for name, seconds in medians.items():
        print(f"{name:<34} {seconds * 1000:6.0f} ms  {ratios[name]:.2f}x")
    worst = max(ratios.values())
    print(json.dumps({"benchmark": "startup", "worst_ratio": round(worst, 3), "limit": LIMIT}))
    return int(worst > LIMIT)


def _counterpart(name: str) -> str:
    """Return the bare line of the same kind: for a command, Typer itself loads more than for the whole program."""
    return "bare Typer --help" if name.endswith(("Typer --help", "summarizer --help")) else "bare Typer one --help"


if __name__ == "__main__":
    sys.exit(main())
