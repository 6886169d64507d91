"""Whatever a text holds, each form has the structure that it has with harmless text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import feedparser
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from summarizer.annotate.records import Record
from summarizer.contract.schema import Translation
from summarizer.contract.taxonomy import Taxonomy
from summarizer.digest import Digest, render_feed, render_json, render_markdown, render_page
from summarizer.digest.contents import Overview, Statement
from summarizer.digest.visible import visible
from tests.digest.document import Document
from tests.digest.hostile import HOSTILE
from tests.digest.sample_records import (
    CRITERION,
    TAXONOMY,
    WINDOW,
    annotated,
    digest,
    duplicate,
    failed,
    paper,
    shown_before,
    skipped,
)

_TEXT = {"text", "code_inline", "text_special"}


def _records(texts: Sequence[str], start: str) -> Iterator[Record]:
    """Yield records with each text in every field that a paper, a chat model or an error fills."""
    for number, plain in enumerate(texts):
        text = f"{start}{plain}"
        the_paper = paper(
            f"2611.{number:05}",
            title=text,
            abstract=f"An anchor here. {text}",
            authors=(text, *(f"{text} {place}" for place in range(6))),
            categories=(text,),
            comment=text,
            journal=text,
            venue=text,
            doi=text,
        )
        yield annotated(
            the_paper,
            tldr=text,
            evidence="anchor here",
            translations={"zh-Hans": Translation(title=text, tldr=text, abstract=text)},
        )
        nowhere = paper(f"2612.{number:05}", title=text, links={"abstract": text}, arxiv_id=None)
        yield failed(nowhere, message=text)
        yield skipped(path=f"x/{text.replace('/', ' ')}", line=number, reason=text)
        yield duplicate(paper(f"2613.{number:05}", title=text), reason=text)


def _digest(texts: Sequence[str], start: str = "x ") -> Digest:
    """Build a digest with each text in papers of its own, and with some together wherever a digest has one text."""
    line = visible(start + " ".join(texts[::11]))  # the loaders hold taxonomy and criterion to one line
    tags = tuple(replace(tag, label=line, labels={"zh-Hans": line}) for tag in TAXONOMY.tags)
    facets = tuple(replace(facet, label=line, labels={"zh-Hans": line}) for facet in TAXONOMY.facets)
    levels = tuple(replace(level, definition=line) for level in CRITERION.levels)
    made = annotated(paper("2610.00001"), served_model=line, requested_model=line, run_id=line, tags=("mri",))
    return digest(
        *_records(texts, start),
        made,
        title=line,
        taxonomy=Taxonomy(TAXONOMY.name, TAXONOMY.fingerprint, facets, tags),
        criterion=replace(CRITERION, subject=line, levels=levels),
        window=WINDOW,
        past=[shown_before("1")],
        overview=Overview(tuple(Statement(start + text, ("2610.00001",)) for text in texts)),
    )


def _structure(document: Document) -> list[tuple[str, tuple[str, ...]]]:
    return [(element.tag, tuple(element.attributes)) for element in document.elements]


def _markdown_tokens(text: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def _markdown_structure(tokens: list[Token]) -> list[tuple[str, str, str]]:
    """Return the tokens without their texts; raw HTML, which is the template's own, with its text."""
    return [
        (token.type, token.tag, token.content if token.type.startswith("html") else "")
        for token in tokens
        if token.type not in _TEXT
    ]


def _shown(text: str) -> str:
    """Return what is left of a text when signs that only frame a formula are taken out."""
    return "".join(visible(text).replace("$", "").split())


def _missing(texts: Sequence[str], shown: str) -> list[str]:
    everything = _shown(shown)
    return [text for text in texts if _shown(text) not in everything]


def test_there_are_enough_hostile_texts() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 200


@pytest.fixture(scope="module")
def hostile() -> Digest:
    return _digest(HOSTILE)


@pytest.fixture(scope="module")
def harmless() -> Digest:
    return _digest(["plain"] * len(HOSTILE))


@pytest.fixture(scope="module")
def harmless_markdown(harmless: Digest) -> list[tuple[str, str, str]]:
    return _markdown_structure(_markdown_tokens(render_markdown(harmless)))


@pytest.mark.parametrize("start", ["", "x "])
def test_hostile_texts_are_inert_in_markdown(start: str, harmless_markdown: list[tuple[str, str, str]]) -> None:
    tokens = _markdown_tokens(render_markdown(_digest(HOSTILE, start)))

    assert _markdown_structure(tokens) == harmless_markdown
    assert _missing(HOSTILE, "".join(token.content for token in tokens if token.type in _TEXT)) == []


def test_hostile_texts_are_inert_on_the_page(hostile: Digest, harmless: Digest) -> None:
    page = Document(render_page(hostile))
    shown = " ".join(summary.text for summary in page.find("p", class_="tldr"))

    assert _structure(page) == _structure(Document(render_page(harmless)))
    assert _missing(HOSTILE, shown) == []


def test_hostile_texts_are_inert_in_the_feed(hostile: Digest, harmless: Digest) -> None:
    feed, plain = (
        feedparser.parse(render_feed(digest).encode(), sanitize_html=False, resolve_relative_uris=False)
        for digest in (hostile, harmless)
    )

    assert not feed.bozo
    assert [_structure(Document(entry.content[0].value)) for entry in feed.entries] == [
        _structure(Document(entry.content[0].value)) for entry in plain.entries
    ]
    assert _missing(HOSTILE, " ".join(entry.title for entry in feed.entries)) == []


def test_hostile_texts_are_whole_in_the_json(hostile: Digest) -> None:
    document = json.loads(render_json(hostile))
    titles = {paper["title"] for section in document["sections"] for paper in section["papers"]}

    assert {visible(f"x {text}") for text in HOSTILE} <= titles


def test_hostile_addresses_are_no_links_to_anything_but_a_web_page() -> None:
    records = [
        record
        for number, text in enumerate(HOSTILE)
        for record in (
            annotated(paper(f"{number} {text}", arxiv_id=text, doi=text, links={"abstract": text, "pdf": text})),
            annotated(paper(f"other {number}", arxiv_id=None, links={"abstract": text, "pdf": text, "doi": text})),
        )
    ]
    links = {link.url for entry in digest(*records).entries for link in entry.links}

    assert links
    assert all(link.startswith(("https://arxiv.org/", "https://doi.org/")) for link in links)
