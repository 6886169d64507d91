"""The files of a gold set: JSON lines that people read and compare, replaced whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from summarizer.errors import EvaluationError
from summarizer.evaluation.gold import GoldFacts, GoldPaper, PassRecord

PAPERS_FILE = "papers.jsonl"
DRAFTS_FILE = "drafts.jsonl"
PASSES_FOLDER = "passes"

Record = TypeVar("Record", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that can't be read as its record."""

    rule: Literal["schema", "encoding"]
    reason: str


@dataclass(frozen=True, slots=True)
class GoldFile(Generic[Record]):
    """The lines of one file, by line number from 1."""

    path: Path
    records: dict[int, Record] = field(default_factory=dict)
    broken: dict[int, BrokenLine] = field(default_factory=dict)


def read_gold(folder: Path) -> list[GoldPaper]:
    """Read the papers of a gold set.

    Raises:
        EvaluationError: there is none, or a line breaks its form; names the line.
    """
    return read_records(folder / PAPERS_FILE, GoldPaper)


def read_drafts(folder: Path) -> list[GoldFacts]:
    """Read the papers that wait for their labels; none where there is no such file.

    Raises:
        EvaluationError: a line breaks its form; names the line.
    """
    path = folder / DRAFTS_FILE
    return read_records(path, GoldFacts) if path.exists() else []


def read_passes(folder: Path) -> dict[str, list[PassRecord]]:
    """Read the raw passes of a gold set, by name.

    Raises:
        EvaluationError: a line breaks its form; names the line.
    """
    return {path.stem: read_records(path, PassRecord) for path in _list_passes(folder)}


def scan_passes(folder: Path) -> list[GoldFile[PassRecord]]:
    """Read the raw passes in order of their names, broken lines included.

    Raises:
        EvaluationError: a file can't be opened.
    """
    return [scan_file(path, PassRecord) for path in _list_passes(folder)]


def read_records(path: Path, kind: type[Record]) -> list[Record]:
    """Read one record a line.

    Raises:
        EvaluationError: the file can't be opened, or a line breaks its form; names the line.
    """
    file = scan_file(path, kind)
    for number, broken in file.broken.items():
        raise EvaluationError(f"{path}, line {number}: {broken.reason}")
    return list(file.records.values())


def scan_file(path: Path, kind: type[Record]) -> GoldFile[Record]:
    """Read one record a line; a line that breaks its form is kept with the reason.

    Raises:
        EvaluationError: the file can't be opened.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvaluationError(f"{path}: can't be read ({error.strerror}); name the gold set with --gold") from error
    file: GoldFile[Record] = GoldFile(path)
    for number, line in enumerate(content.removesuffix(b"\n").split(b"\n") if content else (), start=1):
        try:
            file.records[number] = kind.model_validate_json(line.decode())
        except UnicodeDecodeError as error:
            file.broken[number] = BrokenLine("encoding", f"is no UTF-8 text (byte {error.start})")
        except ValidationError as error:
            file.broken[number] = BrokenLine("schema", _explain(error))
    return file


def write_gold(folder: Path, papers: Iterable[GoldPaper]) -> None:
    """Replace the papers of a gold set, all or nothing.

    Raises:
        EvaluationError: the folder can't be written.
    """
    _write(folder / PAPERS_FILE, papers)


def write_drafts(folder: Path, drafts: Iterable[GoldFacts]) -> None:
    """Replace the papers that wait for their labels, all or nothing.

    Raises:
        EvaluationError: the folder can't be written.
    """
    _write(folder / DRAFTS_FILE, drafts)


def _explain(error: ValidationError) -> str:
    """Return every fault of a record, with the place of each, without repeating its text."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'the line'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    )


def _list_passes(folder: Path) -> list[Path]:
    return sorted((folder / PASSES_FOLDER).glob("*.jsonl"))


def _write(path: Path, records: Iterable[BaseModel]) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("".join(f"{record.model_dump_json()}\n" for record in records), encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path}: can't be written ({error.strerror})") from error
    finally:
        if part.is_file():
            part.unlink()
