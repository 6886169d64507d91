"""Papers by day, and tags against the digests before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from summarizer.digest.contents import DayCount, Entry, TagTrend, Window

COMPARED = 8
"""Earlier digests that tags are compared with."""
_LONGEST_DAYS = 92
_TAGS = 12


def count_days(entries: Iterable[Entry], window: Window | None, threshold: int) -> tuple[DayCount, ...]:
    """Return the papers of every day of `window`, or of every day from the first paper to the last.

    The result is empty when those days are more than a quarter apart.
    """
    dated = [(entry.announced, entry.relevance >= threshold) for entry in entries if entry.announced]
    papers = Counter(day for day, _ in dated)
    relevant = Counter(day for day, is_relevant in dated if is_relevant)
    if not window and not papers:
        return ()
    first, last = (window.first, window.last) if window else (min(papers), max(papers))
    length = (last - first).days + 1
    if length > _LONGEST_DAYS:
        return ()
    days = (first + timedelta(days=number) for number in range(length))
    return tuple(DayCount(day, papers[day], relevant[day]) for day in days)


def compare_tags(entries: Sequence[Entry], past: Sequence[tuple[Mapping[str, int], int]]) -> tuple[TagTrend, ...]:
    """Return the most frequent tags with their shares here and before.

    Args:
        entries: the papers of this digest.
        past: for each earlier digest, the oldest first, its papers by tag id and the number of its papers. Digests
            without papers have no shares and are left out.
    """
    counts = Counter(tag.id for entry in entries for tag in entry.tags)
    tags = {tag.id: tag for entry in entries for tag in entry.tags}
    top = sorted(tags.values(), key=lambda tag: (-counts[tag.id], tag.label))[:_TAGS]
    return tuple(
        TagTrend(
            tag,
            papers=counts[tag.id],
            share=counts[tag.id] / len(entries),
            past_shares=tuple(papers_by_tag.get(tag.id, 0) / papers for papers_by_tag, papers in past if papers),
        )
        for tag in top
    )
