"""Facts about reading OAI-PMH answers in three kinds of metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from summarizer.errors import SourceError
from summarizer.papers import Paper, SkippedRecord, read

SAMPLES = Path(__file__).parents[1] / "data" / "sources"


def test_every_field_of_arxiv_metadata_is_kept() -> None:
    path = SAMPLES / "oai-arxiv.xml"

    assert next(read(path)) == Paper(
        id="2601.00006",
        arxiv_id="2601.00006",
        doi="10.1000/abc",
        title="Reading chest radiographs twice",
        abstract=r"Two readers, $n \le 2$, see more than one.",
        authors=("G. H. Müller Jr", "Plato"),
        categories=("eess.IV", "cs.CV"),
        published=datetime(2026, 1, 2, tzinfo=UTC),
        updated=datetime(2026, 1, 4, tzinfo=UTC),
        links={"abstract": "https://arxiv.org/abs/2601.00006", "doi": "https://doi.org/10.1000/abc"},
        comment="7 pages",
        journal="J. Test 2 (2026)",
        source=str(path),
        position=6,
    )


def test_a_deleted_record_is_skipped_with_its_name() -> None:
    _, skipped = read(SAMPLES / "oai-arxiv.xml")

    assert skipped == SkippedRecord(
        str(SAMPLES / "oai-arxiv.xml"), 28, "the repository has deleted oai:arXiv.org:2601.00007"
    )


def test_raw_metadata_has_versions_and_authors_in_one_text() -> None:
    (paper,) = read(SAMPLES / "oai-arxiv-raw.xml")

    assert isinstance(paper, Paper)
    assert (paper.id, paper.version, paper.title) == ("0704.0008", 2, "Waves in Sørensen's medium")
    assert paper.authors == ("Erdős Pál", "J. D. Smith Jr.", "Bo Li")
    assert paper.published == datetime(2007, 4, 2, 19, 18, 42, tzinfo=UTC)
    assert paper.updated == datetime(2007, 7, 24, 20, 10, 27, tzinfo=UTC)


def test_dublin_core_has_names_turned_round_and_categories_from_its_sets() -> None:
    (paper,) = read(SAMPLES / "oai-dc.xml")

    assert isinstance(paper, Paper)
    assert (paper.id, paper.doi, paper.authors) == ("2601.00009", "10.1000/dc.9", ("Ana Díaz", "Bo Li"))
    assert (paper.abstract, paper.comment) == ("Fifteen elements are enough.", "3 pages")
    assert paper.categories == ("cs.CV", "hep-th")
    assert paper.published == datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("name", ["oai-arxiv.xml", "oai-arxiv-raw.xml", "oai-dc.xml"])
def test_no_record_is_lost(name: str) -> None:
    assert len(list(read(SAMPLES / name))) == (SAMPLES / name).read_text().count("<record>")


def test_metadata_of_another_kind_are_skipped_with_the_kinds_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text("<OAI-PMH><record><header/><metadata><mods/></metadata></record></OAI-PMH>")
    (skipped,) = read(path)

    assert skipped == SkippedRecord(str(path), 1, "metadata as mods; expected one of: arXiv, arXivRaw, oai_dc")


def test_an_error_of_the_repository_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text('<OAI-PMH><error code="badResumptionToken">token expired</error></OAI-PMH>')

    with pytest.raises(SourceError, match=r"line 1: the repository reports an error: badResumptionToken \(token exp"):
        list(read(path))


def test_an_answer_that_nothing_matched_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text('<OAI-PMH><error code="noRecordsMatch">none</error></OAI-PMH>')

    assert list(read(path)) == []
