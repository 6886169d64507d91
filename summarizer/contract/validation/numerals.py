"""Numbers written as words: English, and the numerals of Chinese, Japanese and Korean.

Knows what a word is worth, not whether a text may say it. A *hint* stands for a number without stating one (`both`,
`gigapixel`, the single numeral of 一种): it can support a figure elsewhere and needs no support itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from string import ascii_lowercase
from typing import NamedTuple

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_CARDINALS = {word: value for value, word in enumerate(_UNIT_WORDS.split())} | {
    word: 20 + 10 * i for i, word in enumerate(_TEN_WORDS.split())
}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PRONOUNS = frozenset(["zero", "one", "two"])
"""Words that are mostly no figure: zero-shot, one of them, two-stage."""
# Abstracts in German, Spanish and French have their small numbers too, as far as the words are no English ones.
_HINTS = {
    Decimal("0.25"): "quarter quarters",
    Decimal("0.5"): "half halve halves halved halving",
    Decimal(1): "single once first sole unified",
    Decimal(
        2
    ): "both pair pairs paired dual twice double doubles doubled doubling twofold second couple twin bi either half",
    Decimal(
        3
    ): "drei tres trois third thirds triple triples tripled tripling threefold thrice triplet triplets tri trio",
    Decimal(4): "vier cuatro quatre fourth quarter quarters quadruple fourfold quad",
    Decimal(5): "cinco cinq fifth fivefold",
    Decimal(6): "sechs seis sixth sixfold",
    Decimal(7): "sieben siete seventh",
    Decimal(8): "acht ocho huit eighth eightfold",
    Decimal(9): "neun nueve neuf ninth",
    Decimal(10): "zehn diez tenth tenfold tens magnitude decade decades",
    Decimal(12): "doce douze dozen dozens",
    Decimal(100): "hundreds hundredfold century centuries",
    Decimal(1000): "thousands",
    Decimal(10**6): "millions megapixel megapixels",
    Decimal(10**9): "billions gigapixel gigapixels",
}
_HINT_VALUES: dict[str, list[Decimal]] = {}
for _value, _words in _HINTS.items():
    for _word in _words.split():
        _HINT_VALUES.setdefault(_word, []).append(_value)
_MONTH_WORDS = "january february march april may june july august september october november december"
_MONTHS = {name: number for number, month in enumerate(_MONTH_WORDS.split(), start=1) for name in (month, month[:3])}
_DATE = re.compile(r"\.?,? (?:\d{1,2},? )?(?:19|20)\d\d")


_KNOWN = frozenset([*_CARDINALS, *_SCALES, *_HINT_VALUES, *_MONTHS])
_ONLY_LETTERS = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))
"""Table for the bytes of a text: several times as fast as a pattern that finds its words."""
_DIGIT_BEFORE = re.compile(r"\d[\s-]?\Z")
_BETWEEN = re.compile(r"[\s-]?|\sand\s")

_HAN_DIGITS = str.maketrans("零〇一二两兩三四五六七八九", "0012223456789")
_POWERS = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_POWERS |= {"백": 10**2, "천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12}
_MYRIAD = 10**4
_DIGIT = "零〇一二两兩三四五六七八九"
_HAN = rf"(?:[{_DIGIT}十千万萬亿億]|百(?!分))"
_LARGE = r"(?:[百백](?!分)|[千천](?![米克瓦赫卡帕焦])|[万萬亿億兆만억조])"
_AMOUNT = r"\d[\d,]{0,40}(?:\.\d{1,40})?"
NUMERAL_START = re.compile(rf"[\d{_DIGIT}十百千万萬亿億数數几幾半]")
"""What every match of `CJK_NUMERAL` starts with, or a digit."""
CJK_NUMERAL = re.compile(
    rf"(?={NUMERAL_START.pattern})"  # passes over other characters quickly
    rf"(?:(?P<scaled>{_AMOUNT}\s?[余餘多]?{_LARGE}{{1,8}}(?:\s?{_AMOUNT}\s?{_LARGE}{{1,8}}){{0,4}}(?:\d{{4}}(?!\d))?)"
    rf"|(?P<percent>百分之)\s?(?P<share>{_AMOUNT}|{_HAN}{{1,24}}(?:点[{_DIGIT}]{{1,24}})?|百)"
    rf"|(?P<fraction>{_HAN}{{1,24}}分之{_HAN}{{1,24}})"
    r"|(?P<half>一半|半数|半數)"
    rf"|(?P<tenths>[一二三四五六七八九\d])(?:成(?!为|為|立|功|像|本)|割(?!合))"
    rf"|(?P<vague>[数數几幾])?(?P<han>{_HAN}{{1,24}}(?:[点點][{_DIGIT}]{{1,24}}{_HAN}{{0,24}})?)(?!指[肠腸]))"
)
"""A numeral with Han or Hangul units. 十二指肠, the duodenum, is none."""
_STATED = re.compile(rf"[{_DIGIT}]{{1,24}}[十百千万萬亿億]|[十百千][万萬亿億]|十[{_DIGIT}]|[点點]")


class Numeral(NamedTuple):
    """A number in words."""

    text: str
    value: Decimal
    is_percent: bool
    is_hint: bool


def read_english_numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers that English words of `text` state or hint at: `twenty-five`, `three hundred`, `both`."""
    lowered = text.lower()
    words = lowered.encode(errors="replace").translate(_ONLY_LETTERS).decode("ascii").split()
    known = _KNOWN.intersection(words)
    if not known:
        return
    run: list[str] = []
    end = -1
    for start, word in sorted((start, found) for found in known for start in _find_word(found, lowered)):
        if word in _MONTHS:
            yield from _read_month(lowered, word, start)
        for value in _HINT_VALUES.get(word, ()):
            yield Numeral(word, value, is_percent=False, is_hint=True)
        if word not in _CARDINALS and (word not in _SCALES or _DIGIT_BEFORE.search(text[max(0, start - 3) : start])):
            continue
        if run and not (_BETWEEN.fullmatch(text, end, start) and _continues(run[-1], word)):
            yield from _value_run(run)
            run = []
        run.append(word)
        end = start + len(word)
    yield from _value_run(run)


def _find_word(word: str, text: str) -> Iterator[int]:
    """Yield where `word` stands by itself."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not ("a" <= text[end : end + 1] <= "z" or text[max(0, start - 1) : start].isalpha()):
            yield start
        start = text.find(word, end)


def _read_month(text: str, word: str, start: int) -> Iterator[Numeral]:
    """Yield 5 for May 2020, which Chinese writes 2020年5月; the verb is no month."""
    if _DATE.match(text, start + len(word)):
        yield Numeral(word, Decimal(_MONTHS[word]), is_percent=False, is_hint=True)


def _continues(last: str, word: str) -> bool:
    """Tell whether `word` may go on with a number: five after twenty, not three after two."""
    if last in _CARDINALS and word in _CARDINALS:
        return _CARDINALS[last] >= 20 and 0 < _CARDINALS[word] < 10  # noqa: PLR2004
    return True


def _value_run(words: list[str]) -> Iterator[Numeral]:
    """Yield the number that consecutive number words state; a scale alone, as in million-scale, is a hint."""
    if not words:
        return
    total = current = 0
    for word in words:
        if word in _CARDINALS:
            current += _CARDINALS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            total += max(current, 1) * _SCALES[word]
            current = 0
    is_hint = len(words) == 1 and (words[0] in _PRONOUNS or words[0] in _SCALES)
    yield Numeral(" ".join(words), Decimal(total + current), is_percent=False, is_hint=is_hint)


def read_cjk_numeral(match: re.Match[str]) -> Numeral:
    """Return the number that a match of `CJK_NUMERAL` stands for."""
    text = match[0]
    if match["percent"]:
        value = Decimal(100) if match["share"] == "百" else parse_cjk(match["share"])
        return Numeral(text, value, is_percent=True, is_hint=False)
    if match["tenths"]:
        return Numeral(text, 10 * parse_cjk(match["tenths"]), is_percent=True, is_hint=True)
    if match["half"]:
        return Numeral(text, Decimal("0.5"), is_percent=False, is_hint=True)
    if match["fraction"]:
        return Numeral(text, parse_cjk(text.rpartition("之")[2]), is_percent=False, is_hint=True)
    if match["scaled"]:
        return Numeral(text, parse_cjk(text), is_percent=False, is_hint=False)
    is_hint = bool(match["vague"]) or not _STATED.search(text) or text in {"千万", "千萬"}
    return Numeral(text, parse_cjk(match["han"]), is_percent=False, is_hint=is_hint)


def parse_cjk(text: str) -> Decimal:
    """Return the value of a numeral such as 1.2亿, 五万 or 三千二百; signs other than digits and units count nothing."""
    total = section = number = Decimal(0)
    for token in re.findall(r"\d+(?:\.\d+)?|\.\d+|\D", _to_digits(text)):
        if token[-1].isdigit():
            number = Decimal(token)
            continue
        power = _POWERS.get(token)
        if power is None:
            continue
        if power < _MYRIAD:
            section += (number or 1) * power
        elif section + number:
            total += (section + number) * power
            section = Decimal(0)
        else:
            total = (total or Decimal(1)) * power
        number = Decimal(0)
    return total + section + number


def _to_digits(text: str) -> str:
    return text.replace(",", "").translate(_HAN_DIGITS).replace("点", ".").replace("點", ".")
