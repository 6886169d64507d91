"""Render a digest as one self-contained HTML page that asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

from summarizer.contract.schema import Translation
from summarizer.digest import wording
from summarizer.digest.contents import Digest, Span
from summarizer.digest.templates import load_template, read_asset

_FACET_COLOURS = 8


class Rendition(NamedTuple):
    """A text in another language."""

    language: str
    text: str


def render_page(digest: Digest) -> str:
    """Return the page: complete without scripts, bound by a Content-Security-Policy to the style and script in it."""
    style, script = _style(digest), read_asset("page.js")
    return load_template("page.html.j2").render(
        digest=digest,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, script),
        prose=render_prose,
        translated=_Translator(digest),
        facet_colours={facet.id: index % _FACET_COLOURS for index, facet in enumerate(digest.taxonomy.facets)},
        most_relevance=max(1, *digest.relevance_counts),
        most_papers=max((count.papers for group in digest.tag_groups for count in group.counts), default=1),
        wording=wording,
    )


def render_prose(text: str, marked: Span | None = None) -> Markup:
    """Return running text as HTML with a stretch of it marked. Formulas are shown as their LaTeX source."""
    if marked is None:
        return escape(text)
    before, inside, after = text[: marked.start], text[marked.start : marked.end], text[marked.end :]
    return Markup("{}<mark>{}</mark>{}").format(before, inside, after)


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


def _style(digest: Digest) -> str:
    """Return the style sheet with the rules that make the language switch work without a script."""
    rules = (
        f':root:has(#lang-{number}:checked) .columns [lang="{language.tag}"] {{ display: inline; }}\n'
        f':root:has(#lang-{number}:checked) .columns span:has(~ [lang="{language.tag}"]) {{ display: none; }}\n'
        for number, language in enumerate(digest.languages, start=1)
    )
    return read_asset("style.css") + "".join(rules)


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
