"""Which papers a command is about: by category, date, venue and words, then the first ones or a sample of them.

What a filter leaves out was looked at, not read: it takes no part in the counts of a run. Skipped records always pass, so
that a filter never hides what could not be read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from fnmatch import translate

import regex

from summarizer.errors import ConfigurationError
from summarizer.papers.paper import Paper, SkippedRecord

MATCH_SECONDS = 1.0
"""A regular expression that takes longer for one paper stops the run: some never end."""

# Between these letters there are no spaces, so that a word of them may stand anywhere.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"


Test = Callable[[Paper], bool]


@dataclass
class FilterCounts:
    """What became of the papers that filters looked at."""

    left_out: int = 0
    """Papers that did not match, or were not drawn."""
    undated: int = 0
    """Papers that were kept although they have no date to compare."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a paper must meet, all of them; within one condition any of the values will do.

    Raises:
        ConfigurationError: a condition makes no sense; the message names it.
    """

    categories: tuple[str, ...] = ()
    """arXiv categories, where `*` stands for anything: `cs.CV`, `q-bio.*`."""
    primary_only: bool = False
    """Compare the primary category alone."""
    since: date | None = None
    """First day of publication, in UTC. Papers without a date are kept and counted."""
    until: date | None = None
    """Last day of publication, in UTC."""
    venues: tuple[str, ...] = ()
    """Words of a venue, or of a journal where there is no venue."""
    match: tuple[str, ...] = ()
    """Words that all occur in title or abstract (`tumo*` for any ending), or a regular expression between slashes."""
    exclude: tuple[str, ...] = ()
    """As `match`, for what is left out."""
    limit: int | None = None
    """Papers, counted after everything else."""
    sample: int | None = None
    """Papers drawn at random, in the order of the source; the whole source is read for it."""
    seed: int = 0
    """The same seed draws the same sample."""

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ConfigurationError(f"since: {self.since} is after until ({self.until}); no day is between them")
        for name in ("limit", "sample"):
            if (number := getattr(self, name)) is not None and number < 1:
                raise ConfigurationError(f"{name}: expected 1 or more, found {number}")
        self._build_tests()  # a broken expression is found before anything is read

    def apply(
        self, records: Iterable[Paper | SkippedRecord], counts: FilterCounts | None = None
    ) -> Iterator[Paper | SkippedRecord]:
        """Yield the papers that meet the conditions, in order, and every skipped record.

        Once the limit is reached nothing more is read. `counts` is kept up to date while reading.

        Raises:
            ConfigurationError: a regular expression takes too long for a paper.
        """
        if self == Filters(seed=self.seed):
            return iter(records)
        counts = counts or FilterCounts()
        chosen = self._select(records, counts)
        return self._take_first(chosen if self.sample is None else self._draw(chosen, self.sample, counts))

    def _select(
        self, records: Iterable[Paper | SkippedRecord], counts: FilterCounts
    ) -> Iterator[Paper | SkippedRecord]:
        tests = self._build_tests()
        for record in records:
            if isinstance(record, Paper):
                if not all(test(record) for test in tests):
                    counts.left_out += 1
                    continue
                counts.undated += record.published is None and bool(self.since or self.until)
            yield record

    def _take_first(self, records: Iterator[Paper | SkippedRecord]) -> Iterator[Paper | SkippedRecord]:
        left = self.limit
        for record in records:
            yield record
            if left is not None and isinstance(record, Paper):
                left -= 1
                if not left:
                    return

    def _draw(
        self, records: Iterator[Paper | SkippedRecord], size: int, counts: FilterCounts
    ) -> Iterator[Paper | SkippedRecord]:
        """Reservoir sampling (Vitter 1985, Algorithm R), which needs memory for the sample alone."""
        chance = random.Random(self.seed)  # noqa: S311  # repeatable, not secret
        reservoir: list[tuple[int, Paper]] = []
        number = 0
        for record in records:
            if isinstance(record, SkippedRecord):
                yield record
                continue
            place = number if number < size else chance.randrange(number + 1)
            if place < size:
                reservoir[place : place + 1] = [(number, record)]
            number += 1
        counts.left_out += number - len(reservoir)
        yield from (paper for _, paper in sorted(reservoir, key=lambda item: item[0]))

    def _build_tests(self) -> list[Test]:
        tests: list[Test] = []
        if self.categories:
            tests.append(_test_category(self.categories, primary_only=self.primary_only))
        if self.since or self.until:
            tests.append(_test_date(self.since or date.min, self.until or date.max))
        if self.venues:
            tests.append(_test_words("venue", self.venues, lambda paper: paper.venue or paper.journal or ""))
        if self.match:
            tests.append(_test_words("match", self.match, _text))
        if self.exclude:
            excluded = _test_words("exclude", self.exclude, _text)
            tests.append(lambda paper: not excluded(paper))
        return tests


def _text(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}"


def _test_category(names: tuple[str, ...], *, primary_only: bool) -> Test:
    pattern = regex.compile("|".join(translate(name) for name in names), regex.IGNORECASE)
    last = 1 if primary_only else None
    return lambda paper: any(pattern.match(name) for name in paper.categories[:last])


def _test_date(since: date, until: date) -> Test:
    return lambda paper: paper.published is None or since <= paper.published.astimezone(UTC).date() <= until


def _test_words(name: str, values: tuple[str, ...], get: Callable[[Paper], str]) -> Test:
    alternatives = [(value, _compile(name, value)) for value in values]

    def test(paper: Paper) -> bool:
        text = get(paper)
        return any(_search(name, value, patterns, text) for value, patterns in alternatives)

    return test


def _compile(name: str, value: str) -> list[regex.Pattern[str]]:
    try:
        if len(value) > len("//") and value.startswith("/") and value.endswith("/"):
            return [regex.compile(value[1:-1], regex.IGNORECASE)]
        patterns = [regex.compile(_word_pattern(word), regex.IGNORECASE) for word in value.split()]
    except regex.error as error:
        raise ConfigurationError(f"{name}: {value} is no regular expression ({error})") from error
    if not patterns:
        raise ConfigurationError(f"{name}: expected words, or a regular expression between slashes, found {value!r}")
    return patterns


def _word_pattern(word: str) -> str:
    stem = word.rstrip("*")
    start = rf"(?<![\w--[{_UNSPACED}]])" if regex.match(r"\w", stem) else ""
    end = rf"(?![\w--[{_UNSPACED}]])" if stem == word and regex.match(r"\w", stem[-1:]) else ""
    return f"(?V1){start}{regex.escape(stem)}{end}"


def _search(name: str, value: str, patterns: list[regex.Pattern[str]], text: str) -> bool:
    try:
        return all(pattern.search(text, timeout=MATCH_SECONDS) for pattern in patterns)
    except TimeoutError as error:
        raise ConfigurationError(
            f"{name}: {value} takes more than {MATCH_SECONDS:g} s for one paper; repetitions within repetitions do that"
        ) from error
