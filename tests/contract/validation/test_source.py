from __future__ import annotations

from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.source import Source

SOURCE = Source("Learning from 40 Scans", "We use 3 scanners.")


def test_title_and_abstract_both_support_a_number() -> None:
    assert SOURCE.find_unsupported(read_figures("40 scans of 3 scanners in 5 towns")) == ["5"]


def test_a_reply_without_figures_asks_nothing_of_the_paper() -> None:
    source = Source("A title", "An abstract")

    assert source.find_unsupported(read_figures("no figures")) == []
    assert "grounding" not in vars(source)


def test_the_abstract_is_not_read_when_the_title_has_every_figure() -> None:
    source = Source("A 3D atlas of 40 brains", "It was drawn from 12 scans.")

    assert source.find_unsupported(read_figures("40 brains in 3D")) == []
    assert "abstract_figures" not in vars(source)


def test_figures_may_be_spread_over_title_and_abstract() -> None:
    source = Source("A 3D atlas of 40 brains", "It was drawn from 12 scans.")

    assert source.find_unsupported(read_figures("40 brains from 12 scans, 13 in 3D")) == ["13"]
