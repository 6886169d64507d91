"""The form of a prompt file: its keys, the placeholders of its templates, its worked examples."""

from __future__ import annotations

from collections.abc import Iterable
from string import Template

from pydantic import BaseModel, ConfigDict, Field, model_validator

from summarizer.contract.released import Line, VersionedFile
from summarizer.contract.schema import REPLY_KEYS, TRANSLATION_KEYS, Reply

_OFFERED = {
    "system": {"subject", "tags", "rubric", "translations", "examples"},
    "translations": {"languages", "notes"},
    "no_translations": set[str](),
    "user": {"paper"},
    "reask": {"issues"},
    "schema_suffix": {"schema"},
    "pack": set[str](),
}
"""The placeholders that each template may use."""
_OFFERED_TO_OVERVIEW = {
    "system": {"subject"},
    "user": {"papers"},
    "reask": {"issues"},
    "schema_suffix": {"schema"},
}
"""Likewise, in a prompt that asks for an overview of many papers."""
_NEEDED = frozenset(["user", "reask", "schema_suffix"])
"""Templates whose one placeholder must be used: without it the message would not hold what it is for."""
_ABOUT_LANGUAGES = frozenset(["translations", "no_translations"])
_NOT_FOR_OVERVIEW = _ABOUT_LANGUAGES | {"examples_heading", "language_notes", "examples", "pack"}


class Example(BaseModel):
    """A worked example: an invented paper and the reply that it should get."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Line
    abstract: Line
    subject: Line | None = None
    """Subject of the criterion that it was scored by; None when nothing is scored."""
    reply: dict[str, str | int | tuple[str, ...]] = {}
    """Every key of the reply except `translations`, in the reply's order."""
    translations: dict[str, dict[str, Line]] = {}
    """By language tag."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the reply."""
        tags = self.reply.get("tags")

        return tags if isinstance(tags, tuple) else ()


class PromptFile(VersionedFile):
    """The content of a prompt file: templates for `string.Template`, and the data that they show."""

    reply: Reply
    placeholders: tuple[str, ...]
    """All that the templates use, declared once more, so that a misspelt or forgotten one is found."""
    system: str
    translations: str = ""
    """Stands for `$translations` when there are languages to translate to."""
    no_translations: str = ""
    """Stands for `$translations` when there are none."""
    user: str
    reask: str
    """Asks for a corrected reply."""
    schema_suffix: str
    """Added to the system message where the endpoint can't enforce a schema."""
    pack: str = ""
    """Added to the system message where one message holds several papers; without it none does."""
    examples_heading: str = ""
    language_notes: dict[str, Line] = Field(default_factory=dict)
    """Advice by language tag, shown when that language is asked for."""
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> PromptFile:
        self._check_keys()
        offered = _OFFERED_TO_OVERVIEW if self.reply == "overview" else _OFFERED
        used = set[str]().union(*(_check_template(key, getattr(self, key), names) for key, names in offered.items()))
        declared = set(self.placeholders)
        if used != declared:
            raise ValueError(
                f"placeholders: declared but not used: {_list(declared - used)}; "
                f"used but not declared: {_list(used - declared)}"
            )
        for example in self.examples:
            _check_example(example, self.reply)

        return self

    def _check_keys(self) -> None:
        given = self.model_fields_set
        if self.reply == "overview" and (unwanted := given & _NOT_FOR_OVERVIEW):
            raise ValueError(f"not for a prompt that asks for an overview: {', '.join(sorted(unwanted))}")
        if self.reply == "abstract-translation" and "pack" in given:
            raise ValueError("pack: abstracts are translated one by one")
        if self.reply != "overview" and (missing := _ABOUT_LANGUAGES - given):
            raise ValueError(f"{', '.join(sorted(missing))}: missing key: add it")


def _check_template(key: str, text: str, offered: set[str]) -> set[str]:
    template = Template(text)
    if not template.is_valid():
        raise ValueError(f"{key}: a $ that starts no placeholder; write $$ for the sign itself")
    used = set(template.get_identifiers())
    if unknown := used - offered:
        raise ValueError(f"{key}: unknown placeholder: {_list(unknown)}; this template may use: {_list(offered)}")
    if key in _NEEDED and not used:
        (needed,) = offered
        raise ValueError(f"{key}: ${needed} is missing: without it the message lacks the {needed}")

    return used


def _check_example(example: Example, reply: Reply) -> None:
    keys, texts = REPLY_KEYS[reply][:-1], TRANSLATION_KEYS[reply]
    if tuple(example.reply) != keys:
        raise ValueError(f"example {example.title!r}: reply must have the keys {keys} in this order")
    for language, translated in example.translations.items():
        if tuple(translated) != texts:
            raise ValueError(
                f"example {example.title!r}: translations.{language} must have the keys {texts} in this order"
            )


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names)) or "none"
