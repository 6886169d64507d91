"""Facts about runs on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.annotate.records import Profile, Reference
from summarizer.annotate.results import read_results
from summarizer.errors import ConfigurationError, EvaluationError, StoreError
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Plan, run_experiment
from summarizer.evaluation.files import write_text
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold, write_gold
from summarizer.evaluation.runs import (
    EvaluationRun,
    derive_run_id,
    find_run,
    fingerprint_gold,
    read_manifest,
    read_run,
)
from summarizer.evaluation.scored import load_scored
from summarizer.evaluation.scoring import rescore, score
from tests.builders import PROFILE
from tests.evaluation.scripted_gold import build_settings, script_gold, write_dev
from tests.evaluation.small_gold import small_gold


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_dev(tmp_path / "gold")[0]


@pytest.fixture
def run(tmp_path: Path, gold: Path) -> EvaluationRun:
    papers = [paper for paper in read_gold(gold) if paper.split == "dev"]
    plan = Plan(gold=gold, reports=tmp_path / "reports", repeats=2)
    return run_experiment([Side(build_settings(tmp_path), script_gold(papers))], plan)[0].run


def edit(gold: Path, paper_id: str, **changes: object) -> None:
    """Change a paper of the set; `labels` changes its labels."""

    def change(paper: GoldPaper) -> GoldPaper:
        if paper.id != paper_id:
            return paper
        labels = changes.pop("labels", {})
        return paper.model_copy(update={**changes, "gold": paper.gold.model_copy(update=labels)})  # type: ignore[arg-type]

    write_gold(gold, [change(paper) for paper in read_gold(gold)])


def derive(profile: Profile = PROFILE, **changes: object) -> str:
    fields: dict[str, object] = {"base_url": "http://x/v1", "split": "dev", "gold_sha": "1", "repeats": 1}
    return derive_run_id(profile, **{**fields, **changes})  # type: ignore[arg-type]


def test_the_id_of_a_run_is_a_digest_of_the_question() -> None:
    other = Reference(name="annotate.v1", fingerprint="q" * 64)
    questions = [
        derive(),
        derive(base_url="http://y/v1"),
        derive(split="test"),
        derive(gold_sha="2"),
        derive(repeats=2),
        *(
            derive(PROFILE.model_copy(update=changes))
            for changes in (
                {"prompt": other},
                {"taxonomy": other},
                {"criterion": other},
                {"requested_model": "other"},
                {"parameters": {"temperature": 0.0}},
                {"languages": ()},
            )
        ),
    ]

    assert len(set(questions)) == len(questions)
    assert derive() == derive(PROFILE.model_copy())


def test_the_fingerprint_of_gold_sees_labels_and_not_their_order_or_authors() -> None:
    papers = small_gold()
    relabelled = papers[0].model_copy(update={"gold": papers[0].gold.model_copy(update={"relevance": 1})})

    assert fingerprint_gold(papers) == fingerprint_gold(papers[::-1])
    assert fingerprint_gold(papers) != fingerprint_gold([relabelled, *papers[1:]])


def test_a_run_is_read_as_it_was_written(run: EvaluationRun) -> None:
    again = read_run(run.folder)

    assert again == run
    assert [record.paper.id for record in read_results(run.folder / "outputs.1.jsonl") if record.paper] == list(
        run.manifest.papers
    )


def test_a_run_is_found_by_folder_id_or_a_part_of_it(run: EvaluationRun) -> None:
    reports = run.folder.parent

    assert {find_run(name, reports) for name in (str(run.folder), run.manifest.run_id, run.manifest.run_id[-6:])} == {
        run.folder
    }


@pytest.mark.parametrize("name", ["no-such-run", "dev"])
def test_a_name_that_means_no_run_or_several_is_refused(run: EvaluationRun, name: str) -> None:
    other = run.folder.with_name("extractive-dev-0000000000")
    write_text(other / "manifest.json", "{}")

    with pytest.raises(ConfigurationError, match="not one run"):
        find_run(name, run.folder.parent)


def test_a_damaged_manifest_is_named(run: EvaluationRun) -> None:
    (run.folder / "manifest.json").write_text('{"schema_version": 99}')

    with pytest.raises(EvaluationError, match=r"manifest\.json"):
        read_manifest(run.folder)


def test_a_lost_reply_is_noticed(run: EvaluationRun) -> None:
    path = run.folder / "outputs.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))

    with pytest.raises(EvaluationError, match=run.manifest.papers[0]):
        read_run(run.folder)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="file"):
        write_text(tmp_path / "file" / "manifest.json", "{}")


def test_changed_labels_are_never_mixed_with_old_scores(run: EvaluationRun, gold: Path) -> None:
    edit(gold, run.manifest.papers[0], labels={"relevance": 2})

    with pytest.raises(EvaluationError, match="rescore"):
        load_scored(run.folder, gold)


def test_rescoring_uses_the_labels_of_now_and_asks_nothing(run: EvaluationRun, gold: Path) -> None:
    before = {column.metric.name: column.per_paper[0] for column in score(run, gold).columns}
    edit(gold, run.manifest.papers[0], labels={"relevance": 2})
    again, card = rescore(run.folder, gold)
    after = {column.metric.name: column.per_paper[0] for column in card.columns}

    assert again.outcomes == run.outcomes
    assert again.manifest.gold_sha != run.manifest.gold_sha
    assert (before["relevance.mae"], after["relevance.mae"]) == (0.0, 1.0)
    assert load_scored(run.folder, gold).card.ids == card.ids


def test_a_run_about_another_abstract_is_not_rescored(run: EvaluationRun, gold: Path) -> None:
    edit(gold, run.manifest.papers[0], abstract="Another text altogether.")

    with pytest.raises(EvaluationError, match="another text"):
        rescore(run.folder, gold)


def test_a_run_about_other_papers_is_not_rescored(run: EvaluationRun, gold: Path) -> None:
    edit(gold, "2501.00001", split="dev")

    with pytest.raises(EvaluationError, match="other papers"):
        rescore(run.folder, gold)


def test_a_paper_that_left_the_set_is_named(run: EvaluationRun, gold: Path) -> None:
    write_gold(gold, [paper for paper in read_gold(gold) if paper.id != run.manifest.papers[0]])

    with pytest.raises(EvaluationError, match=run.manifest.papers[0]):
        load_scored(run.folder, gold)


def test_each_repeat_can_be_scored_alone(run: EvaluationRun, gold: Path) -> None:
    assert [score(run, gold, repeat=repeat).ids for repeat in (0, 1)] == [run.manifest.papers] * 2
