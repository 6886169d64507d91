"""Facts about the baselines and the table of results that are committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.evaluation.baseline_files import read_baseline
from summarizer.evaluation.gate_config import load_gate
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.results_table import BEGIN, END, render_results
from summarizer.evaluation.runs import fingerprint_gold

ROOT = Path(__file__).parents[2]
BASELINES, GOLD = ROOT / "eval" / "baselines", ROOT / "eval" / "gold"
COMMITTED = sorted(BASELINES.glob("*.json"))


def test_both_annotators_without_a_chat_model_are_committed() -> None:
    assert {"extractive", "tfidf"} <= {path.stem for path in COMMITTED}


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_baseline_was_scored_with_the_labels_of_now(path: Path) -> None:
    """Otherwise: `summarizer eval run`, then `summarizer eval bless RUN --name NAME`."""
    manifest = read_baseline(path).manifest
    papers: list[GoldPaper] = [paper for paper in read_gold(GOLD) if paper.split == manifest.split]

    assert manifest.papers == tuple(paper.id for paper in papers)
    assert manifest.gold_sha == fingerprint_gold(papers)


def test_the_table_in_the_readme_is_what_the_command_prints() -> None:
    """Otherwise: `summarizer eval results --write README.md`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0].strip()

    assert shown == render_results(BASELINES, GOLD, load_gate(ROOT / "eval" / "gate.toml")).strip()
