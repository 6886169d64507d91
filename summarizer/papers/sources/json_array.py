"""A JSON array of papers: `[{…}, {…}]`, on one line or many, read element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from summarizer.errors import SourceError
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.json_lines import JsonLinesSource
from summarizer.papers.sources.lines import MAX_LINE_BYTES, decode_line
from summarizer.papers.sources.streams import read_head

_CHUNK_BYTES = 64 * 2**10
_BOM = b"\xef\xbb\xbf"
_START = re.compile(r"\s*\[\s*(?:\{|\]\s*$)")
_OBJECT = re.compile(r'\s*\{(?:(?:[^\n]*[\[{])?[^\S\n]*\n|[^\n]*[,:][^\S\n]*\n\s*")')
"""The start of an object that goes on in the next line, which a JSON line can't."""
# A string ends at its quote; at a line break, which JSON forbids there, it is broken; otherwise more of it is to come.
_TOKEN = re.compile(rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+(?P<end>["\n]?)|[\[\]{},]', re.DOTALL)
_OUTSIDE = -1


class JsonArraySource:
    """Reads JSON arrays; their elements are what `json-lines` has on its lines."""

    name = "json-array"

    def confidence(self, head: str) -> float:
        """Look for an array of objects with a title, or an empty one; also for an object, to refuse it in clear words."""
        if _OBJECT.match(head):
            return 0.95 if '"title"' in head else 0.0
        return 0.9 if _START.match(head) and ('"title"' in head or "{" not in head) else 0.0

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each element.

        Raises:
            SourceError: it is an object and no array, the array is cut off, or an element is larger than 8 MiB.
        """
        if _OBJECT.match(read_head(stream).decode("utf-8-sig", "replace")):
            reason = "a JSON object over several lines is not supported; write its list of papers alone: [{…}, {…}]"
            raise SourceError(f"{path}: {reason}")
        return JsonLinesSource().read(_split(stream, path), path)


def _split(stream: BufferedReader, path: str) -> Iterator[Line]:
    elements = _Elements()
    if stream.peek(len(_BOM)).startswith(_BOM):
        stream.read(len(_BOM))
    # A string that has not ended is looked through again: with pieces that grow, not more than twice on average.
    while chunk := stream.read1(max(_CHUNK_BYTES, elements.pending_bytes)):
        yield from elements.feed(chunk)
        if elements.pending_bytes > MAX_LINE_BYTES:
            reason = f"an element larger than {MAX_LINE_BYTES // 2**20} MiB; the rest of the file is not read"
            raise SourceError(f"{path}, line {elements.line}: {reason}")
    if elements.depth != _OUTSIDE:
        raise SourceError(f"{path}, line {elements.line}: cut off: the array is not closed")


class _Elements:
    """Finds where elements begin and end, and nothing more: reading them is the parser's work."""

    def __init__(self) -> None:
        self.line = 1
        """Where the element begins that comes next."""
        self.depth = _OUTSIDE
        """Brackets open inside the array."""
        self._buffer = b""
        self._scanned = 0
        self._is_recovering = False

    @property
    def pending_bytes(self) -> int:
        """Size of the element that is not complete yet."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """Yield the elements that end in `chunk`."""
        self._buffer += chunk
        start = 0
        resume = len(self._buffer)
        for match in _TOKEN.finditer(self._buffer, self._scanned):
            token, end = match[0][:1], match["end"]
            if token == b'"' and not end:
                resume = match.start()
                break
            if self._closes_element(token, end):
                yield from self._take(self._buffer[start : match.end() if end else match.start()])
                start = match.end()
        self._buffer = self._buffer[start:]
        self._scanned = resume - start

    def _closes_element(self, token: bytes, end: bytes | None) -> bool:
        """Follow the brackets; return whether the text before `token` is an element."""
        if (
            end == b"\n"
        ):  # a broken string: its line is the bad element, and what follows up to the next object its rest
            self.depth = 0
            return True
        if token == b"[" and self.depth == _OUTSIDE:
            self.depth = 0
            return True
        if token in b"[{":
            self.depth = max(self.depth, 0) + 1
            return False
        if token == b"]" and self.depth == 0:
            self.depth = _OUTSIDE
            return True
        if token in b"]}":
            self.depth -= self.depth > 0
            return False
        return token == b"," and self.depth <= 0

    def _take(self, text: bytes) -> Iterator[Line]:
        stripped = text.lstrip()
        self.line += text[: len(text) - len(stripped)].count(b"\n")
        is_rest = self._is_recovering and not stripped.startswith(b"{")
        self._is_recovering = is_rest or stripped.endswith(b"\n")
        if stripped and not is_rest:
            yield decode_line(self.line, stripped.rstrip())
        self.line += stripped.count(b"\n")
