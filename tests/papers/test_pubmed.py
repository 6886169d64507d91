"""Facts about reading PubMed, in XML and as MEDLINE."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from summarizer.papers import Paper, SkippedRecord, read

SAMPLES = Path(__file__).parents[1] / "data" / "sources"
MEDLINE = SAMPLES / "pubmed.nbib"
XML = SAMPLES / "pubmed.xml"


def test_every_field_of_a_medline_record_is_kept() -> None:
    assert next(read(MEDLINE)) == Paper(
        id="doi:10.1000/nb.3",
        doi="10.1000/nb.3",
        title="A long title about magnetic resonance that runs over two lines of the export.",
        abstract="BACKGROUND: Fields are strong. RESULTS: 7 of 9 scans were read well.",
        authors=("Ana Díaz", "Bo Li", "The Field Group"),
        published=datetime(2026, 1, 7, tzinfo=UTC),
        links={
            "doi": "https://doi.org/10.1000/nb.3",
            "abstract": "https://pubmed.ncbi.nlm.nih.gov/40000003/",
        },
        journal="Journal of test imaging (2026)",
        source=str(MEDLINE),
        position=2,
    )


def test_every_field_of_an_xml_record_is_kept() -> None:
    assert next(read(XML)) == Paper(
        id="doi:10.1000/pm.1",
        doi="10.1000/pm.1",
        title="Contrast of CO₂ in vivo.",
        abstract="BACKGROUND: Gas is dark. RESULTS: We saw 12 of 13 vessels (p < 0.05).",
        authors=("Ana B van Dyke Jr", "The Gas Group"),
        published=datetime(2026, 1, 5, tzinfo=UTC),
        links={
            "doi": "https://doi.org/10.1000/pm.1",
            "abstract": "https://pubmed.ncbi.nlm.nih.gov/40000001/",
        },
        journal="Journal of test imaging (2026)",
        source=str(XML),
        position=4,
    )


def test_a_date_without_a_day_is_no_date_but_its_year_is_kept() -> None:
    _, paper = read(XML)

    assert isinstance(paper, Paper)
    assert (paper.published, paper.journal) == (None, "Old journal (2025)")


def test_no_record_is_lost() -> None:
    assert len(list(read(MEDLINE))) == len(re.findall("^PMID- ", MEDLINE.read_text(), re.MULTILINE))
    assert len(list(read(XML))) == XML.read_text().count("<PubmedArticle>")


def test_records_without_a_title_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text("PMID- 1\nAB  - No title.\n\nPMID- 2\nTI  - A title.\n")
    skipped, paper = read(path)

    assert skipped == SkippedRecord(str(path), 1, "unreadable value: no title")
    assert isinstance(paper, Paper)


def test_a_medline_record_that_is_not_utf8_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(b"PMID- 1\nTI  - D\xedaz.\n\nPMID- 2\nTI  - A title.\n")
    skipped, paper = read(path)

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason == "line 2 is not UTF-8: byte 0xed at column 8"
    assert isinstance(paper, Paper)


def test_a_book_chapter_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>3</PMID><Book><BookTitle>A book</BookTitle></Book>"
        "<Abstract><AbstractText>Text.</AbstractText></Abstract></BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    (paper,) = read(path)

    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("A book", "Text.")
