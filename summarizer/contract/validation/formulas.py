r"""The formulas and LaTeX commands of a text, and whether its translation kept them.

Formulas are compared by their bodies: white space, spacing commands and needless braces do not count. What is only a
number, a unit or a sign is left to the check of numbers: `$20\%$` may become 20%, and `$\sim$20` 约20.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

from summarizer.contract.validation.notation import to_plain_notation

_OPENING = re.compile(r"\\\\|\\\$|\$\$|\$|\\\(|\\\[")
_CLOSING = {
    opening: re.compile(closing)
    for opening, closing in {"$$": r"\$\$", "$": r"(?<!\\)\$", "\\(": r"\\\)", "\\[": r"\\\]"}.items()
}
_LONGEST_FORMULA = 2_000
_CJK = re.compile(r"[\u3001\u3002\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff0c]")
_MATHEMATICAL = re.compile(r"[\\^_={}<>|]")
_PROSE = re.compile(r"[^\W\d_]{3,}")
_MAX_PROSE_WORDS = 1

_TEXT_GROUP = re.compile(r"\\(?:text|textrm|mbox)\s*\{[^{}]*\}")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)
_SINGLE_GROUP = re.compile(r"\{(\\[A-Za-z]+ |[^{}\\])\}")
_SPACING = frozenset(["\\,", "\\;", "\\:", "\\!", "\\ ", "\\>", "~", "\\quad", "\\qquad", "\\left", "\\right"])
_SAME = {
    "\\%": "%",
    "\\le": "\\leq",
    "\\ge": "\\geq",
    "\\ne": "\\neq",
    "\\to": "\\rightarrow",
    "\\dfrac": "\\frac",
    "\\tfrac": "\\frac",
}

_NUMERIC = re.compile(
    r"(?:[\d.,%+\-x*/:()\[\]{}~<>=±×≤≥≈]|\\(?:sim|simeq|approx|times|pm|mp|leq|geq|ll|gg|lesssim|gtrsim|cdot|rightarrow"
    r"|mathbf|mathrm|bf|rm|text|textbf|bm) |\^\\circ C?|\\mu [msgLl]|\^(?:st|nd|rd|th)|\^\{(?:st|nd|rd|th)\})*|[\^_]\d"
)
_SYMBOL = re.compile(r"[A-Za-z]{1,12}(?:[_^][A-Za-z0-9*+]{1,3}|[_^]\{[A-Za-z0-9]{1,6}\})?|\\[A-Za-z]+ ")
_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_DROPPABLE_WORDS = (
    "textbf textit textsc textrm texttt textsf text emph underline bf it em rm tt sc small url href cite citep citet ref footnote "
    "label mathbf mathrm mathit mathcal xspace newline noindent linebreak par item begin end ensuremath textsuperscript "
    "textsubscript textgreater textless textasciitilde textdegree textmu textendash textemdash times sim simeq approx pm mp leq geq "
    "le ge lt gt to rightarrow cdot circ deg degree ldots dots dag dagger copyright ss ae oe aa AA"
)
_DROPPABLE = frozenset(_DROPPABLE_WORDS.split())
"""Commands that only format, or that plain characters and words can stand for."""


class LostFormulas(NamedTuple):
    """What a translation did to the formulas of its source, each as it is written."""

    missing: list[str]
    added: list[str]


class _Text(NamedTuple):
    bodies: list[str]
    """Formulas as they stand between their delimiters."""
    rest: str
    """The text without them."""


def find_lost_formulas(source: str, translation: str) -> LostFormulas:
    """Return the formulas and LaTeX commands that `translation` lacks, and those that `source` lacks.

    A symbol may lose its delimiters (`$k$`-means, `$T_1$`, a Greek letter) or gain them.
    """
    both = source + translation
    if "\\" not in both and "$" not in both:
        return LostFormulas([], [])
    ours, theirs = _split(source), _split(translation)
    return LostFormulas(_subtract(ours, theirs, only_symbols=True), _subtract(theirs, ours, only_symbols=False))


def _subtract(these: _Text, those: _Text, *, only_symbols: bool) -> list[str]:
    """Return what `these` has more often than `those`, as it is written."""
    available = Counter(map(_canonical, those.bodies))
    needed = Counter(map(_canonical, these.bodies))
    written = {_canonical(body): body.strip() for body in these.bodies}
    bare = _bare(those.rest)
    formulas = (
        f"${written[formula]}$"
        for formula, count in needed.items()
        if count > available[formula]
        and not _NUMERIC.fullmatch(formula)
        and not ((not only_symbols or _SYMBOL.fullmatch(formula)) and _stands(formula, bare))
    )
    everywhere = " ".join([those.rest, *those.bodies])
    commands = (
        command
        for command in dict.fromkeys(_COMMAND.findall(these.rest))
        if command[1:] not in _DROPPABLE and command not in everywhere and not _stands(f"{command} ", bare)
    )
    return [*formulas, *commands]


def _split(text: str) -> _Text:
    bodies: list[str] = []
    rest: list[str] = []
    kept_from = position = 0
    while opening := _OPENING.search(text, position):
        position = opening.end()
        if opening[0] not in _CLOSING:
            continue
        closing = _CLOSING[opening[0]].search(text, position, position + _LONGEST_FORMULA)
        if closing and _is_formula(
            body := text[position : closing.start()], behind=text[closing.end() : closing.end() + 1]
        ):
            bodies.append(body)
            rest.append(text[kept_from : opening.start()])
            kept_from = position = closing.end()
    rest.append(text[kept_from:])
    return _Text(bodies, " ".join(rest))


def _is_formula(body: str, *, behind: str) -> bool:
    """Tell a formula from what stands between two amounts of money, as in "from $5 to $10"."""
    if not body.strip() or (_CJK.search(_TEXT_GROUP.sub("", body)) is not None):
        return False
    if _MATHEMATICAL.search(body):
        return True
    return not (
        len(_PROSE.findall(body)) > _MAX_PROSE_WORDS
        or (body[0].isdecimal() and (behind.isdecimal() or " " in body.rstrip()))
    )


def _canonical(body: str) -> str:
    tokens = [
        _SAME.get(token, token) for token in _TOKEN.findall(_TEXT_GROUP.sub(r"\\text", body)) if token not in _SPACING
    ]
    joined = "".join(f"{token} " if token[0] == "\\" and token[1:].isalpha() else token for token in tokens)
    return _SINGLE_GROUP.sub(r"\1", joined).rstrip(".,;")


def _bare(text: str) -> str:
    """Return a text without formulas in the form in which `_stands` looks for symbols."""
    return re.sub(r"[_^{}]", "", to_plain_notation(text)) + " " + text


def _stands(canonical: str, bare: str) -> bool:
    symbol = re.sub(r"[_^{}\s]", "", canonical)
    forms = {symbol}
    if symbol.startswith("\\"):
        forms.add(_greek(symbol[1:]))
    return any(form and _is_word(form, bare) for form in forms)


def _is_word(form: str, text: str) -> bool:
    start = text.find(form)
    while start >= 0:
        around = text[max(0, start - 1) : start] + text[start + len(form) : start + len(form) + 1]
        if not re.search(r"[A-Za-z0-9\\]", around):
            return True
        start = text.find(form, start + len(form))
    return False


def _greek(name: str) -> str:
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.removeprefix('var').upper()}")
    except KeyError:
        return ""
