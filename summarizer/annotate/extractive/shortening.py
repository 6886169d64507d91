"""One sentence of an abstract made into a one-line summary: words are left out, never put in."""

from __future__ import annotations

import re
import unicodedata

from summarizer.annotate.extractive.sentences import Span, find_wholes
from summarizer.contract.validation.sentences import count_sentences

MAX_WORDS = 30
_MAX_CHARACTERS = 320
_SOURCE_CHARACTERS = 2000
_FEWEST_WORDS = 10
_FEWEST_CHARACTERS = 12
_STOPS = ("?", "!", "。", "！", "？")

_CONTROLS = (
    (re.compile(r"[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"), ""),
    (re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+"), " "),
)
_MARKUP = (
    (re.compile(r"</?[A-Za-z][^<>]{0,300}>"), " "),
    *2
    * (
        (
            re.compile(
                r"(?<![A-Za-z\d])\\(?:textbf|textit|texttt|textsc|textsf|emph|underline|text)\{([^{}$\\]*)\}(?!\d)"
            ),
            r"\1",
        ),
    ),
    (re.compile(r"(?<!\w)\{\\(?:bf|it|em|tt|sc) ([^{}$\\]*)\}(?!\w)"), r"\1"),
    (re.compile(r"\\([%&#_])"), r"\1"),
    (re.compile(r"\{\\deg\}"), "°"),
    (re.compile(r"(?<=\w)~(?=\S)|``|(?<!')''"), " "),
    (re.compile(r" +"), " "),
    (re.compile(r" (?=[,.;:!?)])(?![.]\d)"), ""),
)
_ACCENT = re.compile(r"\{?\\(['`^\"~])\{?([A-Za-z])\}?\}?")
_COMBINING = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}

_LABEL = re.compile(
    r"(?:%\s*)?(?:(?:Purpose|Methods?|Results?|Conclusions?|Background|Objectives?|Aims?|Introduction|Approach|Findings|"
    r"Motivation|Main results|Significance|Materials and methods|Contributions?|Abstract)\s*(?::|\.(?=\s+[A-Z]))"
    r"|[\[(]?(?:\d{1,2}|[ivx]{1,4}|[a-z])\)|\d\.(?=\s)|[-–—•*:;,.%]++(?!\d))\s*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:To this end|To (?:that|these) ends?|In this (?:paper|work|study|article|report|letter|survey|research|context|regard)"
    r"|To (?:address|tackle|overcome|solve|alleviate|mitigate|resolve|bridge|fill|remedy|handle|combat|cope with|close"
    r"|meet|counter|achieve|answer|evaluate|explore) (?:this|these|those|the above|such|it|them|the aforementioned)\b[^,$()]{0,80}"
    r"|(?:Based on|Motivated by|Inspired by|Building on|Considering|Given|In light of|In response to|Toward) (?:this|these|that|the above)\b[^,$()]{0,80}"
    r"|Specifically|Concretely|In particular|Therefore|Thus|Hence|Moreover|Furthermore|Additionally|In addition|Here"
    r"|However|Finally|In summary|In short|In conclusion|Consequently|Accordingly|As a result|Notably|Overall|Besides"
    r"|In response|In contrast|Instead|Meanwhile|First|Firstly|Second|Then|Also|Nevertheless|Nonetheless|Subsequently"
    r"|And|So|But|Yet|For the first time|In order to (?:address|solve|tackle|overcome) (?:this|these|the above)\b[^,$()]{0,80}"
    r"|Building upon (?:this|these)\b[^,$()]{0,80})"
    r"(?:, | (?=(?:we|our|this|the|a|an|it)\b))",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"(?:(?:Extensive|Our|The|Comprehensive|Experimental|Empirical|Numerical|Qualitative|Quantitative|and|Thorough) )*"
    r"(?:experiments?|results?|evaluations?|findings|analys[ie]s|studies)\b[^,.;$()]{0,80}?"
    r"\b(?:show|demonstrate|reveal|indicate|suggest|confirm|verify|prove)s?(?: that|,) ",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"This (?:\w+ )?(?:paper|work|study|article|survey|review|report|research|letter)(?: \(\w+\))? "
    r"(?:(?:aims|seeks|intends) to |first )?(?=(?:[a-z]+ly )?(?:[a-z]+s|review|survey|study) )(?!(?:is|was|has|does|thus|also) )",
)
_AIM = re.compile(r"[Tt]o (?:the best of )?our knowledge, ")
_PURPOSE = re.compile(
    r"(?:To|By|For|With|Using|Through|Leveraging|Given|As|Since|Because|While|Although|Unlike|Despite) [^$]{1,300}?, (?=(?:we|this (?:paper|work|study)|our|the authors) )"
)
_ASIDE = re.compile(r" \((?![^()]{0,40}\d+ ?%)[^()$]{1,120}\)")

_CLAUSE = re.compile(
    r"; |: | [–—] | -{1,3} |, (?=(?:which|where|while|wherein|whose|who|thus|thereby|hence|enabling|allowing|making|leading"
    r"|resulting|achieving|outperforming|providing|yielding|ensuring|improving|reducing|and (?:then|thus|we|it|our|show"
    r"|demonstrate|evaluate|achieve)|but|so|such that|as well as|including|such as|especially|particularly|without|with"
    r"|using|by|in order|to|based on|leveraging|given|even|as|for|on|in|a|an|the|consisting|called|namely)\b)"
    r"| (?=(?:which|where|while|whereas|thereby|thus|enabling|allowing|because|so that|such that|in order to|without|as well as)\b)"
)
_PHRASE = re.compile(
    r" (?=(?:that|by|through|via|using|with|for|to|from|across|under|over|between|based on|when|in|on|into|including|such as|without|within|among|during|at)\b)"
)
_DANGLING = frozenset(
    str.split("""a an the and or of with in on for to by that which from as at is are was were be been can its their our we it this
    these such both via using based between into through than not more most how whether where when while but also only show
    shows showed demonstrate demonstrates demonstrated find finds found novel new namely called termed named without within
    under over including e.g i.e e.g. i.e. either neither each any per has have will may does do first firstly two three
    four several due thanks""")
)
_VERBAL = re.compile(r"(?:[a-z]ed| (?!learning|imaging|training|processing|rendering|sensing|understanding)[a-z]+ing)$")

_STOP = re.compile(r"[.!?。！？]+[\"'”’)\]}$]{0,3}(?=\s)|[。！？]+[\"'”’)\]}$]{0,3}")


def shorten_sentence(sentence: str) -> str:
    """Return the sentence as a summary: at most 30 words and 320 characters, one line, closed by a stop.

    Connectives and announcements go first, then a long purpose, then asides in brackets; what is still too long ends at
    the last place before the limit where a clause, or else a phrase, begins. Formulas and brackets are never cut open.
    """
    plain = _substitute(_CONTROLS, _head(sentence)).strip()
    text = _strip_leads(_substitute(_MARKUP, _ACCENT.sub(_accented, plain)).strip())
    if not _has_word(text):
        text = plain
    if _is_long(text) and _PURPOSE.match(text):
        text = _capitalise(_PURPOSE.sub("", text, count=1))
    if _is_long(text):
        text = _ASIDE.sub("", text)
    if _is_long(text):
        text = _cut(text)

    return _keep_one(_close(text))


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _head(text: str) -> str:
    head = text[:_SOURCE_CHARACTERS]

    return head if len(head) == len(text) else head.rpartition(" ")[0] or head


def _substitute(rules: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)

    return text


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[2] + _COMBINING[match[1]])


def _strip_leads(text: str) -> str:
    while label := _LABEL.match(text):
        text = text[label.end() :]
    length = 0
    while len(text) != length:
        length = len(text)
        for pattern in (_LEAD, _AIM, _REPORTED, _SUBJECT):
            lead = pattern.match(text)
            if lead and len(text) - lead.end() > _FEWEST_CHARACTERS:
                text = text[lead.end() :]

    return _capitalise(text)


def _capitalise(text: str) -> str:
    first = re.match(r"[\"“'‘(]?([a-z])(?=[a-z]*[\s,'’-])", text)
    if first is None:
        return text
    position = first.start(1)

    return text[:position] + text[position].upper() + text[position + 1 :]


def _is_long(text: str) -> bool:
    return text.count(" ") >= MAX_WORDS or len(text) > _MAX_CHARACTERS


def _cut(text: str) -> str:
    wholes = find_wholes(text)
    limit = _word_limit(text)
    for pattern in (_CLAUSE, _PHRASE):
        places = [match.start() for match in pattern.finditer(text, 0, limit + 12) if match.start() <= limit]
        for place in reversed(places):
            kept = _trim(text[:place])
            if kept.count(" ") >= _FEWEST_WORDS - 1 and not _is_inside(place, wholes) and not _VERBAL.search(kept):
                return kept
    inside = [start for start, end in wholes if start < limit < end]

    return _trim(text[: inside[0]] if inside and inside[0] else _cut_hard(text, limit))


def _cut_hard(text: str, limit: int) -> str:
    """Cut at a word, or inside one that is longer than a summary may be, but then not inside a number."""
    kept = text[:limit]
    if limit < len(text) and text[limit] != " ":
        kept = kept.rpartition(" ")[0] or kept.rstrip("0123456789.,") or kept

    return kept


def _word_limit(text: str) -> int:
    position = -1
    for _ in range(MAX_WORDS):
        position = text.find(" ", position + 1)
        if position < 0:
            break

    return min(position if position >= 0 else len(text), _MAX_CHARACTERS)


def _is_inside(place: int, wholes: list[Span]) -> bool:
    return any(start < place < end for start, end in wholes)


def _trim(text: str) -> str:
    """Take off what can't end a sentence."""
    while True:
        text = text.rstrip(" ,;:–—-")
        rest, _, word = text.rpartition(" ")
        if word.lower() not in _DANGLING or not _has_word(rest):
            return text
        text = rest


def _close(text: str) -> str:
    if text.endswith(_STOPS):
        return text

    return text.rstrip(" .…,;:–—-") + "."


def _keep_one(text: str) -> str:
    """Drop what follows a stop that the splitting of the abstract took for part of the sentence, as in brackets."""
    ends = [match.end() for match in _STOP.finditer(text)]
    while count_sentences(text) > 1 and ends:
        head, tail = text[: ends[-1]], text[ends[-1] :].lstrip()
        text, ends = (head, ends[:-1]) if _has_word(head) else (tail, [])

    return text
