"""The ledger of batch jobs: what was written, sent and answered, in a SQLite file beside the cache, written ahead.

Each step is in the ledger before it is taken where it
costs money, and after it where it does not, so that a program killed between any two of them finds its way: a batch
carries its shard in its metadata, and a shard that was about to be created is looked for at the provider before it is
created again. WAL and `synchronous=FULL`: a power cut undoes no step.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Self

from summarizer.annotate.batch_shard import RequestRow, RequestState, Shard, ShardState
from summarizer.errors import ConservationError, StoreError

_NAME = "ledger.sqlite"
_VERSION = 1


class Ledger:
    """All shards of one cache folder. One program at a time."""

    def __init__(self, folder: Path) -> None:
        """Open or create the ledger in `folder`.

        Raises:
            StoreError: it can't be opened, was written by a newer version, or is in use by another program.
        """
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = (folder / "lock").open("ab")
        except OSError as error:
            raise StoreError(f"{folder}: can't be opened ({error.strerror})") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise StoreError(f"{folder}: another batch command is at work; wait for its end") from error
        try:
            self._connection = sqlite3.connect(folder / _NAME, isolation_level=None)
        except sqlite3.Error as error:
            self._lock.close()
            raise StoreError(f"{folder / _NAME}: {error}") from error
        try:
            self._create_tables()
        except (sqlite3.Error, StoreError) as error:
            self.close()
            raise error if isinstance(error, StoreError) else StoreError(f"{folder / _NAME}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release file and lock."""
        self._connection.close()
        self._lock.close()

    def add(self, shard: Shard, requests: Iterable[RequestRow]) -> None:
        """Add a shard with its requests, whole or not at all.

        Raises:
            StoreError: it can't be written.
        """
        names = [field.name for field in fields(Shard)]
        marks = ",".join("?" * len(names))
        with self._transaction() as connection:
            connection.execute(
                f"INSERT INTO shard ({','.join(names)}) VALUES ({marks})",  # noqa: S608
                [getattr(shard, name) for name in names],
            )
            connection.executemany(
                "INSERT INTO request (shard, line, key, paper, state, error) VALUES (?,?,?,?,?,?)",
                ((shard.id, *request) for request in requests),
            )

    def update(self, shard: Shard, **changes: object) -> Shard:
        """Change columns of a shard; return it as it is then.

        Raises:
            StoreError: it can't be written.
        """
        assignments = ",".join(f"{name}=?" for name in changes)
        with self._transaction() as connection:
            connection.execute(f"UPDATE shard SET {assignments} WHERE id=?", [*changes.values(), shard.id])  # noqa: S608
        return self.get(shard.id)

    def mark(self, rows: Iterable[tuple[str, str, RequestState, str | None]]) -> None:
        """Set state and error of requests, each given as shard, key, state, error.

        What is answered stays so, and is answered in every export that asks for it.

        Raises:
            StoreError: it can't be written.
        """
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE request SET state=?, error=? WHERE key=? AND state<>'answered' AND "
                "(shard=? OR (?='answered' AND shard IN (SELECT id FROM shard WHERE state='exported')))",
                ((state, error, key, shard, state) for shard, key, state, error in rows),
            )

    def settle(self, shard: Shard, state: ShardState, rest: RequestState, error: str, **changes: object) -> Shard:
        """End a shard: what of it is still outstanding gets the state `rest`.

        Raises:
            StoreError: it can't be written.
            ConservationError: a request is not accounted for: a bug here.
        """
        assignments = "".join(f",{name}=?" for name in changes)
        with self._transaction() as connection:
            connection.execute(
                "UPDATE request SET state=?, error=? WHERE shard=? AND state='outstanding'", (rest, error, shard.id)
            )
            connection.execute(
                f"UPDATE shard SET state=?{assignments} WHERE id=?",  # noqa: S608
                [state, *changes.values(), shard.id],
            )
        if (counted := sum(self.count_requests(shard.id).values())) != shard.requests:
            raise ConservationError(f"shard {shard.id} has {shard.requests} requests, {counted} are accounted for")
        return self.get(shard.id)

    def delete(self, shard: Shard) -> None:
        """Forget a shard: for exports, which nobody has paid for.

        Raises:
            StoreError: it can't be written.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM request WHERE shard=?", (shard.id,))
            connection.execute("DELETE FROM shard WHERE id=?", (shard.id,))

    def get(self, shard_id: str) -> Shard:
        """Return one shard."""
        return self._shards("WHERE id=?", (shard_id,))[0]

    def shards(self, states: Iterable[ShardState] = ()) -> list[Shard]:
        """Return the shards in one of `states` (in any when empty), the oldest first."""
        wanted = tuple(states)
        marks = ",".join("?" * len(wanted))
        return self._shards(f"WHERE state IN ({marks})" if wanted else "", wanted)

    def count_requests(self, shard_id: str) -> Mapping[RequestState, int]:
        """Count the requests of a shard by state."""
        rows = self._connection.execute("SELECT state, COUNT(*) FROM request WHERE shard=? GROUP BY state", (shard_id,))
        return dict(rows.fetchall())

    def find(self, key: str, shard_id: str | None = None) -> Shard | None:
        """Return the newest shard that holds a request: that of `shard_id`, or any."""
        where, values = ("AND s.id=?", (key, shard_id)) if shard_id else ("", (key,))
        row = self._connection.execute(
            f"SELECT s.id FROM request r JOIN shard s ON s.id=r.shard WHERE r.key=? {where} ORDER BY s.rowid DESC LIMIT 1",  # noqa: S608
            values,
        ).fetchone()
        return self.get(row[0]) if row else None

    def last_state(self, key: str) -> tuple[ShardState, RequestState, str | None] | None:
        """Return the state of the newest batch that holds a request, and what became of the request there; exports aside."""
        row: tuple[ShardState, RequestState, str | None] | None = self._connection.execute(
            "SELECT s.state, r.state, r.error FROM request r JOIN shard s ON s.id=r.shard "
            "WHERE r.key=? AND s.state<>'exported' ORDER BY s.rowid DESC LIMIT 1",
            (key,),
        ).fetchone()
        return row

    def failures(self, shard_id: str) -> Iterator[RequestRow]:
        """Give the requests of a shard that have no answer and will get none, in the order of its file."""
        rows = self._connection.execute(
            "SELECT line, key, paper, state, error FROM request WHERE shard=? AND state NOT IN ('answered','outstanding') "
            "ORDER BY line",
            (shard_id,),
        )
        yield from (RequestRow(*row) for row in rows)

    def key_of_line(self, shard_id: str, line: int) -> str | None:
        """Return the request on a line (from 1) of a shard's file."""
        row = self._connection.execute("SELECT key FROM request WHERE shard=? AND line=?", (shard_id, line)).fetchone()
        return row[0] if row else None

    def _shards(self, where: str, values: tuple[str, ...]) -> list[Shard]:
        names = ",".join(field.name for field in fields(Shard))
        rows = self._connection.execute(f"SELECT {names} FROM shard {where} ORDER BY rowid", values)  # noqa: S608
        return [Shard(*row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self.folder / _NAME}: can't be written ({error})") from error
        finally:
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _create_tables(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise StoreError(f"{self.folder / _NAME}: written by a newer version of summarizer")
        columns = ",".join(field.name for field in fields(Shard) if field.name != "id")
        connection.execute(f"CREATE TABLE IF NOT EXISTS shard (id TEXT PRIMARY KEY, {columns})")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS request (shard TEXT, line INTEGER, key TEXT, paper TEXT, state TEXT, error TEXT, "
            "PRIMARY KEY (shard, line)) WITHOUT ROWID"
        )
        connection.execute("CREATE INDEX IF NOT EXISTS request_by_key ON request (key)")
        connection.execute(f"PRAGMA user_version={_VERSION}")
