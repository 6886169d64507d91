"""Text of every source brought to one form: one line, NFC, no control characters."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F))
_SHORT = 128
"""Characters up to which it is quicker to look at each of them than to take all printable ones away."""


def normalize_text(text: str) -> str:
    """Return `text` as one line in Unicode NFC: hard wraps, runs of white space and control characters become a space.

    Formulas and LaTeX commands stay as they are.
    """
    if len(text) < _SHORT and text.isascii() and text.isprintable():
        line = text.strip()
        return " ".join(line.split()) if "  " in line else line
    line = text.replace("\n", " ").strip()
    if "  " in line:
        line = " ".join(line.split())
    # To see that the rest is clean takes a small part of the time of making it so, and it nearly always is.
    if line.isascii():
        is_clean = not line.encode().translate(None, delete=_PRINTABLE_ASCII)
    else:
        is_clean = line.isprintable() and unicodedata.is_normalized("NFC", line)
    if is_clean:
        return line
    return unicodedata.normalize("NFC", " ".join(_CONTROL.sub(" ", line).split()))


def normalize_optional(text: str | None) -> str | None:
    """Return normalised text, or None where there is none."""
    return (normalize_text(text) or None) if text else None
