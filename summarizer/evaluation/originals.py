"""The authors' own abstracts in place of the rewritten ones, for whoever has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from summarizer.evaluation.gold import GoldPaper
from summarizer.papers import Paper, join, read
from summarizer.papers.folding import MIN_TITLE_LETTERS, fold_title

_LANGUAGE = "en"


class Originals(NamedTuple):
    """The papers, and for how many of them the original abstract was found."""

    papers: list[GoldPaper]
    """In order, with the original abstract where there is one."""
    matched: int


def with_originals(papers: Sequence[GoldPaper], source: str | Path) -> Originals:
    """Replace abstracts by the original ones from any readable source, joined by id or title.

    Canaries and abstracts that were put into another language keep theirs: what makes them what they are is not in the
    original. Labels were given to the rewritten abstract; checks of labels against the text don't apply to originals.

    Raises:
        SourceError: the source can't be read.
    """
    wanted = [paper for paper in papers if paper.canary is None and paper.language == _LANGUAGE]
    joined = join((_without_abstract(paper, place) for place, paper in enumerate(wanted)), read(source))
    abstracts = {wanted[match.paper.position].id: match.paper.abstract for match in joined.matched}
    replaced = [
        paper.model_copy(update={"abstract": abstracts[paper.id]}) if paper.id in abstracts else paper
        for paper in papers
    ]
    return Originals(replaced, len(abstracts))


def _without_abstract(paper: GoldPaper, place: int) -> Paper:
    """Return what can be looked up; a long title is enough by itself, however the other source writes the authors."""
    is_long = len(fold_title(paper.title)) >= MIN_TITLE_LETTERS
    update = {"abstract": "", "position": place} | ({"authors": ()} if is_long else {})
    return paper.to_paper().model_copy(update=update)
