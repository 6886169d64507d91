"""How an issue quotes the part of a reply that it is about."""

from __future__ import annotations

import json

import regex

_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\uFFFD]")
_MAX_CHARACTERS = 80
_MAX_QUOTED = 5


def quote(text: str) -> str:
    """Return `text` as a JSON string, shortened, with everything invisible or hostile written as an escape."""
    shown = text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"
    quoted = json.dumps(shown, ensure_ascii=False)
    shown_escaped: str = _INVISIBLE.sub(lambda match: json.dumps(match[0])[1:-1], quoted)
    return shown_escaped


def quote_all(texts: list[str]) -> str:
    """Return the first few of `texts`, each quoted."""
    shown = ", ".join(quote(text) for text in texts[:_MAX_QUOTED])
    return shown if len(texts) <= _MAX_QUOTED else f"{shown} and {len(texts) - _MAX_QUOTED} more"
