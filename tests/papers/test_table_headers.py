"""Facts about what the headers of paper tables mean."""

from __future__ import annotations

import re

import pytest

from summarizer.papers.sources.table_headers import Column, find_columns


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Title|Authors|Venue|Year|Abstract|PDF", ["title", "authors", "venue", "year", "abstract", "link"]),
        ("No.|Paper|Conference/Journal|Code", [None, "title", "venue", None]),
        ("Paper|Title", ["link", "title"]),
        ("**标题**|[链接](https://a.org)|会议|备注", ["title", "link", "venue", "note"]),
        ("論文タイトル|著者|概要|学会|リンク", ["title", "authors", "abstract", "venue", "link"]),
        ("Published in|Title", ["venue", "title"]),
    ],
)
def test_headers_come_in_several_languages_and_any_order(header: str, columns: list[str | None]) -> None:
    cells = [re.sub(r"[*\[\]]|\(.*\)", "", cell) for cell in header.split("|")]

    assert find_columns(cells) == [Column(column) if column else None for column in columns]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("中文摘要", "zh-Hans"),
        ("摘要（中文）", "zh-Hans"),
        ("摘要翻译", "zh-Hans"),
        ("繁體中文摘要", "zh-Hant"),
        ("日本語アブストラクト", "ja"),
        ("Abstract (zh)", "zh-Hans"),
        ("Abstract zh-Hant", "zh-Hant"),
        ("abstract_ja", "ja"),
        ("Chinese Abstract", "zh-Hans"),
        ("Abstract (de)", "de"),
        ("Abstract (en)", None),
        ("英文摘要", None),
    ],
)
def test_a_header_names_the_language_of_its_column(header: str, language: str | None) -> None:
    assert find_columns([header]) == [Column("abstract", language)]


def test_beside_an_english_column_the_local_one_is_the_translation() -> None:
    assert find_columns(["标题", "英文标题"]) == [Column("title", "zh-Hans"), Column("title")]
