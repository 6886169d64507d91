"""The response cache looked at as a whole: what is in it, whether it is sound, and copies of it as JSON lines.

Reads the SQLite file of diskcache without diskcache, one entry at a time, also while a run writes to it. Nothing here knows
requests: an entry is a key and a reply.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from summarizer.chat.interface import ChatResponse
from summarizer.errors import StoreError

DATABASE = "cache.db"
_RAW_MODE = 1
"""What diskcache writes beside a value that is kept as it is."""


class StoredReply(BaseModel):
    """One line of an exported cache."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"\A[0-9a-f]{64}\z")
    """`cache_key` of the request."""
    stored_at: AwareDatetime
    response: ChatResponse


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """An entry that this program did not write, or that was damaged since."""

    row: int
    key: str
    reason: str
    value: str
    """As far as it is text."""
    store_time: object
    """As it is in the file."""


Entry = StoredReply | BrokenEntry


def scan_cache(directory: Path, *, before: datetime | None = None) -> Iterator[Entry]:
    """Yield the entries of the cache in `directory`, the oldest first; none where there is no cache.

    Args:
        directory: of the responses.
        before: only what was stored before then.

    Raises:
        StoreError: the file is no cache, or damaged as a whole.
    """
    path = directory / DATABASE
    if not path.exists():
        return
    latest = before.timestamp() if before else float("inf")
    query = "SELECT rowid, key, raw, mode, filename, value, store_time FROM Cache WHERE store_time < ? ORDER BY rowid"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            for row in database.execute(query, (latest,)):
                yield _read_entry(row)
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: can't be read as a cache ({error}); move the folder away and bring back what `cache export` saved"
        ) from error


def check_integrity(directory: Path) -> list[str]:
    """Return what SQLite itself finds wrong with the file; nothing where there is no cache.

    Raises:
        StoreError: it is no SQLite file.
    """
    path = directory / DATABASE
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            found = [str(line) for (line,) in database.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise StoreError(f"{path}: no cache of this program ({error})") from error
    return [line for line in found if line != "ok"]


def remove_broken(directory: Path, entries: Iterable[BrokenEntry]) -> int:
    """Remove entries, but for those that a run has replaced by a sound reply meanwhile; return how many there were.

    Raises:
        StoreError: the file can't be written.
    """
    places = ((entry.row, entry.store_time) for entry in entries)
    try:
        with closing(sqlite3.connect(directory / DATABASE)) as database, database:
            return database.executemany("DELETE FROM Cache WHERE rowid=? AND store_time IS ?", places).rowcount
    except sqlite3.Error as error:
        raise StoreError(f"{directory / DATABASE}: can't be written ({error})") from error


def remove_before(directory: Path, moment: datetime) -> int:
    """Remove what was stored before `moment`, and give the space back; return how many entries there were.

    Raises:
        StoreError: the file can't be written.
    """
    path = directory / DATABASE
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path)) as database:
            with database:
                removed = database.execute("DELETE FROM Cache WHERE store_time < ?", (moment.timestamp(),)).rowcount
            database.execute("VACUUM")
            return removed
    except sqlite3.Error as error:
        raise StoreError(f"{path}: can't be written ({error})") from error


def _read_entry(columns: tuple[int, object, int, int, str | None, object, float]) -> Entry:
    row, key, raw, mode, filename, value, store_time = columns
    text = value if isinstance(value, str) else ""
    if not (isinstance(key, str) and isinstance(value, str) and raw == 1 and mode == _RAW_MODE and filename is None):
        return BrokenEntry(row, str(key), "it is not plain text, so this program did not write it", text, store_time)
    try:
        response = ChatResponse.model_validate_json(value)
        stored_at = datetime.fromtimestamp(store_time, UTC)
        return StoredReply(key=key, stored_at=stored_at, response=response)
    except (ValidationError, OverflowError, ValueError, TypeError) as error:
        what = "reply" if isinstance(error, ValidationError) else "time"
        return BrokenEntry(row, key, f"its {what} is none of this program's", text, store_time)
