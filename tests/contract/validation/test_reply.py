from __future__ import annotations

import pytest

from summarizer.contract.validation.reply import MAX_REPLY_CHARACTERS, read_reply
from summarizer.errors import AnnotationInvalidError


def _issue(text: str, *, fenced: bool = False) -> str:
    with pytest.raises(AnnotationInvalidError) as caught:
        read_reply(text, fenced=fenced)
    assert caught.value.raw_text == text
    return caught.value.issues[0]


@pytest.mark.parametrize("text", ['{"a": 1}', ' \n{"a": 1}\n'])
def test_one_object_is_read(text: str) -> None:
    assert read_reply(text) == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"a": 1}\n```',
        '```\n{"a": 1}\n```',
        '```JSON\n{"a": 1}```\n',
        '<think>\nIs it {"a": 2}?\n</think>\n\n```json\n{"a": 1}\n```',
        '<think></think>{"a": 1}',
        '{"a": 1}',
    ],
)
def test_a_fence_and_a_thought_are_taken_off_when_asked(text: str) -> None:
    assert read_reply(text, fenced=True) == {"a": 1}


@pytest.mark.parametrize(
    "text", ['```json\n{"a": 1}\n```', '<think>x</think>{"a": 1}', 'Sure! {"a": 1}', '{"a": 1} Done.']
)
def test_anything_around_the_object_is_refused(text: str) -> None:
    assert "object alone" in _issue(text)


@pytest.mark.parametrize(
    "text", ['Sure:\n```json\n{"a": 1}\n```', '```json\n{"a": 1}\n```\nDone.', "{'a': 1}", '{"a": 1,}']
)
def test_nothing_else_is_repaired(text: str) -> None:
    assert _issue(text, fenced=True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"tldr": "error \\alpha and \\lambda"}', "write \\\\alpha, \\\\lambda for \\alpha, \\lambda"),
        ('{"tldr": "\\upsilon"}', "write \\\\upsilon for \\upsilon"),
        ('{"tldr": "90\\%"}', "write \\\\% for \\%"),
    ],
)
def test_an_unescaped_latex_command_is_named_with_its_mend(text: str, wanted: str) -> None:
    assert wanted in _issue(text)


def test_a_repeated_key_is_refused_at_any_depth() -> None:
    assert 'The key "b" occurs twice' in _issue('{"a": {"b": 1, "b": 1}}')


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_have_is_refused(value: str) -> None:
    assert value in _issue(f'{{"a": {value}}}')


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "empty"),
        ("[1]", "not"),
        ("[1", "starts with"),
        ('"a"', "starts with"),
        ('{"a": "b', "breaks off"),
        ('{"a": 1', "breaks off"),
        ('{"a": "line\nbreak"}', "raw line break"),
        ('{"a": 1 "b": 2}', "mend it"),
        ('{"a": ' + "9" * 5000 + "}", "sensible size"),
        ('{"a":' * 100_000, "sensible size"),
    ],
)
def test_the_issue_says_what_is_wrong(text: str, wanted: str) -> None:
    assert wanted in _issue(text)


def test_a_huge_reply_is_refused_unread() -> None:
    text = '{"a": "' + "x" * MAX_REPLY_CHARACTERS + '"}'

    assert str(MAX_REPLY_CHARACTERS) in _issue(text)


def test_an_issue_never_repeats_a_long_reply() -> None:
    assert len(_issue("word " * 10_000)) < 400
