"""Text in other languages, made up from hashes of the source's words.

Not a translation: it has the script of the language, keeps numbers and formulas, and differs wherever the source does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

TOKEN = re.compile(
    r"""(?: [^\s\\$]*\d[ ](?:hundred|thousand|million|billion|trillion|percent)   # a number with its unit of counting
          | [^\s\\$]+
          | \\\(.{1,600}?\\\) | \\\[.{1,600}?\\\]     # a formula between \( \) or \[ \]
          | \\\$                                      # a dollar sign that opens nothing
          | \$\$.{1,600}?\$\$ | \$[^$]{1,600}\$       # a formula between dollar signs
          | \S )+""",
    re.VERBOSE,
)
"""A word; white space inside a formula or an amount does not end it."""
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control and format characters, which no translator would carry over."""

KEPT = re.compile(r"[\d$\\]")
"""Numbers and formulas."""

# Characters with one form in Simplified and Traditional Chinese, none of them a numeral or part of one.
HAN = tuple(
    "的是在人有中大上到以能自而心生用行方法地出下子文部同主公可本已工其力名所想像色光影形式料水火木金土山石田星明空白"
    "黑青高低平正反直立入外前左右早晚今古世代位住作佳使例依信先全共再冷列初利加助努化北匹卡去又取受口句史吉告味命和品"
    "哈商喜器固址坐型域基堂境墨如始字存季安完定宜客容宿密富寒察小少居屋岸巡市常度座康建引往待律徐得微必忙快思意手技投"
    "把抱拉拍招持指按探接推提握操收改放效敏救教散敬整施旁旅易映春昨景智更望朝"
)
KANA = tuple("あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん")
HANGUL = tuple(chr(0xAC00 + 37 * step) for step in range(256))
CYRILLIC = tuple(consonant + vowel for consonant in "бвгдзклмнпрст" for vowel in "аеиоу")
ARABIC = tuple("ابتجدرسطعفقلمنهو")
DEVANAGARI = tuple(consonant + vowel for consonant in "कगचजटतदनपबमरलवसह" for vowel in ("", "ा", "ी", "े", "ो"))
LATIN = tuple(consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou")
SYLLABLES = {
    "zh": HAN,
    "ja": KANA,
    "ko": HANGUL,
    "ru": CYRILLIC,
    "uk": CYRILLIC,
    "ar": ARABIC,
    "fa": ARABIC,
    "hi": DEVANAGARI,
}
"""By primary language; any other language is written in Latin letters."""
PUNCTUATION = {".": "。", ",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}


def translate(text: str, language: str) -> str:
    """Render text in the script of a language (BCP 47 tag; a tag not known here gets Latin words).

    Tokens with a digit, a `$` or a backslash are kept verbatim, with a made-up word between two of them.
    """
    parts: list[str] = []
    kept_length = own_length = 0
    was_kept = False
    for token in TOKEN.findall(INVISIBLE.sub(" ", text)):
        part, kept = _rendered(token, language)
        if kept:
            kept_length += len(part)
            if was_kept:
                parts.append(_word(token, language))
        else:
            own_length += len(part)
        parts.append(part)
        was_kept = kept
    # Where kept tokens outweigh the rest, the text would not look like the language: fill up to one half.
    parts.extend(_word(f"filler {index}", language) for index in range((kept_length - own_length + 1) // 2))
    return ("" if _is_spaceless(language) else " ").join(parts).strip()


@lru_cache(maxsize=100_000)
def _rendered(token: str, language: str) -> tuple[str, bool]:
    """Return a token's rendering, and whether it was kept verbatim."""
    spaceless = _is_spaceless(language)
    if KEPT.search(token):
        return (f" {token} " if spaceless else token), True
    mark = token[-1] if token[-1] in PUNCTUATION else ""
    return _word(token, language) + (PUNCTUATION[mark] if mark and spaceless else mark), False


def _is_spaceless(language: str) -> bool:
    return language.startswith(("zh", "ja"))


@lru_cache(maxsize=100_000)
def _word(source: str, language: str) -> str:
    syllables = SYLLABLES.get(language.partition("-")[0], LATIN)
    digest = blake2b(f"{language} {source}".encode(), digest_size=6).digest()
    length = 2 if syllables in {HAN, HANGUL} else 3
    return "".join(syllables[digest[index] % len(syllables)] for index in range(length))
