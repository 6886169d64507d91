"""Words and sentences of an English summary."""

from __future__ import annotations

import re

_ABBREVIATION_WORDS = (
    "a.k.a al approx assoc c.f ca cf ch corp def dept dr e.g ed eds eq eqs esp est fig figs ft i.e i.i.d incl mr mrs ms "
    "mt n.b nos p ph.d pp prof ref refs resp sec secs sp spp st subsp suppl tab tabs u.k u.s u.s.a var viz vol vols vs w.r.t"
)
_ABBREVIATIONS = frozenset(_ABBREVIATION_WORDS.split())
_OPENING_WORDS = "A All An At By For From However In It On Our Results The These They This To Using We With"
_OPENERS = frozenset(_OPENING_WORDS.split())
"""Words that open a sentence, so that a full stop after an initial or `et al` ends the one before."""
_MARK = re.compile(
    r"[.!?。！？]+[\"'”’)\]}$]{0,3}(?:(?<=[。！？])\s*(?=\S)|\s+(?=[\"'“‘(\[{$\\]{0,3}([A-Z][A-Za-z]*|\d)))"
)
_LONGEST_ABBREVIATION = 20


def count_words(text: str) -> int:
    """Return the number of words of `text` as a reader counts them: blank-separated, with a letter or digit."""
    return len([word for word in text.split() if word[0].isalnum() or any(map(str.isalnum, word))])


def count_sentences(text: str) -> int:
    """Return the number of sentences of `text`, at least 1.

    A full stop ends a sentence when a capital or digit follows it, unless it belongs to an abbreviation, an initial, an
    ellipsis, a decimal or a version.
    """
    return 1 + sum(_ends_sentence(text, match) for match in _MARK.finditer(text))


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark = match[0].rstrip("\"'”’)]}$ \t")
    if set(mark) != {"."}:
        return True
    if len(mark) > 1:
        return False
    before = text[max(0, match.start() - _LONGEST_ABBREVIATION) : match.start()].split()
    word = before[-1].lower().lstrip("([{\"'“‘$~") if before else ""
    if word == "no":
        return not match[1].isdigit()
    if word in {"al", "u.s", "u.k", "u.s.a"} or (len(word) == 1 and word.isalpha()):
        return match[1] in _OPENERS
    return word not in _ABBREVIATIONS
