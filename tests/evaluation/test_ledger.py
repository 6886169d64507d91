"""Facts about the ledger of the test split."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.ledger import LEDGER_FILE, count_reads, read_ledger, record_access

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def record(folder: Path, prompt: str = "annotate.v1", *, by: str = "Ana Díaz", reason: str = "release") -> None:
    record_access(folder, prompt=prompt, model="model-a", by=by, reason=reason, now=lambda: NOW)


def test_a_set_that_nobody_read_has_no_reads(tmp_path: Path) -> None:
    assert count_reads(tmp_path) == 0


def test_every_read_is_appended_with_time_model_name_and_reason(tmp_path: Path) -> None:
    record(tmp_path)
    before = (tmp_path / LEDGER_FILE).read_text()
    record(tmp_path, reason="second look")

    assert (tmp_path / LEDGER_FILE).read_text().startswith(before)
    assert [(access.time, access.model, access.by, access.reason) for access in read_ledger(tmp_path)] == [
        (NOW, "model-a", "Ana Díaz", "release"),
        (NOW, "model-a", "Ana Díaz", "second look"),
    ]


def test_reads_are_counted_by_family_of_prompts(tmp_path: Path) -> None:
    for prompt in ("annotate.v1", "annotate.v2", "annotate.variant", "short.v1"):
        record(tmp_path, prompt)

    assert count_reads(tmp_path) == 4
    assert count_reads(tmp_path, prompt="annotate.v3") == 2
    assert count_reads(tmp_path, prompt="annotate.variant") == 1


@pytest.mark.parametrize(("by", "reason"), [("", "release"), ("Ana Díaz", " ")])
def test_nobody_reads_the_test_split_without_name_and_reason(tmp_path: Path, by: str, reason: str) -> None:
    with pytest.raises(EvaluationError):
        record(tmp_path, by=by, reason=reason)
    assert not (tmp_path / LEDGER_FILE).exists()


def test_an_edited_ledger_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    record(tmp_path)
    path = tmp_path / LEDGER_FILE
    path.write_text(path.read_text().replace('"by":"Ana Díaz",', ""))

    with pytest.raises(EvaluationError, match="line 1: by"):
        count_reads(tmp_path)


def test_a_ledger_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="can't be written"):
        record(tmp_path / "nowhere")
