"""Facts about the form of a prompt file: templates, placeholders, examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.contract.prompts import load_prompt
from summarizer.errors import PromptError

PROMPT = """
kind = "prompt"
name = "brief"
version = 1
description = "A short prompt."
reply = "annotation"
placeholders = ["tags", "paper", "issues", "schema"]
system = "Annotate with $tags."
translations = "In the usual way."
no_translations = "None."
user = "$paper"
reask = "Wrong: $issues"
schema_suffix = "Schema: $schema"
"""
EXAMPLE = """
[[examples]]
title = "T"
abstract = "A"
subject = "medical imaging"
[examples.reply]
tldr = "S."
tags = ["ct"]
evidence = "A"
relevance = 5
[examples.translations.zh-Hans]
title = "题"
tldr = "摘要。"
"""


def write_prompt(folder: Path, text: str) -> str:
    path = folder / "brief.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_short_prompt_of_ones_own_is_accepted(tmp_path: Path) -> None:
    own = load_prompt(write_prompt(tmp_path, PROMPT + EXAMPLE))

    assert (own.name, own.reply) == ("brief.v1", "annotation")
    assert own.content.examples[0].tags == ("ct",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "$tags",
            "$tag",
            r"system: unknown placeholder: \$tag; this template may use: \$examples, \$rubric, \$subject",
        ),
        ("with $tags", "$tags of $paper", r"system: unknown placeholder: \$paper"),
        (" with $tags", "", r"declared but not used: \$tags; used but not declared: none"),
        ('"$paper"', '"$paper "\n#', None),
        ('"tags", ', "", r"declared but not used: none; used but not declared: \$tags"),
        ('"$paper"', '"The paper."', r"user: \$paper is missing: without it the message lacks the paper"),
        ("$issues", "issues", r"reask: \$issues is missing"),
        ("$schema", "the schema", r"schema_suffix: \$schema is missing"),
        ("$tags.", "$tags for 5 $.", r"system: a \$ that starts no placeholder; write \$\$ for the sign itself"),
        ("$tags.", "$tags for 5 $$.", None),
        ('system = "', 'System = "', "system: missing key: add it; System: unknown key"),
        ('translations = "In the usual way."\n', "", "translations: missing key: add it"),
        (
            'reply = "annotation"',
            'reply = "overview"',
            "not for a prompt that asks for an overview: examples, no_translations, translations",
        ),
        (
            'reply = "annotation"',
            'reply = "poem"',
            "reply: Input should be 'annotation', 'abstract-translation' or 'overview'",
        ),
        (
            'tags = ["ct"]\nevidence = "A"',
            'evidence = "A"\ntags = ["ct"]',
            r"example 'T': reply must have the keys \('tldr', 'tags',",
        ),
        ("relevance = 5\n", "", "example 'T': reply must have the keys"),
        ("relevance = 5\n", "relevance = 5\nmood = 1\n", "example 'T': reply must have the keys"),
        ('tldr = "摘要。"', "", "example 'T': translations.zh-Hans must have the keys"),
        ('title = "T"', "", r"examples\[0\]\.title: missing key"),
    ],
)
def test_templates_placeholders_and_examples_are_checked_when_read(
    tmp_path: Path, old: str, new: str, message: str | None
) -> None:
    text = PROMPT + EXAMPLE
    assert old in text
    source = write_prompt(tmp_path, text.replace(old, new, 1))
    if message is None:
        assert load_prompt(source).name == "brief.v1"
        return

    with pytest.raises(PromptError, match=message):
        load_prompt(source)


def test_a_prompt_that_asks_for_another_reply_is_refused_where_one_is_needed(tmp_path: Path) -> None:
    source = write_prompt(tmp_path, PROMPT)

    assert load_prompt(source, reply="annotation") == load_prompt(source)
    with pytest.raises(
        PromptError, match="asks for an annotation; one that asks for an abstract-translation is needed"
    ):
        load_prompt(source, reply="abstract-translation")


OVERVIEW = """
kind = "prompt"
name = "brief-overview"
version = 1
description = "A short prompt."
reply = "overview"
placeholders = ["papers", "issues", "schema"]
system = "Sum up."
user = "$papers"
reask = "Wrong: $issues"
schema_suffix = "Schema: $schema"
"""


def test_a_prompt_for_an_overview_shows_papers_and_has_no_languages(tmp_path: Path) -> None:
    own = load_prompt(write_prompt(tmp_path, OVERVIEW), reply="overview")

    assert own.render_papers(["one", "two"]).splitlines()[1:-1] == ["one", "", "two"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('user = "$papers"', 'user = "$paper"', r"user: unknown placeholder: \$paper; this template may use: \$papers"),
        (
            'user = "$papers"',
            'user = "The papers."',
            r"user: \$papers is missing: without it the message lacks the papers",
        ),
        ("Sum up.", "Sum up $tags.", r"system: unknown placeholder: \$tags; this template may use: \$subject"),
    ],
)
def test_its_templates_are_checked_too(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(PromptError, match=message):
        load_prompt(write_prompt(tmp_path, OVERVIEW.replace(old, new, 1)))
