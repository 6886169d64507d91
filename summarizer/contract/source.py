"""A paper, read once for all checks of one reply."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.contract.figures import read_figures
from summarizer.contract.grounding import Grounding
from summarizer.contract.numbers import Figures
from summarizer.papers.paper import Paper


@dataclass(frozen=True, slots=True)
class Source:
    """Title and abstract with their figures."""

    title: str
    abstract: str
    text: str
    """Both."""
    title_figures: Figures
    abstract_figures: Figures
    grounding: Grounding
    """Of both."""


def read_source(paper: Paper) -> Source:
    """Return `paper` as the checks need it."""
    title, abstract = read_figures(paper.title), read_figures(paper.abstract)
    return Source(
        paper.title, paper.abstract, f"{paper.title}\n{paper.abstract}", title, abstract, Grounding(title | abstract)
    )
