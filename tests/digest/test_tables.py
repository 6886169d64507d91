"""Facts about results as tables."""

from __future__ import annotations

import csv
import io

import pytest
from markdown_it import MarkdownIt

from summarizer.annotate.records import AnnotatedRecord, Profile, Reference
from summarizer.contract.schema import Translation
from summarizer.digest.tables import CSV_COLUMNS, render_csv, render_markdown_table
from tests.builders import PROFILE, build_annotated, build_paper

WHOLE = PROFILE.model_copy(update={"translation_prompt": Reference(name="translate-abstract.v1", fingerprint="f" * 64)})
HOSTILE = r"a | b \| c <script>alert(1)</script> ![x](http://evil/y.png) $x|y$ `|` [l](javascript:1) **b**"


def with_abstract(record: AnnotatedRecord) -> AnnotatedRecord:
    translations = {"zh-Hans": Translation(title="论文", tldr="分割。", abstract="整段摘要。")}
    return record.model_copy(update={"annotation": record.annotation.model_copy(update={"translations": translations})})


def rows(records: list[AnnotatedRecord], profile: Profile = PROFILE) -> list[str]:
    return "".join(render_markdown_table(records, profile)).splitlines()


@pytest.mark.parametrize(
    ("profile", "header"),
    [
        (PROFILE, "| 年份 | 题目 | 作者 | 摘要 | 一句话总结 | link |"),
        (WHOLE, "| 年份 | 题目 | 作者 | 摘要 | 中文摘要 | link |"),
        (PROFILE.model_copy(update={"languages": ()}), "| Year | Title | Authors | Abstract | TLDR | Link |"),
        (
            WHOLE.model_copy(update={"languages": ("ja",)}),
            "| Year | Title | Authors | Abstract | Abstract (ja) | Link |",
        ),
    ],
)
def test_the_header_says_what_the_translation_is_of(profile: Profile, header: str) -> None:
    assert rows([], profile)[0] == header


def test_a_row_has_the_paper_and_its_translation() -> None:
    paper = build_paper(title="A title", abstract="An abstract.", authors=("Ana Díaz", "Bo Li"), venue="MICCAI 2024")

    assert rows([build_annotated(paper)])[2] == (
        "| 2024 | A title | Ana Díaz, Bo Li | An abstract. | 分割肝脏病灶。 | [link](https://arxiv.org/abs/2401.00001) |"
    )
    assert "| 整段摘要。 |" in rows([with_abstract(build_annotated(paper))], WHOLE)[2]


def test_hostile_text_stays_in_its_cell_and_is_not_markup() -> None:
    paper = build_paper(title=HOSTILE, abstract=HOSTILE)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render("\n".join(rows([build_annotated(paper)])))

    assert html.count("<td") == 6
    assert "<script" not in html
    assert "<img" not in html
    assert "<strong" not in html
    assert html.count("<a ") == 1


def test_csv_has_a_column_for_each_fact_and_reads_back() -> None:
    paper = build_paper(title='Comma, "quote"\u2028and more', abstract="a\tb")
    table = list(csv.DictReader(io.StringIO("".join(render_csv([build_annotated(paper)], PROFILE)))))

    assert tuple(table[0]) == CSV_COLUMNS
    assert table[0]["title"] == 'Comma, "quote" and more'
    assert (table[0]["relevance"], table[0]["tags"], table[0]["tldr_translated"]) == (
        "4",
        "segmentation",
        "分割肝脏病灶。",
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_a_spreadsheet_runs_nothing(start: str) -> None:
    paper = build_paper(title=f"{start}HYPERLINK(1)")
    (row,) = csv.DictReader(io.StringIO("".join(render_csv([build_annotated(paper)], PROFILE))))

    assert row["title"] == f"'{start}HYPERLINK(1)"
