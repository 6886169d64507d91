"""What the columns of a paper table hold, by their headers in English, Chinese and Japanese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """What a column holds."""

    field: str
    """`title`, `abstract`, `authors`, `year`, `venue`, `link`, `doi`, `arxiv` or `note`."""
    language: str | None = None
    """BCP 47 tag of a translation; None for the paper's own text."""


# Of two headers of one field, the one that stands earlier here is it.
_NAMES = {
    "title": "title papertitle articletitle titleofpaper titles papername 题目 标题 論文題目 論文標題 題目 標題 论文题目 论文标题 "
    "文章标题 论文名称 论文名 篇名 题名 タイトル 論文タイトル 題名 論文名 表題 paper papers article publication 论文 文章 論文",
    "authors": "authors author authorlist firstauthor 作者 第一作者 作者列表 论文作者 著者 著者名 執筆者",
    "abstract": "abstract abstracts paperabstract 摘要 论文摘要 概要 要旨 抄録 アブストラクト summary",
    "year": "date published publicationdate publishdate submitted updated year pubyear 年份 年 发表年份 日期 发布日期 发表时间 "
    "时间 發表年份 年度 発表年 出版年 公開日 日付",
    "venue": "venue conference journal conferencejournal journalconference publishedin publishedat 会议 期刊 会议期刊 发表会议 "
    "发表期刊 会议名称 來源 来源 會議 会議 学会 会議名 掲載 雑誌 ジャーナル pub",
    "link": "link links url paperlink paperurl pdf pdfurl pdflink 链接 论文链接 原文链接 论文地址 連結 鏈接 リンク 論文リンク arxivlink",
    "doi": "doi",
    "arxiv": "arxiv arxivid arxivnumber",
    "note": "tldr note notes comment comments remark remarks highlight highlights 备注 笔记 总结 评论 一句话总结 點評 メモ 備考 "
    "コメント 要約 一言",
}
_FIELDS = {name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names.split())}
_LANGUAGES = {
    "simplifiedchinese": "zh-Hans",
    "traditionalchinese": "zh-Hant",
    "chinese": "zh-Hans",
    "japanese": "ja",
    "english": "",
    "简体中文": "zh-Hans",
    "繁體中文": "zh-Hant",
    "中文翻译": "zh-Hans",
    "中文": "zh-Hans",
    "中译": "zh-Hans",
    "翻译": "zh-Hans",
    "译文": "zh-Hans",
    "英文": "",
    "原文": "",
    "日本語訳": "ja",
    "日本語": "ja",
    "日文": "ja",
    "和文": "ja",
    "和訳": "ja",
    "英語": "",
}
_LANGUAGE = re.compile("|".join(_LANGUAGES))
_TAG = re.compile(r"[\s(（\[_-](?P<tag>[a-z]{2}(?:[-_](?:hans|hant|[a-z]{2}))?)[)）\]]?$")
_TAGS = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-hans": "zh-Hans", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant", "en": ""}
_PUNCTUATION = re.compile(r"[\W_]+")
_TRANSLATED = frozenset({"title", "abstract"})
_PAPER_RANK = _FIELDS["paper"][1]  # from here on, names that may also head a column of links
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")


def find_columns(headers: Sequence[str]) -> list[Column | None]:
    """Return what each column holds, None for one that means nothing here; no two are the same."""
    columns: list[Column | None] = [None] * len(headers)
    readings = [(*reading, number) for number, header in enumerate(headers) if (reading := _read_header(header))]
    for column, rank, number in sorted(readings, key=lambda reading: reading[1]):
        if column not in columns:
            columns[number] = column
        elif (
            column.field in _TRANSLATED
            and (other := _second_column(column.field, rank, headers[number])) not in columns
        ):
            columns[number] = other
    return columns


def _second_column(field: str, rank: int, header: str) -> Column | None:
    """Return what `header` means beside another column of the same field."""
    if field == "title" and rank >= _PAPER_RANK:
        return Column("link")
    language = "ja" if _KANA.search(header) else "zh-Hans" if _HAN.search(header) else None
    return Column(field, language) if language else None


def _read_header(header: str) -> tuple[Column, int] | None:
    """Return what `header` means, and the lower the surer."""
    header = header.casefold().strip()
    if known := _FIELDS.get(_PUNCTUATION.sub("", header)):
        return Column(known[0]), known[1]
    name, language = _split_language(header)
    field, rank = _FIELDS.get(_PUNCTUATION.sub("", name), ("", 0))
    if field not in _TRANSLATED or language is None:
        return None
    return Column(field, language or None), rank if language else -1


def _split_language(header: str) -> tuple[str, str | None]:
    """Return a header without its language, and the language: empty for English, the papers' own."""
    if match := _TAG.search(header):
        return header[: match.start()], _TAGS.get(match["tag"].replace("_", "-"), match["tag"])
    joined = _PUNCTUATION.sub("", header)
    if match := _LANGUAGE.search(joined):
        return joined.replace(match[0], "", 1), _LANGUAGES[match[0]]
    return header, None
