"""What the user names - files, folders, patterns, standard input - as a list of files to read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob, has_magic
from pathlib import Path
from typing import BinaryIO, NamedTuple

from summarizer.errors import SourceError

_STANDARD_INPUT = "-"
_NO_TEXT = re.compile("[\ud800-\udfff]")


class InputFile(NamedTuple):
    """One file to read."""

    path: Path | None
    """None for standard input."""
    is_named: bool
    """Whether the user asked for this file, rather than for a folder that it is in."""

    @property
    def name(self) -> str:
        """The path, for messages and provenance; bytes in it that are no text are shown as �."""
        return "standard input" if self.path is None else _NO_TEXT.sub("\ufffd", str(self.path))

    def size(self) -> int | None:
        """Return the bytes on disk; None when that can't be known, as for a pipe."""
        if self.path is None or (self.path.exists() and not self.path.is_file()):
            return None
        try:
            return self.path.stat().st_size
        except OSError:
            return 0  # reading it will say why

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open for reading; standard input is left open afterwards.

        Raises:
            SourceError: the file can't be opened.
        """
        if self.path is None:
            yield sys.stdin.buffer
            return
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise SourceError(f"{self.name}: can't be read ({error.strerror})") from error
        with file:
            yield file


def expand_input(name: str) -> list[InputFile]:
    """Return the file that `name` is, all files below a folder sorted by path, or what a pattern like `*.jsonl` matches.

    Hidden files and folders are left out, unless they are named.

    Raises:
        SourceError: there is nothing of that name.
    """
    if name == _STANDARD_INPUT:
        return [InputFile(None, is_named=True)]
    path = Path(name)
    if path.is_dir():
        return _walk(path)
    if path.exists():
        return [InputFile(path, is_named=True)]
    matches = sorted(glob(name, recursive=True)) if has_magic(name) else []  # noqa: PTH207 - Path.glob takes no absolute one
    if matches:
        return [file for match in matches for file in expand_input(match)]
    raise SourceError(f"{name}: no such file or folder")


def _walk(path: Path) -> list[InputFile]:
    files: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders[:] = [sub for sub in folders if not sub.startswith(".")]
        files += [Path(folder, file) for file in names if not file.startswith(".")]
    if not files:
        raise SourceError(f"{path}: the folder holds no files")
    return [InputFile(file, is_named=False) for file in sorted(files)]


def _refuse(error: OSError) -> None:
    raise SourceError(f"{error.filename}: can't be read ({error.strerror})") from error
