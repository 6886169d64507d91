"""Facts about whole evaluations: what is asked, kept and concluded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summarizer.chat.interface import ChatModel, ChatRequest
from summarizer.chat.offline import OfflineChatModel
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import ConfigurationError, EvaluationError, ModelUnavailableError
from summarizer.evaluation.comparison import Comparison
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Finished, Plan, run_experiment
from summarizer.evaluation.gate_config import GateConfig, load_gate
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.ledger import read_ledger
from summarizer.evaluation.runs import list_factors, read_run
from summarizer.evaluation.scored import compare_scored, find_standings, from_finished
from summarizer.evaluation.timing import compare_timing
from tests.evaluation.scripted_gold import (
    GATE,
    SHIPPED,
    Change,
    build_settings,
    read_dev,
    script_gold,
    write_dev,
    write_prompt,
)

DEV = read_dev()


def quick_gate() -> GateConfig:
    config = load_gate(GATE)
    return config.model_copy(update={"eval": config.eval.model_copy(update={"bootstrap": 1000})})


def compare_prompts(folder: Path, a: Change, b: Change) -> Comparison:
    """Ask two prompts for dev of the set that ships, and give the verdict on the second."""
    prompt = write_prompt(folder / "mine.toml")
    sides = [
        Side(build_settings(folder), script_gold(DEV, a)),
        Side(build_settings(folder, prompt=str(prompt)), script_gold(DEV, b)),
    ]
    first, second = run_experiment(sides, Plan(gold=SHIPPED, reports=folder / "reports"))
    return compare_scored(from_finished(first), from_finished(second), quick_gate())


def blur(_: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer as a mediocre model would: one tag and no more."""
    return {**reply, "tags": reply["tags"][:1]}


def forget_relevance(paper: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer as `blur`, and call every third paper irrelevant."""
    is_hit = sum(map(ord, paper.id)) % 3 == 0
    return {**blur(paper, reply), **({"relevance": 0, "evidence": ""} if is_hit else {})}


def run_one(chat: ChatModel | None, folder: Path, gold: Path, **fields: Any) -> Finished:
    plan = Plan(gold=gold, reports=folder / "reports", **fields)
    return run_experiment([Side(build_settings(folder), chat)], plan)[0]


def test_equal_prompts_pass_without_a_difference(tmp_path: Path) -> None:
    comparison = compare_prompts(tmp_path, blur, blur)

    assert (comparison.label_a, comparison.label_b) == ("annotate.v1", "annotate.v99")
    assert comparison.verdict == "PASS"
    assert not comparison.is_improved
    assert {entry.difference for entry in comparison.metrics} == {0.0}


def test_a_prompt_that_forgets_what_is_relevant_fails(tmp_path: Path) -> None:
    comparison = compare_prompts(tmp_path, blur, forget_relevance)
    [auroc] = [entry for entry in comparison.primaries if entry.metric.name == "relevance.auroc"]

    assert comparison.verdict == "FAIL"
    assert auroc.verdict == "worse"
    assert {entry.difference for entry in comparison.primaries if entry is not auroc} == {0.0}


def test_a_prompt_that_gives_all_tags_passes_as_improved(tmp_path: Path) -> None:
    comparison = compare_prompts(tmp_path, blur, lambda _, reply: reply)
    [tags] = [entry for entry in comparison.primaries if entry.metric.name == "tags.micro_f1"]

    assert comparison.verdict == "PASS"
    assert comparison.is_improved
    assert (tags.verdict, tags.b) == ("better", 1.0)


def test_a_replay_finds_its_own_run_and_keeps_when_and_how_fast_it_was_asked(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    first = run_one(script_gold(papers), tmp_path, gold).run
    second = run_one(OfflineChatModel(), tmp_path, gold).run

    assert second.manifest == first.manifest
    assert first.manifest.timing is not None
    assert first.manifest.timing.p50_seconds == 0.5
    assert read_run(first.folder).manifest == first.manifest


def test_a_manifest_says_what_was_asked_and_what_it_costs(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    manifest = run_one(script_gold(papers), tmp_path, gold, repeats=2).run.manifest

    assert (manifest.label, manifest.profile.requested_model, manifest.split) == ("annotate.v1", "test-model", "dev")
    assert manifest.run_id.startswith("annotate.v1-dev-")
    assert manifest.papers == tuple(paper.id for paper in papers)
    assert manifest.usage.input_tokens == 900 * 2 * len(papers)
    assert manifest.cost_usd == pytest.approx(2 * len(papers) * (900 * 1 + 120 * 4) / 1e6)
    assert manifest.served_models == ("test-model",)


def test_a_missing_reply_makes_the_verdict_incomplete(tmp_path: Path) -> None:
    absent = DEV[3].id
    comparison = compare_prompts(
        tmp_path, blur, lambda paper, reply: ModelUnavailableError("down") if paper.id == absent else reply
    )

    assert comparison.verdict == "INCOMPLETE"
    assert comparison.pairing.a_only == (absent,)


def test_an_own_prompt_that_is_edited_later_does_not_change_an_old_run(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    prompt = write_prompt(tmp_path / "mine.toml")
    side = Side(build_settings(tmp_path, prompt=str(prompt)), script_gold(papers))
    [finished] = run_experiment([side], Plan(gold=gold, reports=tmp_path / "reports"))
    text = prompt.read_text(encoding="utf-8")
    prompt.write_text("nothing of a prompt", encoding="utf-8")

    assert (finished.run.folder / "prompt.toml").read_text(encoding="utf-8") == text


def test_a_file_that_has_the_name_of_a_released_prompt_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    (tmp_path / "annotate").write_text("shopping list", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert not (run_one(script_gold(papers), tmp_path, gold).run.folder / "prompt.toml").exists()


def test_a_manifest_of_another_version_is_written_anew(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    first = run_one(script_gold(papers), tmp_path, gold).run
    (first.folder / "manifest.json").write_text('{"schema_version": 0}', encoding="utf-8")
    second = run_one(OfflineChatModel(), tmp_path, gold).run

    assert read_run(first.folder) == second


def test_two_changed_factors_are_named(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    prompt = str(write_prompt(tmp_path / "mine.toml"))
    settings = [build_settings(tmp_path), build_settings(tmp_path, prompt=prompt, model="other", temperature=0.5)]
    plan = Plan(gold=gold, reports=tmp_path / "reports")
    first, second = run_experiment([Side(entry, script_gold(papers)) for entry in settings], plan)

    assert list_factors(first.run.manifest, second.run.manifest) == ("prompt", "model", "temperature")
    assert list_factors(first.run.manifest, first.run.manifest) == ()


def test_another_model_behind_the_same_name_is_a_factor(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    plan = Plan(gold=gold, reports=tmp_path / "reports")
    [finished] = run_experiment([Side(build_settings(tmp_path), script_gold(papers))], plan)
    march, june = (
        finished.run.manifest.model_copy(update={"served_models": names})
        for names in (("test-model-03",), ("test-model-06",))
    )

    assert list_factors(march, june) == ("served model",)
    assert list_factors(march, march.model_copy(update={"served_models": ()})) == ()


def test_seconds_are_compared_only_between_runs_that_were_asked_together(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    plan = Plan(gold=gold, reports=tmp_path / "reports")
    sides = [Side(build_settings(tmp_path, model=name), script_gold(papers)) for name in ("one", "two")]
    first, second = (entry.run for entry in run_experiment(sides, plan))
    [later] = run_experiment([Side(build_settings(tmp_path, model="three"), script_gold(papers))], plan)
    timing = compare_timing(first, second, seed=1)

    assert timing is not None
    assert (timing.papers, timing.ratio, tuple(timing.interval)) == (len(papers), 1.0, (1.0, 1.0))
    assert compare_timing(first, later.run, seed=1) is None


def test_test_is_not_read_without_a_reason(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    chat = script_gold(papers)

    with pytest.raises(ConfigurationError, match="--reason"):
        run_one(chat, tmp_path, gold, split="test")
    assert (chat.requests, read_ledger(gold)) == ([], [])


def test_without_a_model_the_ledger_of_test_stays_as_it_is(tmp_path: Path) -> None:
    gold, _ = write_dev(tmp_path / "gold")
    plan = Plan(gold=gold, reports=tmp_path, split="test", reason="release", by="Ana Díaz")

    with pytest.raises(ConfigurationError, match="--model"):
        run_experiment([Side(build_settings(tmp_path, model=None))], plan)
    assert read_ledger(gold) == []


def test_a_reading_of_test_is_in_the_ledger_before_anything_is_asked(tmp_path: Path) -> None:
    gold, _ = write_dev(tmp_path / "gold")
    reads_at_calls: list[int] = []

    def answer(_: ChatRequest) -> Exception:
        reads_at_calls.append(len(read_ledger(gold)))
        return ModelUnavailableError("nobody there")

    finished = run_one(ScriptedChatModel(answer), tmp_path, gold, split="test", reason="release 2", by="Ana Díaz")
    [access] = read_ledger(gold)

    assert set(reads_at_calls) == {1}
    assert (access.prompt, access.model, access.by, access.reason) == (
        "annotate.v1",
        "test-model",
        "Ana Díaz",
        "release 2",
    )
    assert (finished.run.manifest.test_reads, finished.run.manifest.reason) == (1, "release 2")


def test_shots_are_never_scored(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")

    with pytest.raises(ConfigurationError, match="shots"):
        run_one(script_gold(papers), tmp_path, gold, split="shots")


def test_an_empty_split_is_an_error_and_no_success(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    kept = [line for line in (gold / "papers.jsonl").read_text().splitlines() if '"split":"test"' in line]
    (gold / "papers.jsonl").write_text("\n".join(kept) + "\n")

    with pytest.raises(EvaluationError, match="nothing to score"):
        run_one(script_gold(papers), tmp_path, gold)


def test_a_run_without_any_reply_has_no_scores(tmp_path: Path) -> None:
    gold, _ = write_dev(tmp_path / "gold")
    finished = run_one(OfflineChatModel(), tmp_path, gold)

    assert finished.card is None
    assert len(finished.run.manifest.missing) == 8
    with pytest.raises(EvaluationError, match="nothing is scored"):
        from_finished(finished)


def test_a_model_that_does_not_beat_the_baseline_is_told_so(tmp_path: Path) -> None:
    plan = Plan(gold=SHIPPED, reports=tmp_path / "reports")
    weak = script_gold(DEV, lambda _, reply: {**reply, "tags": ["other"], "relevance": 0, "evidence": ""})
    sides = [Side(build_settings(tmp_path), weak), Side(build_settings(tmp_path, model="extractive"))]
    model, extractive = map(from_finished, run_experiment(sides, plan))
    [standing] = find_standings(model, [replace(extractive, name="extractive")], quick_gate())

    assert standing.baseline == "extractive"
    assert {entry.metric.name for entry in standing.unbeaten} == {"tags.micro_f1", "relevance.auroc"}
    assert standing.lacking == ("translation.chrf2",)


def test_a_run_without_translations_is_judged_without_them(tmp_path: Path) -> None:
    gold, papers = write_dev(tmp_path / "gold")
    chat = script_gold(papers, lambda _, reply: {**reply, "translations": {}})
    plan = Plan(gold=gold, reports=tmp_path / "reports")
    [finished] = run_experiment([Side(build_settings(tmp_path, languages=()), chat)], plan)
    scored = from_finished(finished)
    comparison = compare_scored(scored, scored, quick_gate())

    assert comparison.verdict == "PASS"
    assert "translation" not in {entry.metric.task for entry in comparison.primaries}
