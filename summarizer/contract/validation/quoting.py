"""How an issue quotes the part of a reply that it is about."""

from __future__ import annotations

import json
import unicodedata

_INVISIBLE = frozenset(["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"])
"""Unicode categories."""
_REPLACEMENT = "\ufffd"
_MAX_CHARACTERS = 80
_MAX_QUOTED = 5


def quote(text: str) -> str:
    """Return `text` as a JSON string, shortened, with everything invisible or hostile written as an escape."""
    shown = text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"
    quoted = json.dumps(shown, ensure_ascii=False)
    return quoted if quoted.isprintable() and _REPLACEMENT not in quoted else "".join(map(_escape_invisible, quoted))


def _escape_invisible(character: str) -> str:
    is_invisible = unicodedata.category(character) in _INVISIBLE or character == _REPLACEMENT
    return f"\\u{ord(character):04x}" if is_invisible else character


def quote_all(texts: list[str]) -> str:
    """Return the first few of `texts`, each quoted."""
    shown = ", ".join(quote(text) for text in texts[:_MAX_QUOTED])
    return shown if len(texts) <= _MAX_QUOTED else f"{shown} and {len(texts) - _MAX_QUOTED} more"
