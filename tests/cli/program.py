"""The program as a process of its own, for what happens to processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def start(base_url: str, folder: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """Start `summarizer annotate day.txt` in `folder`, with the report on standard output."""
    command = [sys.executable, "-m", "summarizer", "annotate", "day.txt", "--json", *options]
    if "-o" not in options:
        command += ["-o", "out.jsonl"]
    variables = {"OPENAI_BASE_URL": base_url, "SUMMARIZER_MODEL": "test-model", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | variables | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Wait until the program says a text on standard error; return that line."""
    assert process.stderr is not None
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if text in line:
            return line
    raise AssertionError(f"it ended without {text!r}: {''.join(said)}")


def finish(process: subprocess.Popen[str], timeout_seconds: float = 120.0) -> tuple[dict[str, Any], str]:
    """Wait for the end; return the report, checked for conservation, and what was said."""
    stdout, stderr = process.communicate(timeout=timeout_seconds)
    assert stdout, stderr
    report: dict[str, Any] = json.loads(stdout)
    outcomes = ("annotated", "failed", "skipped", "duplicate", "pending")

    assert report["read"] == sum(report[name] for name in outcomes)
    return report, stderr
