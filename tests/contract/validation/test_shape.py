from __future__ import annotations

from typing import Any

import pytest

from summarizer.contract.schema import REPLY_KEYS, TRANSLATION_KEYS
from summarizer.contract.validation.shape import ABSTRACT_TRANSLATION, ANNOTATION, find_shape_issues

REPLY: dict[str, Any] = {
    "tldr": "a",
    "tags": ["ct"],
    "relevance": 1,
    "evidence": "b",
    "translations": {"ja": {"title": "c", "tldr": "d"}},
}


def test_the_shapes_have_the_keys_of_the_schemas() -> None:
    assert set(REPLY) == set(REPLY_KEYS["annotation"])
    assert set(REPLY["translations"]["ja"]) == set(TRANSLATION_KEYS["annotation"])
    assert not list(find_shape_issues(REPLY, ANNOTATION))
    assert not list(find_shape_issues({"translations": {"ja": {"abstract": "a"}}}, ABSTRACT_TRANSLATION))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"relevance": "3"}, '"relevance" is "3": give an integer'),
        ({"relevance": 3.0}, "give an integer"),
        ({"relevance": True}, "give an integer"),
        ({"relevance": None}, "give an integer"),
        ({"tldr": 3}, '"tldr" is "3": give a string'),
        ({"tags": "ct"}, "give a list"),
        ({"tags": [1]}, '"tags.0"'),
        ({"translations": []}, "give an object"),
        ({"translations": {"ja": {"title": "c"}}}, 'The field "translations.ja.tldr" is missing'),
        ({"translations": {"ja": {"title": "c", "tldr": "d", "note": ""}}}, '"translations.ja.note" was not asked for'),
        ({"confidence": 1}, '"confidence" was not asked for: remove it'),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], wanted: str) -> None:
    assert wanted in "".join(find_shape_issues(REPLY | change, ANNOTATION))


@pytest.mark.parametrize("key", list(REPLY))
def test_every_field_is_needed(key: str) -> None:
    reply = {name: value for name, value in REPLY.items() if name != key}

    assert list(find_shape_issues(reply, ANNOTATION)) == [f'The field "{key}" is missing: add it.']
