"""Byte streams that count what passes, fail with one kind of error, and show their beginning before they are read."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from summarizer.errors import SourceError

HEAD_BYTES = 16 * 2**10
"""What `read_head` returns of a stream that is not shorter: enough to know any format by."""

_BUFFER_BYTES = 128 * 2**10
_DAMAGED = (zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@dataclass
class InputMeter:
    """How far the inputs have been read, for a progress bar."""

    total_bytes: int | None = None
    """None when an input is a stream of unknown length."""
    read_bytes: int = 0
    """Bytes on disk: of a compressed file those before decompression."""


class CountedStream(io.RawIOBase):
    """Passes on `inner` and hands each number of bytes to `passed`, which may object.

    Raises:
        SourceError: `inner` can't be read or decompressed.
    """

    def __init__(
        self,
        inner: BinaryIO,
        name: str,
        passed: Callable[[int], None],
        damaged: tuple[type[Exception], ...] = (),
    ) -> None:
        self._read_some: Callable[[int], bytes] = getattr(inner, "read1", inner.read)
        self._name = name
        self._passed = passed
        self._damaged: tuple[type[Exception], ...] = (*_DAMAGED, *damaged)
        self._is_fresh = True
        self._error: SourceError | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` with what is there; the first time, wait for the whole head."""
        view = memoryview(buffer).cast("B")
        filled = self._fill(view)
        while self._is_fresh and filled < min(HEAD_BYTES, len(view)) and (more := self._try_fill(view[filled:])):
            filled += more
        self._is_fresh = False
        return filled

    def _try_fill(self, view: memoryview) -> int:
        try:
            return self._fill(view)
        except SourceError as error:
            self._error = error  # for the next call, when what came before has been read
            return 0

    def _fill(self, view: memoryview) -> int:
        if self._error:
            raise self._error
        data = self._read(len(view))
        view[: len(data)] = data
        self._passed(len(data))
        return len(data)

    def _read(self, size: int) -> bytes:
        try:
            return self._read_some(size)
        except EOFError as error:
            raise SourceError(f"{self._name}: cut off: the compressed data end too early") from error
        except self._damaged as error:
            raise SourceError(f"{self._name}: damaged compressed data ({error})") from error
        except OSError as error:
            raise SourceError(f"{self._name}: can't be read ({error.strerror or error})") from error


def open_counted(
    inner: BinaryIO, name: str, passed: Callable[[int], None], damaged: tuple[type[Exception], ...] = ()
) -> io.BufferedReader:
    """Return `inner` counted and with a buffer."""
    return io.BufferedReader(CountedStream(inner, name, passed, damaged), _BUFFER_BYTES)


def read_head(stream: io.BufferedReader) -> bytes:
    """Return the first bytes of a stream that has not been read yet, and leave them in it."""
    return stream.peek(HEAD_BYTES)[:HEAD_BYTES]
