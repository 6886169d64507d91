"""Facts about reading answers of the arXiv API."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers import Paper, SkippedRecord, read
from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.html_text import plain_text

SAMPLE = Path(__file__).parents[1] / "data" / "sources" / "arxiv-atom.xml"


def test_every_field_of_an_entry_is_kept() -> None:
    paper = next(read(SAMPLE))

    assert paper == Paper(
        id="2601.00001",
        version=2,
        arxiv_id="2601.00001",
        doi="10.1000/xyz.42",
        title="Sparse-view tomography after Poincaré",
        abstract=r"We rebuild volumes from 20 views with a loss of $\lambda < 0.5$ & two priors.",
        authors=("Ana Díaz", "G. H. Müller"),
        categories=("eess.IV", "cs.CV"),
        published=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        updated=datetime(2026, 1, 9, 10, 11, 12, tzinfo=UTC),
        links={
            "abstract": "https://arxiv.org/abs/2601.00001",
            "pdf": "http://arxiv.org/pdf/2601.00001v2",
            "doi": "http://dx.doi.org/10.1000/xyz.42",
        },
        comment="9 pages, 4 figures",
        journal="J. Test 1 (2026)",
        source=str(SAMPLE),
        position=7,
    )


def test_an_old_style_id_is_read_with_its_version() -> None:
    _, paper, _ = read(SAMPLE)

    assert isinstance(paper, Paper)
    assert (paper.id, paper.version) == ("hep-th/9901001", 1)


def test_an_error_of_the_api_is_skipped_with_its_message() -> None:
    *_, skipped = read(SAMPLE)

    assert skipped == SkippedRecord(str(SAMPLE), 37, "arXiv reports an error: incorrect id format for abc")


def test_an_unreadable_date_skips_the_entry(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_text(SAMPLE.read_text().replace("1999-01-01T00:00:00Z", "last year"))
    _, skipped, _ = read(path)

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason.startswith("unreadable value: Invalid isoformat string")


@pytest.mark.parametrize(
    ("name", "papers"),
    [
        ("id_0000.0000_s0_m100_8b51d9633a68.xml", 0),
        ("id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af.xml", 1),
        ("id_1605.08386_s0_m100_199195aa31ad.xml", 1),
        ("id_abc_s0_m100_b79c8dcf6bc3.xml", 0),
        ("id_astro-ph_0601001_s0_m100_3150dca9dc76.xml", 1),
        ("q_testing_s0_m15_80c242b59d59.xml", 15),
        ("q_testing_s10_m10_34e56e15aaac.xml", 10),
    ],
)
def test_a_recorded_answer_loses_no_entry(shared: Path, name: str, papers: int) -> None:
    path = shared / "corpus" / "arxiv-api" / name
    records = list(read(path))

    assert len(records) == path.read_text().count("<entry>")
    assert sum(isinstance(record, Paper) for record in records) == papers


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\\~{}")).filter(
    lambda text: (
        normalize_text(text)
        and plain_text(text) == text
        and "\ufdd0" not in text
        and "\ufffe" not in text
        and "\uffff" not in text
    )
)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]]) -> None:
    entries = "".join(
        f"<entry><title>{escape(title)}</title><summary>{escape(abstract)}</summary></entry>\n"
        for title, abstract in records
    )
    path = tmp_path_factory.mktemp("atom") / "feed"
    path.write_text(f"<feed><id>http://arxiv.org/api/x</id>{entries}</feed>", encoding="utf-8")
    papers = [(paper.title, paper.abstract) for paper in read(path) if isinstance(paper, Paper)]

    assert papers == [(normalize_text(title), normalize_text(abstract)) for title, abstract in records]
