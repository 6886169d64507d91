"""Facts about filling one source from another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from summarizer.papers import Paper, SkippedRecord, join, read
from summarizer.papers.identity import paper_id

TITLE = "Sparse views for cone-beam CT"
REVIEW, TABLE, NOTES = "000_74ab9b593eedb915.txt", "001_8365cecda7d1ee74.txt", "003_c131811f513e51bb.txt"
IN_REVIEW_AND_TABLE = [
    "LIMITR: Leveraging Local Information for Medical Image-Text Representation",
    "MedKLIP: Medical Knowledge Enhanced Language-Image Pre-Training for X-ray Diagnosis",
    "Stochastic Segmentation with Conditional Categorical Diffusion Models",
    "Continual Segment: Towards a Single, Unified and Non-forgetting Continual Segmentation Model of 143 Whole-body "
    "Organs in CT Scans",
    "UniverSeg: Universal Medical Image Segmentation",
    "CLIP-Driven Universal Model for Organ Segmentation and Tumor Detection",
    "TopoSeg: Topology-Aware Nuclear Instance Segmentation",
    "A Skeletonization Algorithm for Gradient-Based Optimization",
    "Probabilistic Modeling of Inter- and Intra-observer Variability in Medical Image Segmentation",
]
IN_NOTES_AND_TABLE = [
    "Learning to Generate Semantic Layouts for Higher Text-Image Correspondence in Text-to-Image Synthesis",
    "Foreground-Background Separation through Concept Distillation from Generative Image Foundation Models",
]


def build(abstract: str = "", title: str = TITLE, authors: tuple[str, ...] = ("Ana Díaz",), **fields: Any) -> Paper:
    identity = paper_id(arxiv_id=fields.get("arxiv_id"), doi=fields.get("doi"), title=title, authors=authors)
    return Paper(**{"id": identity, "title": title, "abstract": abstract, "authors": authors} | fields)


def test_a_paper_is_filled_and_keeps_what_its_own_source_says() -> None:
    named = build(note="Worth it.", rating=0.8, links={"pdf": "https://a/1.pdf"}, source="notes", position=3)
    full = build(
        "We rebuild.", arxiv_id="2402.00001", version=2, doi="10.1/a", venue="MICCAI 2024",
        links={"pdf": "https://b/2.pdf", "abstract": "https://b/2"}, source="dump", position=9,
        reference_translations={"zh-Hans": {"title": "题"}},
    )  # fmt: skip
    joined = join([named], [full])

    assert joined.papers == (
        build(
            "We rebuild.", arxiv_id="2402.00001", version=2, doi="10.1/a", venue="MICCAI 2024", note="Worth it.", rating=0.8,
            links={"pdf": "https://a/1.pdf", "abstract": "https://b/2"}, source="notes", position=3,
            reference_translations={"zh-Hans": {"title": "题"}},
        ),
    )  # fmt: skip
    assert [(match.found, match.shared) for match in joined.matched] == [(full, "title and first author")]


def test_a_paper_that_has_an_abstract_stays_as_it_is() -> None:
    mine = build("Mine.")
    joined = join([mine], [build("Theirs.", doi="10.1/a")])

    assert (joined.papers, joined.matched, joined.unmatched) == ((mine,), (), ())


@pytest.mark.parametrize("shared", [{"arxiv_id": "2402.00001"}, {"doi": "10.1/a"}])
def test_a_shared_id_is_enough(shared: dict[str, Any]) -> None:
    joined = join([build(title="Short", **shared)], [build("Found.", title="A longer title", **shared)])

    assert joined.papers[0].abstract == "Found."


def test_without_authors_the_title_alone_decides() -> None:
    joined = join([build(authors=())], [build("Found.")])

    assert joined.papers[0].authors == ("Ana Díaz",)
    assert joined.matched[0].shared == "title"


def test_with_authors_on_both_sides_the_title_alone_is_not_enough() -> None:
    joined = join([build()], [build("Other.", authors=("Bo Li",))])

    assert joined.unmatched[0].reason == "no record with the same id, DOI or title has an abstract"


def test_a_short_title_alone_is_not_enough() -> None:
    joined = join([build(title="Preface", authors=())], [build("Found.", title="Preface")])

    assert len(joined.unmatched) == 1


@pytest.mark.parametrize("count", [1, 2])
def test_a_short_title_fills_nothing_where_nobody_names_authors(count: int) -> None:
    others = [build(f"No. {number}", title="Editorial", authors=(), doi=f"10.1/{number}") for number in range(count)]
    joined = join([build(title="Editorial", authors=())], others)

    assert joined.papers[0].abstract == ""


def test_a_short_title_without_ids_fills_nothing_either() -> None:
    joined = join([build(title="Editorial", authors=())], [build("Found.", title="Editorial", authors=())])

    assert len(joined.unmatched) == 1


def test_a_long_title_that_nobody_names_authors_of_fills_if_it_is_the_only_one() -> None:
    others = [build(f"No. {number}", authors=(), doi=f"10.1/{number}") for number in range(2)]
    alone, among_two = (join([build(authors=())], others[:count]) for count in (1, 2))

    assert alone.papers[0].abstract == "No. 0"
    assert among_two.unmatched[0].reason == "2 papers have this title and can't be told apart"


def test_a_short_title_with_its_author_fills_if_it_is_the_only_one() -> None:
    others = [build(f"No. {number}", title="Reply", doi=f"10.1/{number}") for number in range(2)]
    alone, among_two = (join([build(title="Reply")], others[:count]) for count in (1, 2))

    assert alone.papers[0].abstract == "No. 0"
    assert among_two.papers[0].abstract == ""


@pytest.mark.parametrize("fields", [{"title": "Reply"}, {"authors": ()}])
def test_another_doi_is_another_paper_unless_long_title_and_author_agree(fields: dict[str, Any]) -> None:
    other = join([build(doi="10.1/a", **fields)], [build("Other.", doi="10.1/b", **fields)])
    same = join([build(doi="10.1/a")], [build("Same.", doi="10.1/b")])

    assert other.papers[0].abstract == ""
    assert same.papers[0].abstract == "Same."


def test_two_papers_with_the_title_are_told_apart_or_left_alone() -> None:
    others = [build("One."), build("Two.", authors=("Bo Li",))]
    joined = join([build(authors=()), build()], others)

    assert joined.papers[0].abstract == ""
    assert joined.unmatched[0].reason == "2 papers have this title and can't be told apart"
    assert joined.papers[1].abstract == "One."


def test_another_arxiv_id_is_another_paper_whatever_the_title() -> None:
    joined = join([build(arxiv_id="2402.00001")], [build("Other.", arxiv_id="2402.00002")])

    assert len(joined.unmatched) == 1


def test_every_record_is_accounted_for() -> None:
    skipped = SkippedRecord("a", 1, "r"), SkippedRecord("b", 2, "r")
    papers = [build("Has one."), build(title="Sparse views for fan-beam CT"), build(title="Lost views in tomography")]
    joined = join([skipped[0], *papers], [skipped[1], build("Found.", title="Sparse views for fan-beam CT")])

    assert [paper.title for paper in joined.papers] == [paper.title for paper in papers]
    assert (len(joined.matched), len(joined.unmatched), joined.skipped) == (1, 1, skipped)


@pytest.mark.parametrize(("source", "titles"), [(REVIEW, IN_REVIEW_AND_TABLE), (NOTES, IN_NOTES_AND_TABLE)])
def test_a_review_and_notes_are_filled_from_a_table(shared: Path, source: str, titles: list[str]) -> None:
    joined = join(read(shared / "seeds" / source), read(shared / "seeds" / TABLE))

    assert [match.found.title for match in joined.matched] == titles
    assert all(match.paper.abstract and match.paper.authors and match.paper.venue for match in joined.matched)
    assert all(match.paper.reference_translations["zh-Hans"]["abstract"] for match in joined.matched)
