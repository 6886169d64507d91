"""What a page tells a reader who has never seen one: what it is, what to read first, how far to trust it."""

from __future__ import annotations

from typing import NamedTuple

from summarizer.digest.contents import Digest, Entry, SectionKind
from summarizer.digest.wording import say_gold_score, say_papers

FIRST_READS = 3
"""Papers named before all others."""


class Figure(NamedTuple):
    """One number of the head of the page."""

    number: str
    label: str
    anchor: str
    """Element of the page that the number is about; empty when there is none."""


def say_purpose(digest: Digest) -> str:
    """Return what has been done to the papers, and for whom."""
    subject = digest.criterion.subject
    parts = "a one-line summary, topic tags and a score from 0 to 5 for how much it matters to"
    return f"New papers, read for people who work on {subject}: each abstract got {parts} {subject}."


def headline_figures(digest: Digest) -> tuple[Figure, ...]:
    """Return the numbers of the head of the page: what was read, what to read, what is missing."""
    figures = [
        Figure(f"{digest.counts.annotated:,}", "papers annotated", "figures" if digest.counts.annotated else ""),
        Figure(f"{digest.count_kind('must_read'):,}", "must-reads", _first_section(digest, "must_read")),
        Figure(f"{digest.count_kind('topic'):,}", "more worth a look", _first_section(digest, "topic")),
    ]
    if digest.new_versions:
        label = "new version" if len(digest.new_versions) == 1 else "new versions"
        figures.append(Figure(f"{len(digest.new_versions):,}", label, "versions"))
    if digest.counts.failed:
        figures.append(Figure(f"{digest.counts.failed:,}", "not annotated", "failed"))
    return tuple(figures)


def _first_section(digest: Digest, kind: SectionKind) -> str:
    numbers = (number for number, section in enumerate(digest.sections, start=1) if section.kind == kind)
    return next((f"section-{number}" for number in numbers), "")


def first_reads(digest: Digest) -> tuple[Entry, ...]:
    """Return the papers to start with: the most relevant, in reading order, if any is at or above the threshold."""
    return tuple(_candidates(digest)[:FIRST_READS])


def say_equals(digest: Digest) -> str:
    """Return how many papers are as relevant as the last of the first reads and not among them; empty when none is."""
    entries = _candidates(digest)
    equals = sum(entry.relevance == entries[FIRST_READS - 1].relevance for entry in entries[FIRST_READS:])
    if not equals:
        return ""
    verb = "has" if equals == 1 else "have"
    relevance = entries[FIRST_READS].relevance
    return f"{say_papers(equals)} more {verb} relevance {relevance} too; equals stand in the order of their ids."


def _candidates(digest: Digest) -> list[Entry]:
    sections = (section.entries for section in digest.sections if section.kind != "rest")
    return sorted((entry for entries in sections for entry in entries), key=lambda entry: -entry.relevance)


def trust_points(digest: Digest) -> tuple[str, ...]:
    """Return what a reader should know before relying on the page, the most important first."""
    points = (_say_reader(digest), _say_measured(digest), _say_missing(digest))
    return tuple(point for point in points if point)


def _say_reader(digest: Digest) -> str:
    annotators, models = digest.origin.annotators, digest.origin.requested_models
    if not annotators:
        return ""
    if annotators == ("extractive",):
        return (
            "No chat model read these papers: each summary is a sentence of its abstract, and a list of weighted words"
            " gave score and tags. It overlooks what is put in unusual words."
        )
    chat = [model for model in models if model != "extractive"]
    readers = f"The chat {'model' if len(chat) == 1 else 'models'} {', '.join(chat)}"
    helped = ", and for some a list of weighted words," if "extractive" in annotators else ""
    return (
        f"{readers}{helped} read the abstracts, not the papers. Each score rests on words of the abstract, which"
        " are quoted and were checked to stand there; numbers in a summary were checked against the abstract."
    )


def _say_measured(digest: Digest) -> str:
    if digest.gold_score:
        return f"Measured on labelled papers: {say_gold_score(digest.gold_score)}."
    if not digest.origin.annotators:
        return ""
    return "How often summaries, tags and scores like these are right has not been measured."


def _say_missing(digest: Digest) -> str:
    failed, skipped = digest.counts.failed, digest.counts.skipped
    if not digest.counts.read:
        return ""
    annotated = (
        f"{say_papers(failed)} could not be annotated" if failed else "Every abstract that could be read was annotated"
    )
    if not failed and not skipped:
        return f"{annotated}."
    used = f"; {skipped:,} {'record' if skipped == 1 else 'records'} could not be used" if skipped else ""
    return f"{annotated}{used}: see the list at the end."
