"""Facts about a run against a server that nobody here wrote: llmock, with faults at random."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from summarizer.annotate.records import FailedRecord
from summarizer.annotate.results import read_results
from tests.cli.conftest import KEY, SAMPLE_WEEK
from tests.cli.llmock import serve_llmock


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with serve_llmock("--error-rate", "503=0.1") as base_url:
        yield base_url


def run(folder: Path, base_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": base_url,
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "SUMMARIZER_MAX_ATTEMPTS": "20",  # a tenth of the answers is an error, at random
    }
    command = [sys.executable, "-m", "summarizer", *arguments, "--model", "gpt-4o-mini"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_doctor_finds_its_way(base_url: str, tmp_path: Path) -> None:
    done = run(tmp_path, base_url, "doctor")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "structured output" in done.stdout


def test_ungrounded_replies_fail_validation_and_no_paper_is_lost(base_url: str, tmp_path: Path) -> None:
    done = run(tmp_path, base_url, "annotate", str(SAMPLE_WEEK), "-o", "out.jsonl", "--json")
    report = json.loads(done.stdout)
    records = list(read_results(tmp_path / "out.jsonl"))

    assert done.returncode == 1, done.stderr
    assert report["read"] == report["annotated"] + report["failed"] == len(records) == 40
    assert all(isinstance(record, FailedRecord) and record.error.raw_text for record in records)
    assert KEY not in done.stdout + done.stderr + (tmp_path / "out.jsonl").read_text()
