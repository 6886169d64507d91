"""Records for the tests of the digest: small, invented, and each made by one call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from summarizer.annotate.records import (
    AnnotatedRecord,
    DuplicateRecord,
    FailedRecord,
    Provenance,
    Record,
    RecordError,
    Reference,
    SkippedLine,
)
from summarizer.chat.interface import Usage
from summarizer.contract.criterion import Criterion, Level
from summarizer.contract.schema import Annotation, Translation
from summarizer.contract.taxonomy import Facet, Tag, Taxonomy
from summarizer.digest import Digest, build_digest
from summarizer.digest.contents import GoldMetric, GoldScore, Overview, Statement
from summarizer.digest.shown import ShownDigest, ShownPaper
from summarizer.digest.windows import parse_week
from summarizer.papers.paper import Paper

MADE = datetime(2026, 11, 16, 6, 5, tzinfo=UTC)
DAY = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


def _tag(tag: str, facet: str, label: str, chinese: str) -> Tag:
    return Tag(id=tag, facet=facet, label=label, labels={"zh-Hans": chinese}, definition=f"About {label}.", aliases=())


TAXONOMY = Taxonomy(
    name="taxonomy.v1",
    fingerprint="a" * 64,
    facets=(
        Facet(id="task", label="Task", labels={"zh-Hans": "任务"}),
        Facet(id="modality", label="Modality", labels={"zh-Hans": "成像模态"}),
        Facet(id="other", label="Other", labels={}),
    ),
    tags=(
        _tag("segmentation", "task", "Segmentation", "分割"),
        _tag("detection", "task", "Detection", "检测"),
        _tag("mri", "modality", "MRI", "磁共振成像"),
        _tag("other", "other", "Other", "其他"),
    ),
)
CRITERION = Criterion(
    name="criterion.medical-imaging.v1",
    fingerprint="b" * 64,
    subject="medical imaging",
    labels={"zh-Hans": "医学影像"},
    levels=tuple(
        Level(score=score, definition=f"Definition of level {score}.", examples=("an example",)) for score in range(6)
    ),
)


def provenance(**changes: Any) -> Provenance:
    facts: dict[str, Any] = {
        "annotator": "chat",
        "prompt": Reference(name="annotate.v1", fingerprint="c" * 64),
        "taxonomy": Reference(name=TAXONOMY.name, fingerprint=TAXONOMY.fingerprint),
        "criterion": Reference(name=CRITERION.name, fingerprint=CRITERION.fingerprint),
        "languages": ("zh-Hans",),
        "requested_model": "small-model",
        "served_model": "small-model-2026-09",
        "usage": Usage(input_tokens=1500, cached_input_tokens=1024, output_tokens=120),
        "cost_usd": 0.001,
        "attempts": 1,
        "created_at": DAY,
        "version": "0.1.0",
        "run_id": "run-1",
    }
    return Provenance(**(facts | changes))


EXTRACTIVE: dict[str, Any] = {
    "annotator": "extractive",
    "prompt": None,
    "languages": (),
    "requested_model": "extractive",
    "served_model": None,
    "usage": Usage(),
    "cost_usd": 0.0,
}
"""What differs in the provenance of the extractive annotator."""


def paper(paper_id: str = "2611.00001", **changes: Any) -> Paper:
    facts: dict[str, Any] = {
        "id": paper_id,
        "arxiv_id": paper_id,
        "title": f"Title of {paper_id}",
        "abstract": "We outline the liver in scans of 40 patients. It works.",
        "authors": ("Ada Example", "Bo Sample"),
        "categories": ("eess.IV", "cs.CV"),
        "published": DAY,
        "source": "week.txt",
        "position": 3,
    }
    return Paper(**(facts | changes))


def annotated(
    the_paper: Paper | None = None,
    *,
    tldr: str = "Outlines the liver.",
    tags: tuple[str, ...] = ("segmentation",),
    relevance: int = 4,
    evidence: str = "scans of 40 patients",
    translations: dict[str, Translation] | None = None,
    **changes: Any,
) -> AnnotatedRecord:
    annotation = Annotation(
        tldr=tldr, tags=tags, relevance=relevance, evidence=evidence, translations=translations or {}
    )
    return AnnotatedRecord(paper=the_paper or paper(), annotation=annotation, provenance=provenance(**changes))


def failed(
    the_paper: Paper | None = None, *, message: str = "The summary has two sentences.", **changes: Any
) -> FailedRecord:
    error = RecordError(type="AnnotationInvalidError", message=message, raw_text='{"tldr": "secret reply"}')
    return FailedRecord(paper=the_paper or paper(), error=error, provenance=provenance(**changes))


def skipped(path: str = "/home/ada/week.txt", line: int = 40, reason: str = "The record has no title.") -> SkippedLine:
    return SkippedLine(path=path, line=line, reason=reason, provenance=provenance())


def duplicate(the_paper: Paper | None = None, *, reason: str = "Read before.") -> DuplicateRecord:
    return DuplicateRecord(paper=the_paper or paper(position=90), reason=reason, provenance=provenance())


def digest(*records: Record, **options: Any) -> Digest:
    facts: dict[str, Any] = {
        "title": "Week 46",
        "taxonomy": TAXONOMY,
        "criterion": CRITERION,
        "generated_at": MADE,
    }
    return build_digest(records, **(facts | options))


WINDOW = parse_week("2026-W46")
OVERVIEW = Overview(
    (
        Statement("The liver is outlined in 40 patients.", ("2611.00001", "doi:10.1000/2")),
        Statement("A loss & a [bound](x) come with it.", ("2611.00002",)),
    )
)
GOLD_SCORE = GoldScore(
    prompt=Reference(name="annotate.v1", fingerprint="c" * 64),
    model="small-model",
    split="test",
    n=95,
    metrics=(GoldMetric("relevance agreement", 0.91, 0.84, 0.96), GoldMetric("tag F1", 0.7, 0.62, 0.77)),
)


def shown_before(*paper_ids: str, label: str = "2026-W45", version: int | None = 1) -> ShownDigest:
    """Return what the state of a folder says about an earlier digest."""
    window = parse_week(label)
    return ShownDigest(
        label=label,
        first=window.first,
        last=window.last,
        page="index.html",
        title="Week",
        criterion=CRITERION.name,
        headline="1 of 4 papers is a must-read for medical imaging; 0 more worth a look.",
        counts="4 records read = 4 annotated + 0 failed + 0 skipped + 0 duplicate",
        made=datetime(2026, 11, 9, 6, tzinfo=UTC),
        papers=dict.fromkeys(paper_ids, version),
        tags={"mri": 1},
        relevant=tuple(
            ShownPaper(
                id=paper_id, title=f"Title of {paper_id}", tldr="A summary.", relevance=4, url="https://example.org/1"
            )
            for paper_id in paper_ids[:1]
        ),
    )


def weekly_digest(**options: Any) -> Digest:
    """The digest of `week` as one of several: with a window, a past, a new version, an overview and a gold score."""
    facts: dict[str, Any] = {
        "window": WINDOW,
        "new_versions": {"2611.00009"},
        "earlier": 2,
        "past": [shown_before("a", "b", "c", "d", label="2026-W44"), shown_before("2611.00009", "e")],
        "overview": OVERVIEW,
        "gold_score": GOLD_SCORE,
    }
    newer = paper(
        "2611.00009", title="Knees, again", version=2, published=datetime(2026, 11, 3, tzinfo=UTC), updated=DAY
    )
    return digest(*week(), annotated(newer, tags=("mri",)), **(facts | options))


def week() -> tuple[Record, ...]:
    """Four annotated papers and one record of each other kind."""
    many = tuple(f"Author {letter}" for letter in "ABCDEFG")
    whole = Translation(title="肝脏的轮廓", tldr="勾画肝脏。", abstract="我们在 40 名患者的扫描中勾画肝脏。")
    return (
        annotated(
            paper("2611.00004", title="Street scenes", abstract="Cars & bikes at night.", categories=()),
            tldr="Finds cars.",
            tags=("detection",),
            relevance=0,
            evidence="",
            translations={"zh-Hans": Translation(title="街景", tldr="寻找汽车。")},
        ),
        annotated(
            paper("2611.00001", title="The outline of the liver", authors=many, doi="10.1000/x(1)", comment="12 pages"),
            tags=("segmentation", "mri"),
            relevance=5,
            translations={"zh-Hans": whole},
        ),
        annotated(
            paper(
                "2611.00002", title="A loss with $\\ell_2 < 1$ | and more", abstract="Error falls by 15.5\\% in MRI."
            ),
            tldr="A loss for MRI and [roads](x).",
            tags=("mri",),
            relevance=3,
            evidence="15.5\\% in MRI",
            translations={"zh-Hans": Translation(title="一种损失函数", tldr="用于磁共振成像。")},
        ),
        annotated(
            paper(
                "doi:10.1000/2",
                arxiv_id=None,
                published=None,
                links={"abstract": "https://example.org/p/2"},
                venue="CVPR 2026",
            ),
            relevance=4,
            truncated=True,
            cost_usd=0.0,
            cache_hit=True,
        ),
        failed(paper("2611.00005", title="A paper that failed")),
        skipped(),
        duplicate(paper("2611.00001", title="The outline of the liver", position=90)),
    )
