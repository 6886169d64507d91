from __future__ import annotations

from decimal import Decimal

import pytest

from summarizer.contract.validation.numerals import CJK_NUMERAL, read_cjk_numeral, read_english_numerals


def _english(text: str, *, hints: bool) -> list[Decimal]:
    return [numeral.value for numeral in read_english_numerals(text) if numeral.is_hint is hints]


def _cjk(text: str, *, hints: bool) -> list[Decimal]:
    numerals = map(read_cjk_numeral, CJK_NUMERAL.finditer(text))
    return [numeral.value for numeral in numerals if numeral.is_hint is hints]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Twenty-five of one hundred and twenty", [25, 120]),
        ("three, four", [3, 4]),
        ("two three-dimensional scans", [3]),
        ("two thousand five hundred", [2500]),
        ("three million", [3_000_000]),
        ("often weighted", []),
        ("zero-shot, one-stage, two-view, million-scale", []),
        ("1.2 million", []),
    ],
)
def test_english_words_state_numbers(text: str, wanted: list[int]) -> None:
    assert _english(text, hints=False) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("both eyes", [2]),
        ("in May 2020", [5]),
        ("it may help in March", []),
        ("1.2 million", []),
        ("a million-scale set", [1_000_000]),
    ],
)
def test_english_words_hint_at_numbers(text: str, wanted: list[int]) -> None:
    assert _english(text, hints=True) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("五万", 50_000),
        ("三千二百零五", 3205),
        ("十二个", 12),
        ("1.2亿", 120_000_000),
        ("1億2000萬", 120_000_000),
        ("30余万", 300_000),
        ("5 万", 50_000),
        ("12万亿", 12_000_000_000_000),
        ("一点二万", 12_000),
        ("百分之九十三点二", Decimal("93.2")),
        ("百分之百", 100),
        ("百分之九十点三", Decimal("90.3")),
        ("九十点三万", 903_000),
        ("1만 2천", 12_000),
    ],
)
def test_numerals_of_east_asia_state_numbers(text: str, wanted: int | Decimal) -> None:
    assert _cjk(text, hints=False) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "一种",
        "两个",
        "三维",
        "十分",
        "一一对应",
        "成千上万",
        "数百万",
        "千万",
        "几十",
        "十二指肠",
        "三分之二",
        "3.2个百分点",
        "10千米",
        "万能",
        "百科",
    ],
)
def test_what_only_looks_like_a_number_states_none(text: str) -> None:
    assert _cjk(text, hints=False) == []


def test_a_single_numeral_is_a_hint() -> None:
    assert _cjk("十折验证", hints=True) == [10]
