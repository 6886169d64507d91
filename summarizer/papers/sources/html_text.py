"""Readable text out of the HTML, JATS and MathML that publishers leave in titles and abstracts.

Only elements known here count as markup, so that `a < b`, `<MASK>` and other words of the authors stay; LaTeX is kept
verbatim, also where the publisher repeats a formula in MathML.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

_TAG = re.compile(
    r"<(?P<close>/?)(?P<prefix>(?:mml|jats|m):)?(?P<name>[A-Za-z][A-Za-z0-9-]*+)"
    r"""(?:\s++[\w:.-]++\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++))*+\s*+(?P<void>/?)>"""
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE = re.compile(
    r"a|b|big|bold|center|em|emphasis|ext-link|font|i|italics?|monospace|sans-serif|scp?|small|span|strong|styled-content|tt"
    r"|u|underline|uri|xref|inline-formula|inline-graphic|disp-formula|alternatives"
)
_BLOCK = re.compile(r"br|div|img|li|list-item|ol|p|sec|title|ul")
_RAISED = re.compile(r"sup|sub|inf|tex|tex-math|math")
_MATHML = re.compile(
    r"mrow|m[inos]|mtext|mstyle|m?sup|m?sub|msubsup|munder|mover|munderover|mfrac|msqrt|mfenced|mtable|mtr|mtd"
    r"|mmultiscripts|semantics|annotation|annotation-xml"
)
_SUPERSCRIPTS = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SUPERSCRIPT = re.compile(r"[0-9+=()n-]{1,8}")
_SUBSCRIPT = re.compile(r"[0-9+=()-]{1,8}")
_AS_IT_IS = re.compile(r"(?:st|nd|rd|th|TM|[*†‡§¶®™]{1,4})?", re.IGNORECASE)  # ordinals and footnote marks
_MAX_DEPTH = 40


@dataclass(slots=True)
class _Element:
    name: str
    children: list[str] = field(default_factory=list)


def plain_text(text: str) -> str:
    """Return `text` without markup and with its entities decoded; a raised 2 becomes `²`, a fraction `a/b`."""
    if "<" in text:
        text = _without_markup(text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _without_markup(text: str) -> str:
    elements = [_Element("")]
    opened: Counter[str] = Counter()
    position = 0
    for tag in _TAG.finditer(text):
        if not _is_markup(tag, opened):
            continue
        _add_text(elements, opened, text[position : tag.start()])
        position = tag.end()
        _add_tag(elements, opened, tag)
    _add_text(elements, opened, text[position:])
    while len(elements) > 1:
        _close(elements, opened)
    return "".join(elements[0].children)


def _is_markup(tag: re.Match[str], opened: Counter[str]) -> bool:
    name = tag["name"].casefold()
    known = _INLINE.fullmatch(name) or _BLOCK.fullmatch(name) or _RAISED.fullmatch(name)
    return bool(known or tag["prefix"] or (opened["math"] and _MATHML.fullmatch(name)))


def _add_text(elements: list[_Element], opened: Counter[str], text: str) -> None:
    if opened["math"]:
        text = text.strip()  # white space between MathML elements is layout
    if text:
        elements[-1].children.append(text)


def _add_tag(elements: list[_Element], opened: Counter[str], tag: re.Match[str]) -> None:
    name = tag["name"].casefold()
    if _BLOCK.fullmatch(name):
        elements[-1].children.append(" ")
    elif tag["void"] or not (_RAISED.fullmatch(name) or _MATHML.fullmatch(name)):
        return
    elif not tag["close"]:
        if len(elements) < _MAX_DEPTH:
            elements.append(_Element(name))
            opened[name] += 1
    elif opened[name]:
        while elements[-1].name != name:
            _close(elements, opened)
        _close(elements, opened)


def _close(elements: list[_Element], opened: Counter[str]) -> None:
    element = elements.pop()
    opened[element.name] -= 1
    siblings = elements[-1].children
    if element.name == "math" and siblings and siblings[-1].rstrip().endswith("$"):
        return  # the same formula stands before it in LaTeX
    siblings.append(_render(element))


def _render(element: _Element) -> str:
    layout = _LAYOUTS.get((element.name, len(element.children)))
    if layout:
        return layout(*element.children)
    text = "".join(element.children)
    return _WRAPPERS[element.name](text) if element.name in _WRAPPERS else text


def _raised(text: str) -> str:
    if _AS_IT_IS.fullmatch(text):
        return text
    return text.translate(_SUPERSCRIPTS) if _SUPERSCRIPT.fullmatch(text) else f"^{_braced(text)}"


def _lowered(text: str) -> str:
    return text.translate(_SUBSCRIPTS) if _SUBSCRIPT.fullmatch(text) else f"_{_braced(text)}" if text else ""


def _braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _grouped(text: str) -> str:
    return text if text.isalnum() or len(text) == 1 else f"({text})"


_LAYOUTS: dict[tuple[str, int], Callable[..., str]] = {
    ("msup", 2): lambda base, raised: base + _raised(raised),
    ("mover", 2): lambda base, over: base + _raised(over),
    ("msub", 2): lambda base, lowered: base + _lowered(lowered),
    ("munder", 2): lambda base, under: base + _lowered(under),
    ("msubsup", 3): lambda base, lowered, raised: base + _lowered(lowered) + _raised(raised),
    ("munderover", 3): lambda base, under, over: base + _lowered(under) + _raised(over),
    ("mfrac", 2): lambda above, below: f"{_grouped(above)}/{_grouped(below)}",
}
_WRAPPERS: dict[str, Callable[[str], str]] = {
    "sup": lambda text: _raised(text.strip()),
    "sub": lambda text: _lowered(text.strip()),
    "inf": lambda text: _lowered(text.strip()),
    "msqrt": lambda text: f"√{_grouped(text)}",
    "mfenced": lambda text: f"({text})",
    "mtd": lambda text: f"{text} ",
    "annotation": lambda _: "",
    "annotation-xml": lambda _: "",
}
