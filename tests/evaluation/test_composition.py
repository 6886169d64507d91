"""Facts about what a gold set is counted to be made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.evaluation.composition import count_composition, has_formula, is_dense_with_numbers
from summarizer.evaluation.gold_files import read_gold, read_passes


def test_every_stratum_is_counted(gold_folder: Path) -> None:
    groups = count_composition(read_gold(gold_folder), read_passes(gold_folder))

    assert groups["stratum (by label)"] == {"medical": 5, "tangential": 3, "other": 4}
    assert groups["split"] == {"shots": 1, "dev": 3, "test": 8}
    assert groups["relevance"] == {"0": 4, "1": 2, "2": 1, "3": 0, "4": 4, "5": 1}
    assert groups["relevance 3 or more, by split"] == {"shots": 1, "dev": 1, "test": 3}
    assert groups["language of the abstract"] == {"en": 11, "de": 1}
    assert groups["abstract"] == {
        "with formulas": 1,
        "dense with numbers (6 or more)": 0,
        "with a planted instruction": 1,
        "very short (at most 60 words)": 12,
        "very long (at least 290 words)": 0,
    }
    assert groups["labels"] == {
        "title and summary in zh-Hans": 12,
        "whole abstract in zh-Hans": 1,
        "labelled once only": 0,
        "corrected later": 0,
    }
    assert groups["tag"]["detection"] == 3
    assert groups["labelled by"] == {
        "pass first: Ana Díaz": 12,
        "pass second: language model": 12,
        "adjudicated: Cy Roe": 12,
    }


@pytest.mark.parametrize("text", ["of order $k^2$", r"where \(x > 0\) holds", r"\[a = b\]"])
def test_a_formula_is_latex_between_delimiters(text: str) -> None:
    assert has_formula(text)


@pytest.mark.parametrize("text", ["it costs $5", r"\emph{very} good", "x > 0"])
def test_money_and_commands_are_no_formulas(text: str) -> None:
    assert not has_formula(text)


def test_names_with_digits_do_not_make_an_abstract_dense_with_numbers() -> None:
    assert is_dense_with_numbers("It scores 91.2, 88.4, 75.0, 66.1 and 52.9 on 5 sets.")
    assert not is_dense_with_numbers("ResNet-50, ResNet-101, VGG-16, U-Net2, T5 and GPT-4 were compared on 5 sets.")
