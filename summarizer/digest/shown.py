"""What the digests of one folder showed: `shown.jsonl`, one line for each window, the earliest first.

A digest leaves out the papers of those before it. Windows come in the order of their last days, whenever they were
built, so that building one again gives what it gave the first time: its own line and those of later windows do not count.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from summarizer.digest import wording
from summarizer.digest.contents import Digest, Entry, Window
from summarizer.digest.order import MUST_READ
from summarizer.errors import StoreError

SHOWN_FILE = "shown.jsonl"
SHOWN_VERSION = 1
"""Version of a line; a reader refuses newer ones."""
_LOCK_FILE = ".shown.lock"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ShownPaper(_Value):
    """A paper at or above the threshold, as the archive lists it."""

    id: str
    title: str
    tldr: str
    relevance: int
    url: str | None
    """Its abstract page."""

    @property
    def is_must_read(self) -> bool:
        """Whether it stands in the first section."""
        return self.relevance in MUST_READ


class ShownDigest(_Value):
    """One digest of the folder."""

    shown_version: int = SHOWN_VERSION
    label: str
    """Of its window; names its folder."""
    first: date
    last: date
    page: str
    """File in its folder that the archive leads to."""
    title: str
    criterion: str
    headline: str
    counts: str
    made: datetime
    papers: dict[str, int | None]
    """Version shown of each annotated paper by id; null where the source states none."""
    tags: dict[str, int]
    """Papers by tag id."""
    relevant: tuple[ShownPaper, ...]
    """In reading order."""


def summarize_digest(digest: Digest, window: Window, page: str) -> ShownDigest:
    """Return the line about a digest whose main file is `page`."""
    return ShownDigest(
        label=window.label,
        first=window.first,
        last=window.last,
        page=page,
        title=digest.title,
        criterion=digest.criterion.name,
        headline=wording.say_headline(digest),
        counts=wording.say_counts(digest),
        made=digest.generated_at,
        papers={entry.paper.id: entry.paper.version for entry in digest.annotated},
        tags={count.tag.id: count.papers for group in digest.tag_groups for count in group.counts},
        relevant=tuple(
            _shown_paper(entry) for section in digest.sections if section.kind != "rest" for entry in section.entries
        ),
    )


def read_shown(folder: Path) -> tuple[ShownDigest, ...]:
    """Return the digests of `folder`, the earliest window first; none where there is no file.

    Raises:
        StoreError: the file is damaged or was written by a newer version.
    """
    path = folder / SHOWN_FILE
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        raise StoreError(f"{path}: can't be read ({error.strerror})") from error
    return _in_order(_parse(line, path, number) for number, line in enumerate(lines, start=1) if line.strip())


def digests_before(window: Window, shown: Iterable[ShownDigest]) -> tuple[ShownDigest, ...]:
    """Return the digests whose windows come before `window`, the earliest first."""
    return _in_order(digest for digest in shown if (digest.last, digest.first) < (window.last, window.first))


def record_shown(
    folder: Path, digest: ShownDigest, publish: Callable[[Sequence[ShownDigest]], None]
) -> tuple[ShownDigest, ...]:
    """Put `digest` in the place of the line about its window, and return all, the earliest first.

    `publish` writes what shows all digests. It runs before the file changes and while it is locked, so that two
    processes that build two windows at once both get in, and the file never names what is not there.

    Raises:
        StoreError: the file is damaged or can't be written.
    """
    with _locked(folder):
        others = (other for other in read_shown(folder) if other.label != digest.label)
        digests = _in_order((*others, digest))
        publish(digests)
        _write(folder / SHOWN_FILE, digests)
    return digests


def _shown_paper(entry: Entry) -> ShownPaper:
    url = entry.links[0].url if entry.links else None
    return ShownPaper(id=entry.paper.id, title=entry.paper.title, tldr=entry.tldr, relevance=entry.relevance, url=url)


def _in_order(digests: Iterable[ShownDigest]) -> tuple[ShownDigest, ...]:
    return tuple(sorted(digests, key=lambda digest: (digest.last, digest.first)))


def _parse(line: bytes, path: Path, number: int) -> ShownDigest:
    try:
        digest = ShownDigest.model_validate_json(line)
    except ValidationError as error:
        raise StoreError(
            f"{path}, line {number}: damaged, or written by a newer version of summarizer; mend the line or remove it "
            "(its papers may then be shown again)"
        ) from error
    if digest.shown_version > SHOWN_VERSION:
        raise StoreError(f"{path}, line {number}: written by a newer version of summarizer; upgrade this one")
    return digest


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    path = folder / _LOCK_FILE
    try:
        with path.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise StoreError(f"{path}: can't be locked ({error.strerror})") from error


def _write(path: Path, digests: Iterable[ShownDigest]) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            stream.writelines(f"{digest.model_dump_json()}\n".encode() for digest in digests)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror})") from error
