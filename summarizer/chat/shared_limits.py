"""How processes that use one key share its rate limits: they take turns, and a turn is a span of time at the full rate.

All that is shared is one number: the moment up to which the rate is given away. A process with requests waiting adds its
turn there, as long as they need and a second at most, and sends nothing outside its turns. Whoever is killed leaves at most
one turn unused. The number lives in a file of eight bytes under a lock that the kernel releases with its holder, and is
touched a few times a second at most. Moments are of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import fcntl
import logging
import math
import os
import stat
import struct
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)

MAX_LEAD_SECONDS = 600.0
"""No more is given away in advance. A file that says otherwise is of another boot of the machine, and starts anew."""

_MOMENT = struct.Struct("<d")
_SALT = b"summarizer rates"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Turns(Protocol):
    """Gives away time at the full rate."""

    def take(self, now: float, seconds: float, *, burst_seconds: float) -> float:
        """Return the start of a turn of so many seconds, which may lie in the future, or `burst_seconds` in the past.

        Time that nobody used is thus not lost at once.
        """
        ...

    def postpone(self, now: float, until: float) -> None:
        """Give away no time before `until`."""
        ...


class OwnTurns:
    """Turns of a single process: one after the other."""

    def __init__(self) -> None:
        self._free_at = -math.inf

    def take(self, now: float, seconds: float, *, burst_seconds: float) -> float:
        """Return the start of a turn."""
        start = max(self._free_at, now - burst_seconds)
        self._free_at = start + seconds
        return start

    def postpone(self, now: float, until: float) -> None:  # noqa: ARG002
        """Give away no time before `until`."""
        self._free_at = max(self._free_at, until)


class SharedTurns:
    """Turns of all processes that name the same file. Where the file can't be used, those of this process alone."""

    def __init__(self, path: Path) -> None:
        """Take the file; its folder is created for this user alone when the first turn is taken."""
        self._path = path
        self._own: OwnTurns | None = None
        self._is_checked = False

    def take(self, now: float, seconds: float, *, burst_seconds: float) -> float:
        """Return the start of a turn."""
        start = self._advance(now, seconds, earliest=now - burst_seconds)
        return self._own.take(now, seconds, burst_seconds=burst_seconds) if self._own else start

    def postpone(self, now: float, until: float) -> None:
        """Give away no time before `until`, ten minutes ahead at most."""
        self._advance(now, 0.0, earliest=min(until, now + MAX_LEAD_SECONDS))
        if self._own:
            self._own.postpone(now, until)

    def _advance(self, now: float, seconds: float, *, earliest: float) -> float:
        start = earliest
        if self._own:
            return start
        try:
            descriptor = self._open()
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                start = max(_read(descriptor, now), earliest)
                os.pwrite(descriptor, _MOMENT.pack(start + seconds), 0)
            finally:
                os.close(descriptor)  # releases the lock
        except OSError as error:
            logger.warning("rate limits are not shared with other processes: %s can't be used: %s", self._path, error)
            self._own = OwnTurns()
        return start

    def _open(self) -> int:
        # Opened each time: cleaners of temporary folders delete files that are in use.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        if not self._path.parent.is_dir() or not self._is_checked:
            with suppress(FileExistsError):
                self._path.parent.mkdir(mode=0o700)
            _check_owner(self._path.parent)
            self._is_checked = True
        return os.open(self._path, flags, mode=0o600)


def share_turns(base_url: str, api_key: str | None) -> SharedTurns:
    """Return the turns of a key at an address, since this boot of the machine.

    The name of their file is a salted digest of all three, which tells none of them.
    """
    digest = blake2b(digest_size=16, salt=_SALT)
    digest.update(base_url.rstrip("/").encode())
    digest.update(b"\0" + (api_key or "").encode("utf-8", "surrogatepass"))
    digest.update(b"\0" + _boot_id())
    return SharedTurns(_folder() / digest.hexdigest())


def _boot_id() -> bytes:
    """Return what tells boots apart, where the system says so: the monotonic clock starts anew with each."""
    try:
        return _BOOT_ID.read_bytes()
    except OSError:
        return b""


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"summarizer-{os.getuid()}"


def _check_owner(folder: Path) -> None:
    """Refuse a folder that somebody else put there, or may write to."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise PermissionError(f"{folder} is not a folder of this user alone")


def _read(descriptor: int, now: float) -> float:
    data = os.pread(descriptor, _MOMENT.size, 0)
    moment = _MOMENT.unpack(data)[0] if len(data) == _MOMENT.size else -math.inf
    return moment if moment <= now + MAX_LEAD_SECONDS else -math.inf
