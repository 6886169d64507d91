"""A gold set to break."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.small_gold import write_set


@pytest.fixture
def gold_folder(tmp_path: Path) -> Path:
    """Return the folder of a gold set that keeps every rule."""
    return write_set(tmp_path / "gold")
