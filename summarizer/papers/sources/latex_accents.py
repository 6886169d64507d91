r"""LaTeX accents and letters in names and titles to Unicode: `M\"uller`, `Erd{\H{o}}s`, `S\o ren`.

Formulas stay as they are. The table is small and closed, so the same text comes out of every installation.
"""

from __future__ import annotations

import re
import unicodedata

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_LETTERS = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "ss": "ß", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip
_MATH = re.compile(r"((?<!\\)\$[^$]*\$|\\\((?:[^\\]|\\(?![()]))*+\\\))")
_ACCENT = re.compile(
    r"""\\(?:(?P<sign>[`'^"~=.])\s*|(?P<name>[uvHcdbkr])(?:\s+|(?=[{\\])))"""
    r"""(?:\{\s*\\?(?P<braced>[A-Za-z])\s*\}|\\(?P<dotless>[ij])(?![A-Za-z])(?:\{\})?|(?P<bare>[A-Za-z]))"""
)
# TeX swallows the space after a command; people who write `Micha\l Nowak` did not mean that.
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|\s+(?=[a-z]))?")
_LONE_LETTER = re.compile(r"\{([^\x00-\x7f])\}")
_ESCAPED = re.compile(r"\\([&%#_])")
_TIE = re.compile(r"(?<=[\w.])~(?=\w)")


def decode_accents(text: str) -> str:
    """Return `text` with LaTeX accents, letters and escaped signs as Unicode (NFC), outside formulas."""
    if "\\" not in text and "~" not in text:
        return text
    parts = _MATH.split(text)
    parts[::2] = [_decode(part) for part in parts[::2]]
    return "".join(parts)


def decode_name(text: str) -> str:
    """Return a person's name as `decode_accents` does, and without braces, which only group there."""
    return decode_accents(text).replace("{", "").replace("}", "")


def _decode(text: str) -> str:
    text = _LETTER.sub(lambda match: _LETTERS[match[1]], _ACCENT.sub(_accented, text))
    return _TIE.sub(" ", _ESCAPED.sub(r"\1", _LONE_LETTER.sub(r"\1", text)))


def _accented(match: re.Match[str]) -> str:
    letter = match["braced"] or match["dotless"] or match["bare"]
    return unicodedata.normalize("NFC", letter + _COMBINING[match["sign"] or match["name"]])
