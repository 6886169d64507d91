"""Facts about the measures of agreement: the values of scikit-learn and scipy, from counts that add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from summarizer.evaluation.scorers import confusion

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

sklearn: Any = pytest.importorskip("sklearn.metrics")
scipy: Any = pytest.importorskip("scipy.stats")

THRESHOLD = 3


def draw_grades(seed: int, n: int = 60) -> tuple[Array, Array]:
    """Return gold and given grades that go together somewhat, with many ties."""
    chance = np.random.default_rng(seed)
    gold = chance.integers(0, 6, n)
    given = np.clip(gold + chance.integers(-3, 4, n), 0, 5)
    return gold.astype(float), given.astype(float)


def to_table(gold: Array, given: Array) -> Array:
    table = np.zeros((1, 6, 6))
    np.add.at(table[0], (gold.astype(int), given.astype(int)), 1)
    return table


MEASURES: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], float]]] = {
    "AUROC": (
        lambda table: confusion.auroc(table, THRESHOLD),
        lambda gold, given: sklearn.roc_auc_score(gold >= THRESHOLD, given),
    ),
    "average precision": (
        lambda table: confusion.average_precision(table, THRESHOLD),
        lambda gold, given: sklearn.average_precision_score(gold >= THRESHOLD, given),
    ),
    "recall": (
        lambda table: confusion.recall(table, THRESHOLD),
        lambda gold, given: sklearn.recall_score(gold >= THRESHOLD, given >= THRESHOLD),
    ),
    "precision": (
        lambda table: confusion.precision(table, THRESHOLD),
        lambda gold, given: sklearn.precision_score(gold >= THRESHOLD, given >= THRESHOLD),
    ),
    "quadratic kappa": (
        confusion.quadratic_kappa,
        lambda gold, given: sklearn.cohen_kappa_score(gold, given, weights="quadratic", labels=range(6)),
    ),
    "Spearman": (confusion.spearman, lambda gold, given: scipy.spearmanr(gold, given).statistic),
    "Kendall": (confusion.kendall_tau_b, lambda gold, given: scipy.kendalltau(gold, given).statistic),
    "mean absolute error": (
        confusion.mean_absolute_error,
        sklearn.mean_absolute_error,
    ),
    "bias": (confusion.bias, lambda gold, given: float(np.mean(given - gold))),
    "Brier": (
        lambda table: confusion.brier(table, THRESHOLD),
        lambda gold, given: sklearn.brier_score_loss(gold >= THRESHOLD, given / 5),
    ),
}


@pytest.mark.parametrize("name", MEASURES)
def test_it_is_that_of_the_library(name: str) -> None:
    ours, theirs = MEASURES[name]
    for seed in range(30):
        gold, given = draw_grades(seed)

        assert ours(to_table(gold, given))[0] == pytest.approx(theirs(gold, given), abs=1e-12)


@pytest.mark.parametrize("name", MEASURES)
def test_counting_every_paper_twice_changes_nothing(name: str) -> None:
    ours, _ = MEASURES[name]
    table = to_table(*draw_grades(7))

    assert ours(2 * table) == pytest.approx(ours(table))


@pytest.mark.parametrize("name", MEASURES)
def test_tables_do_not_touch_each_other(name: str) -> None:
    ours, _ = MEASURES[name]
    tables = [to_table(*draw_grades(seed)) for seed in range(4)]

    assert ours(np.concatenate(tables)) == pytest.approx(np.concatenate([ours(table) for table in tables]))


@pytest.mark.parametrize(
    ("measure", "gold", "given"),
    [
        (lambda table: confusion.auroc(table, THRESHOLD), [0, 1], [0, 5]),
        (lambda table: confusion.recall(table, THRESHOLD), [0, 1], [0, 5]),
        (lambda table: confusion.average_precision(table, THRESHOLD), [0, 1], [0, 5]),
        (lambda table: confusion.precision(table, THRESHOLD), [4, 5], [0, 1]),
        (lambda table: confusion.precision_at_prevalence(table, THRESHOLD, 0.1), [4, 5], [5, 5]),
        (confusion.quadratic_kappa, [3, 3], [3, 3]),
        (confusion.spearman, [3, 3], [0, 5]),
        (confusion.kendall_tau_b, [0, 5], [3, 3]),
    ],
    ids=["AUROC", "recall", "AP", "precision", "precision in use", "kappa", "Spearman", "Kendall"],
)
def test_what_is_not_defined_is_no_number(measure: Callable[[Array], Array], gold: list[int], given: list[int]) -> None:
    assert np.isnan(measure(to_table(np.array(gold), np.array(given)))).all()


def test_precision_at_the_prevalence_of_the_sample_is_precision() -> None:
    gold, given = draw_grades(3)
    table = to_table(gold, given)
    prevalence = float(np.mean(gold >= THRESHOLD))

    assert confusion.precision_at_prevalence(table, THRESHOLD, prevalence) == pytest.approx(
        confusion.precision(table, THRESHOLD)
    )


def test_precision_falls_with_prevalence() -> None:
    # Recall .8, false alarms .1: at a prevalence of one half .889, at one tenth .08 / (.08 + .09).
    table = np.zeros((1, 6, 6))
    table[0, 4, 4], table[0, 4, 0], table[0, 0, 4], table[0, 0, 0] = 8, 2, 1, 9

    assert confusion.precision_at_prevalence(table, THRESHOLD, 0.5)[0] == pytest.approx(8 / 9)
    assert confusion.precision_at_prevalence(table, THRESHOLD, 0.1)[0] == pytest.approx(0.08 / 0.17)
