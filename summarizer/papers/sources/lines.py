"""Bytes to numbered lines, in constant memory, whatever the bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from summarizer.errors import SourceError
from summarizer.papers.sources.interface import Line

MAX_LINE_BYTES = 8 * 2**20
"""A longer line is no record of a paper: it is skipped, never loaded whole."""

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class InputMeter:
    """How far the inputs have been read, for a progress bar."""

    total_bytes: int | None = None
    """None when an input is a stream of unknown length."""
    read_bytes: int = 0


def read_lines(stream: BinaryIO, path: str, meter: InputMeter) -> Iterator[Line]:
    r"""Yield the lines of `stream`. Only `\n` ends a line: U+2028 and form feeds occur inside abstracts.

    Raises:
        SourceError: the bytes are not text.
    """
    number = 0
    while raw := _read_line(stream, meter):
        number += 1
        if number == 1:
            raw = _without_bom(raw, path)
        if b"\0" in raw:
            raise SourceError(f"{path}, line {number}: not a text file (it holds NUL bytes)")
        yield _to_line(number, raw)


def _read_line(stream: BinaryIO, meter: InputMeter) -> bytes:
    raw = stream.readline(MAX_LINE_BYTES)
    meter.read_bytes += len(raw)
    rest = raw
    while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
        rest = stream.readline(MAX_LINE_BYTES)
        meter.read_bytes += len(rest)
    return raw


def _without_bom(raw: bytes, path: str) -> bytes:
    if raw.startswith(_UTF16):
        raise SourceError(f"{path}: encoded as UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 {path}")
    return raw.removeprefix(_BOM)


def _to_line(number: int, raw: bytes) -> Line:
    if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
        return Line(number, "", f"line longer than {MAX_LINE_BYTES // 2**20} MiB")
    raw = raw.rstrip(b"\r\n")
    try:
        return Line(number, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = f"line {number} is not UTF-8: byte 0x{raw[error.start]:02x} at column {error.start + 1}"
        return Line(number, raw.decode("utf-8", "replace"), reason)
