"""llmock, a server that nobody here wrote, as a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.program import read_until

LLMOCK = Path(sys.executable).with_name("llmock")


@contextmanager
def serve_llmock(*options: str) -> Iterator[str]:
    """Serve on a free port; give the base URL once it listens. Skips the test where llmock is not installed."""
    if not LLMOCK.exists():
        pytest.skip("llmock is not installed")
    command = [str(LLMOCK), "serve", "--host", "127.0.0.1", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = read_until(process, "running on http://")
            yield re.findall(r"http://[\d.:]+", line)[0] + "/v1"
        finally:
            process.terminate()
