"""The ledger of runs beside a results file: one line when a run starts and one when it ends, each on disk at once.

Lines are only ever appended, under a lock, so that several runs can share a folder. A line that a killed process left
half-written is closed before the next one is added, and left out by readers.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from summarizer import __version__
from summarizer.annotate.report import RunReport
from summarizer.errors import StoreError
from summarizer.settings import Settings

LEDGER_NAME = "runs.jsonl"

RunStatus = Literal["done", "failures", "interrupted", "budget", "stopped", "running", "killed"]


class RunStart(BaseModel):
    """What a run was started for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["start"] = "start"
    run_id: str
    time: datetime
    version: str = __version__
    pid: int
    inputs: tuple[str, ...]
    output: str
    settings: Mapping[str, Any]
    """Without key, and the base URL without its query."""


class RunEnd(BaseModel):
    """How a run ended."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["end"] = "end"
    run_id: str
    time: datetime
    exit_code: int
    error: str | None
    report: Mapping[str, Any]
    """As `RunReport.to_json`."""


class RunEntry(BaseModel):
    """One run: its start and, if it got there, its end."""

    model_config = ConfigDict(frozen=True)

    start: RunStart
    end: RunEnd | None
    status: RunStatus


_LINE: TypeAdapter[RunStart | RunEnd] = TypeAdapter(RunStart | RunEnd)
_KEPT_SETTINGS = {  # by name, so that a secret added to the settings does not end up here
    *("model", "max_output_tokens", "temperature", "seed", "reasoning_effort", "price_in", "price_out", "max_cost"),
    *("prompt", "taxonomy", "criterion", "languages", "translate_abstract", "translation_prompt"),
    *("cache_dir", "concurrency", "pack", "rpm", "tpm", "timeout_seconds", "max_attempts"),
}
_STATUS: dict[int, RunStatus] = {0: "done", 1: "failures", 6: "budget", 130: "interrupted"}


class RunLedger:
    """The ledger in one folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the results file; the ledger is made by its first line."""
        self.path = folder / LEDGER_NAME

    def start(self, run_id: str, *, inputs: list[str], output: Path, settings: Settings) -> None:
        """Write down that a run starts.

        Raises:
            StoreError: the ledger can't be written.
        """
        self._append(
            RunStart(
                run_id=run_id,
                time=datetime.now(UTC),
                pid=os.getpid(),
                inputs=tuple(map(_as_text, inputs)),
                output=_as_text(output.name),
                settings=_public(settings),
            )
        )

    def end(self, run_id: str, *, report: RunReport, exit_code: int, error: Exception | None = None) -> None:
        """Write down how a run ended.

        Raises:
            StoreError: the ledger can't be written.
        """
        self._append(
            RunEnd(
                run_id=run_id,
                time=datetime.now(UTC),
                exit_code=exit_code,
                error=str(error) if error else None,
                report=report.to_json(),
            )
        )

    def read(self) -> list[RunEntry]:
        """Return all runs, the oldest first; none where there is no ledger.

        Raises:
            StoreError: the ledger can't be read.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"{self.path}: can't be read ({error.strerror})") from error
        events = [event for line in lines if (event := _parse(line))]
        ends = {event.run_id: event for event in events if isinstance(event, RunEnd)}
        starts = [event for event in events if isinstance(event, RunStart)]
        newest = {start.output: start.run_id for start in starts}
        return [
            self._entry(start, ends.get(start.run_id), is_newest=newest[start.output] == start.run_id)
            for start in starts
        ]

    def _entry(self, start: RunStart, end: RunEnd | None, *, is_newest: bool) -> RunEntry:
        if end:
            return RunEntry(start=start, end=end, status=_STATUS.get(end.exit_code, "stopped"))
        is_running = is_newest and _is_locked(self.path.with_name(start.output))
        return RunEntry(start=start, end=None, status="running" if is_running else "killed")

    def _append(self, line: RunStart | RunEnd) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                _write_whole(file, line.model_dump_json().encode() + b"\n")
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"{self.path}: the ledger of runs can't be written ({error.strerror})") from error


def _write_whole(file: BinaryIO, line: bytes) -> None:
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        line = line if file.read(1) == b"\n" else b"\n" + line
    rest = memoryview(line)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(size)
        raise


def _parse(line: bytes) -> RunStart | RunEnd | None:
    try:
        return _LINE.validate_json(line)
    except ValidationError:
        return None  # half-written by a process that was killed


def _is_locked(results: Path) -> bool:
    """Whether a run holds the lock of its results file, which ends with its process."""
    try:
        with results.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _as_text(name: str) -> str:
    """Return the name of a file as UTF-8 can hold it; names are bytes, and may be anything."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _public(settings: Settings) -> dict[str, Any]:
    values = settings.model_dump(mode="json", include=_KEPT_SETTINGS, exclude_none=True)
    return values | {"base_url": settings.public_base_url}
