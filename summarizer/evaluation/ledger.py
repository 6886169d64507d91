"""The ledger of the test split: who looked at it, when and why. A test set that is read often is a dev set.

One JSON line for each evaluation, appended and never edited; it is committed with the gold set.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from summarizer.errors import EvaluationError
from summarizer.evaluation.gold_files import read_records

LEDGER_FILE = "test_access.jsonl"


class Access(BaseModel):
    """One reading of the test split."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time: AwareDatetime
    prompt: str
    """With version, for instance `annotate.v1`."""
    model: str
    by: str = Field(min_length=1)
    """The person or the job that asked for it."""
    reason: str = Field(min_length=1)


def record_access(
    folder: Path,
    *,
    prompt: str,
    model: str,
    by: str,
    reason: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Access:
    """Append one reading of the test split of the gold set in `folder`; do so before the split is read.

    Raises:
        EvaluationError: the ledger can't be written, or `by` or `reason` is empty.
    """
    if not by.strip() or not reason.strip():
        raise EvaluationError("the test split is read only with a name and a reason")
    access = Access(time=now(), prompt=prompt, model=model, by=by, reason=reason)
    path = folder / LEDGER_FILE
    try:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(f"{access.model_dump_json()}\n")
    except OSError as error:
        raise EvaluationError(f"{path}: can't be written ({error.strerror})") from error
    return access


def read_ledger(folder: Path) -> list[Access]:
    """Return every reading of the test split, the oldest first.

    Raises:
        EvaluationError: a line breaks its form.
    """
    path = folder / LEDGER_FILE
    return read_records(path, Access) if path.exists() else []


def count_reads(folder: Path, *, prompt: str | None = None) -> int:
    """Return how often the test split was read, for one family of prompts (`annotate` of `annotate.v1`) or for all.

    Raises:
        EvaluationError: a line of the ledger breaks its form.
    """
    family = None if prompt is None else _family(prompt)
    return sum(family in {None, _family(access.prompt)} for access in read_ledger(folder))


def _family(prompt: str) -> str:
    name, separator, version = prompt.rpartition(".v")
    return name if separator and version.isdecimal() else prompt
