"""Results to standard output, for the next program in a pipe."""

from __future__ import annotations

import sys
from typing import BinaryIO

from summarizer.annotate.records import Record
from summarizer.errors import StoreError
from summarizer.papers.paper import Paper


class ResultStream:
    """Records to standard output, for a pipe: nothing is resumed."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream or sys.stdout.buffer

    def append(self, record: Record) -> None:
        """Write one line and flush it."""
        try:
            self._stream.write(record.model_dump_json().encode() + b"\n")
            self._stream.flush()
        except OSError as error:
            raise StoreError(f"standard output can't be written ({error.strerror})") from error

    def holds(self, record: Record) -> bool:  # noqa: ARG002
        """Return False: a stream has no past."""
        return False

    def is_annotated(self, paper: Paper) -> bool:  # noqa: ARG002
        """Return False: a stream has no past."""
        return False

    def has_failed(self, paper: Paper) -> bool:  # noqa: ARG002
        """Return False: a stream has no past."""
        return False

    def close(self) -> None:
        """Leave standard output open."""
