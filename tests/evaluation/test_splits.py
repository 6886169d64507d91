"""Facts about splits."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from summarizer.evaluation.splits import assign_split, reassign_splits
from tests.evaluation.small_gold import small_gold

GROUPS = st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=20)


@given(GROUPS, GROUPS)
def test_no_paper_moves_when_papers_are_added(groups: list[str], added: list[str]) -> None:
    paper = small_gold()[0]
    first = reassign_splits([paper.model_copy(update={"group": group}) for group in groups])
    grown = reassign_splits([*first, *(paper.model_copy(update={"group": group}) for group in added)])

    assert grown[: len(first)] == first


def test_a_group_has_one_split_whoever_is_in_it() -> None:
    papers = [
        paper.model_copy(update={"group": "one", "split": split})
        for paper, split in zip(small_gold()[:3], ("shots", "dev", "test"), strict=True)
    ]

    assert len({paper.split for paper in reassign_splits(papers)}) == 1


def test_a_canary_belongs_to_dev_whatever_its_hash() -> None:
    assert {assign_split(f"group {number}", is_canary=True) for number in range(50)} == {"dev"}


def test_the_shares_are_about_a_tenth_a_quarter_and_two_thirds() -> None:
    counts = Counter(assign_split(f"group {number}") for number in range(10_000))

    assert 0.08 < counts["shots"] / 10_000 < 0.10
    assert 0.22 < counts["dev"] / 10_000 < 0.26
    assert 0.65 < counts["test"] / 10_000 < 0.69


def test_the_deal_never_changes() -> None:
    assert [assign_split(group) for group in ("2501.00001", "2501.00006", "2501.00037")] == ["test", "dev", "shots"]
