"""Render a digest as GitHub-flavoured Markdown."""

from __future__ import annotations

import re

from markupsafe import Markup

from summarizer.digest import wording
from summarizer.digest.contents import Digest, Span
from summarizer.digest.templates import load_template

# Formulas and addresses are shown as code, where nothing in them is markup; GitHub typesets $`…`$. A dollar sign opens
# a formula only before, and closes one only after, something that is not space, and not between two figures, so that
# prices stay text. Addresses would otherwise become links: https://github.github.com/gfm/#autolinks-extension-
_LITERAL = re.compile(
    r"(?<![\\$])\$(?P<display>\$?)(?=\S)(?!\d[^$`]*\$\d)(?P<formula>[^$`]{1,400}?)(?<=[^\s\\])\$(?P=display)(?!\$)"
    r"|(?P<address>(?:(?:https?|ftp)://|www\.|mailto:|xmpp:|(?<![\w.+-])[\w.+-]{1,64}@)[^\s`]*[^\s`.,;:()\[\]])",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$]|&(?=[#\w]))")
_BLOCK_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)])(?=\s|$))")


def render_markdown(digest: Digest) -> str:
    """Return the same content as the page, in the same order."""
    return load_template("digest.md.j2", escape=_finalize).render(
        digest=digest, prose=render_prose, wording=wording, link=_link
    )


def render_prose(text: str, marked: Span | None = None) -> Markup:
    """Return running text as Markdown with a stretch of it marked."""
    if marked is None:
        return escape_markdown(text)
    before, inside, after = text[: marked.start], text[marked.start : marked.end], text[marked.end :]
    return (
        escape_markdown(before)
        + Markup("<mark>")
        + escape_markdown(inside)
        + Markup("</mark>")
        + escape_markdown(after)
    )


def escape_markdown(text: str) -> Markup:
    """Return one line of text on which no Markdown or HTML acts, whether it stands at the start of a line or not."""
    pieces, end = [], 0
    for match in _LITERAL.finditer(text):
        pieces += [_escape_plain(text[end : match.start()]), _code(match)]
        end = match.end()
    escaped = "".join([*pieces, _escape_plain(text[end:])])
    return Markup(_BLOCK_START.sub(r"\2\\\1\3", escaped))  # noqa: S704 - escaped above


def _finalize(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape_markdown(str(value))


def _link(text: str, url: str) -> Markup:
    return Markup("[") + escape_markdown(text) + Markup(f"](<{url}>)")  # noqa: S704 - `safe_url` made the address


def _escape_plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _code(literal: re.Match[str]) -> str:
    formula = literal["formula"]
    return f"`{literal['address']}`" if formula is None else f"$`{formula}`$"
