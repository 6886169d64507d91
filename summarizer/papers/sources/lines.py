"""Bytes to numbered lines, in constant memory, whatever the bytes are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from typing import BinaryIO

from summarizer.papers.sources.interface import Line

MAX_LINE_BYTES = 8 * 2**20
"""A longer line is no record of a paper: it is skipped, never loaded whole."""

_BATCH_BYTES = 32 * 2**10
"""Lines are decoded in batches: by the line it takes twice as long."""
_BOM = b"\xef\xbb\xbf"

_new_line: Callable[[tuple[int, str, None]], Line] = partial(tuple.__new__, Line)
"""`Line(*parts)` in a third of the time: a day file has fourteen lines for each paper."""


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    r"""Yield the lines of `stream`. Only `\n` ends a line: U+2028 and form feeds occur inside abstracts."""
    read = getattr(stream, "read1", stream.read)  # what is there: a stream that breaks off gives all its whole lines
    number, rest = 0, b""
    while batch := read(_BATCH_BYTES):
        lines, line_break, rest = (rest + batch).rpartition(b"\n")
        if line_break:
            numbers = range(number + 1, number + lines.count(b"\n") + 2)
            yield from _to_lines(lines if number else lines.removeprefix(_BOM), numbers)
            number = numbers[-1]
        if len(rest) >= MAX_LINE_BYTES:
            number, rest = number + 1, b""
            _pass_over_the_rest(stream)
            yield Line(number, "", f"line longer than {MAX_LINE_BYTES // 2**20} MiB")
    if rest:
        yield decode_line(number + 1, rest if number else rest.removeprefix(_BOM))


def _to_lines(lines: bytes, numbers: range) -> Iterator[Line]:
    if b"\r" in lines:  # one byte is found much faster than two
        lines = lines.replace(b"\r\n", b"\n").removesuffix(b"\r")
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return map(decode_line, numbers, lines.split(b"\n"))
    return map(_new_line, zip(numbers, text.split("\n"), repeat(None)))  # repeat has no end


def _pass_over_the_rest(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def decode_line(number: int, raw: bytes) -> Line:
    """Return the line, with the reason where it is not text in UTF-8."""
    raw = raw.rstrip(b"\r\n")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"line {number} is not UTF-8: byte 0x{raw[error.start]:02x} at column {error.start + 1}"
        return Line(number, raw.decode("utf-8", "replace"), reason)
    if "\0" in text:
        return Line(number, text, f"line {number} holds a NUL byte")
    return Line(number, text)
