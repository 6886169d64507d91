"""Whatever a text holds, page and Markdown have the structure that they have with harmless text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from summarizer.annotate.records import Record
from summarizer.contract.schema import Translation
from summarizer.contract.taxonomy import Taxonomy
from summarizer.digest import Digest, render_markdown, render_page
from summarizer.digest.visible import visible
from tests.digest.document import Document
from tests.digest.hostile import HOSTILE
from tests.digest.sample_records import CRITERION, TAXONOMY, annotated, digest, duplicate, failed, paper, skipped

_TEXT = {"text", "code_inline", "text_special"}


def _records(text: str) -> tuple[Record, ...]:
    """Records with `text` in every field that a paper, a chat model or an error fills."""
    the_paper = paper(
        title=text,
        abstract=f"An anchor here. {text}",
        authors=(text, *(f"{text} {number}" for number in range(6))),
        categories=(text,),
        comment=text,
        journal=text,
        venue=text,
        doi=text,
    )
    translation = Translation(title=text, tldr=text, abstract=text)
    return (
        annotated(
            the_paper,
            tldr=text,
            evidence="anchor here",
            translations={"zh-Hans": translation},
            served_model=text,
            requested_model=text,
            run_id=text,
        ),
        failed(paper("2611.00002", title=text, links={"abstract": text}, arxiv_id=None), message=text),
        skipped(path=f"x/{text.replace('/', ' ')}", reason=text),
        duplicate(paper("2611.00003", title=text), reason=text),
    )


def _digest(text: str) -> Digest:
    line = visible(text)  # the loaders hold taxonomy and criterion to one line
    tags = tuple(replace(tag, label=line, labels={"zh-Hans": line}) for tag in TAXONOMY.tags)
    facets = tuple(replace(facet, label=line, labels={"zh-Hans": line}) for facet in TAXONOMY.facets)
    levels = tuple(replace(level, definition=line) for level in CRITERION.levels)
    return digest(
        *_records(text),
        title=text,
        taxonomy=Taxonomy(TAXONOMY.name, TAXONOMY.fingerprint, facets, tags),
        criterion=replace(CRITERION, subject=line, levels=levels),
    )


def _page_structure(html: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(element.tag, tuple(element.attributes)) for element in Document(html).elements]


def _markdown_tokens(text: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def _markdown_structure(text: str) -> list[tuple[str, str, str]]:
    """Return the tokens without their texts; raw HTML, which is the template's own, with its text."""
    return [
        (token.type, token.tag, token.content if token.type.startswith("html") else "")
        for token in _markdown_tokens(text)
        if token.type not in _TEXT
    ]


def _shown(text: str) -> str:
    """Return what is left of a text when signs that only frame a formula are taken out."""
    return "".join(visible(text).replace("$", "").split())


@pytest.fixture(scope="module")
def harmless_page() -> list[tuple[str, tuple[str, ...]]]:
    return _page_structure(render_page(_digest("x plain")))


@pytest.fixture(scope="module")
def harmless_markdown() -> list[tuple[str, str, str]]:
    return _markdown_structure(render_markdown(_digest("x plain")))


def test_there_are_enough_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_inert_on_the_page(text: str, harmless_page: list[tuple[str, tuple[str, ...]]]) -> None:
    html = render_page(_digest(f"x {text}"))

    assert _page_structure(html) == harmless_page
    assert _shown(text) in _shown(Document(html).one("p", class_="tldr").text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("start", ["", "x "])
def test_a_hostile_text_is_inert_in_markdown(
    text: str, start: str, harmless_markdown: list[tuple[str, str, str]]
) -> None:
    markdown = render_markdown(_digest(f"{start}{text}"))
    words = "".join(token.content for token in _markdown_tokens(markdown) if token.type in _TEXT)

    assert _markdown_structure(markdown) == harmless_markdown
    assert _shown(text) in _shown(words)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_address_is_no_link_to_anything_but_a_web_page(text: str) -> None:
    the_paper = paper(text, arxiv_id=text, doi=text, links={"abstract": text, "pdf": text, "doi": text})
    elsewhere = paper("other", arxiv_id=None, links={"abstract": text, "pdf": text, "doi": text})
    html = render_page(digest(annotated(the_paper), annotated(elsewhere)))
    addresses = [str(link.attributes["href"]) for link in Document(html).find("a")]

    assert all(address.startswith(("https://arxiv.org/", "https://doi.org/", "#")) for address in addresses)
