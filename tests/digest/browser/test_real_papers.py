"""The page of several days of real papers in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from summarizer.annotate.extractive import ExtractiveAnnotator
from summarizer.annotate.extractive.lexicon import load_lexicon
from summarizer.annotate.records import Record
from summarizer.contract.criterion import load_criterion
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.digest import build_digest, render_page
from summarizer.papers import Paper, read
from tests.digest.browser.tab import DESKTOP, PHONE, Tab
from tests.digest.sample_records import MADE

SAMPLE_WEEK = Path(__file__).parents[3] / "examples" / "sample-week"


def build_page(papers: Iterable[Paper]) -> str:
    taxonomy, criterion = load_taxonomy("taxonomy.v1"), load_criterion("criterion.medical-imaging.v1")
    annotator = ExtractiveAnnotator(taxonomy, criterion, load_lexicon(criterion.name), run_id="run")

    async def annotate() -> list[Record]:
        return [(await annotator.annotate(paper)).record for paper in papers]

    records = asyncio.run(annotate())
    return render_page(build_digest(records, title="Week", taxonomy=taxonomy, criterion=criterion, generated_at=MADE))


def check(tab: Tab, folder: Path) -> None:
    """Read the page of all papers of a folder at both widths, filter it and step through it."""
    papers = {paper.id: paper for paper in read(folder) if isinstance(paper, Paper)}
    tab.open(build_page(papers.values()))

    assert tab.value("document.querySelectorAll('.card').length") == len(papers)
    for width in (DESKTOP, PHONE):
        tab.resize(width)

        assert tab.value("document.documentElement.scrollWidth") <= width
    tab.press("/")
    tab.type("segmentation")

    assert 0 < len(tab.titles()) < len(papers)
    tab.press("Escape", "j")

    assert tab.value("document.activeElement.matches('.card')")


def test_the_sample_week_is_read(tab: Tab) -> None:
    check(tab, SAMPLE_WEEK)


def test_900_daily_papers_are_read(tab: Tab, shared: Path) -> None:
    if not (shared / "corpus" / "arxiv-daily").is_dir():
        pytest.skip("the daily papers are not here")
    check(tab, shared / "corpus" / "arxiv-daily")
