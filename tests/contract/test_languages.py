from __future__ import annotations

import pytest

from summarizer.contract.languages import LANGUAGES, get_language
from summarizer.errors import ConfigurationError


@pytest.mark.parametrize("tag", ["zh-Hans", "ZH-HANS", "zh", "zh-CN", "zh_cn", " zh "])
def test_ways_to_say_simplified_chinese_are_one_language(tag: str) -> None:
    assert get_language(tag).tag == "zh-Hans"


@pytest.mark.parametrize("tag", ["zh-Hant", "zh-TW", "zh-hk"])
def test_ways_to_say_traditional_chinese_are_one_language(tag: str) -> None:
    assert get_language(tag).tag == "zh-Hant"


def test_an_unknown_language_lists_the_supported_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"'tlh'.*zh-Hans.*ja.*de"):
        get_language("tlh")


def test_every_language_is_found_by_its_own_tag() -> None:
    assert [get_language(language.tag) for language in LANGUAGES] == list(LANGUAGES)


def test_tags_and_endonyms_are_unique() -> None:
    assert len({language.tag for language in LANGUAGES}) == len({language.endonym for language in LANGUAGES})
