from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from summarizer.digest.json_form import render_json
from summarizer.digest.json_schema import DigestForm
from tests.digest.sample_records import digest, week, weekly_digest

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = DOCS / "digest-schema.json"


def properties(schema: Any) -> Iterator[str]:
    """Yield the names of all fields of a JSON Schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from properties(part)


def test_the_json_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("digest.json", render_json(weekly_digest()))


def test_the_schema_in_the_docs_is_that_of_the_code(golden: Callable[[str, str], None]) -> None:
    schema = DigestForm.model_json_schema(mode="serialization")

    golden(str(SCHEMA), json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def test_the_docs_name_every_field_of_the_document_and_of_a_paper() -> None:
    text, schema = (DOCS / "digest-json.md").read_text(), json.loads(SCHEMA.read_text())

    assert [name for name in properties(schema["properties"]) if f"`{name}`" not in text] == []
    for form in (schema, schema["$defs"]["PaperForm"]):
        assert [name for name in form["properties"] if f"`{name}`" not in text] == []


@pytest.mark.parametrize("built", [weekly_digest(), digest(*week()), digest()], ids=["weekly", "plain", "empty"])
def test_a_digest_fits_the_schema(built: Any) -> None:
    schema = json.loads(SCHEMA.read_text())

    jsonschema.validate(json.loads(render_json(built)), schema)


def test_every_annotated_paper_is_there_once_and_the_counts_add_up() -> None:
    document = json.loads(render_json(weekly_digest()))
    papers = [paper["id"] for section in document["sections"] for paper in section["papers"]]
    papers += [paper["id"] for paper in document["new_versions"]]
    counts = document["counts"]

    assert len(papers) == len(set(papers)) == counts["annotated"] == sum(document["relevance_counts"])
    assert counts["read"] == counts["annotated"] + counts["failed"] + counts["skipped"] + counts["duplicate"]


def test_neither_raw_replies_nor_folders_of_the_disk_are_in_it() -> None:
    text = render_json(weekly_digest())

    assert "secret reply" not in text
    assert "/home" not in text
