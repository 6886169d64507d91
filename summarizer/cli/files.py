"""Files that commands write: whole, or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from summarizer.errors import StoreError

STANDARD_OUTPUT = "-"


def write_lines(lines: Iterable[str], path: Path) -> None:
    """Write lines that carry their own line breaks to `path`, or to standard output for `-`.

    What is at `path` is replaced when the last line is written, not before.

    Raises:
        StoreError: the file can't be written.
    """
    if str(path) == STANDARD_OUTPUT:
        sys.stdout.writelines(lines)
        return
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror}); choose another file with -o") from error
    finally:
        with suppress(OSError):  # it has its name by now, or never came to be
            part.unlink()
