"""Facts about reading RIS."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers import Paper, SkippedRecord, read
from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.html_text import plain_text

SAMPLE = Path(__file__).parents[1] / "data" / "sources" / "references.ris"
RECORD = "TY  - JOUR\nTI  - A title\nER  - \n"


def read_text(tmp_path: Path, text: str | bytes) -> list[Paper | SkippedRecord]:
    path = tmp_path / "references"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(path, source="ris"))


def test_every_field_of_a_record_is_kept() -> None:
    assert next(read(SAMPLE)) == Paper(
        id="doi:10.1000/ris.1",
        doi="10.1000/ris.1",
        title="Perfusion in a minute",
        abstract="A bolus passes, and we watch.",
        authors=("Ana Díaz", "John Smith Jr."),
        published=datetime(2026, 1, 5, tzinfo=UTC),
        links={
            "doi": "https://doi.org/10.1000/ris.1",
            "abstract": "https://example.org/perfusion",
            "pdf": "https://example.org/perfusion.pdf",
        },
        journal="Journal of test imaging (2026)",
        source=str(SAMPLE),
        position=3,
    )


def test_a_conference_paper_has_a_venue_and_its_arxiv_address_an_id() -> None:
    _, paper = read(SAMPLE)

    assert isinstance(paper, Paper)
    assert (paper.id, paper.venue, paper.journal, paper.published) == (
        "2501.00010",
        "Test Conference 2025",
        None,
        None,
    )


@pytest.mark.parametrize(
    "fields",
    [
        "AN  - arXiv\nUR  - http://arxiv.org/abs/1706.03762\n",
        "AN  - arXiv:1706.03762\nUR  - https://example.org/a\n",
        "JO  - arXiv preprint arXiv:1706.03762\n",
    ],
)
def test_the_arxiv_id_is_the_first_value_that_holds_one(tmp_path: Path, fields: str) -> None:
    (paper,) = read_text(tmp_path, RECORD.replace("ER", f"{fields}ER"))

    assert isinstance(paper, Paper)
    assert paper.id == "1706.03762"


def test_no_record_is_lost() -> None:
    assert len(list(read(SAMPLE))) == len(re.findall("^TY  - ", SAMPLE.read_text(), re.MULTILINE))


def test_a_record_that_is_cut_off_is_skipped(tmp_path: Path) -> None:
    first, skipped = read_text(tmp_path, RECORD + "TY  - JOUR\nTI  - A tit")

    assert isinstance(first, Paper)
    assert skipped == SkippedRecord(str(tmp_path / "references"), 4, "cut off: the last record has no ER line")


def test_a_record_that_lacks_its_end_ends_at_the_next(tmp_path: Path) -> None:
    first, second = read_text(tmp_path, RECORD.replace("ER  - \n", "") + RECORD)

    assert isinstance(first, Paper)
    assert isinstance(second, Paper)


def test_each_hundredth_record_that_is_bad_is_skipped_and_all_others_are_read(tmp_path: Path) -> None:
    bad = RECORD.encode().replace(b"A title", b"D\xedaz")
    records = read_text(tmp_path, b"".join(bad if n % 100 == 99 else RECORD.encode() for n in range(10_000)))
    skipped = [record for record in records if isinstance(record, SkippedRecord)]

    assert len(records) == 10_000
    assert len(skipped) == 100
    assert skipped[0].reason == "line 299 is not UTF-8: byte 0xed at column 8"


def test_a_record_without_end_is_skipped_with_its_size(tmp_path: Path) -> None:
    (skipped,) = read_text(tmp_path, "TY  - JOUR\n" + ("x" * 1000 + "\n") * 9000 + "ER  - \n")

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason == "record larger than 8 MiB"


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="{}\\~\0\n")).filter(
    lambda text: normalize_text(text) and plain_text(text) == text
)


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("ris") / "references"
    entries = (f"TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nER  - \n" for title, abstract in records)
    path.write_bytes(("list\n" + "".join(entries)).encode())
    papers = [(paper.title, paper.abstract) for paper in read(path, source="ris") if isinstance(paper, Paper)]

    assert papers == [(normalize_text(title), normalize_text(abstract)) for title, abstract in records]
