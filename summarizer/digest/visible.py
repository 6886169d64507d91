"""Hostile text made harmless to look at: what is shown is what is there. Markup is not escaped here."""

from __future__ import annotations

import regex

# Bidirectional controls, zero-width and other characters without a glyph (Unicode: Default_Ignorable_Code_Point), lone
# surrogates, and noncharacters, which XML refuses. Kept: joiners where Arabic and Indic spelling needs them, and
# variation selectors.
_JOINER = r"\u200c\u200d"
_INVISIBLE = regex.compile(
    rf"(?V1)(?<![\u0600-\u0dff])[{_JOINER}]"
    r"|[[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]"
    rf"--[{_JOINER}\ufe00-\ufe0f\U000e0100-\U000e01ef]]"
)
_CONTROL = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}]")
_STACKED_MARKS = regex.compile(r"(\p{M}{4})\p{M}+")


def visible(text: str) -> str:
    """Return `text` on one line, without characters that hide, reorder or overprint other characters."""
    spaced = _CONTROL.sub(" ", text)
    return " ".join(_STACKED_MARKS.sub(r"\1", _INVISIBLE.sub("", spaced)).split())


def visible_value(value: object) -> object:
    """Return a JSON-like value with `visible` applied to each string in it, keys included."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible_value(key): visible_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(visible_value(item) for item in value)
    return value
