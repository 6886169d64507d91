"""What an overview is written from, and what it is: statements on many papers, each with the papers that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

MIN_PAPERS = 3
"""Fewer need no overview: their own lines say it."""
MIN_STATEMENTS, MAX_STATEMENTS = 3, 6
MAX_TITLE_CHARACTERS = 400
"""Titles of more are cut, in what is sent: they are none."""


@dataclass(frozen=True, slots=True)
class AnnotatedPaper:
    """What is known of one paper."""

    id: str
    title: str
    abstract: str
    """Never sent: what a statement says is looked up in it."""
    tldr: str
    tags: tuple[str, ...]
    """Tag ids."""
    relevance: int

    def render(self, handle: str) -> str:
        """Return the paper as prompts show it, under a short name; each field stays on its line whatever it holds."""
        title = _on_one_line(self.title)[:MAX_TITLE_CHARACTERS]

        return (
            f"{handle} (relevance {self.relevance}; {', '.join(self.tags)})\n"
            f"Title: {title}\nSummary: {_on_one_line(self.tldr)}"
        )


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """One sentence and the papers that it rests on."""

    text: str
    papers: tuple[str, ...]
    """Their handles, or their ids."""


def name_papers(count: int) -> tuple[str, ...]:
    """Return the handles of so many papers: `P1`, `P2`, …; ids are long, and a chat model misspells them."""
    return tuple(f"P{number}" for number in range(1, count + 1))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
