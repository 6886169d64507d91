"""Lines of tag and value, as in RIS and MEDLINE, to records of tags and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.lines import MAX_LINE_BYTES


class TaggedRecord:
    """One record: its tags and values in order."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.problem: str | None = None
        """Why it can't be used."""
        self.is_ended = False
        """Whether its end was marked."""
        self._fields: list[tuple[str, list[str]]] = []
        self._size = 0

    def add(self, line: Line, tag: str | None, text: str) -> None:
        """Add the line's value, or continue the last one where the line has no tag."""
        self.problem = self.problem or line.problem
        self._size += len(text)
        if self._size > MAX_LINE_BYTES:
            self.problem = self.problem or f"record larger than {MAX_LINE_BYTES // 2**20} MiB"
            self._fields.clear()
        if tag:
            self._fields.append((tag, [text]))
        elif self._fields:
            self._fields[-1][1].append(text)

    def all(self, *tags: str) -> list[str]:
        """Return every value of the first of `tags` that the record has."""
        for tag in tags:
            if values := [" ".join(parts) for name, parts in self._fields if name == tag]:
                return values
        return []

    def first(self, *tags: str) -> str | None:
        """Return the first value that is not empty of the first of `tags` that has one."""
        return next((value for tag in tags for value in self.all(tag) if value.strip()), None)


def split_records(lines: Iterable[Line], tag: re.Pattern[str], start: str, end: str | None) -> Iterator[TaggedRecord]:
    """Yield a record for each line tagged `start`, up to the one tagged `end` or the next start.

    Args:
        lines: the source; what stands outside records is passed over.
        tag: matches a tagged line: the tag, then the value.
        start: the tag that opens a record.
        end: the tag that closes it; None where the format has none.
    """
    record: TaggedRecord | None = None
    for line in lines:
        match = tag.match(line.text)
        name = match[1] if match else None
        if name == start:
            if record:
                yield record
            record = TaggedRecord(line.number)
        if record is None:
            continue
        if name is not None and name == end:
            record.is_ended = True
            yield record
            record = None
        elif line.text.strip() or line.problem:
            record.add(line, name, match[2] if match else line.text)
    if record:
        yield record
