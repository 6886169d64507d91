"""What is wrong with a gold set, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

Rule = Literal[
    "schema",
    "encoding",
    "id",
    "split",
    "tldr",
    "tags",
    "relevance",
    "evidence",
    "translation",
    "canary",
    "provenance",
    "pass",
    "leak",
    "near-duplicate",
]
"""Which rule is broken."""


class Finding(NamedTuple):
    """What is wrong with one record."""

    rule: Rule
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding with its place."""

    file: str
    """Within the folder of the set."""
    line: int
    """From 1; 0 when the whole file is meant."""
    id: str
    """Of the paper; empty where it can't be read."""
    rule: Rule
    message: str

    def __str__(self) -> str:
        """Return one line that an editor can jump to, once it is put behind the folder of the set."""
        subject = f" {self.id}:" if self.id else ""
        return f"{self.file}:{self.line}: [{self.rule}]{subject} {self.message}"

    def to_json(self) -> dict[str, Any]:
        """Return the fault for machines."""
        return asdict(self)
