"""Files that an evaluation writes: whole, or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from summarizer.errors import StoreError


def write_text(path: Path, text: str) -> None:
    """Replace the text of `path`, making its folder where there is none.

    Raises:
        StoreError: it can't be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror}); make room, or choose another folder") from error
    finally:
        with suppress(OSError):  # it has its name by now, or never came to be
            part.unlink()
