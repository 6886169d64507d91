"""Facts about what the web address of a paper tells."""

from __future__ import annotations

import pytest

from summarizer.papers.sources.addresses import read_address, to_paper


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://doi.org/10.1000/x.1", "10.1000/x.1"),
        ("https://doi.org/10.1000/x.1/", "10.1000/x.1"),
        ("https://doi.org/10.1000%2Fx.1?utm_source=mail", "10.1000/x.1"),
        ("https://doi.org/10.1000/a%23b%3Fc", "10.1000/a#b?c"),
        ("https://dl.acm.org/doi/10.1145/3394171.3413?casa_token=abc", "10.1145/3394171.3413"),
        ("https://dl.acm.org/doi/pdf/10.1145/3394171.3413#sec-1", "10.1145/3394171.3413"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/mp.15000/full", "10.1002/mp.15000"),
        ("https://onlinelibrary.wiley.com/doi/epdf/10.1002/mp.15000", "10.1002/mp.15000"),
        ("https://iopscience.iop.org/article/10.1088/1361-6560/abc123/meta", "10.1088/1361-6560/abc123"),
        ("https://www.frontiersin.org/journals/oncology/articles/10.3389/fonc.2020.1/full", "10.3389/fonc.2020.1"),
        ("https://www.nature.com/articles/s41586-020-00001-1", None),
        ("https://example.org/?next=https://doi.org/10.1000/x.1", None),
    ],
)
def test_a_doi_is_read_without_what_the_address_adds(url: str, doi: str | None) -> None:
    assert read_address(url).doi == doi


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://doi.org/10.48550/arXiv.2401.00001", ("2401.00001", None)),
        ("https://doi.org/10.48550/ARXIV.2401.00001v2", ("2401.00001", 2)),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", ("hep-th/9901001", None)),
        ("http://arxiv.org/pdf/2401.00001v1.pdf?download=1", ("2401.00001", 1)),
    ],
)
def test_an_arxiv_id_is_read_from_pages_and_from_its_doi(url: str, expected: tuple[str, int | None]) -> None:
    assert read_address(url).arxiv == expected


def test_a_paper_known_by_the_doi_of_arxiv_has_its_arxiv_id() -> None:
    paper = to_paper(title="T", urls=["https://doi.org/10.48550/arXiv.2401.00001"], path="list", position=1)

    assert (paper.id, paper.links["abstract"]) == ("2401.00001", "https://arxiv.org/abs/2401.00001")
