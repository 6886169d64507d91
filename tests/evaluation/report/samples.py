"""Evaluations with known faults, for reports to show: the set that ships, answered by scripted chat models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from summarizer.evaluation.comparison import Comparison
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Finished, Plan, run_experiment
from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.report import Material, ReportedRun, build_baseline_rows
from summarizer.evaluation.scored import compare_scored, from_finished
from tests.evaluation.scripted_gold import SHIPPED, Change, build_settings, gold_reply, script_gold, write_prompt
from tests.evaluation.small_gold import write_set

COMMAND = "summarizer eval compare A B"


@dataclass(frozen=True)
class Sample:
    """Everything that a report is rendered from."""

    comparison: Comparison
    a: ReportedRun
    b: ReportedRun
    material: Material


GATE = GateConfig.model_validate(
    {
        "eval": {"bootstrap": 500},
        "gate": {
            "summary": {"primary": "rouge_l", "margin": 0.03},
            "tags": {"primary": "micro_f1", "margin": 0.04},
            "relevance": {"primary": "auroc", "margin": 0.09},
            "translation": {"primary": "chrf2", "margin": 1.0},
        },
        "cost": {"max_increase": 0.25},
    }
)


def keep(_: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer as gold does, in other words."""
    words = reply["tldr"].rstrip(".").split()
    return {**reply, "tldr": f"{' '.join(words[: max(4, len(words) - 3)])}.", "tags": reply["tags"][:2]}


def spoil(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer as `keep`, but for papers in turn: wrong tags and relevance, other words, gold itself, or no valid reply."""
    reply = keep(paper, reply)
    match sum(map(ord, paper.id)) % 7:
        case 0 | 4:
            lower = max(0, reply["relevance"] - 2)
            return reply | {"tags": ["other"], "relevance": lower, "evidence": reply["evidence"] if lower else ""}
        case 1 | 5:
            return reply | {"tldr": f"In short, {reply['tldr']}"}
        case 2:
            return reply | gold_reply(paper)
        case 3:
            return reply | {"tags": []}
        case _:
            return reply


def build_sample(
    folder: Path, a: Change = keep, b: Change = spoil, *, every: int = 5, with_baseline: bool = True
) -> Sample:
    """Ask two prompts for every fifth paper that ships and compare them; a third run is the committed baseline."""
    dev = [paper.model_copy(update={"split": "dev"}) for paper in read_gold(SHIPPED)[::every]]
    gold = write_set(folder / "gold", dev)
    prompt = write_prompt(folder / "mine.toml")
    sides = [
        Side(build_settings(folder), script_gold(dev, a)),
        Side(build_settings(folder, prompt=str(prompt)), script_gold(dev, b)),
        *([Side(build_settings(folder, model="extractive"))] if with_baseline else []),
    ]
    finished = run_experiment(sides, Plan(gold=gold, reports=folder / "reports"))
    return to_sample(finished, dev)


def to_sample(finished: Sequence[Finished], gold: Sequence[GoldPaper]) -> Sample:
    scored = [from_finished(entry) for entry in finished]
    baselines = build_baseline_rows(scored[1], [replace(entry, name="extractive") for entry in scored[2:]], GATE)
    return Sample(
        compare_scored(scored[0], scored[1], GATE),
        ReportedRun(scored[0], finished[0].run),
        ReportedRun(scored[1], finished[1].run),
        Material(gold, GATE, baselines, None, COMMAND),
    )
