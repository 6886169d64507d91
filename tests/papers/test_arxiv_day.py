"""Facts about reading arXiv day files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers import Paper, SkippedRecord, read
from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.arxiv_day import ArxivDaySource
from summarizer.papers.sources.interface import Line

HEADER = "# Arxiv Papers in cs.CV on 2024-02-01\n"
RECORD = """### Sparse views for cone-beam CT
- **Arxiv ID**: http://arxiv.org/abs/2402.00001v3
- **DOI**: 10.1000/xyz.42
- **Categories**: cs.CV, **eess.IV**
- **Links**: [PDF](http://arxiv.org/pdf/2402.00001v3)
- **Published**: 2024-02-01 01:02:03+00:00
- **Updated**: 2024-02-03 04:05:06+00:00
- **Authors**: Ana Díaz, Bo Li
- **Comment**: 9 pages,
  accepted at MICCAI
- **Journal**: None
- **Summary**: We rebuild volumes from 20 views, with a loss of $\\lambda < 0.5$.



"""


def read_text(tmp_path: Path, text: str | bytes) -> list[Paper | SkippedRecord]:
    path = tmp_path / "day"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(path))


def read_paper(tmp_path: Path, text: str) -> Paper:
    (paper,) = read_text(tmp_path, text)
    assert isinstance(paper, Paper)
    return paper


def test_every_field_of_a_record_is_kept(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, HEADER + RECORD)

    assert paper == Paper(
        id="2402.00001",
        version=3,
        arxiv_id="2402.00001",
        doi="10.1000/xyz.42",
        title="Sparse views for cone-beam CT",
        abstract=r"We rebuild volumes from 20 views, with a loss of $\lambda < 0.5$.",
        authors=("Ana Díaz", "Bo Li"),
        categories=("eess.IV", "cs.CV"),
        published=datetime(2024, 2, 1, 1, 2, 3, tzinfo=UTC),
        updated=datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC),
        links={"abstract": "https://arxiv.org/abs/2402.00001", "pdf": "http://arxiv.org/pdf/2402.00001v3"},
        comment="9 pages, accepted at MICCAI",
        source=str(tmp_path / "day"),
        position=2,
    )


def test_a_sample_in_a_text_is_no_day_file() -> None:
    source = ArxivDaySource()

    assert source.confidence(HEADER + RECORD) == 1
    assert source.confidence(RECORD[RECORD.index("- **Arxiv ID**") :]) == 1
    assert source.confidence("# Formats\n\n    ### Title\n    - **Arxiv ID**: 2601.00001\n") == 0


def test_the_word_none_stands_for_a_missing_value(tmp_path: Path) -> None:
    text = (
        RECORD.replace("10.1000/xyz.42", "None")
        .replace("Ana Díaz, Bo Li", "None")
        .replace("2024-02-01 01:02:03+00:00", "None")
    )
    paper = read_paper(tmp_path, text)

    assert (paper.doi, paper.journal, paper.authors, paper.published) == (None, None, (), None)


def test_titles_may_hold_number_signs_and_asterisks(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, RECORD.replace("### Sparse", "### # **C#** Sparse"))

    assert paper.title == "# **C#** Sparse views for cone-beam CT"


def test_a_field_name_inside_an_abstract_is_text(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, RECORD.rstrip() + "\n- **Authors**: are listed\n- **Code**: online\n")

    assert paper.authors == ("Ana Díaz", "Bo Li")
    assert paper.abstract.endswith("- **Authors**: are listed - **Code**: online")


def test_fields_may_come_in_any_order(tmp_path: Path) -> None:
    head, *fields = RECORD.strip().replace(",\n  accepted", ", accepted").split("\n")
    paper = read_paper(tmp_path, "\n".join([head, *reversed(fields)]))

    assert paper.abstract.endswith("$.")
    assert paper.comment == "9 pages, accepted at MICCAI"


def test_old_style_ids_and_windows_line_breaks_are_read(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, RECORD.replace("2402.00001v3", "cs/9901001v1").replace("\n", "\r\n"))

    assert (paper.arxiv_id, paper.version) == ("cs/9901001", 1)
    assert "\r" not in paper.abstract


def test_a_heading_without_fields_is_skipped_with_its_line(tmp_path: Path) -> None:
    skipped, paper = read_text(tmp_path, HEADER + "### Lost heading\n\n" + RECORD)

    assert skipped == SkippedRecord(str(tmp_path / "day"), 2, "a heading without title or fields is no paper")
    assert isinstance(paper, Paper)


def test_a_record_that_is_not_utf8_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    broken = RECORD.encode().replace("Ana Díaz".encode(), b"Ana D\xedaz")
    skipped, paper = read_text(tmp_path, broken + RECORD.encode())

    assert isinstance(skipped, SkippedRecord)
    assert skipped.line == 1
    assert skipped.reason == "line 8 is not UTF-8: byte 0xed at column 21"
    assert isinstance(paper, Paper)


def test_an_unreadable_date_skips_the_record_and_says_so(tmp_path: Path) -> None:
    (skipped,) = read_text(tmp_path, RECORD.replace("2024-02-01 01:02:03+00:00", "1 February"))

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason.startswith("unreadable value: Invalid isoformat string")


def test_a_seed_day_has_ninety_papers_with_abstracts(shared: Path) -> None:
    papers = list(read(shared / "seeds" / "004_126af9eaec7cd56a.txt"))

    assert len(papers) == 90
    assert all(isinstance(paper, Paper) and paper.abstract and paper.authors and paper.published for paper in papers)


def test_the_sample_week_has_forty_papers() -> None:
    papers = list(read(Path(__file__).parents[2] / "examples" / "sample-week"))

    assert len({paper.id for paper in papers if isinstance(paper, Paper)}) == 40


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
def test_only_web_addresses_become_links(tmp_path: Path, address: str) -> None:
    paper = read_paper(tmp_path, RECORD.replace("http://arxiv.org/pdf/2402.00001v3", address))

    assert list(paper.links) == ["abstract"]


def parse(text: str) -> list[Paper | SkippedRecord]:
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    return list(ArxivDaySource().read(lines, "day"))


def is_plain(text: str) -> bool:
    return text != "None" and not text.startswith(("#", "- **"))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(normalize_text).filter(is_plain)
NAMES = st.lists(TEXT.filter(lambda text: text and "," not in text), max_size=4)
DATES = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RECORDS = st.fixed_dictionaries(
    {
        "title": TEXT.filter(bool),
        "abstract": TEXT,
        "authors": NAMES,
        "comment": TEXT,
        "published": DATES,
        "wrap": st.booleans(),
    }
)


def write(record: dict[str, Any]) -> str:
    newline = "\n  " if record["wrap"] else " "
    comment = record["comment"].replace(" ", newline)
    return (
        f"### {record['title']}\n- **Arxiv ID**: http://arxiv.org/abs/2402.00001v3\n- **DOI**: None\n"
        f"- **Categories**: **cs.CV**\n- **Published**: {record['published']}\n"
        f"- **Authors**: {', '.join(record['authors']) or 'None'}\n- **Comment**: {comment}\n"
        f"- **Summary**: {record['abstract']}\n\n\n"
    )


@given(st.lists(RECORDS, max_size=4))
def test_a_written_day_reads_back_equal(records: list[dict[str, Any]]) -> None:
    papers = [paper for paper in parse(HEADER + "".join(map(write, records))) if isinstance(paper, Paper)]

    assert [
        {
            "title": paper.title,
            "abstract": paper.abstract,
            "authors": list(paper.authors),
            "comment": paper.comment or "",
            "published": paper.published,
        }
        for paper in papers
    ] == [{name: value for name, value in record.items() if name != "wrap"} for record in records]


@given(
    st.lists(st.sampled_from(["### T", "### ", "- **Summary**: a", "- **Published**: x", "- **Authors**:", "text", ""]))
)
def test_each_heading_is_one_record(lines: list[str]) -> None:
    records = parse("\n".join(lines))

    assert len(records) == sum(line.startswith("### ") for line in lines)


def test_a_day_cut_within_a_record_keeps_what_is_whole() -> None:
    papers = parse(HEADER + RECORD + RECORD[: RECORD.index("- **Published**") + 20])

    assert [type(paper) for paper in papers] == [Paper, SkippedRecord]


def test_a_record_that_never_ends_is_skipped_and_the_next_one_read() -> None:
    lines = [Line(1, "### Endless"), *[Line(2, "x" * 2**20)] * 9, *(Line(3, text) for text in RECORD.split("\n"))]
    endless, paper = ArxivDaySource().read(lines, "day")

    assert endless == SkippedRecord("day", 1, "record longer than 8,388,608 characters")
    assert isinstance(paper, Paper)


def test_one_bad_record_in_a_hundred_costs_only_itself() -> None:
    bad = RECORD.replace("2024-02-01 01:02:03+00:00", "never")
    records = parse("".join(bad if number % 100 == 0 else RECORD for number in range(2_000)))

    assert sum(isinstance(record, SkippedRecord) for record in records) == 20
    assert len(records) == 2_000
