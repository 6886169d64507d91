"""Facts about papers that are added to a gold set."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.gold_files import PAPERS_FILE, read_drafts
from summarizer.evaluation.growth import add_drafts
from summarizer.evaluation.splits import assign_split
from summarizer.papers import Paper, SkippedRecord
from tests.evaluation.small_gold import small_gold


def paper(number: int, **changes: object) -> Paper:
    arxiv_id = f"2502.{number:05}"
    fresh = Paper(
        id=arxiv_id,
        arxiv_id=arxiv_id,
        title=f"Fresh findings, part {number}",
        abstract=f"Part {number} of a series.",
        source="inbox/week.jsonl",
    )
    return fresh.model_copy(update=changes)


def test_papers_become_drafts_with_the_split_of_their_id(gold_folder: Path) -> None:
    before = (gold_folder / PAPERS_FILE).read_bytes()
    add_drafts(gold_folder, [paper(1), paper(2)])

    assert [(draft.id, draft.split) for draft in read_drafts(gold_folder)] == [
        ("2502.00001", assign_split("2502.00001")),
        ("2502.00002", assign_split("2502.00002")),
    ]
    assert read_drafts(gold_folder)[0].origin == "added from week.jsonl"
    assert (gold_folder / PAPERS_FILE).read_bytes() == before


def test_every_record_is_accounted_for(gold_folder: Path) -> None:
    add_drafts(gold_folder, [paper(1)])
    growth = add_drafts(
        gold_folder,
        [
            paper(1),
            small_gold()[0].to_paper(),
            paper(2),
            paper(2, version=2),
            paper(3, abstract=""),
            SkippedRecord("x", 1, "no title"),
        ],
    )

    assert growth.read == 6
    assert [draft.id for draft in growth.added] == ["2502.00002"]
    assert len(growth.known) == 3
    assert (len(growth.without_abstract), len(growth.skipped)) == (1, 1)
    assert [draft.id for draft in read_drafts(gold_folder)] == ["2502.00001", "2502.00002"]


def test_no_record_is_read_beyond_the_limit(gold_folder: Path) -> None:
    records = iter([paper(1), paper(2), paper(3)])
    growth = add_drafts(gold_folder, records, limit=2)

    assert len(growth.added) == 2
    assert next(records) == paper(3)


def test_a_near_duplicate_joins_the_group_and_split_of_the_paper_that_is_there(gold_folder: Path) -> None:
    chest = small_gold()[0]
    (draft,) = add_drafts(gold_folder, [paper(4, abstract=chest.abstract)]).added

    assert (draft.id, draft.group, draft.split) == ("2502.00004", chest.group, chest.split)


def test_near_duplicates_among_the_added_share_a_group(gold_folder: Path) -> None:
    text = "A study of how long it takes until the paint of a wall has dried in the shade of a tree."
    first, second = add_drafts(gold_folder, [paper(5, abstract=text), paper(6, abstract=text)]).added

    assert second.group == first.group == "2502.00005"


def test_the_language_is_what_the_user_says(gold_folder: Path) -> None:
    (draft,) = add_drafts(gold_folder, [paper(7)], language="de").added

    assert draft.language == "de"


def test_nothing_is_added_to_a_set_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError):
        add_drafts(tmp_path, [paper(1)])
