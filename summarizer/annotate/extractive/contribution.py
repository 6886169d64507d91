"""Which sentence of an abstract states the contribution: cue phrases, place, words shared with the title.

Cue, location and title methods after Edmundson, New Methods in Automatic Extracting (J. ACM 16(2), 1969).
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import product

from summarizer.annotate.extractive.phrases import PhraseIndex, Words
from summarizer.annotate.extractive.sentences import Span

_OFFER = str.split("""propose present introduce develop describe design devise release contribute construct build create
    formulate establish unveil""")
_STUDY = str.split("""investigate explore study examine analyze analyse revisit review survey compare address tackle aim conduct
    extend focus benchmark revise rethink
    define categorize categorise summarize summarise""")
_RESULT = str.split(
    "evaluate show demonstrate find report validate assess reveal provide offer perform apply experiment"
)
_AUTHORS = str.split("we paper work study article survey review report research authors")
_IRREGULAR = {"build": "built", "find": "found", "study": "studied", "apply": "applied", "rethink": "rethought"}
_DONE = str.split("proposed presented introduced developed described designed investigated studied explored evaluated")
_ADVERBS = ["", "therefore ", "thus ", "hence ", "here ", "hereby "]


def _both_tenses(verbs: list[str]) -> list[str]:
    return verbs + [_IRREGULAR.get(verb, verb + "ed"[verb.endswith("e") :]) for verb in verbs]


_CUES: dict[str, float] = {
    **{f"{author} {adverb}{verb}": 6.0 for author, adverb, verb in product(_AUTHORS, _ADVERBS, _both_tenses(_OFFER))},
    **{f"{author} {adverb}{verb}": 4.0 for author, adverb, verb in product(_AUTHORS, _ADVERBS, _both_tenses(_STUDY))},
    **{f"{author} {verb}": 2.5 for author, verb in product(_AUTHORS, _both_tenses(_RESULT))},
    **{f"{be} {done}": 3.5 for be, done in product(("is", "are", "was", "were"), _DONE)},
    **{f"in this {noun}": 2.0 for noun in _AUTHORS},
    **{f"this {noun}": 1.5 for noun in _AUTHORS},
    **{f"we {adverb} {verb}": 2.5 for adverb, verb in product(("first", "further", "also", "then"), _OFFER)},
    "we": 1.0,
    "our": 0.5,
    "the first": 1.0,
    "novel": 0.5,
    "purpose": 1.5,
    "conclusion": 0.5,
    "we hope": -6.0,
    "we believe": -3.0,
    "code": -5.0,
    "github": -6.0,
    "project page": -5.0,
    "publicly available": -2.0,
    "will be released": -4.0,
    "experiment": -1.5,
    "experimental result": -1.5,
    "outperform": -1.5,
    "state of the art": -0.5,
    "future work": -4.0,
}
"""What a phrase says for or against a sentence; the strongest one counts in full, further ones a quarter."""

_BACKGROUND = str.split("""however although despite while recent recently existing previous previously traditional conventional current
    currently prior most many unlike nevertheless yet but with""")
_DETAIL = str.split("""specifically moreover furthermore additionally finally second third then next beside also notably concretely
    first meanwhile through extensive experiment for it they these those such this""")
_OPENINGS = {
    **dict.fromkeys(_BACKGROUND, 2.5),
    **dict.fromkeys(_DETAIL, 2.0),
    **dict.fromkeys(("in recent", "in contrast"), 2.5),
    **dict.fromkeys(("in addition", "in particular", "in the"), 2.0),
    **{f"this {noun}": 0.0 for noun in _AUTHORS},
}
"""What the first two words of a sentence, or else the first, say against it."""

_SPARE_WORD = 0.25
_TITLE_WEIGHT, _NAME_WEIGHT, _PLACE_WEIGHT = 3.0, 1.5, 1.5
_SHORT, _LONG = 7, 60


class ContributionFinder:
    """Scores the sentences of an abstract."""

    def __init__(self) -> None:
        self._cues = PhraseIndex(_CUES.items())

    def find(self, words: Words, sentences: list[Span]) -> int:
        """Return the index of the sentence that states the contribution; the first sentence is the title.

        The title itself is returned only when it stands alone.
        """
        if len(sentences) == 1:
            return 0
        edges = [bisect_left(words.starts, start) for start, _ in sentences] + [len(words.stems)]
        scores = self._score_cues(words, edges)
        title = {stem for stem in words.stems[: edges[1]] if len(stem) > 3}  # noqa: PLR2004
        name = words.stems[0] if ":" in words.text[: sentences[0][1]] and edges[1] else ""
        for index in range(1, len(sentences)):
            stems = words.stems[edges[index] : edges[index + 1]]
            scores[index] += _score_title(stems, title, name) - _PLACE_WEIGHT * index / len(sentences)
            scores[index] -= _opening_cost(stems)
            scores[index] -= 3.0 * (len(stems) < _SHORT) + 1.0 * (len(stems) > _LONG)

        return max(range(1, len(sentences)), key=lambda index: scores[index])

    def _score_cues(self, words: Words, edges: list[int]) -> list[float]:
        strongest, rest, index = [0.0] * (len(edges) - 1), [0.0] * (len(edges) - 1), 0
        for match in self._cues.find(words):
            while edges[index + 1] <= match.first:
                index += 1
            weight = match.payload
            if weight > strongest[index]:
                weight, strongest[index] = strongest[index], weight
            rest[index] += weight if weight < 0 else _SPARE_WORD * weight

        return [best + more for best, more in zip(strongest, rest, strict=True)]


def _score_title(stems: list[str], title: set[str], name: str) -> float:
    shared = len(title.intersection(stems)) / len(title) if title else 0.0

    return _TITLE_WEIGHT * shared + _NAME_WEIGHT * (name in stems)


def _opening_cost(stems: list[str]) -> float:
    return _OPENINGS.get(" ".join(stems[:2]), _OPENINGS.get(stems[0], 0.0)) if stems else 0.0
