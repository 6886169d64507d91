"""Facts about what a review opens and saves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.gold_files import DRAFTS_FILE, PAPERS_FILE, read_drafts, read_gold, write_gold
from summarizer.evaluation.growth import add_drafts
from summarizer.evaluation.lint import lint_gold
from summarizer.evaluation.review.desk import Desk, LabelIssuesError, StaleRevisionError
from summarizer.papers import Paper
from tests.evaluation.small_gold import small_gold

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CHEST = "2501.00001"
DRAFT = Paper(
    id="2502.00001",
    arxiv_id="2502.00001",
    title="Sorting Pollen by Touch",
    abstract="A soft gripper sorts pollen grains by how they feel, and needs no camera for it.",
    source="week.jsonl",
)


@pytest.fixture
def desk(gold_folder: Path) -> Desk:
    return Desk(gold_folder, by="Dee Poe", now=lambda: NOW)


def save(desk: Desk, paper_id: str, **changes: object) -> None:
    opened = desk.open(paper_id)
    desk.save(paper_id, {**json.loads(opened.model_dump_json())["labels"], **changes}, revision=opened.revision)


def issues(desk: Desk, paper_id: str, **changes: object) -> list[tuple[str, str]]:
    with pytest.raises(LabelIssuesError) as refused:
        save(desk, paper_id, **changes)
    return [(finding.rule, finding.message) for finding in refused.value.findings]


def test_a_correction_is_saved_with_who_when_and_what(desk: Desk, gold_folder: Path) -> None:
    save(desk, CHEST, relevance=4, tags=["ct", "detection"])
    chest = read_gold(gold_folder)[0]

    assert (chest.gold.relevance, chest.gold.tags) == (4, ("ct", "detection"))
    assert [(entry.by, entry.at, entry.fields) for entry in chest.corrections] == [
        ("Dee Poe", NOW, ("tags", "relevance"))
    ]
    assert chest.gold.adjudicated_by == "Cy Roe"


def test_every_other_line_of_the_file_stays_as_it_was(desk: Desk, gold_folder: Path) -> None:
    before = (gold_folder / PAPERS_FILE).read_text().splitlines()
    save(desk, CHEST, relevance=4)
    after = (gold_folder / PAPERS_FILE).read_text().splitlines()

    assert after[0] != before[0]
    assert after[1:] == before[1:]


def test_a_corrected_translation_is_named_by_language(desk: Desk, gold_folder: Path) -> None:
    chinese = {**desk.open(CHEST).labels["translations"]["zh-Hans"], "title": "以慢注意力计数肺结节"}
    save(desk, CHEST, translations={"zh-Hans": chinese})

    assert read_gold(gold_folder)[0].corrections[0].fields == ("translations.zh-Hans.title",)


def test_labels_that_did_not_change_write_nothing(desk: Desk, gold_folder: Path) -> None:
    before = (gold_folder / PAPERS_FILE).stat().st_mtime_ns
    save(desk, CHEST)

    assert (gold_folder / PAPERS_FILE).stat().st_mtime_ns == before


def test_text_is_saved_on_one_line_and_evidence_as_the_paper_writes_it(desk: Desk, gold_folder: Path) -> None:
    save(desk, CHEST, tldr="  Slow attention finds 94% of the\nnodules. ", evidence="in 318 Patients of two hospitals")
    gold = read_gold(gold_folder)[0].gold

    assert gold.tldr == "Slow attention finds 94% of the nodules."
    assert gold.evidence == "In 318 patients of two hospitals"


@pytest.mark.parametrize(
    ("changes", "rule", "words"),
    [
        ({"tldr": "Finds 97% of the nodules by slow attention."}, "tldr", "97%"),
        ({"evidence": "In 318 patients of three hospitals"}, "evidence", "does not stand"),
        ({"tags": ["lungs"]}, "tags", "lungs"),
        ({"tags": []}, "schema", '"tags"'),
        ({"relevance": None}, "schema", '"relevance"'),
        ({"relevance": 6}, "schema", '"relevance"'),
        ({"relevance": 5, "evidence": ""}, "evidence", "is empty"),
        ({"translations": {}}, "translation", "zh-Hans"),
        ({"second_tldr": ""}, "tldr", "second_tldr"),
        ({"title": "Another"}, "schema", '"title"'),
    ],
)
def test_labels_that_break_a_rule_are_refused_and_nothing_is_written(
    desk: Desk, gold_folder: Path, changes: dict[str, Any], rule: str, words: str
) -> None:
    found = issues(desk, CHEST, **changes)

    assert any(named == rule and words in message for named, message in found)
    assert read_gold(gold_folder) == small_gold()


def test_a_fault_that_no_label_can_mend_does_not_keep_labels_from_being_saved(desk: Desk, gold_folder: Path) -> None:
    papers = small_gold()
    papers[0] = papers[0].model_copy(update={"authors": ("Ana D\ufffdaz",)})
    write_gold(gold_folder, papers)
    save(desk, CHEST, relevance=4)

    assert read_gold(gold_folder)[0].gold.relevance == 4


def test_a_paper_that_was_changed_meanwhile_is_not_overwritten(desk: Desk, gold_folder: Path) -> None:
    opened = desk.open(CHEST)
    save(Desk(gold_folder, by="Eve Fox"), CHEST, relevance=4)

    with pytest.raises(StaleRevisionError):
        desk.save(CHEST, {**opened.labels, "relevance": 3}, revision=opened.revision)
    assert read_gold(gold_folder)[0].gold.relevance == 4


def test_what_others_add_meanwhile_is_kept(desk: Desk, gold_folder: Path) -> None:
    papers = small_gold()
    write_gold(gold_folder, papers[:-1])
    opened = desk.open(CHEST)
    write_gold(gold_folder, papers)
    desk.save(CHEST, {**opened.labels, "relevance": 4}, revision=opened.revision)

    assert [paper.id for paper in read_gold(gold_folder)] == [paper.id for paper in papers]


def test_both_passes_are_shown_with_who_labelled(desk: Desk) -> None:
    passes = desk.open("2501.00003").passes

    assert {name: entry["relevance"] for name, entry in passes.items()} == {"first": 4, "second": 3}
    assert passes["second"]["labelled_by"] == "language model"


def test_a_completed_draft_becomes_a_paper_that_was_labelled_once(desk: Desk, gold_folder: Path) -> None:
    add_drafts(gold_folder, [DRAFT])
    opened = desk.open(DRAFT.id)
    chinese = {"title": "凭触觉分拣花粉", "tldr": "用软体夹爪凭触觉分拣花粉粒，无需相机。"}
    save(
        desk,
        DRAFT.id,
        tldr="Sorts pollen grains with a soft gripper by touch, without a camera.",
        tags=["driving-robotics"],
        relevance=0,
        translations={"zh-Hans": chinese},
    )
    added = read_gold(gold_folder)[-1]

    assert opened.is_draft
    assert (added.id, added.stratum, added.single_pass, added.gold.adjudicated_by) == (
        DRAFT.id,
        "other",
        True,
        "Dee Poe",
    )
    assert [entry.fields for entry in added.corrections] == [("added",)]
    assert read_drafts(gold_folder) == []
    assert lint_gold(gold_folder) == []


def test_an_empty_draft_is_refused_and_stays_a_draft(desk: Desk, gold_folder: Path) -> None:
    add_drafts(gold_folder, [DRAFT])

    assert {rule for rule, _ in issues(desk, DRAFT.id)} == {"schema"}
    assert (gold_folder / DRAFTS_FILE).exists()
    assert read_gold(gold_folder) == small_gold()


def test_a_reviewer_has_a_name(gold_folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="--by"):
        Desk(gold_folder, by=" ")


def test_an_unknown_paper_is_an_error(desk: Desk) -> None:
    with pytest.raises(EvaluationError, match="no paper"):
        desk.open("2501.99999")
