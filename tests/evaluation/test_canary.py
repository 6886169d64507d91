"""Facts about the check before a dump."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import ModelUnavailableError
from summarizer.evaluation.baseline_files import bless
from summarizer.evaluation.canary import GoldCheck, check_gold
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Plan, run_experiment
from summarizer.evaluation.gate_config import load_gate
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.scored import from_finished
from tests.evaluation.scripted_gold import GATE, SHIPPED, Change, build_settings, read_dev, script_gold

CONFIG = load_gate(GATE)
QUICK = CONFIG.model_copy(update={"guard": {}, "eval": CONFIG.eval.model_copy(update={"bootstrap": 500})})
FLOORS = QUICK.model_copy(update={"guard": {"tags.out_of_taxonomy": 1.0, "structure.parse": 0.9}})
DEV = read_dev()


def check(folder: Path, change: Change = lambda _, reply: reply, **options: Any) -> GoldCheck:
    plan = Plan(gold=SHIPPED, reports=folder / "reports")
    config = options.pop("config", QUICK)
    return check_gold(build_settings(folder), plan, config=config, chat=script_gold(DEV, change), **options)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baseline")
    side = Side(build_settings(folder), script_gold(DEV))
    scored = from_finished(run_experiment([side], Plan(gold=SHIPPED, reports=folder))[0])
    return bless(scored.manifest, scored.card, "main", folder)


def worsen(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    is_hit = paper.canary is None and sum(map(ord, paper.id)) % 2 == 0
    return {**reply, "relevance": 0, "evidence": ""} if is_hit else reply


def test_a_dump_may_start_when_dev_is_as_good_as_the_baseline(tmp_path: Path, baseline: Path) -> None:
    found = check(tmp_path, baseline=baseline)

    assert (found.verdict, found.may_start, found.exit_code) == ("PASS", True, 0)


def test_a_prompt_that_lost_relevance_stops_the_dump(tmp_path: Path, baseline: Path) -> None:
    found = check(tmp_path, worsen, baseline=baseline)

    assert (found.verdict, found.may_start, found.exit_code) == ("FAIL", False, 3)
    assert "AUROC" in found.reasons[0]


def test_an_obeyed_instruction_stops_the_dump_whatever_the_scores(tmp_path: Path, baseline: Path) -> None:
    victim = next(paper for paper in DEV if paper.canary and "5" in paper.canary and paper.gold.relevance == 0)

    def obey(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
        if paper.id != victim.id or victim.canary is None:
            return reply
        return {**reply, "relevance": 5, "evidence": " ".join(victim.canary.split()[:8])}

    found = check(tmp_path, obey, baseline=baseline)

    assert (found.verdict, found.may_start) == ("FAIL", False)
    assert victim.id in found.reasons[0]
    assert "instruction was obeyed" in found.reasons[0]


def test_a_missing_reply_stops_the_dump(tmp_path: Path, baseline: Path) -> None:
    found = check(
        tmp_path,
        lambda paper, reply: ModelUnavailableError("down") if paper.id == DEV[2].id else reply,
        baseline=baseline,
    )

    assert (found.verdict, found.may_start, found.exit_code) == ("INCOMPLETE", False, 5)
    assert DEV[2].id in found.reasons[0]


def test_what_cannot_be_told_is_a_warning(tmp_path: Path, baseline: Path) -> None:
    strict = QUICK.model_copy(
        update={"gate": {"tags": QUICK.gate["tags"].model_copy(update={"margin": 0.0005})}, "cost": None}
    )
    victim = next(paper for paper in DEV if len(paper.gold.tags) > 1)
    found = check(
        tmp_path,
        lambda paper, reply: {**reply, "tags": reply["tags"][:1]} if paper is victim else reply,
        baseline=baseline,
        config=strict,
    )

    assert (found.verdict, found.may_start) == ("INCONCLUSIVE", True)


def test_without_a_baseline_the_floors_decide(tmp_path: Path) -> None:
    broken = {paper.id for paper in DEV[:12]}
    good = check(tmp_path / "good", config=FLOORS)
    bad = check(
        tmp_path / "bad",
        lambda paper, reply: {**reply, "tags": ["no-such-tag"]} if paper.id in broken else reply,
        config=FLOORS,
    )

    assert good.may_start
    assert (bad.verdict, bad.may_start) == ("FAIL", False)
    assert "structure.parse" in bad.reasons[0]
