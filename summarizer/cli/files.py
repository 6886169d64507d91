"""Files that commands write: whole, or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from glob import glob
from pathlib import Path

from summarizer.errors import ConfigurationError, StoreError

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


def check_is_no_input(output: Path, inputs: Iterable[str | Path]) -> None:
    """Make sure that writing to `output` replaces no input, and adds none to a folder that is read.

    Raises:
        ConfigurationError: it would.
    """
    if str(output) == STANDARD_OUTPUT:
        return
    for name in map(str, inputs):
        if name != STANDARD_OUTPUT and _is_among(output, name):
            raise ConfigurationError(f"-o {output}: is read as an input ({name}); choose another file with -o")


def _is_among(output: Path, name: str) -> bool:
    path = Path(name)
    places = [path] if path.exists() else map(Path, glob(name, recursive=True))  # noqa: PTH207 - as inputs are found
    return any(_is_at(output, place) for place in places)


def _is_at(output: Path, place: Path) -> bool:
    if place.is_dir():
        return output.resolve().is_relative_to(place.resolve())
    return output.exists() and output.samefile(place)
