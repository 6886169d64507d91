"""Facts about the gold set that ships: each stratum is there, and it keeps every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.evaluation.composition import classify_relevance, count_composition
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import PAPERS_FILE, read_gold, read_passes
from summarizer.evaluation.lint import lint_gold

FOLDER = Path(__file__).parents[2] / "eval" / "gold"

pytestmark = pytest.mark.skipif(not (FOLDER / PAPERS_FILE).exists(), reason="no gold set in this checkout")


@pytest.fixture(scope="module")
def papers() -> list[GoldPaper]:
    return read_gold(FOLDER)


def test_it_keeps_every_rule() -> None:
    assert [str(fault) for fault in lint_gold(FOLDER)] == []


def test_there_are_enough_papers_in_every_stratum(papers: list[GoldPaper]) -> None:
    counts = count_composition(papers, read_passes(FOLDER))
    labelled, abstracts = counts["stratum (by label)"], counts["abstract"]

    assert len(papers) >= 160
    assert labelled["medical"] >= 50
    assert labelled["tangential"] >= 25
    assert labelled["other"] >= 50
    assert abstracts["with formulas"] >= 20
    assert abstracts["dense with numbers (6 or more)"] >= 20
    assert abstracts["with a planted instruction"] >= 10
    assert abstracts["very short (at most 60 words)"] >= 3
    assert abstracts["very long (at least 290 words)"] >= 3
    assert sum(paper.language != "en" for paper in papers) >= 2
    assert counts["labels"]["title and summary in zh-Hans"] == len(papers)
    assert counts["labels"]["whole abstract in zh-Hans"] >= 40


def test_every_step_of_the_scale_and_every_split_is_there(papers: list[GoldPaper]) -> None:
    counts = count_composition(papers, read_passes(FOLDER))

    assert min(counts["relevance"].values()) >= 5
    assert 8 <= counts["split"]["shots"] <= 25
    assert 35 <= counts["split"]["dev"] <= 60
    assert 85 <= counts["split"]["test"] <= 115


def test_sampling_and_labels_agree_for_most_papers(papers: list[GoldPaper]) -> None:
    same = sum(paper.stratum == classify_relevance(paper.gold.relevance) for paper in papers)

    assert same >= 0.7 * len(papers)


def test_two_passes_hold_every_paper(papers: list[GoldPaper]) -> None:
    twice = {paper.id for paper in papers if not paper.single_pass}

    assert [{record.id for record in records} for records in read_passes(FOLDER).values()] == [twice, twice]
