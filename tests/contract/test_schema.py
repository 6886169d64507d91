"""Facts about the JSON Schemas that a chat model is held to."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from summarizer.contract.schema import (
    REPLY_KEYS,
    TRANSLATION_KEYS,
    Annotation,
    Translation,
    build_abstract_translation_schema,
    build_annotation_schema,
    build_overview_schema,
    schema_text,
)
from summarizer.contract.taxonomy import load_taxonomy
from tests.chat_server.schema import strict_violation

TAXONOMY = load_taxonomy("taxonomy.v1")


@pytest.mark.parametrize("languages", [[], ["zh-Hans"], ["ja", "zh-Hant", "de"]])
def test_both_schemas_keep_the_rules_of_strict_structured_output(languages: list[str]) -> None:
    for schema in (
        build_annotation_schema(TAXONOMY, languages),
        build_abstract_translation_schema(languages),
        build_overview_schema(["P1", "P2"]),
    ):
        assert strict_violation(schema_text(schema).encode()) is None


def test_the_quote_is_written_before_the_score_that_it_justifies() -> None:
    schema = build_annotation_schema(TAXONOMY, ["zh-Hans"])

    assert list(schema["properties"]) == ["tldr", "tags", "evidence", "relevance", "translations"]


def test_tags_and_scores_are_closed_sets() -> None:
    properties = build_annotation_schema(TAXONOMY, [])["properties"]

    assert properties["tags"]["items"]["enum"] == [tag.id for tag in TAXONOMY.tags]
    assert properties["relevance"] == {"type": "integer", "enum": [0, 1, 2, 3, 4, 5]}


def test_every_language_needs_every_text() -> None:
    annotation = build_annotation_schema(TAXONOMY, ["zh-Hans", "ja"])["properties"]["translations"]
    abstract = build_abstract_translation_schema(["zh-Hans"])["properties"]["translations"]

    assert annotation["required"] == ["zh-Hans", "ja"]
    assert annotation["properties"]["ja"]["required"] == ["title", "tldr"]
    assert abstract["properties"]["zh-Hans"]["required"] == ["abstract"]


def test_without_languages_translations_is_an_empty_object() -> None:
    translations: dict[str, Any] = build_annotation_schema(TAXONOMY, [])["properties"]["translations"]

    assert translations == {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def test_the_text_of_a_schema_is_compact_and_keeps_the_order_of_keys() -> None:
    schema = build_annotation_schema(TAXONOMY, ["zh-Hans"])
    text = schema_text(schema)

    assert text.startswith('{"type":"object","properties":{"tldr":')
    assert list(orjson.loads(text)["properties"]) == list(schema["properties"])
    assert orjson.loads(text) == schema


def test_a_reply_has_the_keys_of_the_record_that_is_made_of_it() -> None:
    assert set(REPLY_KEYS["annotation"]) == set(Annotation.model_fields)
    assert {key for keys in TRANSLATION_KEYS.values() for key in keys} == set(Translation.model_fields)


def test_the_statements_of_an_overview_may_cite_the_papers_that_were_shown_alone() -> None:
    schema = build_overview_schema(["P1", "P2"])
    statement = schema["properties"]["statements"]["items"]

    assert statement["properties"]["papers"]["items"]["enum"] == ["P1", "P2"]
    assert statement["required"] == ["text", "papers"]
    assert statement["additionalProperties"] is schema["additionalProperties"] is False
