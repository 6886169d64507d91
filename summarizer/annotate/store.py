"""Results on disk: append-only JSON lines, one for each record, each in the file before the next paper is taken.

A line that a killed process left half-written is cut off when the file is opened again, and that is said; its reply is in
the cache. Lines are flushed to the operating system one by one and to the disk when the run ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from summarizer.annotate.ledger import RunLedger
from summarizer.annotate.records import (
    AnnotatedRecord,
    DuplicateRecord,
    FailedRecord,
    Profile,
    Record,
    SkippedLine,
)
from summarizer.annotate.results import is_json, parse_line, read_outcome, text_digest
from summarizer.errors import ConfigurationError, StoreError
from summarizer.papers.identity import digest64
from summarizer.papers.paper import Paper

logger = logging.getLogger(__name__)

STANDARD_OUTPUT = "-"

_FIRST_BYTES = b'{"provenance":'
"""How every result line starts: what does not is somebody else's file."""


class Results(Protocol):
    """Where records go."""

    def append(self, record: Record) -> None:
        """Write one record.

        Raises:
            StoreError: the disk is full or the file can't be written.
        """
        ...

    def holds(self, record: Record) -> bool:
        """Return whether an earlier run already wrote this skipped record or duplicate."""
        ...

    def is_annotated(self, paper: Paper) -> bool:
        """Return whether an earlier run annotated this version of the paper."""
        ...

    def has_failed(self, paper: Paper) -> bool:
        """Return whether an earlier run ended in a failure for this version of the paper."""
        ...

    def close(self) -> None:
        """Make sure that everything is on disk."""
        ...


class ResultFile:
    """A results file that this run appends to, locked against other runs."""

    def __init__(self, path: Path, profile: Profile, *, overwrite: bool = False) -> None:
        """Open or create `path`, and learn what it already holds.

        Raises:
            ConfigurationError: it holds records made with another prompt, model, taxonomy or criterion.
            StoreError: it is damaged, can't be written, or is in use.
        """
        self._path = path
        self._annotated: set[int] = set()
        self._failed: set[int] = set()
        self._held: set[int] = set()
        if path.exists() and not path.is_file():
            raise StoreError(f"{path}: not a regular file; choose another one with -o, or - for standard output")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("ab+", buffering=0)
        except OSError as error:
            raise StoreError(f"{path}: can't be written ({error.strerror}); choose another file with -o") from error
        try:
            self._lock()
            self._check_ownership()
            if overwrite:
                self._file.truncate(0)
            self._load(profile)
            self._size = self._file.seek(0, os.SEEK_END)
            """Of the file, which nobody else writes: asking for it each time costs more than writing."""
        except BaseException:
            self._file.close()
            raise

    def append(self, record: Record) -> None:
        """Write one line, whole or not at all."""
        line = memoryview(record.model_dump_json().encode() + b"\n")
        size = self._size
        try:
            while line:
                written = self._file.write(line)
                line, self._size = line[written:], self._size + written
        except OSError as error:
            with suppress(OSError):  # a disk that is read-only by now; the next run cuts it off
                self._file.truncate(size)
            self._size = size
            raise StoreError(
                f"{self._path}: can't be written ({error.strerror}); make room and run the same command again: "
                "nothing is lost and nothing is paid twice"
            ) from error

    def holds(self, record: Record) -> bool:
        """Look the record up by where it was read from."""
        return _place(record) in self._held

    def is_annotated(self, paper: Paper) -> bool:
        """Look the paper up by its text: a changed abstract is another request."""
        return text_digest(paper) in self._annotated

    def has_failed(self, paper: Paper) -> bool:
        """Look the paper up by its text."""
        return text_digest(paper) in self._failed

    def close(self) -> None:
        """Flush to disk and release the lock."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StoreError(f"{self._path}: can't be flushed to disk ({error.strerror})") from error
        finally:
            self._file.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                f"{self._path}: another run is writing to this file{_describe_holder(self._path)}; "
                "wait for it or choose another -o"
            ) from error

    def _check_ownership(self) -> None:
        self._file.seek(0)
        start = self._file.read(len(_FIRST_BYTES))
        if start != _FIRST_BYTES[: len(start)]:
            raise StoreError(f"{self._path}: not a results file, and left as it is; choose another file with -o")

    def _load(self, profile: Profile) -> None:
        self._cut_torn_line()
        own = first_bytes(profile)
        with self._path.open("rb", buffering=2**20) as lines:
            for number, line in enumerate(lines, start=1):
                if line.startswith(own) and (outcome := read_outcome(line)):
                    self._index_outcome(*outcome)
                elif line.strip():
                    record = parse_line(line, self._path, number)
                    _check_profile(profile, record, self._path)
                    self._index(record)

    def _cut_torn_line(self) -> None:
        size = self._file.seek(0, os.SEEK_END)
        tail = b""
        while size and b"\n" not in tail:
            step = min(size, 2**16)
            size -= step
            self._file.seek(size)
            tail = self._file.read(step) + tail
        torn = tail[tail.rfind(b"\n") + 1 :]
        if torn and is_json(torn):
            self._file.write(b"\n")
        elif torn:
            self._file.truncate(self._file.seek(0, os.SEEK_END) - len(torn))
            logger.warning("%s: the last line was half-written and is cut off; this run writes it anew", self._path)

    def _index(self, record: Record) -> None:
        if isinstance(record, AnnotatedRecord | FailedRecord):
            self._index_outcome(record.status, text_digest(record.paper))
        else:
            self._held.add(_place(record))

    def _index_outcome(self, status: str, digest: int) -> None:
        if status == "failed":
            self._failed.add(digest)
        else:
            self._annotated.add(digest)
            self._failed.discard(digest)


def _describe_holder(path: Path) -> str:
    """Say who holds the lock of `path`, as far as the ledger beside it knows."""
    with suppress(StoreError):
        for run in reversed(RunLedger(path.parent).read()):
            if run.start.output == path.name and run.status == "running":
                return f" (process {run.start.pid}, since {run.start.time:%Y-%m-%d %H:%M} UTC)"
    return ""


def _check_profile(profile: Profile, record: Record, path: Path) -> None:
    different = [name for name in Profile.model_fields if getattr(record.provenance, name) != getattr(profile, name)]
    if different:
        raise ConfigurationError(
            f"{path} holds results made with another {' and another '.join(different).replace('_', ' ')}; "
            "choose another file with -o, or start it anew with --overwrite"
        )


def first_bytes(profile: Profile) -> bytes:
    """Return how every line made with `profile` starts: what depends on the paper comes later in it."""
    return _FIRST_BYTES + profile.model_dump_json().encode().removesuffix(b"}") + b","


def _place(record: Record) -> int:
    match record:
        case SkippedLine():
            text = f"{record.paper.title}\0{record.paper.abstract}" if record.paper else ""
            return digest64(record.status, record.path, str(record.line), record.reason, text)
        case DuplicateRecord() | AnnotatedRecord() | FailedRecord():
            paper = record.paper
            return digest64(record.status, paper.source, str(paper.position), paper.id, paper.title)
