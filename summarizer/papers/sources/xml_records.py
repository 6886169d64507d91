"""Records of an XML document one by one, in constant memory, from a parser that resolves nothing.

Of the DTD nothing is read, and no file or address is opened. Names lose their namespace prefix: no format here has two
elements that differ in it alone. Values that XML forbids, but real dumps contain, are cleaned or cost one record.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from html import unescape
from itertools import chain
from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat
from xml.sax.saxutils import escape

from summarizer.errors import SourceError
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.lines import MAX_LINE_BYTES

MAX_DEPTH = 200
"""Elements within elements; papers need about 10, formulas in abstracts 30."""

_CHUNK_BYTES = 64 * 2**10
_ELEMENT_BYTES = 200
_ENCODINGS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
_DECLARATION = re.compile(r"""\A\s*+<\?xml\s[^>]*?(?:encoding\s*=\s*["']([\w.-]+)["'][^>]*)?\?>""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_DECODED = re.compile("[\udc80-\udcff]")
_DAMAGE = "\ufdd0"
"""Stands for a byte that is not in the document's encoding; Unicode assigns this code point to no character."""


class XmlRecord(NamedTuple):
    """One record, or why there is none."""

    line: int
    element: Element
    problem: str | None = None


def read_records(stream: io.BufferedReader, path: str, names: frozenset[str]) -> Iterator[XmlRecord]:
    """Yield each outermost element whose name is in `names`, in order.

    Raises:
        SourceError: the document is cut off or malformed, declares entities, or is nested without end.
    """
    collector = _Collector(path, names)
    for data in chain(_decode(stream, path), [b""]):
        error = collector.feed(data)
        yield from collector.take()
        if error:
            raise error


def text_of(element: Element | None) -> str:
    """Return all text in `element`, without the markup inside it."""
    return "" if element is None else "".join(element.itertext()).strip()


def readable_text_of(element: Element) -> str:
    """Return the text in `element` with its markup made readable: raised figures, formulas in MathML."""
    return plain_text(escape(element.text or "") + "".join(tostring(child, encoding="unicode") for child in element))


def is_xml(head: str) -> bool:
    """Return whether a text that starts with `head` can be XML, rather than a text about XML."""
    return head.lstrip().startswith("<")


def child_text(element: Element, name: str) -> str:
    """Return the text of the first child of that name."""
    return text_of(element.find(name))


def _decode(stream: io.BufferedReader, path: str) -> Iterator[bytes]:
    """Yield the document in UTF-8, whatever it was, without its XML declaration and with damage marked."""
    first = stream.read1(_CHUNK_BYTES)
    declaration = _DECLARATION.match(first.decode("utf-8-sig", "replace"))
    decoder = _find_decoder(path, (declaration and declaration[1]) or "utf-8")
    text = _DECLARATION.sub(lambda match: "\n" * match[0].count("\n"), decoder.decode(first), count=1)
    while first:
        yield _FORBIDDEN.sub(" ", _NOT_DECODED.sub(_DAMAGE, text)).encode()
        first = stream.read1(_CHUNK_BYTES)
        text = decoder.decode(first, final=not first)


def _find_decoder(path: str, name: str) -> codecs.IncrementalDecoder:
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = name
    if encoding not in _ENCODINGS:
        raise SourceError(f"{path}: encoded as {name}; convert it first: iconv -f {name} -t UTF-8 {path}")
    return codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("surrogateescape")


class _Collector:
    """Builds the records out of the parser's events."""

    def __init__(self, path: str, names: frozenset[str]) -> None:
        self._path = path
        self._names = names
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse_entity
        parser.SkippedEntityHandler = self._skipped_entity
        self._fed_bytes = 0
        self._depth = 0
        self._ready: list[XmlRecord] = []
        self._builder: TreeBuilder | None = None

    def feed(self, data: bytes) -> SourceError | None:
        """Parse the next piece, an empty one at the end; return why no more can follow."""
        self._fed_bytes += len(data)
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            what = expat.errors.messages[error.code]
            return self._error(f"not well-formed XML, or cut off ({what})", error.lineno)
        except SourceError as error:
            return error
        if self._fed_bytes - self._parser.CurrentByteIndex > MAX_LINE_BYTES:
            return self._error(f"a tag longer than {MAX_LINE_BYTES // 2**20} MiB", self._parser.CurrentLineNumber)
        return None

    def take(self) -> list[XmlRecord]:
        """Return the records that have become complete."""
        ready, self._ready = self._ready, []
        return ready

    def _error(self, reason: str, line: int) -> SourceError:
        return SourceError(f"{self._path}, line {line}: {reason}; the rest of the file is not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            reason = f"elements nested more than {MAX_DEPTH} deep"
            raise self._error(reason, self._parser.CurrentLineNumber)
        name = tag.rpartition(":")[2]
        if self._builder is None and name in self._names:
            self._open_record()
        if self._builder:
            self._check("".join(attributes.values()), _ELEMENT_BYTES)
            if self._problem is None:
                self._builder.start(name, {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def _open_record(self) -> None:
        self._builder = TreeBuilder()
        self._line = self._parser.CurrentLineNumber
        self._record_depth = self._depth
        self._record_bytes = 0
        self._problem: str | None = None

    def _check(self, text: str, extra_bytes: int = 0) -> None:
        self._record_bytes += len(text) + extra_bytes
        if self._problem:
            return
        if _DAMAGE in text:
            self._problem = "holds bytes that are not in the encoding of the document"
        elif self._record_bytes > MAX_LINE_BYTES:
            self._problem = f"record larger than {MAX_LINE_BYTES // 2**20} MiB"
            self._builder = TreeBuilder()  # lets go of what was built

    def _text(self, text: str) -> None:
        if self._builder:
            self._check(text)
            if self._problem is None:
                self._builder.data(text)

    def _end(self, tag: str) -> None:
        if self._builder:
            if self._problem is None:
                self._builder.end(tag.rpartition(":")[2])
            if self._depth == self._record_depth:
                element = Element(tag) if self._problem else self._builder.close()
                self._ready.append(XmlRecord(self._line, element, self._problem))
                self._builder = None
        self._depth -= 1

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise self._error(f"declares the entity {name!r}, which is not safe to read", self._parser.CurrentLineNumber)

    def _skipped_entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(unescape(f"&{name};"))
