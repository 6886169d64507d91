"""Text of every source brought to one form: one line, NFC, no control characters."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def normalize_text(text: str) -> str:
    """Return `text` as one line in Unicode NFC: hard wraps, runs of white space and control characters become a space.

    Formulas and LaTeX commands stay as they are.
    """
    return unicodedata.normalize("NFC", " ".join(_CONTROL.sub(" ", text).split()))


def normalize_optional(text: str | None) -> str | None:
    """Return normalised text, or None where there is none."""
    return normalize_text(text or "") or None
