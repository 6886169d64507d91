"""Facts about the baseline of word weights: it never saw what it annotates, and always says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from summarizer.contract.criterion import load_criterion
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import EvaluationError
from summarizer.evaluation.baselines.tfidf import FOLDS, annotate_with_tfidf
from summarizer.evaluation.gold import GoldPaper, Split
from summarizer.evaluation.scorers import score_run
from tests.evaluation.small_gold import small_gold

TAXONOMY, CRITERION = load_taxonomy("taxonomy.v1"), load_criterion("medical-imaging")
SUBJECTS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("Chest radiographs of pneumonia patients are read by a network.", ("x-ray", "classification"), 4),
    ("Cars and cyclists are detected on wet roads at night.", ("detection", "driving-robotics"), 0),
    ("Brain tumours are outlined on magnetic resonance volumes.", ("mri", "segmentation"), 5),
    ("Theorems on sparse sums are proved with random signs.", ("other",), 0),
)


def make_paper(number: int, split: Split, *, group: str = "") -> GoldPaper:
    sentence, tags, relevance = SUBJECTS[number % len(SUBJECTS)]
    pattern = small_gold()[0]
    gold = pattern.gold.model_copy(update={"tags": tags, "relevance": relevance})
    return pattern.model_copy(
        update={
            "id": f"{split}-{number}",
            "group": group or f"{split}-{number}",
            "title": f"Study {number}",
            "abstract": f"{sentence} More is said in part {number}.",
            "split": split,
            "gold": gold,
        }
    )


def make_papers(split: Split, count: int) -> list[GoldPaper]:
    return [make_paper(number, split) for number in range(count)]


def annotate(shots: Sequence[GoldPaper], dev: Sequence[GoldPaper], papers: Sequence[GoldPaper]) -> dict[str, Any]:
    records = annotate_with_tfidf(shots, dev, papers, taxonomy=TAXONOMY, criterion=CRITERION)
    return {name: record.annotation for name, record in records.items()}


def test_it_learns_what_words_tell() -> None:
    dev, test = make_papers("dev", 24), make_papers("test", 4)
    found = annotate(make_papers("shots", 8), dev, [*dev, *test])

    for paper in (*dev, *test):
        assert set(found[paper.id].tags) == set(paper.gold.tags)
        assert abs(found[paper.id].relevance - paper.gold.relevance) <= 1


def test_summary_and_evidence_are_the_paper_s_own_words() -> None:
    shots, dev = make_papers("shots", 4), make_papers("dev", 12)
    found = annotate(shots, dev, dev)

    assert found["dev-0"].tldr == SUBJECTS[0][0]
    assert found["dev-0"].evidence == "Study 0"
    assert found["dev-0"].translations == {}
    assert {annotation.evidence for annotation in found.values() if annotation.relevance == 0} <= {""}


def test_a_paper_without_an_abstract_has_no_summary() -> None:
    dev = make_papers("dev", 12)
    dev[3] = dev[3].model_copy(update={"abstract": " "})

    assert annotate([], dev, dev)["dev-3"].tldr == ""


def test_a_paper_of_dev_is_left_out_with_its_group() -> None:
    dev = make_papers("dev", 20)
    odd = {"tags": ("ultrasound", "registration"), "relevance": 5}
    twins = [
        make_paper(1, "dev", group="twin").model_copy(
            update={"id": f"twin-{number}", "gold": dev[1].gold.model_copy(update=odd)}
        )
        for number in range(3)
    ]
    found = annotate(make_papers("shots", 8), [*dev, *twins], twins)

    assert not any({"ultrasound", "registration"} & set(annotation.tags) for annotation in found.values())


def test_a_paper_of_test_is_annotated_by_all_of_dev() -> None:
    dev, test = make_papers("dev", 20), make_papers("test", 4)
    together, alone = annotate([], dev, [*dev, *test]), annotate([], dev, test)

    assert {paper.id: together[paper.id] for paper in test} == alone


def test_the_same_papers_always_give_the_same_annotations() -> None:
    shots, dev = make_papers("shots", 4), make_papers("dev", 20)

    assert annotate(shots, dev, dev) == annotate(shots, dev, dev)


def test_records_say_what_made_them() -> None:
    dev = make_papers("dev", 12)
    records = annotate_with_tfidf([], dev, dev[3:5], taxonomy=TAXONOMY, criterion=CRITERION, run_id="r")

    assert list(records) == ["dev-3", "dev-4"]
    for record in records.values():
        provenance = record.provenance
        assert (provenance.annotator, provenance.requested_model, provenance.run_id) == ("tfidf", "tfidf", "r")
        assert (provenance.prompt, provenance.languages, provenance.cost_usd) == (None, (), 0)
        assert provenance.taxonomy.name == "taxonomy.v1"


def test_its_scorecard_has_no_translations_and_no_cost() -> None:
    dev = make_papers("dev", 12)
    records = annotate_with_tfidf([], dev, dev, taxonomy=TAXONOMY, criterion=CRITERION)
    card = score_run(dev, {name: [record] for name, record in records.items()}, taxonomy=TAXONOMY)

    assert {column.metric.task for column in card.columns} == {"structure", "summary", "tags", "relevance", "cost"}


def test_shots_are_never_annotated() -> None:
    shots, dev = make_papers("shots", 4), make_papers("dev", 12)
    with pytest.raises(EvaluationError, match="shots-1"):
        annotate(shots, dev, [shots[1]])


def test_one_group_is_too_few_to_leave_out() -> None:
    dev = [make_paper(number, "dev", group="one") for number in range(12)]
    with pytest.raises(EvaluationError, match="1 groups"):
        annotate([], dev, dev)


def test_few_groups_make_fewer_folds() -> None:
    dev = [make_paper(number, "dev", group=f"g{number % 3}") for number in range(12)]

    assert len({paper.group for paper in dev}) < FOLDS
    assert len(annotate([], dev, dev)) == 12


def test_tags_that_stand_on_one_paper_each_can_not_be_learned() -> None:
    dev = [
        paper.model_copy(update={"gold": paper.gold.model_copy(update={"tags": (f"tag-{place}",)})})
        for place, paper in enumerate(make_papers("dev", 8))
    ]
    with pytest.raises(EvaluationError, match="no tag"):
        annotate([], dev, dev)


def test_papers_without_a_common_word_can_not_be_learned_from() -> None:
    dev = [
        paper.model_copy(update={"title": f"wort{place}", "abstract": f"satz{place}"})
        for place, paper in enumerate(make_papers("dev", 4))
    ]
    with pytest.raises(EvaluationError, match="share no word"):
        annotate([], dev, dev)
