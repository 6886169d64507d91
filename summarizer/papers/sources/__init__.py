"""Input formats, one module each; the content of a file decides which one reads it, never its name."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import SourceError
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.arxiv_day import ArxivDaySource
from summarizer.papers.sources.interface import Line, Source
from summarizer.papers.sources.json_lines import JsonLinesSource
from summarizer.papers.sources.lines import InputMeter, read_lines

__all__ = ["SOURCES", "InputMeter", "read"]

SOURCES: tuple[Source, ...] = (ArxivDaySource(), JsonLinesSource())
"""Every format; a new one is one more entry."""

_HEAD_CHARACTERS = 16_384
_STANDARD_INPUT = "-"


def read(*inputs: str | Path, meter: InputMeter | None = None) -> Iterator[Paper | SkippedRecord]:
    """Yield the records of files, of folders (all files below, sorted by name), or of standard input (`-`).

    Inputs are checked at once, before the first record is asked for. In a folder, a file that can't be read as papers
    is a `SkippedRecord`; a file named by itself is an error.

    Raises:
        SourceError: an input is missing, empty, binary or in no known format.
    """
    meter = meter or InputMeter()
    files = list(chain.from_iterable(_expand(str(item)) for item in inputs))
    meter.total_bytes = None if any(path is None for path, _ in files) else sum(_size(path) for path, _ in files)
    return chain.from_iterable(_read_file(path, in_folder, meter) for path, in_folder in files)


def _expand(name: str) -> list[tuple[Path | None, bool]]:
    if name == _STANDARD_INPUT:
        return [(None, False)]
    path = Path(name)
    if not path.exists():
        raise SourceError(f"{name}: no such file or folder")
    if not path.is_dir():
        return [(path, False)]
    files: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders[:] = [sub for sub in folders if not sub.startswith(".")]
        files += [Path(folder, file) for file in names if not file.startswith(".")]
    if not files:
        raise SourceError(f"{name}: the folder holds no files")
    return [(found, True) for found in sorted(files)]


def _refuse(error: OSError) -> None:
    raise SourceError(f"{error.filename}: can't be read ({error.strerror})") from error


def _size(path: Path | None) -> int:
    try:
        return path.stat().st_size if path else 0
    except OSError:
        return 0  # reading it will say why


def _read_file(path: Path | None, in_folder: bool, meter: InputMeter) -> Iterator[Paper | SkippedRecord]:
    name = "standard input" if path is None else str(path)
    try:
        with nullcontext(sys.stdin.buffer) if path is None else path.open("rb") as stream:
            yield from _read_stream(stream, name, meter)
    except (OSError, SourceError) as error:
        reason = (
            f"can't be read ({error.strerror})" if isinstance(error, OSError) else str(error).removeprefix(f"{name}: ")
        )
        if not in_folder:
            raise SourceError(f"{name}: {reason}") from error
        yield SkippedRecord(name, 0, reason)


def _read_stream(stream: BinaryIO, name: str, meter: InputMeter) -> Iterator[Paper | SkippedRecord]:
    lines = read_lines(stream, name, meter)
    head = _take_head(lines)
    text = "\n".join(line.text for line in head)
    if not text.strip():
        raise SourceError(f"{name}: the file is empty")
    yield from _detect(text, name).read(chain(head, lines), name)


def _take_head(lines: Iterator[Line]) -> list[Line]:
    head: list[Line] = []
    size = 0
    while size < _HEAD_CHARACTERS and (line := next(lines, None)) is not None:
        head.append(line)
        size += len(line.text) + 1
    return head


def _detect(head: str, name: str) -> Source:
    best = max(SOURCES, key=lambda source: source.confidence(head))
    if best.confidence(head) == 0:
        known = ", ".join(source.name for source in SOURCES)
        raise SourceError(f"{name}: in no known format; expected one of: {known}")
    return best
