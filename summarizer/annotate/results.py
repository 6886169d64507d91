"""Reading results files, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
from pydantic import ValidationError

from summarizer.annotate.records import RECORD, SCHEMA_VERSION, Record
from summarizer.errors import StoreError
from summarizer.papers.identity import digest64
from summarizer.papers.paper import Paper


def read_results(path: Path) -> Iterator[Record]:
    """Yield the records of a results file in order; a half-written last line is left out.

    Raises:
        StoreError: a line is damaged or was written by a newer version.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip() and (line.endswith(b"\n") or is_json(line)):
                    yield parse_line(line, path, number)
    except OSError as error:
        raise StoreError(f"{path}: can't be read ({error.strerror})") from error


def is_results_file(path: Path) -> bool:
    """Return whether the first line of `path` is a result line."""
    with path.open("rb") as stream:
        head = stream.readline(2**20)
    return head.startswith(b"{") and b'"provenance":' in head and b'"status":' in head


def parse_line(line: bytes, path: Path, number: int) -> Record:
    """Return the record of one line of `path`.

    Raises:
        StoreError: the line is damaged or was written by a newer version.
    """
    try:
        version = orjson.loads(line)["provenance"]["schema_version"]
        if version > SCHEMA_VERSION:
            raise StoreError(f"{path}, line {number}: written by a newer version of summarizer; upgrade this one")
        return RECORD.validate_json(line)
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path}, line {number}: not a result line; move the file away, or choose another one"
        ) from error


def read_outcome(line: bytes) -> tuple[str, int] | None:
    """Return the status and the `text_digest` of an annotated or failed line; None where that takes a closer look.

    A tenth of the time of validating the line, and a file that is resumed may have millions of them.
    """
    try:
        record = orjson.loads(line)
        paper = record["paper"]
        if record["status"] in {"annotated", "failed"}:
            return record["status"], _digest(paper["id"], paper["version"], paper["title"], paper["abstract"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        pass
    return None


def text_digest(paper: Paper) -> int:
    """Return 64 bits that stand for a version of a paper and its text, in this process alone."""
    return _digest(paper.id, paper.version, paper.title, paper.abstract)


def _digest(paper_id: str, version: int | None, title: str, abstract: str) -> int:
    """Return the `text_digest`; a TypeError says that id, title or abstract is no text."""
    return digest64(paper_id, str(version), title, abstract)


def is_json(line: bytes) -> bool:
    """Return whether a line is whole."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True
