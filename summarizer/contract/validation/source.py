"""A paper, read once for all checks of one reply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.grounding import Grounding
from summarizer.contract.validation.numbers import Figures


@dataclass(frozen=True)
class Source:
    """Title and abstract with their figures, which are read when a check first asks: half of all replies state none."""

    title: str
    abstract: str

    @cached_property
    def text(self) -> str:
        """Title and abstract."""
        return f"{self.title}\n{self.abstract}"

    @cached_property
    def title_figures(self) -> Figures:
        """Numbers and names of the title."""
        return read_figures(self.title)

    @cached_property
    def abstract_figures(self) -> Figures:
        """Numbers and names of the abstract."""
        return read_figures(self.abstract)

    def find_unsupported(self, reply: Figures) -> list[str]:
        """Return the numbers and names of `reply` that neither title nor abstract has."""
        if not reply.states_something or self._title_supports(reply):
            return []
        return self.grounding.find_unsupported(reply)

    def _title_supports(self, reply: Figures) -> bool:
        """Tell whether the title alone has all of `reply`, so that the far longer abstract need not be read."""
        return self.title_figures.states_something and not self._title_grounding.find_unsupported(reply)

    @cached_property
    def _title_grounding(self) -> Grounding:
        return Grounding(self.title_figures, self.title)

    @cached_property
    def grounding(self) -> Grounding:
        """The figures of both, to look up those of a reply."""
        return Grounding(self.title_figures | self.abstract_figures, self.text)
