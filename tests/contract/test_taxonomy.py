"""Facts about taxonomies: the shipped one, and what a user's own must keep to."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from summarizer.contract.taxonomy import OTHER, Taxonomy, load_taxonomy
from summarizer.errors import PromptError

HEADER = """
kind = "taxonomy"
name = "topics"
version = 1
description = "Two topics."
[[facets]]
id = "task"
label = "Task"
labels = {}
"""
TAG = '[[tags]]\nid = "{id}"\nfacet = "{facet}"\nlabel = "L"\nlabels.de = "M"\ndefinition = "D."\naliases = {aliases}\n'


def write_taxonomy(folder: Path, *tags: dict[str, str]) -> str:
    """Write a taxonomy with one facet, `task`."""
    path = folder / "topics.toml"
    values = ({"id": "other", "facet": "task", "aliases": "[]"} | tag for tag in tags)
    path.write_text(HEADER + "".join(TAG.format(**tag) for tag in values), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return load_taxonomy("taxonomy.v1")


def test_the_shipped_taxonomy_has_30_to_40_tags_and_other(shipped: Taxonomy) -> None:
    named = [tag for tag in shipped.tags if tag.id != OTHER]

    assert 30 <= len(named) < len(shipped.tags) <= 40


def test_every_facet_of_the_shipped_taxonomy_has_tags(shipped: Taxonomy) -> None:
    counts = Counter(tag.facet for tag in shipped.tags)

    assert [facet.id for facet in shipped.facets] == ["task", "modality", "method", "data", "application", "other"]
    assert set(counts) == {facet.id for facet in shipped.facets}


def test_every_shipped_tag_has_a_definition_of_one_sentence(shipped: Taxonomy) -> None:
    for tag in shipped.tags:
        assert tag.definition.endswith("."), tag.id
        assert ". " not in tag.definition, tag.id
        assert len(tag.definition.split()) <= 25, tag.id


def test_every_shipped_tag_and_facet_has_a_chinese_label(shipped: Taxonomy) -> None:
    labels = [tag.labels["zh-Hans"] for tag in shipped.tags] + [facet.labels["zh-Hans"] for facet in shipped.facets]

    for label in labels:
        assert re.search(r"[\u4e00-\u9fff]", label) or label == "CT"


def test_every_shipped_tag_but_other_has_6_to_15_lower_case_aliases(shipped: Taxonomy) -> None:
    for tag in shipped.tags:
        assert tag.id == OTHER or 6 <= len(tag.aliases) <= 15, tag.id
        assert list(tag.aliases) == [alias.lower() for alias in tag.aliases]


def test_no_shipped_alias_points_to_two_tags(shipped: Taxonomy) -> None:
    counts = Counter(alias.replace("-", " ") for tag in shipped.tags for alias in tag.aliases)

    assert [alias for alias, count in counts.items() if count > 1] == []


def test_labels_are_unique(shipped: Taxonomy) -> None:
    assert len({tag.label for tag in shipped.tags}) == len(shipped.tags)
    assert len({tag.labels["zh-Hans"] for tag in shipped.tags}) == len(shipped.tags)


def test_a_taxonomy_renders_each_tag_once_under_its_facet(tmp_path: Path) -> None:
    own = load_taxonomy(write_taxonomy(tmp_path, {"id": "ct", "aliases": '["ct scan"]'}, {"id": "other"}))

    assert own.render() == "Task:\n- ct: D.\n- other: D."


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ([{"id": "ct"}], "there must be a tag 'other'"),
        ([{}, {"id": "ct"}, {"id": "ct"}], "tag given twice: 'ct'"),
        ([{"facet": "organ"}], "tag 'other' is in facet 'organ', which is not defined"),
        ([{}, {"id": "CT scan"}], r"tags\[1\]\.id: 'CT scan' must match"),
        ([{"aliases": '["a", "b", "a"]'}], "alias of tag 'other' given twice: 'a'"),
        ([{"aliases": '[""]'}], r"tags\[0\]\.aliases\[0\]: must be one line of text"),
        ([{"aliases": '"ct"'}], r"tags\[0\]\.aliases: Input should be a valid tuple|array"),
    ],
)
def test_a_taxonomy_that_breaks_a_rule_is_refused(tmp_path: Path, tags: list[dict[str, str]], message: str) -> None:
    with pytest.raises(PromptError, match=message):
        load_taxonomy(write_taxonomy(tmp_path, *tags))
