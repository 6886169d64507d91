"""Which tags of the taxonomy a paper carries, by the aliases that stand in title and abstract."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict

from summarizer.annotate.extractive.phrases import Match, PhraseIndex, Words
from summarizer.annotate.extractive.sentences import Span
from summarizer.contract.taxonomy import Tag, Taxonomy
from summarizer.errors import PromptError

OTHER = "other"
MOST_TAGS = 5
_TITLE_FACTOR, _CONTRIBUTION_FACTOR = 3.0, 2.0
_ONE_WORD, _MORE_WORDS = 1.25, 0.25
_REPEAT = 0.5
_FIRST = 1.5, 0.2
_SECOND = 2.5, 0.4
"""Points, and share of the strongest tag's points, that the first and the second tag of a facet need."""


class Tagger:
    """Tags papers from one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        if not any(tag.id == OTHER for tag in taxonomy.tags):
            raise PromptError(f"{taxonomy.name} has no tag {OTHER!r}, which a paper gets when nothing else fits")
        self._order = {tag.id: position for position, tag in enumerate(taxonomy.tags)}
        self._aliases = PhraseIndex(
            (alias, tag) for tag in taxonomy.tags if tag.id != OTHER for alias in dict.fromkeys(tag.aliases)
        )

    def choose(self, words: Words, sentences: list[Span], contribution: int) -> tuple[str, ...]:
        """Return 1 to 5 tag ids, the strongest first; the first sentence is the title.

        An alias counts more in the title and in the sentence of the contribution, longer ones more than shorter ones,
        repeats less and less. One mention in passing is not enough, and a facet's second tag needs more than its first.
        """
        points, facets = self._count(words, sentences, contribution)
        ranked = sorted(points, key=lambda tag: (-points[tag], self._order[tag]))
        chosen: list[str] = []
        taken: Counter[str] = Counter()
        for tag in ranked:
            if taken[facets[tag]] == 2:  # noqa: PLR2004
                continue
            floor, share = _SECOND if taken[facets[tag]] else _FIRST
            if points[tag] >= max(floor, share * points[ranked[0]]):
                chosen.append(tag)
                taken[facets[tag]] += 1

        return tuple(chosen[:MOST_TAGS]) or (OTHER,)

    def _count(self, words: Words, sentences: list[Span], contribution: int) -> tuple[dict[str, float], dict[str, str]]:
        starts = [start for start, _ in sentences]
        points: defaultdict[str, float] = defaultdict(float)
        facets: dict[str, str] = {}
        covered: dict[str, int] = {}
        seen: Counter[tuple[str, ...]] = Counter()
        for match in self._aliases.find(words):
            tag = match.payload
            if match.first < covered.get(tag.id, 0):
                continue
            covered[tag.id], facets[tag.id] = match.end, tag.facet
            sentence = bisect_right(starts, words.starts[match.first]) - 1
            phrase = (tag.id, *words.stems[match.first : match.end])
            points[tag.id] += _weigh(match, sentence, contribution) * _REPEAT ** seen[phrase]
            seen[phrase] += 1

        return points, facets


def _weigh(match: Match[Tag], sentence: int, contribution: int) -> float:
    weight = _ONE_WORD + _MORE_WORDS * (match.end - match.first - 1)
    if sentence == 0:
        return weight * _TITLE_FACTOR

    return weight * _CONTRIBUTION_FACTOR if sentence == contribution else weight
