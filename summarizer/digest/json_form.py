"""Render a digest as JSON for other programs."""

from __future__ import annotations

from summarizer.annotate.records import Reference
from summarizer.digest import wording
from summarizer.digest.account import FailedPaper, Origin
from summarizer.digest.contents import Digest, Entry, Section
from summarizer.digest.json_schema import (
    CountsForm,
    CriterionForm,
    DigestForm,
    FailedForm,
    PaperForm,
    ProvenanceForm,
    SectionForm,
    TagForm,
    TrendForm,
)


def render_json(digest: Digest) -> str:
    """Return the digest as indented JSON, in the form of `DigestForm`."""
    return f"{_build_form(digest).model_dump_json(indent=2)}\n"


def _build_form(digest: Digest) -> DigestForm:
    criterion, taxonomy = digest.criterion, digest.taxonomy
    return DigestForm(
        title=digest.title,
        headline=wording.say_headline(digest),
        generated_at=digest.generated_at,
        window=digest.window,
        threshold=digest.threshold,
        counts=_counts(digest),
        earlier=digest.earlier,
        undated=digest.undated,
        notes=digest.notes,
        sections=tuple(map(_section, digest.sections)),
        new_versions=tuple(map(_paper, digest.new_versions)),
        failed=tuple(map(_failed, digest.failed)),
        skipped=digest.skipped,
        duplicates=digest.duplicates,
        relevance_counts=digest.relevance_counts,
        tags=_tags(digest),
        days=digest.days,
        trends=tuple(
            TrendForm(tag=trend.tag.id, papers=trend.papers, share=trend.share, past_shares=trend.past_shares)
            for trend in digest.trends
        ),
        past=digest.past,
        archive_url=digest.archive_url,
        overview=digest.overview,
        overview_absence=digest.overview_absence,
        gold_score=digest.gold_score,
        languages=tuple(language.tag for language in digest.languages),
        missing_languages=tuple(language.tag for language in digest.missing_languages),
        criterion=CriterionForm(
            name=criterion.name,
            fingerprint=criterion.fingerprint,
            subject=criterion.subject,
            levels={level.score: level.definition for level in criterion.levels},
        ),
        taxonomy=Reference(name=taxonomy.name, fingerprint=taxonomy.fingerprint),
        provenance=_provenance(digest.origin),
    )


def _section(section: Section) -> SectionForm:
    return SectionForm(
        title=section.title,
        kind=section.kind,
        tag=section.tag.id if section.tag else None,
        papers=tuple(map(_paper, section.entries)),
    )


def _paper(entry: Entry) -> PaperForm:
    paper = entry.paper
    return PaperForm(
        id=paper.id,
        version=paper.version,
        arxiv_id=paper.arxiv_id,
        doi=paper.doi,
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors,
        categories=paper.categories,
        announced=entry.announced,
        published=paper.published,
        updated=paper.updated,
        venue=paper.venue,
        journal=paper.journal,
        comment=paper.comment,
        links=entry.links,
        tldr=entry.tldr,
        tags=tuple(tag.id for tag in entry.tags),
        relevance=entry.relevance,
        evidence=entry.evidence,
        translations=entry.translations,
        truncated=entry.truncated,
    )


def _failed(failure: FailedPaper) -> FailedForm:
    return FailedForm(
        id=failure.paper.id,
        title=failure.paper.title,
        links=failure.links,
        error_type=failure.error_type,
        message=failure.message,
    )


def _counts(digest: Digest) -> CountsForm:
    counts = digest.counts
    return CountsForm(
        read=counts.read,
        annotated=counts.annotated,
        failed=counts.failed,
        skipped=counts.skipped,
        duplicate=counts.duplicate,
    )


def _tags(digest: Digest) -> tuple[TagForm, ...]:
    return tuple(
        TagForm(
            id=count.tag.id,
            facet=count.tag.facet,
            label=count.tag.label,
            labels=dict(count.tag.labels),
            papers=count.papers,
        )
        for group in digest.tag_groups
        for count in group.counts
    )


def _provenance(origin: Origin) -> ProvenanceForm:
    return ProvenanceForm(
        annotators=origin.annotators,
        requested_models=origin.requested_models,
        served_models=origin.served_models,
        prompts=origin.prompts,
        usage=origin.usage,
        cost_usd=origin.cost_usd,
        cache_hits=origin.cache_hits,
        versions=origin.versions,
        run_ids=origin.run_ids,
    )
