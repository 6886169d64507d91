"""Facts about relevance criteria."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.contract.criterion import SCORES, Criterion, Level, load_criterion
from summarizer.errors import PromptError

HEADER = """
kind = "criterion"
name = "criterion.birds"
version = 3
description = "Birds."
subject = "bird watching"
labels.en = "Birds"
"""
LEVEL = '[[levels]]\nscore = {score}\ndefinition = "D{score}."\nexamples = {examples}\n'


def write_criterion(
    folder: Path, scores: tuple[int, ...] = SCORES, examples: str = '["a wren", "a kite of paper"]'
) -> str:
    path = folder / "birds.toml"
    levels = "".join(LEVEL.format(score=score, examples=examples) for score in scores)
    path.write_text(HEADER + levels, encoding="utf-8")
    return str(path)


def test_the_shipped_rubric_has_six_levels_with_two_short_examples_each() -> None:
    shipped = load_criterion("criterion.medical-imaging.v1")

    assert [level.score for level in shipped.levels] == [0, 1, 2, 3, 4, 5]
    for level in shipped.levels:
        assert len(level.examples) == 2
        assert all(len(example.split()) <= 16 for example in level.examples)


def test_the_shipped_criterion_is_labelled_in_english_and_chinese() -> None:
    assert load_criterion("medical-imaging").labels == {"en": "Medical imaging", "zh-Hans": "医学影像"}


def test_a_criterion_of_ones_own_carries_its_version_in_its_name(tmp_path: Path) -> None:
    own = load_criterion(write_criterion(tmp_path))

    assert (own.name, own.subject) == ("criterion.birds.v3", "bird watching")
    assert own.levels[2] == Level(2, "D2.", ("a wren", "a kite of paper"))


def test_a_rubric_renders_one_level_a_line_the_lowest_first() -> None:
    levels = (Level(0, "None.", ("a stone",)), Level(1, "Some.", ("a wren", "an owl")))
    rendered = Criterion("c.v1", "f", "birds", {}, levels).render()

    assert rendered == "0: None. (E.g. a stone.)\n1: Some. (E.g. a wren; an owl.)"


@pytest.mark.parametrize("scores", [(0, 1, 2, 3, 4), (5, 4, 3, 2, 1, 0), (0, 1, 2, 2, 4, 5), (1, 2, 3, 4, 5, 6)])
def test_a_rubric_without_exactly_the_levels_0_to_5_in_order_is_refused(
    tmp_path: Path, scores: tuple[int, ...]
) -> None:
    with pytest.raises(PromptError, match="the levels must have the scores 0, 1, 2, 3, 4, 5 in this order"):
        load_criterion(write_criterion(tmp_path, scores))


def test_a_level_without_examples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"levels\[0\]\.examples: .* at least 1 item"):
        load_criterion(write_criterion(tmp_path, examples="[]"))
