"""Evaluations with known faults, for reports to show: the set that ships, answered by scripted chat models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.evaluation.comparison import Comparison
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Finished, Plan, run_experiment
from summarizer.evaluation.gate_config import GateConfig, load_gate
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.report import Material, ReportedRun, build_baseline_rows
from summarizer.evaluation.scored import compare_scored, from_finished
from tests.evaluation.scripted_gold import GATE, SHIPPED, Change, build_settings, gold_reply, script_gold, write_prompt

COMMAND = "summarizer eval compare A B"


@dataclass(frozen=True)
class Sample:
    """Everything that a report is rendered from."""

    comparison: Comparison
    a: ReportedRun
    b: ReportedRun
    material: Material


def quick_gate() -> GateConfig:
    config = load_gate(GATE)
    return config.model_copy(update={"eval": config.eval.model_copy(update={"bootstrap": 500})})


def keep(_: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer as gold does, in other words."""
    words = reply["tldr"].rstrip(".").split()
    return {**reply, "tldr": f"{' '.join(words[: max(4, len(words) - 3)])}.", "tags": reply["tags"][:2]}


def spoil(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer as `keep`, but for a few papers: one reply is no reply, and others have wrong tags, relevance or words."""
    place, reply = sum(map(ord, paper.id)), keep(paper, reply)
    if place % 7 == 0:
        lower = max(0, reply["relevance"] - 2)
        reply |= {"tags": ["other"], "relevance": lower, "evidence": reply["evidence"] if lower else ""}
    elif place % 7 == 1:
        reply |= {"tldr": f"In short, {reply['tldr']}"}
    elif place % 7 == 2:
        reply |= gold_reply(paper)
    return {**reply, "tags": []} if place % 23 == 4 else reply


def build_sample(
    folder: Path, a: Change = keep, b: Change = spoil, *, gold: Path = SHIPPED, with_baseline: bool = True
) -> Sample:
    """Ask two prompts for the dev split and compare them; a third run is the committed baseline."""
    dev = [paper for paper in read_gold(gold) if paper.split == "dev"]
    prompt = write_prompt(folder / "mine.toml")
    sides = [
        Side(build_settings(folder), script_gold(dev, a)),
        Side(build_settings(folder, prompt=str(prompt)), script_gold(dev, b)),
        *([Side(build_settings(folder, model="extractive"))] if with_baseline else []),
    ]
    finished = run_experiment(sides, Plan(gold=gold, reports=folder / "reports"))
    return to_sample(finished, dev)


def to_sample(finished: Sequence[Finished], gold: Sequence[GoldPaper]) -> Sample:
    config, scored = quick_gate(), [from_finished(entry) for entry in finished]
    baselines = build_baseline_rows(scored[1], scored[2:], config)
    return Sample(
        compare_scored(scored[0], scored[1], config),
        ReportedRun(scored[0], finished[0].run),
        ReportedRun(scored[1], finished[1].run),
        Material(gold, config, baselines, None, COMMAND),
    )
