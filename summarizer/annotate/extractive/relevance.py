"""How much a paper is about medical imaging, by a weighted lexicon, and the words that say so."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from summarizer.annotate.extractive.lexicon import Group, Lexicon, Role
from summarizer.annotate.extractive.phrases import Match, PhraseIndex, Words
from summarizer.annotate.extractive.quotation import CONTROL, quote
from summarizer.annotate.extractive.sentences import Span

_SUPPORT: frozenset[Role] = frozenset(["elsewhere", "picture", "experiment", "scope", "cohort"])
_SPECIFIC: frozenset[Role] = frozenset(["modality", "imaging", "medical", "biological"])
_IMAGING: frozenset[Role] = frozenset(["modality", "imaging"])
_MEDICINE: frozenset[Role] = frozenset(["modality", "imaging", "medical"])
_BESIDE_WORDS = 15
_EXPERIMENT, _SUBJECT = 2, 4
_TITLE, _OPENING = 0, 1


@dataclass(frozen=True, slots=True)
class _Hit:
    group: Group
    match: Match[Group]
    sentence: int
    """0 is the title."""
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the lexicon finds in one paper."""

    hits: list[_Hit]
    """In the order of the text, look-alikes included."""
    support: list[_Hit]
    sentences: int

    def points(self, roles: Iterable[Role], lexicon: Lexicon) -> float:
        """Sum the weights; a title counts more, repeats less and less."""
        wanted, limits, total = frozenset(roles), lexicon.thresholds, 0.0
        seen: Counter[tuple[str, ...]] = Counter()
        for hit in self.hits:
            if hit.group.role in wanted:
                factor = limits.title_factor if hit.sentence == _TITLE else 1.0
                total += hit.group.weight * factor * limits.repeat_factor ** seen[hit.stems]
                seen[hit.stems] += 1

        return total

    def in_title(self, roles: Iterable[Role]) -> bool:
        """Say whether the title holds a phrase of these roles."""
        wanted = frozenset(roles)

        return any(hit.sentence == _TITLE and hit.group.role in wanted for hit in self.hits)

    def where(self, role: Role) -> set[int]:
        """Return the sentences with a phrase of this supporting role."""
        return {hit.sentence for hit in self.support if hit.group.role == role}

    def weight(self, role: Role, *, title_only: bool = False) -> float:
        """Sum the weights of different supporting phrases."""
        return sum(
            {
                hit.stems: hit.group.weight
                for hit in self.support
                if hit.group.role == role and (not title_only or hit.sentence == _TITLE)
            }.values()
        )


class RelevanceScorer:
    """Scores papers by one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._evidence = _index(group for group in lexicon.groups if group.role not in _SUPPORT)
        self._support = _index(group for group in lexicon.groups if group.role in _SUPPORT)

    def score(self, words: Words, sentences: list[Span]) -> tuple[int, str]:
        """Return relevance, 0 to 5, and its evidence; the first sentence is the title.

        The evidence is a slice of title or abstract around the strongest phrases, empty only at 0.
        """
        hits = _locate(self._evidence, words, sentences)
        if not hits:
            return 0, ""
        evidence = _Evidence(hits, _locate(self._support, words, sentences), len(sentences))
        level = self._level(evidence)
        strongest = _strongest(hits if level == 1 else [hit for hit in hits if hit.group.role in _SPECIFIC])

        return level, _quote(words, sentences, strongest)

    def _level(self, evidence: _Evidence) -> int:
        """Place the evidence on the rubric: 1 a mention, 2 an experiment, 3 a main use, 4 the subject, 5 core."""
        specific = [hit for hit in evidence.hits if hit.group.role in _SPECIFIC]
        roles = {hit.group.role for hit in specific}
        elsewhere = roles == {"modality"} and evidence.where("elsewhere")
        pictures = roles != {"medical"} or evidence.where("picture")
        if not specific or elsewhere or not pictures:
            return 1
        level = self._use(evidence, specific)
        if evidence.in_title(["text"]) and not evidence.in_title(_IMAGING):
            return min(level, _EXPERIMENT)

        return _SUBJECT + self._is_core(evidence) if level == _SUBJECT else level

    def _use(self, evidence: _Evidence, specific: list[_Hit]) -> int:
        limits = self._lexicon.thresholds
        points = evidence.points((*_SPECIFIC, "ambiguous"), self._lexicon)
        share = len({hit.sentence for hit in specific}) / evidence.sentences
        used, filled = share >= limits.use_share, share >= limits.subject_share
        opens = any(hit.sentence == _OPENING and hit.group.role in _IMAGING for hit in specific)
        named = evidence.in_title(["medical"]) or (used and (opens or evidence.in_title(["ambiguous"])))
        enough = limits.use_points if named else limits.subject_points
        if evidence.in_title((*_IMAGING, "biological")) or ((named or filled) and points >= enough):
            return self._subject(evidence, filled=filled)
        if points >= limits.use_points:
            return 3 if used else 2

        return 2 if evidence.where("experiment") & {hit.sentence for hit in specific} else 1

    def _subject(self, evidence: _Evidence, *, filled: bool) -> int:
        """Return 4 for medicine, 3 when cells and molecules weigh more."""
        medicine = _MEDICINE if filled or evidence.in_title(["medical"]) else _IMAGING
        biology = evidence.points(["biological"], self._lexicon)

        return 4 if evidence.points(medicine, self._lexicon) > biology else 3

    def _is_core(self, evidence: _Evidence) -> bool:
        limits = self._lexicon.thresholds

        return (
            evidence.weight("scope", title_only=True) >= limits.scope_points
            or evidence.weight("cohort") >= limits.cohort_points
        )


def _index(groups: Iterable[Group]) -> PhraseIndex[Group]:
    return PhraseIndex((phrase, group) for group in groups for phrase in group.phrases)


def _locate(index: PhraseIndex[Group], words: Words, sentences: list[Span]) -> list[_Hit]:
    starts = [start for start, _ in sentences]

    return [
        _Hit(
            match.payload,
            match,
            bisect_right(starts, words.starts[match.first]) - 1,
            tuple(words.stems[match.first : match.end]),
        )
        for match in index.find_longest(words)
    ]


def _strongest(hits: list[_Hit]) -> list[_Hit]:
    """Return the neighbours in one sentence that weigh most together; the abstract before the title."""
    by_sentence: defaultdict[int, list[_Hit]] = defaultdict(list)
    for hit in hits:
        by_sentence[hit.sentence].append(hit)
    best, best_weight = hits[:1], -1.0
    for sentence, neighbours in by_sentence.items():
        first, weight = 0, 0.0
        for last, hit in enumerate(neighbours):
            weight += hit.group.weight
            while hit.match.end - neighbours[first].match.first > _BESIDE_WORDS and first < last:
                weight -= neighbours[first].group.weight
                first += 1
            shown = weight - 0.5 * weight * (sentence == _TITLE)
            if shown > best_weight:
                best, best_weight = neighbours[first : last + 1], shown

    return best


def _quote(words: Words, sentences: list[Span], hits: list[_Hit]) -> str:
    span = words.starts[hits[0].match.first], words.ends[hits[-1].match.end - 1]
    if CONTROL.search(words.text, *span):
        span = span[0], words.ends[hits[0].match.end - 1]

    return quote(words.text, sentences[hits[0].sentence], span)
