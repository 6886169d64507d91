"""The sole importer of math_core: running text as HTML, with its formulas as MathML that browsers lay out and speak.

LaTeX outside formulas stays as it is, apart from an escaped percent sign or ampersand. So does a formula that cannot be
converted, or whose conversion holds anything but plain MathML.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from markupsafe import Markup, escape
from math_core import LatexError, LatexToMathML

from summarizer.digest.contents import Span

# Longer formulas stay LaTeX, which bounds the time and the depth of a conversion.
_BODY = r"[^$]{1,400}?"
_MAX_DEPTH = 24
_MAX_EXPANSIONS = 50

# A dollar sign opens a formula only before, and closes one only after, something that is not space, and not between two
# figures, so that prices stay text.
_PIECE = re.compile(
    rf"(?<![\\$])(?P<dollars>\${{1,2}})(?=\S)(?!\d[^$]*\$\d)(?P<formula>{_BODY})(?<=[^\s\\])(?P=dollars)(?!\$)"
    rf"|(?<!\\)\\\((?P<inline>{_BODY})(?<!\\)\\\)"
    rf"|(?<!\\)\\\[(?P<display>{_BODY})(?<!\\)\\\]"
    r"|(?<!\\)\\(?P<sign>[%&])"
)
_COMMENT = re.compile(r"(?<!\\)%")

# Left out of a conversion without loss: emphasis inside text, which comes as HTML, and a narrowed space.
_DROPPED = re.compile(r"</?(?:b|i|em|code)>|(?<=<mspace) style=\"margin-left:-0\.1\d*em;\"")

# What is let through of https://w3c.github.io/mathml-core/: no links, styles, classes, ids, handlers or hidden content,
# and no length that could push a formula over its neighbours.
_ELEMENTS = re.compile(
    r"m(?:i|n|o|s|text|space|row|frac|sqrt|root|sub|sup|subsup|under|over|underover|multiscripts|prescripts|table|tr|td)"
)
_LENGTH = r"(?:0|-?0?\.\d+em|[0-2](?:\.\d+)?em)"
_ATTRIBUTE = (
    r" (?:(?:accent|accentunder|displaystyle|fence|largeop|movablelimits|separator|stretchy|symmetric)=\"(?:true|false)\""
    r"|form=\"(?:prefix|infix|postfix)\"|mathvariant=\"normal\"|scriptlevel=\"[0-2]\""
    rf"|(?:lspace|rspace|width|linethickness|minsize|maxsize)=\"{_LENGTH}\")"
)
_TOKEN = re.compile(
    rf"<(?P<close>/?)(?P<name>m[a-z]+)(?:{_ATTRIBUTE})*(?P<empty>/?)>"
    r"|(?P<text>(?:[^<>&]|&(?:lt|gt|amp|ApplyFunction|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,5});)+)"
)


def render_prose(text: str, marked: Span | None = None) -> Markup:
    """Return running text as HTML with a stretch of it marked; of a formula that it touches, all is marked.

    Everything is escaped; each formula is a `math` element with its LaTeX as `alttext`, as far as it can be converted.
    """
    pieces = list(_PIECE.finditer(text))
    if marked is None:
        return _render(text, pieces, 0, len(text))
    touched = [piece.span() for piece in pieces if piece.start() < marked.end and marked.start < piece.end()]
    start = min([marked.start, *(first for first, _ in touched)])
    end = max([marked.end, *(last for _, last in touched)])
    return Markup("{}<mark>{}</mark>{}").format(
        _render(text, pieces, 0, start), _render(text, pieces, start, end), _render(text, pieces, end, len(text))
    )


@lru_cache(maxsize=4096)
def convert_formula(latex: str) -> Markup | None:
    """Return a formula as a `math` element; None when it cannot be converted without loss and without harm."""
    if _COMMENT.search(latex):  # what follows would be dropped
        return None
    try:
        converted = _converter().convert_with_local_state(latex, displaystyle=False)
    except (LatexError, UnicodeEncodeError):
        return None
    body = _DROPPED.sub("", converted.removeprefix("<math>").removesuffix("</math>"))
    if not _is_plain(body):
        return None
    return Markup('<math alttext="{}">{}</math>').format(latex, Markup(body))  # noqa: S704 - checked above


def _render(text: str, pieces: list[re.Match[str]], start: int, end: int) -> Markup:
    """Return one stretch of a text as HTML; no piece reaches over its ends."""
    rendered = []
    for piece in pieces:
        if start <= piece.start() and piece.end() <= end:
            rendered += [escape(text[start : piece.start()]), _render_piece(piece)]
            start = piece.end()
    return Markup("").join([*rendered, escape(text[start:end])])


def _render_piece(piece: re.Match[str]) -> Markup:
    if piece["sign"]:
        return escape(piece["sign"])
    latex = piece["formula"] or piece["inline"] or piece["display"]
    return convert_formula(latex.strip()) or escape(piece[0])


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False, max_expansions=_MAX_EXPANSIONS)


def _is_plain(markup: str) -> bool:
    """Tell whether `markup` nests, shows something, and holds nothing but what is let through."""
    position, shows, opened = 0, False, list[str]()
    while match := _TOKEN.match(markup, position):
        position = match.end()
        if match["text"]:
            shows = shows or bool(match["text"].strip())
        elif not _ELEMENTS.fullmatch(match["name"]) or len(opened) > _MAX_DEPTH:
            return False
        elif match["close"]:
            if not opened or opened.pop() != match["name"]:
                return False
        elif not match["empty"]:
            opened.append(match["name"])
    return shows and not opened and position == len(markup)
