"""How far the harvests of one output file are, beside it in `FILE.state.json`; written after each page, whole or not at all."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from summarizer.errors import ConfigurationError, StoreError
from summarizer.papers.harvest.windows import Window


class Progress(BaseModel):
    """How far one harvest is."""

    model_config = ConfigDict(extra="forbid")

    since: date
    until: date
    pending: list[Window]
    """Not yet read to their end; the first is being read."""
    cursor: str | None = None
    """Asks for the next page of the first pending window; None for its start."""
    days: set[date] = set()
    """Days (UTC) that had papers."""
    complete_until: date | None = None
    """Last day that is over and was harvested; `--since last` goes on from there."""


class HarvestState(BaseModel):
    """All harvests into one output, by what they look for."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    output_bytes: int = 0
    """Size of the output when this was written."""
    harvests: dict[str, Progress] = {}


def state_path(output: Path) -> Path:
    """Return where the state of `output` is kept."""
    return output.with_name(f"{output.name}.state.json")


def load_state(output: Path, size: int) -> HarvestState:
    """Load the state of `output`, which has `size` bytes now.

    Raises:
        ConfigurationError: the output has lost papers since: going on would leave a gap.
        StoreError: the file can't be read.
    """
    path = state_path(output)
    try:
        state = HarvestState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return HarvestState()
    except (OSError, ValidationError) as error:
        reason = error.strerror if isinstance(error, OSError) else "damaged, or written by a newer version"
        raise StoreError(
            f"{path}: can't be read ({reason}); delete it to start the harvest again, {output} may stay"
        ) from error
    if size < state.output_bytes:
        raise ConfigurationError(
            f"{output} has {size:,} bytes and had {state.output_bytes:,} after the last harvest, so going on would "
            "leave a gap; put the file back, or start anew with --overwrite"
        )
    return state


def save_state(output: Path, state: HarvestState) -> None:
    """Replace the state of `output` in one step.

    Raises:
        StoreError: it can't be written.
    """
    path = state_path(output)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(state.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror})") from error


def forget_state(output: Path) -> None:
    """Remove the state of `output`."""
    state_path(output).unlink(missing_ok=True)
