"""Compressed files and archives, known by their first bytes, as streams of what they hold."""

from __future__ import annotations

import bz2
import gzip
import io
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from shutil import copyfileobj
from typing import BinaryIO, NamedTuple, cast

from summarizer.errors import SourceError
from summarizer.papers.paper import SkippedRecord
from summarizer.papers.sources.streams import InputMeter, open_counted, read_head

MAX_DEPTH = 3
"""Containers within containers; more are a trap."""
MAX_RATIO = 800
"""Bytes out for each byte in: dumps of abstracts reach about 10, repetitive test data 400, a decompression bomb 1,000."""
FREE_BYTES = 64 * 2**20
"""Output up to which the ratio does not matter."""

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")


class Document(NamedTuple):
    """Something to read that is no container."""

    name: str
    """The path; of a file in an archive `archive.zip/member`."""
    stream: io.BufferedReader
    is_member: bool
    """Whether it came out of an archive, among others that nobody named."""


@dataclass
class _Passed:
    """Bytes that have come through a stream; objects when they are too many for what was read to make them."""

    name: str
    meter: InputMeter | None = None
    packed_bytes: Callable[[], int] | None = None
    bytes: int = 0

    def __call__(self, size: int) -> None:
        self.bytes += size
        if self.meter:
            self.meter.read_bytes += size
        if self.packed_bytes and self.bytes > max(FREE_BYTES, MAX_RATIO * self.packed_bytes()):
            raise SourceError(f"{self.name}: expands more than {MAX_RATIO} times: looks like a decompression bomb")


def open_documents(file: BinaryIO, name: str, meter: InputMeter) -> Iterator[Document | SkippedRecord]:
    """Yield what `file` holds after all decompression: itself, or each file of an archive, in order.

    A document is valid until the next one is asked for. Memory is constant; only an archive that can't be searched
    (from a pipe, or inside another container) is copied to a temporary file, for its table of contents is at its end.

    A file in an archive that can't be opened is a `SkippedRecord`, and the next one follows.

    Raises:
        SourceError: here, or while a document is read: damaged, encrypted, cut off, nested too deep, or a bomb.
    """
    start = meter.read_bytes
    passed = _Passed(name, meter)
    stream = open_counted(file, name, passed)
    if read_head(stream).startswith(_ZIP) and file.seekable():
        meter.read_bytes = start
        yield from _open_archive(file, name, 1, meter)
        meter.read_bytes = start + file.seek(0, io.SEEK_END)
    else:
        yield from _open_stream(stream, name, passed, depth=0)


def _open_stream(
    stream: io.BufferedReader, name: str, passed: _Passed, *, depth: int, is_member: bool = False
) -> Iterator[Document | SkippedRecord]:
    head = read_head(stream)
    if not _is_packed(head):
        yield Document(name, stream, is_member)
    elif depth == MAX_DEPTH:
        raise SourceError(f"{name}: compressed more than {MAX_DEPTH} times over")
    elif head.startswith(_ZIP):
        with tempfile.TemporaryFile() as copy:
            copyfileobj(stream, copy)
            yield from _open_archive(cast("BinaryIO", copy), name, depth + 1)
    else:
        unpacked = _Passed(name, packed_bytes=lambda: passed.bytes)
        inner = open_counted(*_decompress(stream, head, name, unpacked))
        yield from _open_stream(inner, name, unpacked, depth=depth + 1, is_member=is_member)


def _is_packed(head: bytes) -> bool:
    return head.startswith((_GZIP, _ZSTD, *_ZIP)) or bool(_BZIP2.match(head))


def _open_archive(
    file: BinaryIO, name: str, depth: int, meter: InputMeter | None = None
) -> Iterator[Document | SkippedRecord]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if not members:
                raise SourceError(f"{name}: the archive holds no files")
            for info in members:
                yield from _try_member(archive, info, name, depth, meter)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{name}: cut off or damaged archive ({error})") from error


def _try_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int, meter: InputMeter | None
) -> Iterator[Document | SkippedRecord]:
    path = f"{name}/{info.filename}"
    try:
        yield from _open_member(archive, info, path, depth)
    except SourceError as error:
        yield SkippedRecord(path, 0, str(error).removeprefix(f"{path}: "))
    if meter:
        meter.read_bytes += info.compress_size


def _open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, depth: int
) -> Iterator[Document | SkippedRecord]:
    try:
        member = archive.open(info)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:  # encrypted, unknown method, damaged
        raise SourceError(f"{path}: can't be unpacked ({error})") from error
    with member:
        passed = _Passed(path, packed_bytes=lambda: info.compress_size)
        stream = open_counted(cast("BinaryIO", member), path, passed)
        yield from _open_stream(stream, path, passed, depth=depth, is_member=True)


def _decompress(
    stream: BinaryIO, head: bytes, name: str, passed: _Passed
) -> tuple[BinaryIO, str, _Passed, tuple[type[Exception], ...]]:
    if head.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=stream)), name, passed, ()
    if head.startswith(_ZSTD):
        file, error = _open_zstandard(stream, name)
        return file, name, passed, (error,)
    return cast("BinaryIO", bz2.BZ2File(stream)), name, passed, ()


def _open_zstandard(stream: BinaryIO, name: str) -> tuple[BinaryIO, type[Exception]]:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415
        else:
            from backports import zstd  # noqa: PLC0415
    except ImportError as error:
        raise SourceError(f"{name}: compressed with Zstandard; pip install 'summarizer[sources]'") from error
    return cast("BinaryIO", zstd.ZstdFile(stream)), zstd.ZstdError
