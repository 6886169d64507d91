"""Facts about reading CSV and TSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summarizer.errors import SourceError
from summarizer.papers import Paper, SkippedRecord, read
from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.html_text import plain_text

SAMPLES = Path(__file__).parents[1] / "data" / "sources"
HEADER = "title,authors,abstract\n"
ROW = "A title,Bo Li,Text\n"


def read_text(tmp_path: Path, text: str | bytes) -> list[Paper | SkippedRecord]:
    path = tmp_path / "table"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(path))


def test_every_field_of_a_csv_row_is_kept() -> None:
    path = SAMPLES / "papers.csv"

    assert next(read(path)) == Paper(
        id="doi:10.1000/csv.1",
        doi="10.1000/csv.1",
        title='Quotes, "commas"',
        abstract="Two lines",
        authors=("Ana Díaz", "Bo Li"),
        published=datetime(2026, 1, 5, tzinfo=UTC),
        links={"doi": "https://doi.org/10.1000/csv.1", "abstract": "https://example.org/a"},
        journal="Journal of test imaging (2026)",
        source=str(path),
        position=2,
    )


def test_quotes_in_a_tsv_row_that_quote_nothing_are_text() -> None:
    paper = next(read(SAMPLES / "papers.tsv"))

    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ('"Deep" learning for 7" screens', 'Unquoted "text".')
    assert (paper.id, paper.version, paper.categories) == ("2601.00012", 1, ("eess.IV", "cs.CV"))
    assert paper.published == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("name", ["papers.csv", "papers.tsv"])
def test_no_row_is_lost(name: str) -> None:
    with (SAMPLES / name).open(newline="") as file:
        rows = list(csv.reader(file, delimiter="\t" if name.endswith("tsv") else ","))

    assert len(list(read(SAMPLES / name))) == len(rows) - 1


@pytest.mark.parametrize(
    "header", ["Title;Authors;Abstract", "Paper Title\tAuthor(s)\tSUMMARY", "标题,作者,摘要", "Document_Title,x,doi"]
)
def test_headers_are_known_in_their_usual_forms(tmp_path: Path, header: str) -> None:
    delimiter = next(sign for sign in ";\t," if sign in header)
    (paper,) = read_text(tmp_path, f"{header}\n" + delimiter.join(["A title", "", ""]))

    assert isinstance(paper, Paper)
    assert paper.title == "A title"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("A title,Bo Li\n", "2 cells, where the header has 3"),
        ("A title,Li, Bo,Text\n", "4 cells, where the header has 3"),
        (",Bo Li,Text\n", "unreadable value: no title"),
        ('"A title,Bo Li,Text\n', "not delimited text: "),
        ('A title,"Bo" Li,Text\n', "not delimited text: "),
    ],
)
def test_a_bad_row_costs_only_itself(tmp_path: Path, bad: str, reason: str) -> None:
    first, skipped, *rest = read_text(tmp_path, HEADER + ROW + bad + ROW + '"Quoted","Bo\nLi",""\n')

    assert isinstance(first, Paper)
    assert isinstance(skipped, SkippedRecord)
    assert (skipped.line, skipped.reason[: len(reason)]) == (3, reason)
    assert [record.title for record in rest if isinstance(record, Paper)] == ["A title", "Quoted"]


def test_each_hundredth_row_that_is_bad_is_skipped_and_all_others_are_read(tmp_path: Path) -> None:
    bad = b'"Never closed,D\xedaz,Text\n'
    table = HEADER.encode() + b"".join(bad if n % 100 == 99 else ROW.encode() for n in range(10_000))
    records = read_text(tmp_path, table)

    assert len(records) == 10_000
    assert sum(isinstance(record, SkippedRecord) for record in records) == 100


def test_a_stray_quote_in_a_tsv_does_not_swallow_the_rows_up_to_the_next(tmp_path: Path) -> None:
    records = read_text(tmp_path, 'Title\tAbstract\nA\t"abc\nB\tdef"\nC\tx\n')

    assert [(paper.title, paper.abstract) for paper in records if isinstance(paper, Paper)] == [
        ("A", '"abc'),
        ("B", 'def"'),
        ("C", "x"),
    ]


def test_a_quoted_tsv_cell_may_hold_line_breaks(tmp_path: Path) -> None:
    records = read_text(tmp_path, 'Title\tAbstract\nA\t"abc\ndef"\n"B\nb"\tx\n')

    assert [(paper.title, paper.abstract) for paper in records if isinstance(paper, Paper)] == [
        ("A", "abc def"),
        ("B b", "x"),
    ]


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n', "\nsep=;\n\n"])
def test_the_line_in_which_excel_names_its_delimiter_is_passed_over(tmp_path: Path, first: str) -> None:
    (paper,) = read_text(tmp_path, f"{first}Title;Abstract\nA title;Text\n")

    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("A title", "Text")


def test_a_table_without_a_title_is_an_error_when_forced(tmp_path: Path) -> None:
    (tmp_path / "table").write_text("name,value\na,b\n")

    with pytest.raises(SourceError, match="line 1: no header that names a title"):
        list(read(tmp_path / "table", source="delimited"))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="{}\\~\0\r")).filter(
    lambda text: normalize_text(text) and plain_text(text) == text
)


@given(st.lists(st.tuples(TEXT, TEXT)), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]], delimiter: str
) -> None:
    # With tabs and line breaks both in one cell, its lines can be rows themselves: nothing tells which is meant.
    assume(delimiter != "\t" or not any("\t" in text and "\n" in text for record in records for text in record))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("title", "abstract"), *records])
    path = tmp_path_factory.mktemp("csv") / "table"
    path.write_bytes(file.getvalue().encode())
    papers = [(paper.title, paper.abstract) for paper in read(path) if isinstance(paper, Paper)]

    assert papers == [(normalize_text(title), normalize_text(abstract)) for title, abstract in records]
