"""Build a digest from the records of a results file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePath

from summarizer.annotate.records import RECORD, AnnotatedRecord, DuplicateRecord, FailedRecord, Record, SkippedLine
from summarizer.contract.criterion import SCORES, Criterion
from summarizer.contract.languages import Language, get_language
from summarizer.contract.taxonomy import Tag, Taxonomy
from summarizer.digest.account import FailedPaper, SetAside
from summarizer.digest.contents import Digest, Entry, GoldScore, Overview, PastDigest, Section, SectionKind, Window
from summarizer.digest.evidence import locate_evidence
from summarizer.digest.links import build_links
from summarizer.digest.order import DEFAULT_THRESHOLD, build_sections, count_relevance, group_tags, order_entries
from summarizer.digest.settlement import build_origin, settle_records
from summarizer.digest.shown import ShownDigest
from summarizer.digest.trends import COMPARED, compare_tags, count_days
from summarizer.digest.visible import visible, visible_value
from summarizer.digest.windows import announced_day
from summarizer.digest.wording import say_overview_absence, say_unlisted
from summarizer.errors import ConfigurationError, StoreError


def build_digest(
    records: Iterable[Record],
    *,
    title: str,
    taxonomy: Taxonomy,
    criterion: Criterion,
    languages: Sequence[str] | None = None,
    generated_at: datetime,
    window: Window | None = None,
    threshold: int = DEFAULT_THRESHOLD,
    new_versions: Collection[str] = (),
    earlier: int = 0,
    past: Sequence[ShownDigest] = (),
    kinds: Collection[SectionKind] | None = None,
    notes: Sequence[str] = (),
    overview: Overview | None = None,
    overview_absence: str = "",
    gold_score: GoldScore | None = None,
) -> Digest:
    """Build the digest of all records of a results file.

    The last line about a paper counts, so a retried paper appears once; `Counts` is over distinct records as
    `settle_records` tells them apart. All text of the records is made `visible`. The same arguments give an equal digest.

    Args:
        records: lines in file order, all of them.
        title: heading of the digest.
        taxonomy: the one that the records were tagged with; gives labels and facets.
        criterion: the one that the records were scored by; gives the meaning of each level.
        languages: tags of the translations to show, in this order; None for all that occur.
        generated_at: stated in the digest, with time zone.
        window: days that the records were chosen by; None for no choice. A digest with a window has an archive above it.
        threshold: relevance from which a paper has a place among the topics, 0 to 5.
        new_versions: ids of papers that an earlier digest showed in an older version.
        earlier: papers left out because another digest showed them.
        past: digests of the same folder before this one, the earliest first.
        kinds: sections to list; None for all. Papers of the others are counted, and said to be left out.
        notes: sentences about papers that are not here, for instance after a stop.
        overview: what a chat model wrote about the papers.
        overview_absence: why it wrote nothing, in one sentence; said by itself where the reason is the annotator.
        gold_score: how the prompt and model behind the records did on labelled papers.

    Raises:
        ConfigurationError: a record was annotated with another taxonomy or criterion, or a language is not supported.
        StoreError: a record carries a tag that its taxonomy does not have, or a relevance outside 0 to 5.
    """
    settled = settle_records(_visible_record(record) for record in records)
    _check_same_data(settled.annotated, taxonomy, criterion)
    wanted = _wanted_languages(settled.annotated, languages)
    entries = _build_entries(settled.annotated, taxonomy, [language.tag for language in wanted])
    shown = tuple(language for language in wanted if any(language.tag in entry.translations for entry in entries))
    days, origin = _days((*settled.annotated, *settled.failed)), build_origin(settled)
    sections = build_sections([entry for entry in entries if entry.paper.id not in new_versions], criterion, threshold)
    listed, unlisted = _split_sections(sections, kinds)
    return Digest(
        title=visible(title),
        generated_at=generated_at,
        window=window,
        threshold=threshold,
        sections=listed,
        unlisted=unlisted,
        new_versions=order_entries(entry for entry in entries if entry.paper.id in new_versions),
        earlier=earlier,
        undated=sum(entry.announced is None for entry in entries),
        notes=(*map(visible, notes), *say_unlisted(_count(unlisted))),
        days=count_days(entries, window, threshold),
        trends=compare_tags(entries, [(digest.tags, len(digest.papers)) for digest in past[-COMPARED:]]),
        past=_link_past(past),
        archive_url="../index.html" if window else None,
        overview=_visible_overview(overview) if overview else None,
        overview_absence="" if overview else overview_absence or say_overview_absence(origin),
        gold_score=gold_score,
        failed=tuple(_failed_paper(record) for record in sorted(settled.failed, key=lambda record: record.paper.id)),
        skipped=tuple(_skipped(record) for record in settled.skipped),
        duplicates=tuple(_duplicate(record) for record in settled.duplicates),
        counts=settled.counts,
        relevance_counts=count_relevance(entries),
        tag_groups=group_tags(entries, taxonomy),
        taxonomy=taxonomy,
        criterion=criterion,
        languages=shown,
        missing_languages=tuple(language for language in wanted if language not in shown),
        first_date=min(days, default=None),
        last_date=max(days, default=None),
        origin=origin,
    )


def add_overview(digest: Digest, overview: Overview | None, absence: str) -> Digest:
    """Return the digest with an overview of its papers, or with the reason why there is none."""
    return replace(
        digest,
        overview=_visible_overview(overview) if overview else None,
        overview_absence="" if overview else visible(absence),
    )


def _split_sections(
    sections: Iterable[Section], kinds: Collection[SectionKind] | None
) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """Return those of the kinds asked for, and the others."""
    listed = tuple(section for section in sections if kinds is None or section.kind in kinds)
    return listed, tuple(section for section in sections if section not in listed)


def _visible_record(record: Record) -> Record:
    return RECORD.validate_python(visible_value(record.model_dump()))


def _check_same_data(records: Iterable[AnnotatedRecord], taxonomy: Taxonomy, criterion: Criterion) -> None:
    """Refuse labels and definitions that are not the ones which the papers were annotated with."""
    for record in records:
        for used, given in (
            (record.provenance.taxonomy, taxonomy),
            (record.provenance.criterion, criterion),
        ):
            if used.fingerprint != given.fingerprint:
                raise ConfigurationError(
                    f"Paper {record.paper.id} was annotated with {used.name} ({used.fingerprint[:12]}), but the digest "
                    f"was asked for with {given.name} ({given.fingerprint[:12]}): use the same file, or annotate anew."
                )


def _wanted_languages(records: Iterable[AnnotatedRecord], languages: Sequence[str] | None) -> list[Language]:
    if languages is None:
        languages = sorted({tag for record in records for tag in record.annotation.translations})
    return list(dict.fromkeys(get_language(tag) for tag in languages))


def _build_entries(records: Iterable[AnnotatedRecord], taxonomy: Taxonomy, languages: Sequence[str]) -> list[Entry]:
    tags = {tag.id: tag for tag in taxonomy.tags}
    return [_build_entry(record, tags, languages) for record in records]


def _build_entry(record: AnnotatedRecord, tags: dict[str, Tag], languages: Sequence[str]) -> Entry:
    paper, annotation = record.paper, record.annotation
    unknown = [tag for tag in annotation.tags if tag not in tags]
    if unknown or annotation.relevance not in SCORES:
        raise StoreError(f"Paper {paper.id} has a relevance outside 0 to 5 or unknown tags: {annotation!r}")
    evidence = locate_evidence(annotation.evidence, title=paper.title, abstract=paper.abstract)
    return Entry(
        paper=paper,
        links=build_links(paper),
        announced=announced_day(paper),
        tldr=annotation.tldr,
        tags=tuple(tags[tag] for tag in annotation.tags),
        relevance=annotation.relevance,
        evidence=evidence if annotation.evidence else None,
        translations={tag: annotation.translations[tag] for tag in languages if tag in annotation.translations},
        truncated=record.provenance.truncated,
    )


def _visible_overview(overview: Overview) -> Overview:
    statements = tuple(replace(line, text=visible(line.text)) for line in overview.statements)
    return replace(overview, statements=statements)


def _count(sections: Iterable[Section]) -> int:
    return sum(len(section.entries) for section in sections)


def _link_past(past: Sequence[ShownDigest]) -> tuple[PastDigest, ...]:
    newest = past[: -COMPARED - 1 : -1]
    return tuple(PastDigest(digest.label, f"../{digest.label}/{digest.page}") for digest in newest)


def _days(records: Iterable[AnnotatedRecord | FailedRecord]) -> list[date]:
    return [day for record in records if (day := announced_day(record.paper))]


def _failed_paper(record: FailedRecord) -> FailedPaper:
    return FailedPaper(
        record.paper, build_links(record.paper), error_type=record.error.type, message=record.error.message
    )


def _skipped(record: SkippedLine) -> SetAside:
    title = record.paper.title if record.paper else ""
    return SetAside(title, PurePath(record.path).name, record.line, record.reason)


def _duplicate(record: DuplicateRecord) -> SetAside:
    paper = record.paper
    return SetAside(paper.title, PurePath(paper.source).name, paper.position, record.reason)
