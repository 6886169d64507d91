"""Put annotated papers in reading order: what matters first, nothing left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from summarizer.contract.criterion import SCORES, Criterion, Level
from summarizer.contract.taxonomy import Facet, Taxonomy
from summarizer.digest.contents import Entry, Section, TagCount, TagGroup

MUST_READ = (5, 4)
DEFAULT_THRESHOLD = 3
"""Relevance from which a paper has a place among the topics."""


def order_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries by relevance descending, then by id."""
    return tuple(sorted(entries, key=lambda entry: (-entry.relevance, entry.paper.id)))


def build_sections(entries: Iterable[Entry], criterion: Criterion, threshold: int) -> tuple[Section, ...]:
    """Return what to read first, then a section for each topic, larger ones first, then what is below `threshold`.

    An entry's topic is its first tag. In a section, entries are ordered by relevance descending, then by id.
    """
    ordered = order_entries(entries)
    must_read = [entry for entry in ordered if entry.relevance in MUST_READ]
    others = [entry for entry in ordered if entry.relevance not in MUST_READ]
    levels = sorted(criterion.levels, key=lambda level: -level.score)
    lesser = [level for level in levels if level.score not in MUST_READ]
    sections = (
        Section(
            "Must read",
            "must_read",
            None,
            levels=tuple(level for level in levels if level.score in MUST_READ),
            entries=tuple(must_read),
        ),
        *_build_topics(
            [entry for entry in others if entry.relevance >= threshold],
            tuple(level for level in lesser if level.score >= threshold),
        ),
        Section(
            "Below the threshold",
            "rest",
            None,
            levels=tuple(level for level in lesser if level.score < threshold),
            entries=tuple(entry for entry in others if entry.relevance < threshold),
        ),
    )
    return tuple(section for section in sections if section.entries)


def _build_topics(entries: Iterable[Entry], levels: tuple[Level, ...]) -> list[Section]:
    topics: dict[str, list[Entry]] = {}
    for entry in entries:
        topics.setdefault(entry.tags[0].id, []).append(entry)
    sections = [
        Section(found[0].tags[0].label, "topic", found[0].tags[0], levels=levels, entries=tuple(found))
        for found in topics.values()
    ]
    return sorted(sections, key=lambda section: (-len(section.entries), section.title))


def count_relevance(entries: Sequence[Entry]) -> tuple[int, ...]:
    """Return the number of papers at each relevance, 0 to 5."""
    counts = Counter(entry.relevance for entry in entries)
    return tuple(counts[score] for score in SCORES)


def group_tags(entries: Sequence[Entry], taxonomy: Taxonomy) -> tuple[TagGroup, ...]:
    """Return the tags that occur, by facet in the taxonomy's order; in a facet the most frequent first, then by label."""
    counts = Counter(tag.id for entry in entries for tag in entry.tags)
    groups = (TagGroup(facet, _count_facet(facet, taxonomy, counts)) for facet in taxonomy.facets)
    return tuple(group for group in groups if group.counts)


def _count_facet(facet: Facet, taxonomy: Taxonomy, counts: Counter[str]) -> tuple[TagCount, ...]:
    found = (TagCount(tag, counts[tag.id]) for tag in taxonomy.tags if tag.facet == facet.id and counts[tag.id])
    return tuple(sorted(found, key=lambda count: (-count.papers, count.tag.label)))
