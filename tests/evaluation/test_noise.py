"""Facts about what chance does to a run."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Plan, run_experiment
from summarizer.evaluation.gate_config import load_gate
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.noise import SIZES, MetricNoise, describe_noise, measure_noise, suggest_margins
from tests.evaluation.scripted_gold import GATE, build_settings, script_gold, write_dev

CONFIG = load_gate(GATE)
QUICK = CONFIG.model_copy(update={"eval": CONFIG.eval.model_copy(update={"bootstrap": 500})})


def measure(folder: Path, *, wavering: bool, repeats: int = 2) -> list[MetricNoise]:
    """Ask eight papers again and again; a wavering model leaves tags out of every second reply."""
    gold, papers = write_dev(folder / "gold")
    asked: Counter[str] = Counter()

    def answer(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
        asked[paper.id] += 1
        is_short = wavering and (asked[paper.id] + int(paper.id[-1])) % 2
        return {**reply, "tags": reply["tags"][:1]} if is_short else reply

    side = Side(build_settings(folder, concurrency=1), script_gold(papers, answer))
    [finished] = run_experiment([side], Plan(gold=gold, reports=folder, repeats=repeats))
    return measure_noise(finished.run, gold, QUICK)


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> list[MetricNoise]:
    return measure(tmp_path_factory.mktemp("noise"), wavering=True)


def test_a_wavering_model_has_noise_where_it_wavers_and_nowhere_else(noise: list[MetricNoise]) -> None:
    by_name = {entry.metric.name: entry for entry in noise}
    tags = by_name["tags.micro_f1"]

    assert not tags.is_silent
    assert tags.margin == CONFIG.gate["tags"].margin
    assert 0 < tags.margins[0] < tags.margins[1]
    assert tags.margins[1] / tags.margins[0] == pytest.approx(3.29 / 2.49, rel=0.01)
    assert tags.detectable == tuple(
        pytest.approx(2.80 * tags.within_sd * math.sqrt(2 / size), rel=0.01) for size in SIZES
    )
    assert by_name["relevance.auroc"].is_silent


def test_margins_are_suggested_for_gated_metrics_that_chance_moves(noise: list[MetricNoise]) -> None:
    margins = suggest_margins(noise)

    assert list(margins) == ["tags.micro_f1"]
    assert margins["tags.micro_f1"] >= next(entry for entry in noise if entry.metric.name in margins).margins[1]
    assert [entry["name"] for entry in describe_noise(noise)] == [entry.metric.name for entry in noise]


def test_a_model_that_repeats_itself_says_nothing_about_margins(tmp_path: Path) -> None:
    silent = measure(tmp_path, wavering=False)

    assert all(entry.is_silent for entry in silent)
    assert suggest_margins(silent) == {}


def test_one_reply_for_each_paper_shows_no_noise(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="one reply"):
        measure(tmp_path, wavering=False, repeats=1)
