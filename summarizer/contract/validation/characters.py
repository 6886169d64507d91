r"""Characters and markup that no field may hold.

A LaTeX command whose backslash was not doubled parses as JSON without error: `\text` becomes a tab and `ext`. Such a
control character therefore names the command that was probably meant. Does not look at what the words say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.contract.validation.quoting import quote

_CONTROLS = re.compile("([\x00-\x1f\x7f-\x9f\u2028\u2029])([A-Za-z]*)")
_ESCAPE_LETTERS = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_LATEX_WORDS = (
    "bar begin beta bf big bigg binom bm boldsymbol bot boxed bullet "
    "fbox flat floor footnote forall frac frown "
    "nabla ne nearrow neg neq newline ni nonumber norm not notin nu "
    "rangle rank rbrace rceil ref rfloor rho right rightarrow rm rule "
    "tan tanh tau text textbf textit textrm textsc textsf textsubscript textsuperscript texttt textwidth tfrac "
    "therefore theta thickapprox tilde times tiny to top trace triangle tt"
)
_LATEX_COMMANDS = _LATEX_WORDS.split()
_SHORT = 3

_BIDIRECTIONAL = "\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_SURROGATES, _PRIVATE = "\ud800-\udfff", "\ue000-\uf8ff\U000f0000-\U0010ffff"
_REPLACEMENT = "\ufffd"
_NO_CHARACTERS = "\ufdd0-\ufdef\ufffd-\uffff"
_HOSTILE = re.compile(f"[{_BIDIRECTIONAL}{_INVISIBLE}{_SURROGATES}{_PRIVATE}{_NO_CHARACTERS}]")
_JOINERS = frozenset("\u200c\u200d")
_MARKS = frozenset("\u200e\u200f\u061c")
_ORTHOGRAPHY = {"Arabic": _JOINERS | _MARKS, "Devanagari": _JOINERS}
"""Invisible characters that the spelling of a script needs."""

_HTML = re.compile(
    r"</?(?:a|abstract|answer|article|b|body|br|code|div|em|font|h[1-6]|head|html|i|iframe|img|input|li|link|math|meta|mi"
    r"|mn|mo|ol|p|pre|script|span|strong|style|sub|summary|sup|svg|table|td|th|think|title|tldr|tr|tt|u|ul)"
    r"(?:\s+[\w-]{1,30}\s*=[^<>]{0,500}|\s*)/?>|&(?:lt|gt|amp|quot|nbsp|apos|#\d{1,7}|#x[0-9a-f]{1,6});|<!--",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(
    r"(?=[-*`#+>!\[])(?:\*\*\S[^*]{0,200}\*\*|```|\A(?:#{1,6}|[-*+>])\s|!?\[[^\[\]]{1,200}\]\([^()\s]{1,500}\))"
)
_MARK = re.compile(r"[-<&*`#+>\[]")
"""Without one of them a text has no markup."""


def find_character_issues(field: str, text: str, source: str, *, script: str = "Latin") -> Iterator[str]:
    """Yield an issue for each kind of character in `text` that can't be meant, unless `source` has it too.

    Args:
        field: how the issue names the field, for instance `tldr`.
        text: one field of the reply.
        source: title and abstract.
        script: of the field's language; Arabic and Devanagari spell with zero-width joiners.
    """
    if text.isprintable() and _REPLACEMENT not in text:
        return  # everything below is about characters that Python calls unprintable, but for one
    yield from _find_controls(field, text)
    if text.isascii():
        return
    allowed = _ORTHOGRAPHY.get(script, frozenset())
    found = dict.fromkeys(_HOSTILE.findall(text))
    if hostile := [character for character in found if character not in allowed and character not in source]:
        names = ", ".join(f"U+{ord(character):04X}" for character in hostile[:5])
        yield f'"{field}" holds the invisible or damaged character {names}: write it without.'


def _find_controls(field: str, text: str) -> Iterator[str]:
    for control, tail in dict.fromkeys(match.groups() for match in _CONTROLS.finditer(text)):
        letter = _ESCAPE_LETTERS.get(control, "")
        command = _match_command(letter + tail) if letter else None
        if command:
            yield (
                f'"{field}" holds a control character before {quote(tail)}: the LaTeX command \\{command} was probably '
                f"meant, so write \\\\{command} (two backslashes in JSON)."
            )
        else:
            yield f'"{field}" holds a line break or control character (U+{ord(control):04X}): write it on one line, without.'


def _match_command(word: str) -> str | None:
    """Return the longest LaTeX command that `word` begins with; a short one must be all of it, lest any line break match."""
    matches = (
        command
        for command in _LATEX_COMMANDS
        if word == command or (len(command) > _SHORT and word.startswith(command))
    )
    return max(matches, key=len, default=None)


def find_markup_issues(field: str, text: str, source: str) -> Iterator[str]:
    """Yield an issue for HTML or Markdown in `text` that `source` does not have."""
    if not _MARK.search(text):
        return
    for kind, pattern in (("HTML", _HTML), ("Markdown", _MARKDOWN)):
        found = next((match[0] for match in pattern.finditer(text) if match[0] not in source), None)
        if found:
            yield f'"{field}" holds {kind} markup, {quote(found)}: write plain text.'
