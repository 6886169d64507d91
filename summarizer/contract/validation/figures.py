"""Read the numbers and the identifiers that a text writes.

`93.2%`, `1.2 million`, `120万`, `$10^{-3}$` and `twenty-five` are numbers; `ResNet-50`, `COVID-19`, `T1` and `3D` are
identifiers, whose digits count nothing.
"""

from __future__ import annotations

import re
from decimal import Decimal

from summarizer.contract.validation.decimals import COMMA_LANGUAGES, COMMA_NUMBER, POINT_NUMBER, read_amounts
from summarizer.contract.validation.identifiers import IDENTIFIER, NUMBERED, dimension_keys, offered_keys, squash
from summarizer.contract.validation.notation import blur_digits, to_plain_notation
from summarizer.contract.validation.numbers import ONE, Figures, Number, Reading
from summarizer.contract.validation.numerals import (
    CJK_NUMERAL,
    NUMERAL_START,
    Numeral,
    read_cjk_numeral,
    read_english_numerals,
)
from summarizer.contract.validation.scales import PERCENT, SUFFIXES, scale_of, scale_pattern


def _build_pattern(number: str) -> re.Pattern[str]:
    return re.compile(
        r"(?P<address>(?:https?://|www\.)[A-Za-z0-9./_~:?#@!&()*+;=%-]+)"
        r"|(?<![\d.])(?:(?P<mantissa>\d{1,20}(?:\.\d{1,20})?)\s?[x*·]\s?)?10\s?\^\s?(?P<exponent>[-+]?\d{1,3})(?!\d)"
        r"|(?<![\w.])(?P<significand>\d{1,20}(?:\.\d{1,20})?)[eE](?P<power>[-+]?\d{1,3})(?!\w)"
        r"|(?<![\w.])(?P<version>\d+(?:\.\d+){2,})"
        rf"|(?P<name>{IDENTIFIER})"
        r"|(?<![\w.])(?P<decade>(?:1[5-9]|20)\d0)['’]?s(?!\w)"
        rf"|(?<!\d)(?P<digits>{number})(?:(?P<dimension>-?[dD](?![A-Za-z])| D(?![\w.])|D(?=[A-Z]))|(?P<suffix>[A-Za-zµμ]{{1,12}}))?"
    )


_WITH_POINT, _WITH_COMMA = _build_pattern(POINT_NUMBER), _build_pattern(COMMA_NUMBER)
_PERCENT = re.compile(rf"[\s-]?(?:{PERCENT})", re.IGNORECASE)
_PERCENT_BEFORE = re.compile(r"(?:%|\byüzde )\Z", re.IGNORECASE)
_POINTS = re.compile(r"[\s-]?(?:absolute |relative )?(?:points?\b|pp\b|p\.p\.|Punkte?\b)")
_SPACED_SUFFIX = re.compile(r"\s([KMBT])(?![\w-])")
_AND = re.compile(r"\s?(?:[-~/,、±]|\+/?-)+\s?(?:and |or |und |et )?|\s?(?!x\b)[^\W\d_]{1,4}\s?")
"""Between the numbers of a range or list: a sign, or a word such as to, and, bis, 至."""
_NAME_BEFORE = re.compile(r"(?s:.*)(?<![A-Za-zα-ω])([A-Za-zα-ω]+)[\s_-]*\Z")
_IN_LIST = re.compile(r"[\s,/&、(-]*(?:and|or|to|und|et)?[\s-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ASCII_DIGIT = re.compile("[0-9]")
_LONGEST_WORD = 200
_CONTEXT = 24
_CONTEXT_BEHIND = 3
_UNSCALED = (ONE,)
_LONGEST_NUMBER = 40


def read_figures(text: str, *, language: str = "en") -> Figures:
    """Return the numbers and identifiers of `text`.

    Args:
        text: one field; LaTeX and the digits of other scripts are understood.
        language: tag; it decides about decimal commas and the words for thousand, million and so on.
    """
    plain = to_plain_notation(text)
    words = tuple(map(_from_numeral, read_english_numerals(plain))) if language == "en" else ()
    keys = dimension_keys(plain)
    start = _ASCII_DIGIT if plain.isascii() else NUMERAL_START
    if not start.search(plain):  # as most titles and summaries
        return Figures(words, (), frozenset(keys))
    return _Reader(plain, language).read() | Figures(words, (), frozenset(keys))


class _Reader:
    """One pass over one text in plain notation."""

    def __init__(self, plain: str, language: str) -> None:
        self._plain = plain
        self._language = language
        self._found: list[tuple[int, int, Number]] = []
        self._hints: list[Number] = []
        self._names: list[str] = []
        self._keys: set[str] = set()
        self._listed = ""
        self._listed_end = -1

    def read(self) -> Figures:
        rest = self._plain if self._plain.isascii() else CJK_NUMERAL.sub(self._take_numeral, self._plain)
        pattern = _WITH_COMMA if self._language in COMMA_LANGUAGES else _WITH_POINT
        zeros = blur_digits(rest)
        position = 0
        while (digit := zeros.find("0", position)) >= 0:
            # Words without digits are passed over: matching every one of them would take five times as long.
            word = max(position, rest.rfind(" ", max(0, digit - _LONGEST_WORD), digit) + 1)
            match = pattern.search(rest, word)
            if match is None:
                break
            self._take(match)
            position = max(match.end(), digit + 1)
        self._found.sort(key=lambda found: found[0])
        self._share_units()
        numbers = [number for _, _, number in self._found] + self._hints
        return Figures(tuple(numbers), tuple(self._names), frozenset(self._keys))

    def _take_numeral(self, match: re.Match[str]) -> str:
        """Note a numeral of Chinese, Japanese or Korean, and blank it out for the reading of digits."""
        numeral = read_cjk_numeral(match)
        number = _from_numeral(numeral)
        if match["scaled"] and (amount := _leading_amount(match["scaled"])):
            scale = numeral.value / amount
            is_power = scale.normalize().as_tuple().digits == (1,)
            reading = Reading(numeral.value, amount if is_power else None, scale)
            number = number._replace(
                readings=(reading,), before=self._before(match.start()), behind=self._behind(match.end())
            )
        self._found.append((*match.span(), number))
        return " " * len(match[0])

    def _take(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if kind in {"digits", "suffix", "dimension"}:
            self._take_digits(match)
        elif kind == "name":
            self._take_name(match)
        elif kind == "version":
            self._add_name(match[0])
        elif kind == "exponent":
            self._take_power(match, match["mantissa"] or "1", match["exponent"])
        elif kind == "power":
            self._take_power(match, match["significand"], match["power"])
        elif kind == "decade":
            self._take_decade(match)

    def _take_digits(self, match: re.Match[str]) -> None:
        digits = match["digits"]
        if len(digits) > _LONGEST_NUMBER:
            self._add_name(digits)
        elif match["dimension"]:
            self._add_name(digits + "D")
            self._hints.append(
                Number(digits, tuple(Reading(amount) for amount in self._read_amounts(digits)), is_hint=True)
            )
        else:
            self._add_number(*match.span("digits"), match.end(), suffix=match["suffix"] or "")

    def _take_name(self, match: re.Match[str]) -> None:
        """Note an identifier; after words such as top- and type- the number counts as one."""
        name = match[0]
        number = _NUMBER.search(name)
        prefix = squash(name[: number.start()]) if number else ""
        if number and prefix in NUMBERED:
            start, end = match.start() + number.start(), match.start() + number.end()
            self._add_number(start, end, end)
            self._keys |= offered_keys(name)
            return
        self._add_name(name)
        self._listed, self._listed_end = prefix, match.end()
        self._add_hints(*(year[0] for year in _YEAR.finditer(name)))

    def _take_power(self, match: re.Match[str], mantissa: str, exponent: str) -> None:
        amount, scale = Decimal(mantissa), ONE.scaleb(int(exponent))
        reading = Reading(amount * scale, amount, scale)
        self._found.append((*match.span(), Number(match[0], (reading,), digits=match[0])))
        self._add_hints(mantissa, "10", exponent.lstrip("+-"))

    def _take_decade(self, match: re.Match[str]) -> None:
        """Note the 1980s, which Chinese calls the 80s of the 20th century."""
        year = Decimal(match["decade"])
        self._found.append((*match.span(), Number(match[0], (Reading(year),))))
        self._add_hints(str(year % 100), str(year // 100 + 1))

    def _add_number(self, start: int, digits_end: int, end: int, *, suffix: str = "") -> None:
        digits = self._plain[start:digits_end]
        scales, end = self._read_scales(suffix, end)
        percent, end = self._read_percent(start, end)
        amounts = self._read_amounts(digits)
        readings = tuple([Reading(amount * scale, amount, scale) for scale in scales for amount in amounts])
        before = self._before(start)
        is_hint = before.rstrip("+-").endswith(("^", "_")) or (digits == "1" and scales is _UNSCALED and not percent)
        keys = self._read_name_keys(start, digits, suffix, before)
        number = Number(self._plain[start:end], readings, percent, is_hint, digits, keys, before, self._behind(end))
        self._found.append((start, end, number))
        self._keys.update(keys)

    def _read_amounts(self, digits: str) -> tuple[Decimal, ...]:
        return read_amounts(digits, has_comma=self._language in COMMA_LANGUAGES)

    def _read_scales(self, suffix: str, end: int) -> tuple[tuple[Decimal, ...], int]:
        """Return what the number is multiplied by, every possibility, and where that ends."""
        if suffix:
            scale = SUFFIXES.get(suffix, ONE)
            return ((ONE, scale) if suffix == "T" else (scale,)), end
        if word := scale_pattern(self._language).match(self._plain, end):
            return (scale_of(word, self._language),), word.end()
        if letter := _SPACED_SUFFIX.match(self._plain, end):
            return (ONE, SUFFIXES[letter[1]]), end
        return _UNSCALED, end

    def _read_percent(self, start: int, end: int) -> tuple[bool | None, int]:
        if sign := _PERCENT.match(self._plain, end):
            return True, sign.end()
        if self._language == "tr" and _PERCENT_BEFORE.search(self._before(start)):
            return True, end
        return (None if _POINTS.match(self._plain, end) else False), end

    def _read_name_keys(self, start: int, digits: str, suffix: str, before: str) -> tuple[str, ...]:
        """Return the keys that the number has with the name before it, or with the name of the list it stands in."""
        keys: tuple[str, ...] = ()
        if name := _NAME_BEFORE.match(before):
            key = squash(name[1] + digits)
            keys = (key + suffix.lower(), key)
        if self._listed and _IN_LIST.fullmatch(self._plain, self._listed_end, start):
            keys = (*keys, self._listed + digits)
            self._listed_end = start + len(digits)
        return keys

    def _before(self, start: int) -> str:
        return self._plain[max(0, start - _CONTEXT) : start]

    def _behind(self, end: int) -> str:
        return self._plain[end : end + _CONTEXT_BEHIND]

    def _add_name(self, name: str) -> None:
        self._names.append(name)
        self._keys |= offered_keys(name) | {squash(name)}

    def _add_hints(self, *digits: str) -> None:
        self._hints += (Number(text, (Reading(Decimal(text)),), is_hint=True) for text in digits)

    def _share_units(self) -> None:
        """Let 80 in "80 to 90%" and 5 in "5 to 10 million" share what stands behind the last number."""
        for index in range(len(self._found) - 2, -1, -1):
            (start, end, number), (next_start, _, following) = self._found[index : index + 2]
            scale = following.readings[0].scale
            has_unit = following.is_percent is not False or (scale != ONE and following.digits != following.text)
            is_bare = number.digits and not number.is_percent and number.readings[0].scale == ONE
            if not (has_unit and is_bare and _AND.fullmatch(self._plain, end, max(end, next_start))):
                continue
            shared = [Reading(value * scale) for value, _, _ in number.readings if scale != ONE]
            percent = number.is_percent if following.is_percent is False else None
            self._found[index] = (start, end, number._replace(readings=(*number.readings, *shared), is_percent=percent))


def _from_numeral(numeral: Numeral) -> Number:
    return Number(numeral.text, (Reading(numeral.value),), numeral.is_percent, numeral.is_hint)


def _leading_amount(text: str) -> Decimal:
    """Return 1.2 of 1.2亿."""
    digits = _NUMBER.match(text.replace(",", ""))
    return Decimal(digits[0]) if digits else Decimal(0)
