"""Facts about arXiv ids, DOIs and duplicates."""

from __future__ import annotations

import pytest

from summarizer.papers import Paper, SeenPapers, parse_arxiv_id
from summarizer.papers.identity import ArxivId, parse_doi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://arxiv.org/abs/2310.19210v1", ArxivId("2310.19210", 1)),
        ("https://arxiv.org/pdf/2310.19210v12.pdf", ArxivId("2310.19210", 12)),
        ("arXiv:0704.0001", ArxivId("0704.0001", None)),
        ("2503.11731", ArxivId("2503.11731", None)),
        ("hep-th/9901001v2", ArxivId("hep-th/9901001", 2)),
        ("http://arxiv.org/abs/math.GT/0309136", ArxivId("math.GT/0309136", None)),
        ("10.1109/MGRS.2023.3293459", None),
        ("", None),
        ("None", None),
    ],
)
def test_arxiv_ids_are_read_in_all_their_forms(text: str, expected: ArxivId | None) -> None:
    assert parse_arxiv_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1000/a.b", "10.1000/a.b"),
        ("https://doi.org/10.1000/a.b.", "10.1000/a.b"),
        ("10.1000/a 10.1000/b", "10.1000/a"),
        (None, None),
        ("n/a", None),
    ],
)
def test_dois_are_read_without_resolver(text: str | None, expected: str | None) -> None:
    assert parse_doi(text) == expected


def test_versions_of_one_paper_are_duplicates() -> None:
    seen = SeenPapers()
    first = seen.add(Paper(id="2310.00001", version=1, title="A"))
    second = seen.add(Paper(id="2310.00001", version=2, title="A, revised"))

    assert (first, second) == (True, False)
