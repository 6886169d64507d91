"""Text that was damaged on its way into the set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pydantic import BaseModel

from summarizer.evaluation.lint.fault import Finding

_UNWANTED = {
    "Cc": "a control character",
    "Cf": "an invisible character",
    "Cn": "no character",
    "Co": "a private character",
    "Cs": "half a character",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}
"""By Unicode category."""
_REPLACEMENT = "\ufffd"
# First bytes of UTF-8 sequences as Latin letters: before what a single-byte encoding makes of the bytes that follow, and
# where one of those was lost, a capital within a word or before a small letter. Names do begin with Â, Ä and Å.
_MISDECODED = re.compile(
    "[ÂÃÄÅ][\x80-\xbfŒœŠšŸŽžƒˆ˜‘’‚“”„†‡•…‰‹›€™]|â€|â\x80|ï¬|ï»¿|Ã[a-z]|[a-z][ÂÃ]|[åäæçèé][\x80-\xbf]{2}"
)


def find_encoding_faults(record: BaseModel) -> Iterator[Finding]:
    """Yield a finding for each text of a record that is not clean: NFC, no unwanted characters, decoded as it was written."""
    for field, text in _texts(record.model_dump()):
        if text.isascii() and text.isprintable():
            continue
        if fault := _find_fault(text):
            yield Finding("encoding", f"{field} {fault}")


def _find_fault(text: str) -> str | None:
    for character in text:
        if character == _REPLACEMENT or (category := unicodedata.category(character)) in _UNWANTED:
            kind = "a replacement character" if character == _REPLACEMENT else _UNWANTED[category]
            return f"holds U+{ord(character):04X}, {kind}"
    if match := _MISDECODED.search(text):
        return f"was decoded with the wrong encoding near {text[max(0, match.start() - 10) : match.end() + 10]!r}"
    return None if unicodedata.is_normalized("NFC", text) else "is not in Unicode NFC"


def _texts(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{field}.{name}".lstrip("."))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _texts(inner, field)
