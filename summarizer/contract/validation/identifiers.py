"""Names with digits in them: ResNet-50, COVID-19, T1-weighted, ImageNet-1K, 3D.

A name is compared by its keys: lower case, without hyphens, spaces or the words hyphenated behind it.
"""

from __future__ import annotations

import re

_LETTER = "A-Za-zα-ωΑ-Ω"
IDENTIFIER = (
    rf"(?<![{_LETTER}0-9])(?!x\d)[{_LETTER}]{{1,30}}(?:[-_+]{{1,2}}[{_LETTER}]{{1,30}}){{0,6}}[-_]?\d[{_LETTER}0-9]*"
    rf"(?:[-_+](?=[{_LETTER}0-9])[{_LETTER}0-9]+|(?<=\d)\.\d+[{_LETTER}]*)*"
)
"""A name that starts with a letter, for a regular expression over plain notation."""

_NUMBERED_WORDS = (
    "age case class day fold grade level mid month near no non order over part phase post pre rank stage step sub task "
    "tier top track type under up v version week year"
)
NUMBERED = frozenset(_NUMBERED_WORDS.split())
"""Words that a hyphen joins to a number which stays a number: top-5, pre-2020, type-2."""

_MAX_SEGMENTS = 8
_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(r"[-_+\s]+")
_LOWER_TAIL = re.compile(r"(?<=\d)[a-z]+\Z")
_DIMENSION = re.compile(
    r"(?=[tf234二三四])"  # passes over other characters quickly
    r"(?:(two|2|three|3|tri|four|4)[- ]?dimension|([二2三3四4])(?:[维維]|次元))"
)
_DIMENSION_NAME = re.compile(r"\d(?:\.\d)?[dD]")
_DIMENSION_HINTS = ("imension", "olumetric", "oxel", "维", "維", "次元")
_KEYS = {
    word: f"{digit}d"
    for digit, words in ((2, "two 2 二"), (3, "three 3 tri 三"), (4, "four 4 四"))
    for word in words.split()
}


def squash(name: str) -> str:
    """Return `name` in lower case without hyphens and spaces."""
    return _SEPARATOR.sub("", name).lower()


def wanted_keys(name: str) -> set[str]:
    """Return the keys under which a source must offer `name`, any one of them."""
    segments = _core(name)
    starts = [
        0,
        *(i for i in range(1, len(segments)) if not _has_digit("".join(segments[:i])) and _is_name(segments[i])),
    ]
    return {key for start in starts for key in _with_and_without_tail("".join(segments[start:]))}


def offered_keys(name: str) -> set[str]:
    """Return the keys that a source offers with `name`: ResNet-50 with ResNet-50-FPN, T1 with T1-weighted."""
    segments = _core(name)
    ends = [end for end in range(1, len(segments) + 1) if _has_digit(segments[end - 1])]
    keys = {
        key
        for end in ends
        for start in range(end)
        if _is_name(segments[start])
        for key in _with_and_without_tail("".join(segments[start:end]))
    }
    return {key for key in keys if _has_digit(key)}


def dimension_keys(text: str) -> set[str]:
    """Return `2d`, `3d`, `4d` as far as `text` speaks of such dimensions in words."""
    if not any(map(text.__contains__, _DIMENSION_HINTS)):
        return set()
    lowered = text.lower()
    keys = {_KEYS[match[1] or match[2]] for match in _DIMENSION.finditer(lowered)}
    return keys | {"3d"} if "volumetric" in lowered or "voxel" in lowered else keys


def _core(name: str) -> list[str]:
    """Return the segments of `name` up to the last one with a digit."""
    segments = [segment for segment in _SEPARATOR.split(name) if segment][:_MAX_SEGMENTS]
    while len(segments) > 1 and not _has_digit(segments[-1]):
        segments.pop()
    return segments


def _with_and_without_tail(key: str) -> set[str]:
    return {key.lower(), _LOWER_TAIL.sub("", key).lower()}


def _is_name(segment: str) -> bool:
    """Tell whether a segment says something by itself: the 3D of image-to-3D does, the 50 of ResNet-50 and the 70B of Llama-70B don't."""
    return segment[0].isalpha() or _DIMENSION_NAME.fullmatch(segment) is not None


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None
