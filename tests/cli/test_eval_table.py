"""Facts about numbers in the tables of evaluations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summarizer.cli.eval_table import format_interval, format_number, render_standings
from summarizer.evaluation.compare import MetricSummary
from summarizer.evaluation.comparison import Interval
from tests.evaluation.scorecards import AUROC, MEAN


@pytest.mark.parametrize(
    ("value", "scale", "shown"),
    [
        (0.412, 0.412, ".412"),
        (1.0, 1.0, "1.000"),
        (0.0, 0.0, ".000"),
        (-0.0001, 0.4, ".000"),
        (-0.0445, 0.07, "-.044"),
        (58.14, 58.14, "58.1"),
        (0.52, 58.14, ".5"),
        (1234.5, 1234.5, "1234"),
        (10.25, 10.25, "10.2"),
        (None, 0.0, "–"),
    ],
)
def test_a_number_has_the_digits_of_its_kind(value: float | None, scale: float, shown: str) -> None:
    assert format_number(value, scale) == shown


def test_a_difference_has_a_sign() -> None:
    assert format_number(0.019, 0.4, sign=True) == "+.019"
    assert format_interval(Interval(-0.4, 1.3), 58.0, sign=True) == "[-.4, +1.3]"


def test_an_interval_that_is_not_defined_is_a_dash() -> None:
    assert format_interval(None, 1.0) == "–"


def test_a_row_gives_each_metric_its_own_value_and_chrf_no_look_of_a_share() -> None:
    """Two primaries may have one label, a metric may have no interval, and chrF2 is out of 100."""
    summary, translation = (replace(MEAN, name=f"{task}.chrf2", label="chrF2") for task in ("summary", "translation"))
    row = (
        MetricSummary(summary, 33.7, Interval(30.4, 36.9), 45),
        MetricSummary(translation, 0.92, Interval(0.69, 1.16), 45),
        MetricSummary(AUROC, 1.0, None, 45),
    )

    assert render_standings([("this run", row)], []).splitlines()[1].split() == [
        *("this", "run", "33.7", "[30,37]", ".9", "[1,1]", "1.000")
    ]
