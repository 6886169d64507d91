"""Facts about agreement, on tables that were computed by hand and against scikit-learn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.agreement import FLOOR, Agreement, AgreementReport, measure_agreement, pair_passes
from summarizer.evaluation.gold import PassRecord
from tests.evaluation.small_gold import small_gold, to_record


def records(relevances: Sequence[int], tags: Sequence[Sequence[str]] | None = None) -> list[PassRecord]:
    paper = small_gold()[0]
    tags = tags or [["ct"]] * len(relevances)
    return [
        to_record(paper, id=f"p{place}", relevance=relevance, tags=tags[place])
        for place, relevance in enumerate(relevances)
    ]


def measure(first: list[PassRecord], second: list[PassRecord]) -> AgreementReport:
    return measure_agreement({"first": first, "second": second})


def find(report: AgreementReport, name: str, coefficient: str) -> Agreement:
    (found,) = [
        entry for entry in (*report.overall, *report.tags) if (entry.name, entry.coefficient) == (name, coefficient)
    ]
    return found


def test_nominal_alpha_is_that_of_a_table_computed_by_hand() -> None:
    # Of 4 units x 2 values, 3 low and 5 high; one unit differs. Do = 2/8, De = 2*3*5/(8*7), alpha = 1 - Do/De.
    alpha = find(measure(records([0, 0, 5, 5]), records([0, 3, 4, 5])), "relevance >= 3", "alpha, nominal")

    assert alpha.value == pytest.approx(1 - (2 / 8) / (30 / 56))


def test_ordinal_alpha_is_that_of_a_table_computed_by_hand() -> None:
    # Values 1 (3 times), 2 (once), 3 (4 times). Ordinal distances: 1-2 (3/2+1/2)^2 = 4, 2-3 (1/2+4/2)^2 = 6.25,
    # 1-3 (3/2+1+4/2)^2 = 20.25. Observed: one unit 1-2. Expected: 3*1*4 + 1*4*6.25 + 3*4*20.25 = 280.
    alpha = find(measure(records([1, 1, 3, 3]), records([1, 2, 3, 3])), "relevance", "alpha, ordinal")

    assert alpha.value == pytest.approx(1 - (4 * 2 / 8) / (2 * 280 / 56))


def test_kappa_of_a_tag_is_that_of_a_table_computed_by_hand() -> None:
    # Both 20, first alone 5, second alone 10, neither 15: po = .7, pe = .5*.6 + .5*.4 = .5, kappa = .4.
    given = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    first, second = (records([3] * 50, [["mri"] if pair[side] else ["ct"] for pair in given]) for side in (0, 1))
    kappa = find(measure(first, second), "mri", "kappa")

    assert kappa.value == pytest.approx(0.4)
    assert kappa.support == 35
    assert kappa.low is not None
    assert kappa.high is not None
    assert 0.1 < kappa.low < 0.4 < kappa.high < 0.7


def test_f1_of_the_tags_is_two_shared_of_all_given() -> None:
    first, second = records([3, 3], [["ct", "mri"], ["ct"]]), records([3, 3], [["ct"], ["pathology"]])

    assert find(measure(first, second), "tags, pooled", "F1").value == pytest.approx(2 * 1 / 5)


def test_kappas_are_those_of_scikit_learn() -> None:
    sklearn: Any = pytest.importorskip("sklearn.metrics")
    first, second = [0, 0, 1, 2, 3, 5, 5, 4, 3, 0], [0, 1, 1, 1, 3, 4, 5, 5, 2, 2]
    tags = [[["ct"] if relevance > 2 else ["mri"] for relevance in relevances] for relevances in (first, second)]
    report = measure(records(first, tags[0]), records(second, tags[1]))
    weighted = sklearn.cohen_kappa_score(first, second, weights="quadratic", labels=range(6))
    plain = sklearn.cohen_kappa_score([value > 2 for value in first], [value > 2 for value in second])

    assert find(report, "relevance", "kappa, quadratic").value == pytest.approx(weighted)
    assert find(report, "ct", "kappa").value == pytest.approx(plain)


def test_two_passes_that_agree_on_everything_have_one_throughout() -> None:
    passes = [to_record(paper) for paper in small_gold()]
    report = measure(passes, passes)

    assert {(entry.value, entry.low, entry.high) for entry in report.overall} == {(1.0, 1.0, 1.0)}


def test_labels_that_do_not_vary_have_no_coefficient_rather_than_a_perfect_one() -> None:
    report = measure(records([3] * 6), records([3] * 6))
    undefined = [
        find(report, "relevance", "alpha, ordinal"),
        find(report, "tags, pooled", "alpha, nominal"),
        *report.tags,
    ]

    assert {(entry.value, entry.low, entry.high) for entry in undefined} == {(None, None, None)}
    assert not any(entry.is_too_low for entry in undefined)
    assert find(report, "tags, pooled", "F1").value == 1.0


def test_an_alpha_below_the_floor_is_said_to_be_too_low() -> None:
    report = measure(records([0, 0, 5, 5]), records([0, 5, 0, 5]))
    alpha = find(report, "relevance", "alpha, ordinal")

    assert alpha.value is not None
    assert alpha.value < FLOOR
    assert alpha.is_too_low


def test_a_labeller_of_both_passes_is_named() -> None:
    by_model = [to_record(paper, labelled_by="language model") for paper in small_gold()]
    by_person = [to_record(paper) for paper in small_gold()]

    assert measure(by_model, by_model).shared_labellers == ("language model",)
    assert measure(by_person, by_model).shared_labellers == ()


def test_rare_tags_are_counted_but_not_measured() -> None:
    report = measure(
        records([3] * 8, [["ct"]] * 4 + [["mri"]] * 4), records([3] * 8, [["ct"]] * 4 + [["mri"]] * 3 + [["ct"]])
    )

    assert [entry.name for entry in report.tags] == ["ct"]
    assert report.rare_tags == ("mri",)


def test_intervals_are_the_same_every_time() -> None:
    first, second = records([0, 0, 1, 2, 3, 5]), records([0, 1, 1, 2, 4, 5])

    assert measure(first, second) == measure(first, second)


def test_the_order_of_a_pass_does_not_count() -> None:
    first, second = records([0, 2, 5]), records([1, 2, 4])

    assert [pair[1].relevance for pair in pair_passes(first, second[::-1])] == [1, 2, 4]


@pytest.mark.parametrize(
    ("passes", "names"),
    [
        ({"first": records([1])}, ()),
        ({"first": records([1]), "second": records([1]), "third": records([1])}, ()),
        ({"first": records([1]), "second": records([1])}, ("first", "other")),
        ({"first": records([1]), "second": records([1, 2])}, ()),
        ({"first": [], "second": []}, ()),
    ],
    ids=["one pass", "three passes", "unknown name", "not the same papers", "no papers"],
)
def test_what_cannot_be_compared_is_an_error(passes: Mapping[str, list[PassRecord]], names: Sequence[str]) -> None:
    with pytest.raises(EvaluationError):
        measure_agreement(passes, names)


def test_a_missing_package_is_named_with_what_to_install() -> None:
    code = (
        "import sys\n"
        "sys.modules['krippendorff'] = None\n"
        "from summarizer.errors import ConfigurationError\n"
        "try:\n"
        "    import summarizer.evaluation.agreement\n"
        "except ConfigurationError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "krippendorff" in done.stdout
    assert "pip install 'summarizer[eval]'" in done.stdout
