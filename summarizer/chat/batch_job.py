"""A batch job as the provider reports it, read with tolerance for what servers leave out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summarizer.chat.error_body import to_line
from summarizer.chat.interface import Usage
from summarizer.errors import ModelError, ModelUnavailableError

TERMINAL = frozenset({"completed", "failed", "expired", "cancelled"})
"""Statuses after which a batch does not change any more."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """One batch."""

    id: str
    status: str
    """`validating`, `in_progress`, `finalizing`, `cancelling`, or one of `TERMINAL`."""
    metadata: Mapping[str, str]
    input_file_id: str
    output_file_id: str | None
    """None where nothing was answered; also of a completed batch."""
    error_file_id: str | None
    completed: int
    failed: int
    total: int
    usage: Usage | None
    """As the provider sums it up; None where it does not."""
    errors: tuple[tuple[int | None, str], ...]
    """Of a failed validation: line of the input file (from 1) where it is known, and what is wrong with it."""


def read_job(fields: dict[str, Any]) -> BatchJob:
    """Read a batch object.

    Raises:
        ModelUnavailableError: it has no id or no status.
    """
    counts, metadata = _object(fields.get("request_counts")), _object(fields.get("metadata"))
    listed = _object(fields.get("errors")).get("data")
    return BatchJob(
        id=read_text(fields, "id"),
        status=read_text(fields, "status"),
        metadata={name: value for name, value in metadata.items() if isinstance(value, str)},
        input_file_id=str(fields.get("input_file_id") or ""),
        output_file_id=str(fields["output_file_id"]) if fields.get("output_file_id") else None,
        error_file_id=str(fields["error_file_id"]) if fields.get("error_file_id") else None,
        completed=_count(counts.get("completed")),
        failed=_count(counts.get("failed")),
        total=_count(counts.get("total")),
        usage=_read_usage(fields.get("usage")),
        errors=tuple(_read_error(error) for error in listed if isinstance(error, dict))
        if isinstance(listed, list)
        else (),
    )


def _read_usage(usage: object) -> Usage | None:
    """Read the sum of a batch, whose fields have other names than those of a completion."""
    fields = _object(usage)
    if not _count(fields.get("total_tokens")):
        return None
    return Usage(
        input_tokens=_count(fields.get("input_tokens")),
        cached_input_tokens=_count(_object(fields.get("input_tokens_details")).get("cached_tokens")),
        output_tokens=_count(fields.get("output_tokens")),
        reasoning_tokens=_count(_object(fields.get("output_tokens_details")).get("reasoning_tokens")),
    )


def _read_error(error: dict[str, Any]) -> tuple[int | None, str]:
    line = error.get("line")
    text = to_line(str(error.get("message") or "no reason given"))
    return (line if isinstance(line, int) else None), f"{text} ({error['code']})" if error.get("code") else text


def read_text(fields: dict[str, Any], name: str) -> str:
    """Read a text that must be there.

    Raises:
        ModelUnavailableError: it is not.
    """
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable(f"the answer has no {name}", str(fields)[:1000])
    return value


def unreadable(message: str, raw_text: str) -> ModelError:
    """Build the error for an answer that says nothing: what it answered may have been done."""
    error = ModelUnavailableError(message, raw_text=raw_text)
    error.may_be_billed = True
    return error


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
