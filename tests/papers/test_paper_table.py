"""Facts about reading paper tables."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.lines import read_lines
from summarizer.papers.sources.paper_table import PaperTableSource

HEADER = "| 年份 | 题目 | 作者 | 摘要 | 中文摘要 | link |\n| --- | :-: | --- |-----| --- | --- |\n"
ROW = "| 2023 | Sparse views for CT | Ana Díaz, Bo Li | We rebuild volumes. | 我们重建体积。 | [link](https://a.org/x_1.pdf) |\n"
SEED = "001_8365cecda7d1ee74.txt"


def read_text(text: str | bytes) -> list[Paper | SkippedRecord]:
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return list(PaperTableSource().read(read_lines(stream), "table"))


def read_paper(text: str) -> Paper:
    (paper,) = read_text(text)
    assert isinstance(paper, Paper)
    return paper


def test_every_column_is_kept() -> None:
    paper = read_paper(HEADER + ROW)

    assert paper.model_dump(exclude={"id"}, exclude_defaults=True) == {
        "title": "Sparse views for CT",
        "abstract": "We rebuild volumes.",
        "authors": ("Ana Díaz", "Bo Li"),
        "links": {"pdf": "https://a.org/x_1.pdf"},
        "venue": "2023",
        "reference_translations": {"zh-Hans": {"abstract": "我们重建体积。"}},
        "source": "table",
        "position": 3,
    }


def test_a_pipe_inside_a_cell_is_escaped_and_latex_is_kept() -> None:
    paper = read_paper(HEADER + ROW.replace("We rebuild volumes.", r"We bound $\|x\\|$ by $\lambda_1$ \_"))

    assert paper.abstract == r"We bound $|x\|$ by $\lambda_1$ \_"


def test_a_row_with_too_many_cells_is_skipped_and_says_why() -> None:
    (skipped,) = read_text(HEADER + ROW.replace("volumes", "P(a|b)"))

    assert skipped == SkippedRecord("table", 3, "7 cells for 6 columns; a pipe inside a cell must be written \\|")


def test_missing_cells_at_the_end_are_empty() -> None:
    paper = read_paper(HEADER + "2023 | A title | Ana Díaz\n")

    assert (paper.title, paper.authors, paper.abstract, paper.links) == ("A title", ("Ana Díaz",), "", {})


def test_a_row_without_a_title_is_skipped() -> None:
    empty, broken, paper = read_text(HEADER + "| 2023 | | Ana |\nthe rest of a broken row\n" + ROW)

    assert empty == SkippedRecord("table", 3, "the row has no title")
    assert broken == SkippedRecord("table", 4, "the row has no title")
    assert isinstance(paper, Paper)


def test_tables_within_prose_are_found_and_other_tables_passed_over() -> None:
    other = "| Method | Dice |\n|---|---|\n| U-Net | 0.9 |\n\n"
    text = f"# Papers\n\nSee a | b.\n\n{HEADER}{ROW}\n## More\n\n{other}{HEADER}{ROW}\nThe end | of it.\n"

    assert [record.position for record in read_text(text) if isinstance(record, Paper)] == [7, 17]
    assert len(read_text(text)) == 2


@pytest.mark.parametrize("between", ["\n", "| --- | --- | --- | --- | --- | --- |\n", HEADER, "\n" + HEADER])
def test_what_stands_between_rows_loses_none(between: str) -> None:
    assert len(read_text(HEADER + ROW + between + ROW)) == 2


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Díaz, Ana; Li, Bo", ("Díaz, Ana", "Li, Bo")),
        ("Ana Díaz and Bo Li", ("Ana Díaz", "Bo Li")),
        ("Ana Díaz, Bo Li, and Cy Wu", ("Ana Díaz", "Bo Li", "Cy Wu")),
        ("Ana Díaz<br>Bo Li", ("Ana Díaz", "Bo Li")),
        ("张三、李四", ("张三", "李四")),
        ("Ana Díaz et al.", ("Ana Díaz",)),
        ("Ann Díaz et.al.", ("Ann Díaz",)),
        ("Ana Díaz, Bo Li, et al", ("Ana Díaz", "Bo Li")),
        ("Ana Díaz, etc.", ("Ana Díaz",)),
        ("张三、李四等", ("张三", "李四")),
        ("Janet Al, Vince Metal", ("Janet Al", "Vince Metal")),
        ("", ()),
    ],
)
def test_names_are_separated_in_several_ways(cell: str, authors: tuple[str, ...]) -> None:
    assert read_paper(HEADER + ROW.replace("Ana Díaz, Bo Li", cell)).authors == authors


def test_a_linked_title_and_identifiers_tell_who_the_paper_is() -> None:
    header = "| arXiv | DOI | Title | Venue | Year | Code |\n|-|-|-|-|-|-|\n"
    row = "| 2402.00001v2 | 10.1000/x.1 | **[A title](https://openreview.net/forum?id=a)** | MICCAI | 2024 | [git](https://github.com/a/b) |"
    paper = read_paper(header + row)

    assert (paper.title, paper.arxiv_id, paper.version, paper.doi) == ("A title", "2402.00001", 2, "10.1000/x.1")
    assert paper.venue == "MICCAI 2024"
    assert paper.links == {"abstract": "https://arxiv.org/abs/2402.00001", "doi": "https://doi.org/10.1000/x.1"}


def test_a_number_in_an_identifier_column_is_no_identifier() -> None:
    paper = read_paper("| arXiv | Title |\n|-|-|\n| 17 | A title |\n")

    assert (paper.arxiv_id, paper.links) == (None, {})


def test_a_full_date_is_the_publication_date_and_the_conference_site_tells_the_venue() -> None:
    address = "https://openaccess.thecvf.com/content/ICCV2023/papers/x_paper.pdf"
    paper = read_paper(HEADER + ROW.replace("2023 |", "2024-02-01 |").replace("https://a.org/x_1.pdf", address))

    assert paper.published == datetime(2024, 2, 1, tzinfo=UTC)
    assert paper.venue == "ICCV 2023"


def test_a_row_of_a_daily_table_has_its_date_in_bold_and_one_author() -> None:
    header = "|Publish Date|Title|Authors|PDF|Code|\n|---|---|---|---|---|\n"
    address = "http://arxiv.org/abs/2401.00001"
    row = f"|**2024-01-05**|**Bone loops in CT**|Ann Díaz et.al.|[2401.00001]({address})|null|\n"
    paper = read_paper(header + row)

    assert (paper.title, paper.authors, paper.arxiv_id) == ("Bone loops in CT", ("Ann Díaz",), "2401.00001")
    assert (paper.published, paper.venue) == (datetime(2024, 1, 5, tzinfo=UTC), None)


def test_a_misread_name_is_repaired_and_a_right_one_kept() -> None:
    paper = read_paper(HEADER + ROW.replace("Ana Díaz, Bo Li", "Ana DÃ­az, GÃ¼l Åström, Ãlvarez"))

    assert paper.authors == ("Ana Díaz", "Gül Åström", "Ãlvarez")


def test_without_ftfy_a_misread_name_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['ftfy'] = None\n"
        "from summarizer.papers.sources.encoding_repair import repair_encoding\n"
        "assert repair_encoding('São Paulo, Åström, 3 Å') == 'São Paulo, Åström, 3 Å'\n"
        "repair_encoding('GÃ¼l')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "ConfigurationError" in result.stderr
    assert "pip install 'summarizer[sources]'" in result.stderr


def test_a_row_that_is_not_utf8_is_skipped_and_the_next_one_read() -> None:
    skipped, paper = read_text(HEADER.encode() + ROW.encode().replace("Díaz".encode(), b"D\xedaz") + ROW.encode())

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason.startswith("line 3 is not UTF-8")
    assert isinstance(paper, Paper)


def test_a_row_of_a_megabyte_is_read_whole() -> None:
    paper = read_paper(HEADER + ROW.replace("We rebuild volumes.", "word " * 200_000))

    assert len(paper.abstract) == 999_999


def test_a_table_is_recognised_by_its_header() -> None:
    source = PaperTableSource()

    assert source.confidence(f"# Papers\n\n{HEADER}{ROW}") == 0.9
    assert source.confidence("| Method | Dice |\n|---|---|\n| U-Net | 0.9 |\n") == 0
    assert source.confidence("Title | Authors, but no table\n") == 0


CELLS = st.text(st.sampled_from(r"abcXYZ 012|\$_^{}()[].,:;*#-+=~`'!?é中文"), max_size=60).map(normalize_text)
WORDS = st.text(st.sampled_from("abcXYZ 012|$^{}().,:;#-+=é中"), min_size=1, max_size=60).map(normalize_text)


def escape(cell: str) -> str:
    return cell.replace("|", "\\|")


@given(st.lists(st.tuples(WORDS.filter(lambda title: re.search(r"\w", title)), CELLS, CELLS), max_size=6))
def test_documents_read_back_equal(records: list[tuple[str, str, str]]) -> None:
    rows = [f"| {escape(title)} | {escape(text)} | {escape(chinese)} |\n" for title, text, chinese in records]
    papers = read_text("| Title | Abstract | 中文摘要 |\n| --- | --- | --- |\n" + "".join(rows))

    assert [
        (paper.title, paper.abstract, paper.reference_translations.get("zh-Hans", {}).get("abstract", ""))
        for paper in papers
        if isinstance(paper, Paper)
    ] == records


@given(st.text(st.sampled_from("|-: \n\\aTitle题目"), max_size=120))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read_text(HEADER + text), list)


def test_the_seed_has_forty_one_papers_with_chinese_abstracts(shared: Path) -> None:
    text = (shared / "seeds" / SEED).read_text(encoding="utf-8")
    papers = [record for record in read_text(text) if isinstance(record, Paper)]

    assert len(papers) == len(read_text(text)) == len(re.findall(r"(?m)^\| 20\d\d \|", text)) == 41
    assert sum("abstract" in paper.reference_translations["zh-Hans"] for paper in papers) == 41
    assert all(paper.abstract and paper.authors and paper.links["pdf"] for paper in papers)
    assert {paper.venue for paper in papers} == {"ICCV 2023"}
    assert any("Pablo Márquez-Neila" in paper.authors for paper in papers)
