"""The file that a harvest fills: append-only JSON lines, one paper each, no version of a paper twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson

from summarizer.errors import ConfigurationError, StoreError
from summarizer.papers.identity import digest64
from summarizer.papers.paper import Paper
from summarizer.papers.sources.json_lines import to_line

_MAX_LINE_BYTES = 8 * 2**20
_LINE_START = b'{"id":"'


class HarvestFile:
    """An output file, locked against other harvests, for a `with` block."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """Open or create `path`, cut off a line that a killed process left half-written, and learn what it holds.

        Raises:
            ConfigurationError: it is no file, or holds something else than papers.
            StoreError: it can't be read or written, or is in use.
        """
        if path.is_dir() or str(path) == "-":
            raise ConfigurationError(f"-o {path}: a harvest goes to a file, for instance -o papers.jsonl")
        self.path = path
        self._seen: set[int] = set()
        self._line_count = 0
        self._is_whole = True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("ab+", buffering=0)
        except OSError as error:
            raise StoreError(f"{path}: can't be written ({error.strerror}); choose another file with -o") from error
        try:
            self._lock()
            self._load(overwrite=overwrite)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._file.seek(0, os.SEEK_END)

    def select_new(self, papers: Iterable[Paper]) -> list[Paper]:
        """Return the papers that the file does not hold in this version, each once."""
        return list(
            {
                digest: paper for paper in papers if (digest := _digest(paper.id, paper.version)) not in self._seen
            }.values()
        )

    def append(self, papers: Iterable[Paper]) -> None:
        """Write papers to the disk, all or none.

        Raises:
            StoreError: there is no room for them.
        """
        papers = list(papers)
        if not papers:
            return
        lines = memoryview("".join(map(to_line, self._place(papers))).encode())
        start = self.size
        try:
            while lines:
                lines = lines[self._file.write(lines) :]
            os.fsync(self._file.fileno())
        except BaseException as error:
            self._file.truncate(start)
            if isinstance(error, OSError):
                raise StoreError(
                    f"{self.path}: can't be written ({error.strerror}); make room and run the same command again"
                ) from error
            raise
        self._seen.update(_digest(paper.id, paper.version) for paper in papers)
        self._line_count += len(papers)

    def _place(self, papers: Iterable[Paper]) -> Iterator[Paper]:
        """Say where each paper will be found from now on: in this file, and no longer on a page of the service."""
        for position, paper in enumerate(papers, start=self._line_count + 1):
            yield paper.model_copy(update={"source": str(self.path), "position": position})

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                f"{self.path}: another harvest is writing to this file; wait for it or choose another -o"
            ) from error

    def _load(self, *, overwrite: bool) -> None:
        if overwrite:
            self._file.truncate(0)
        self._file.seek(0)
        start = 0
        # Nothing is changed before all of the file has been found to be a harvest's.
        with self.path.open("rb") as reader:
            for number, line in enumerate(iter(lambda: reader.readline(_MAX_LINE_BYTES), b""), start=1):
                if line.endswith(b"\n") or _is_json(line):
                    self._seen.add(self._read_digest(number, line))
                    start += len(line)
                    self._line_count = number
                elif line[: len(_LINE_START)] != _LINE_START[: len(line)]:
                    raise self._foreign(number)
                self._is_whole = line.endswith(b"\n")
        self._repair(start)

    def _repair(self, end: int) -> None:
        """Cut off what a killed process left of a line; end a whole line that lacks nothing but its line break."""
        if self._is_whole:
            return
        if end == self.size:
            self._file.write(b"\n")
        else:
            self._file.truncate(end)

    def _read_digest(self, number: int, line: bytes) -> int:
        try:
            record = orjson.loads(line)
            return _digest(record["id"], record.get("version"))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._foreign(number) from None

    def _foreign(self, number: int) -> ConfigurationError:
        return ConfigurationError(
            f"{self.path}, line {number}: something else than a harvested paper; choose another file with -o"
        )


def _digest(identity: str, version: int | None) -> int:
    return digest64(identity, str(version))


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True
