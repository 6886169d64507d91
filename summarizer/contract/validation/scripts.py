"""Whether a text is written in the script of its language.

Names stay as they are in any language, so they count neither for nor against: words with a digit or an inner capital,
acronyms, formulas, addresses. The only importer of OpenCC, whose tables tell Simplified from Traditional Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from summarizer.contract.languages import Language
from summarizer.contract.validation.quoting import quote

_MIN_SHARE = 0.3
"""Of the letters that are no names."""
_LETTERS_OF_A_WORD = 3
"""What a Latin word weighs against characters of the language: 医学图像中的 Segment Anything is Chinese."""
_MAX_NAME_WORDS = 2
"""A source of no more ordinary words, such as `Segment Anything`, may stay as it is."""
_UNTRANSLATED_RUN = 8
_IDENTICAL_WORDS = 4
_JAPANESE_ENCODING = "cp932"

_HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SCRIPTS = {
    script: re.compile(f"[{letters}]+")
    for script, letters in {
        "Han": _HAN,
        "Japanese": _HAN + "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff",
        "Hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
        "Latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
        "Cyrillic": "\u0400-\u052f",
        "Arabic": "\u0620-\u065f\u066e-\u06d5\u06ee-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
        "Devanagari": "\u0900-\u0963\u0971-\u097f",
    }.items()
}
"""Runs of letters of each script, by their blocks."""
_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30fa]")
_LETTER = re.compile(r"[^\W\d_]")
_NO_PROSE = re.compile(
    r"(?=[$\\A-Za-z0-9])"  # passes over other characters quickly
    r"(?:\$[^$]{1,500}\$|\\[A-Za-z]{1,30}|https?://[^\s\u3000-\u9fff\uff00-\uffef]+|www\.[^\s\u3000-\u9fff\uff00-\uffef]+"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z+-]{0,40}(?:\d|[a-z][A-Z]|[A-Z]{2}))[A-Za-z0-9][A-Za-z0-9+-]*)"
)
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]{0,500}[)）\]】]")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_'’-]+)*")
_LATIN_RUN = re.compile(r"(?<![A-Za-z'’-])[A-Za-z][A-Za-z'’-]*(?:\s+[A-Za-z][A-Za-z'’-]*){7,}")
_ENGLISH_WORDS = frozenset(["the", "and", "with", "that", "this", "which", "from", "are", "by", "for", "our"])
_MIN_ENGLISH_WORDS, _MIN_ENGLISH_SHARE = 2, 0.12
_TELLTALES = {
    "ru": ("ёъыэ", "ґєії"),
    "uk": ("ґєії", "ёъыэ"),
    "ar": ("ةيكىأإ", "پچژگکی"),
    "fa": ("پچژگکی", "ةيكىأإ"),
}
"""Letters of a language, and of the neighbour that shares its script."""


def find_script_issues(text: str, source: str, language: Language, *, is_title: bool) -> Iterator[str]:
    """Yield what shows that `text` is not a translation of `source` into `language`, as ends of a sentence.

    Args:
        text: the translation.
        source: what was translated.
        language: the target.
        is_title: titles may consist mostly of names.
    """
    prose = _NO_PROSE.sub(" ", text)
    if _is_foreign(prose, source, language, is_title=is_title):
        yield f"is not written in {language.name}: translate it, names aside"
        return
    find = _find_copied_run if language.script == "Latin" else _find_latin_run
    if run := find(prose, source, is_title=is_title):
        yield f"leaves {quote(run)} untranslated"
    if wrong := find_wrong_characters(text, source, language):
        yield f"holds {', '.join(wrong[:5])}, which {language.name} does not use: write it in {language.name} throughout"


def is_mostly_latin(text: str) -> bool:
    """Tell whether at least half of the letters of `text` are Latin."""
    return text.isascii() or 2 * _count("Latin", text) >= len(_LETTER.findall(text))


def find_wrong_characters(text: str, source: str, language: Language) -> list[str]:
    """Return the characters of `text` that belong to the other kind of Chinese, or to a neighbour of the language."""
    if language.script == "Han":
        simplified, traditional = _chinese_characters()
        foreign = traditional if language.tag == "zh-Hans" else simplified
        found = foreign.intersection(text)
        return sorted(found.difference(source)) if found else []
    own, foreign_letters = _TELLTALES.get(language.tag, ("", ""))
    wrong = [letter for letter in text if letter in foreign_letters]
    return sorted(set(wrong)) if len(wrong) > sum(letter in own for letter in text) else []


def _is_foreign(prose: str, source: str, language: Language, *, is_title: bool) -> bool:
    own = _count(language.script, prose)
    if language.script == "Latin":
        return own < _MIN_SHARE * len(_LETTER.findall(prose)) or _is_english(prose, source)
    if own == 0:
        return len(_WORD.findall(_NO_PROSE.sub(" ", source))) > _MAX_NAME_WORDS or _count("Latin", prose) < len(
            _LETTER.findall(prose)
        )
    words = _WORD.findall(_BRACKETS.sub(" ", prose)) if _SCRIPTS["Latin"].search(prose) else []
    latin = _LETTERS_OF_A_WORD * sum(map(str.isascii, words))
    return own < _MIN_SHARE * (own + latin) or _is_other_east_asian(prose, language, is_title=is_title)


def _is_other_east_asian(prose: str, language: Language, *, is_title: bool) -> bool:
    """Tell Japanese from Chinese by its kana; a title may be without, if its characters are Japanese ones."""
    kana = len(_KANA.findall(prose))
    if language.script == "Han":
        return kana > 0 and kana > 0.1 * _count("Han", prose)
    if language.script != "Japanese" or kana:
        return False
    han = "".join(_SCRIPTS["Han"].findall(prose))
    return not is_title or han.encode(_JAPANESE_ENCODING, "ignore").decode(_JAPANESE_ENCODING) != han


def _is_english(prose: str, source: str) -> bool:
    words = [word.lower() for word in _WORD.findall(prose)]
    if len(words) >= _IDENTICAL_WORDS and words == [word.lower() for word in _WORD.findall(_NO_PROSE.sub(" ", source))]:
        return True
    english = [word for word in words if word in _ENGLISH_WORDS]
    return len(set(english)) >= _MIN_ENGLISH_WORDS and len(english) >= _MIN_ENGLISH_SHARE * len(words)


def _find_latin_run(prose: str, source: str, *, is_title: bool) -> str | None:
    """Return a run of Latin words; a long proper name of a text, or a gloss in brackets, is none."""
    del source
    if len(prose.split()) < _UNTRANSLATED_RUN:
        return None
    runs = (match[0] for match in _LATIN_RUN.finditer(_BRACKETS.sub(" ; ", prose)))
    return next((run for run in runs if is_title or not _is_proper_name(run.split())), None)


def _find_copied_run(prose: str, source: str, *, is_title: bool) -> str | None:
    """Return a run of words that stands in the source too."""
    wanted = [word.lower() for word in _WORD.findall(_NO_PROSE.sub(" ", source))]
    shingles = {tuple(wanted[i : i + _UNTRANSLATED_RUN]) for i in range(len(wanted) - _UNTRANSLATED_RUN + 1)}
    words = _WORD.findall(_BRACKETS.sub(" ", prose))
    for i in range(len(words) - _UNTRANSLATED_RUN + 1):
        run = words[i : i + _UNTRANSLATED_RUN]
        if tuple(word.lower() for word in run) in shingles and (is_title or not _is_proper_name(run)):
            return " ".join(run)
    return None


def _is_proper_name(words: list[str]) -> bool:
    return 2 * sum(word[0].isupper() for word in words) > len(words)


def _count(script: str, text: str) -> int:
    return len("".join(_SCRIPTS[script].findall(text)))


@cache
def _chinese_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters that only Simplified and only Traditional Chinese use.

    A character that a table maps to itself among others (后, 里, 台) is legitimate in both, and so are the regional
    variants of Traditional. Loaded once, when the first Chinese text is checked: about 60 ms.
    """
    from opencc import OpenCC  # noqa: PLC0415

    tables: dict[str, dict[str, str]] = {}
    for conversion in ("s2tw", "s2hk", "t2s"):
        for path, (_, _, table) in OpenCC(conversion).dict_cache.items():
            tables[path.replace("\\", "/").rpartition("/")[2]] = table
    regional = {
        variant
        for name in ("TWVariants.txt", "HKVariants.txt")
        for value in tables[name].values()
        for variant in value.split()
    }
    simplified = {key for key, value in tables["STCharacters.txt"].items() if key not in value.split()} - regional
    traditional = {key for key, value in tables["TSCharacters.txt"].items() if key not in value.split()}
    return frozenset(simplified - traditional), frozenset(traditional - simplified)
