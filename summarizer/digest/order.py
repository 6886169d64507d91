"""Put annotated papers in reading order: what matters first, nothing left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from summarizer.contract.criterion import SCORES, Criterion
from summarizer.contract.taxonomy import Facet, Taxonomy
from summarizer.digest.contents import Entry, Section, TagCount, TagGroup

MUST_READ = (5, 4)
WORTH_A_LOOK = (3,)
_SECTIONS = (
    ("Must read", MUST_READ),
    ("Worth a look", WORTH_A_LOOK),
    ("Related methods", (2,)),
    ("Mentioned in passing", (1,)),
    ("The rest", (0,)),
)


def build_sections(entries: Iterable[Entry], criterion: Criterion) -> tuple[Section, ...]:
    """Return the sections that have papers; in each, by relevance descending, then tags, then id."""
    ordered = sorted(entries, key=lambda entry: (-entry.relevance, [tag.id for tag in entry.tags], entry.paper.id))
    levels = {level.score: level for level in criterion.levels}
    sections = (
        Section(
            title,
            levels=tuple(levels[score] for score in scores if score in levels),
            entries=tuple(entry for entry in ordered if entry.relevance in scores),
        )
        for title, scores in _SECTIONS
    )
    return tuple(section for section in sections if section.entries)


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
