"""Who was mailed which digest: `mailed.jsonl`, a line for each message, so that a rerun sends nothing twice."""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from summarizer.errors import StoreError


class Mailed(BaseModel):
    """One message that the mail server took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str
    window: str
    recipient: str
    sent_at: AwareDatetime


class MailRecord:
    """The record in one file, locked against other runs, for a `with` block: two at once would both send."""

    def __init__(self, path: Path) -> None:
        """Lock the file, and read what is there.

        Raises:
            StoreError: another run is at work, or a line is damaged: whether mail was sent is not to be guessed.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sent = {(line.profile, line.window, line.recipient) for line in _read(path)}
        except BlockingIOError as error:
            self._file.close()
            raise StoreError(f"another weekly run is at work in {path.parent}; wait for its end") from error
        except OSError as error:
            raise StoreError(f"{path}: can't be used ({error.strerror})") from error
        except StoreError:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def is_sent(self, profile: str, window: str, recipient: str) -> bool:
        """Return whether this recipient has the digest of this window already."""
        return (profile, window, recipient) in self._sent

    def add(self, profile: str, window: str, recipient: str) -> None:
        """Note a message that was just sent; it is on disk when this returns.

        Raises:
            StoreError: it can't be written.
        """
        line = Mailed(profile=profile, window=window, recipient=recipient, sent_at=datetime.now(UTC))
        try:
            self._file.write(line.model_dump_json().encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StoreError(
                f"{self._path}: mail to {recipient} was sent, but can't be noted ({error.strerror})"
            ) from error
        self._sent.add((profile, window, recipient))


def _read(path: Path) -> list[Mailed]:
    lines = path.read_bytes().splitlines()
    try:
        return [Mailed.model_validate_json(line) for line in lines if line.strip()]
    except ValidationError as error:
        raise StoreError(f"{path}: a line is damaged; mend or remove it (its mail may then be sent again)") from error
