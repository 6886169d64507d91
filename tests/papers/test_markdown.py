"""Facts about the blocks of hand-written Markdown."""

from __future__ import annotations

import pytest

from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.markdown import read_blocks


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("## Sparse views ##", "Sparse views"),
        ("## Sparse views {#views}  ", "Sparse views"),
        ("## Learning C#", "Learning C#"),
        ("## **Sparse** views", "**Sparse** views"),
        pytest.param("## a" + " " * 400_000 + "b", "a b", id="spaces"),
    ],
)
def test_a_heading_is_read_without_its_closing_marks(heading: str, title: str) -> None:
    (block,) = read_blocks([Line(1, heading)])

    assert block.topics == (title,)
