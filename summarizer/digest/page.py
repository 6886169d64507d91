"""Render a digest as one self-contained HTML page that asks the network for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from summarizer.contract.schema import Translation
from summarizer.digest import explanation, wording
from summarizer.digest.charts import draw_charts
from summarizer.digest.contents import Digest, Statement
from summarizer.digest.formulas import render_prose
from summarizer.digest.policy import content_security_policy
from summarizer.digest.templates import load_template, read_asset

_FACET_COLOURS = 8
_SCRIPTS = ("memory", "citations", "index", "filter", "list_store", "reading", "keys", "page")
"""In the order in which they run; each uses the ones before it."""


class Rendition(NamedTuple):
    """A text in another language."""

    language: str
    text: str


def render_page(digest: Digest) -> str:
    """Return the page: complete without scripts, bound by a Content-Security-Policy to the style and script in it."""
    style, script = _style(digest), _script()
    return load_template("page.html.j2").render(
        digest=digest,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=content_security_policy(style, script),
        charts=draw_charts(digest),
        prose=render_prose,
        translated=_Translator(digest),
        cited=_Numbers(digest),
        facet_colours={facet.id: index % _FACET_COLOURS for index, facet in enumerate(digest.taxonomy.facets)},
        most_relevance=max(1, *digest.relevance_counts),
        most_papers=max((count.papers for group in digest.tag_groups for count in group.counts), default=1),
        explanation=explanation,
        wording=wording,
    )


class _Translator:
    """Tells a template in which of the digest's languages a text is at hand."""

    def __init__(self, digest: Digest) -> None:
        self._tags = [language.tag for language in digest.languages]

    def labels(self, labels: Mapping[str, str]) -> list[Rendition]:
        """Return labels by language tag as renditions."""
        return [Rendition(tag, labels[tag]) for tag in self._tags if labels.get(tag)]

    def field(self, translations: Mapping[str, Translation], name: str) -> list[Rendition]:
        """Return one field of each translation as renditions."""
        return self.labels({tag: getattr(translation, name) for tag, translation in translations.items()})

    def classes(self, renditions: list[Rendition]) -> str:
        """Return the classes of an original: it gives way to each language that it is translated to."""
        return " ".join(f"o{self._tags.index(rendition.language) + 1}" for rendition in renditions)


class _Numbers:
    """The numbers of the cards, in reading order from 1."""

    def __init__(self, digest: Digest) -> None:
        self._numbers = {entry.paper.id: number for number, entry in enumerate(digest.entries, start=1)}

    def number(self, paper_id: str) -> int:
        """Return the number of the card of a paper."""
        return self._numbers[paper_id]

    def numbers(self, statement: Statement) -> list[int]:
        """Return the numbers of the cards that a statement rests on, of those that are listed."""
        return [self._numbers[paper_id] for paper_id in statement.paper_ids if paper_id in self._numbers]


def _style(digest: Digest) -> str:
    """Return the style sheet with the rules that make the language switch work without a script."""
    rules = (
        f':root:has(#lang-{number}:checked) .read [lang="{language.tag}"] {{ display: inline; }}\n'
        f":root:has(#lang-{number}:checked) .o{number} {{ display: none; }}\n"
        f":root:has(#lang-{number}:checked) .card h3 .o{number} {{ display: block; }}\n"
        for number, language in enumerate(digest.languages, start=1)
    )
    return read_asset("style.css") + "".join(rules)


def _script() -> str:
    files = "\n".join(read_asset(f"{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{files}}})();\n'
