"""How well the tags match: F1 over all papers and over tags, and what differs from paper to paper.

A failed record has no tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import Taxonomy
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Column, Guardrail, Metric, Violation
from summarizer.evaluation.scorers.columns import build_column, divide, ratio_of_sums
from summarizer.evaluation.scorers.guardrails import build_guardrail
from summarizer.evaluation.scorers.samples import Sample

with eval_extra():
    import numpy as np

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

MIN_SUPPORT = 5
"""Tags that fewer papers have are noise to macro-F1: it leaves them out and says how many."""


def score_tags(samples: Sequence[Sample]) -> list[Column]:
    """Return the columns of the tags, the primary one first; macro-F1 only where a tag has enough papers."""
    columns = [build_column(_MICRO_F1, samples, _count_overlap)]
    given = [tag for sample in samples for tag in sample.paper.gold.tags]
    supported = sorted(tag for tag in set(given) if given.count(tag) >= MIN_SUPPORT)
    if supported:
        metric = _macro_f1(supported, excluded=len(set(given)) - len(supported))
        columns.append(build_column(metric, samples, partial(_count_each_tag, supported)))
    columns += [
        build_column(metric, samples, count)
        for metric, count in ((_JACCARD, _count_jaccard), (_SUBSET, _count_subset), (_CARDINALITY, _count_surplus))
    ]
    return columns


def guard_tags(samples: Sequence[Sample], taxonomy: Taxonomy) -> list[Guardrail]:
    """Return the rule of the closed taxonomy."""
    known = {tag.id for tag in taxonomy.tags}

    def find(_: Sample, annotation: Annotation) -> Iterator[Violation]:
        for tag in annotation.tags:
            if tag not in known:
                yield Violation(f"the tag {tag!r} is not in {taxonomy.name}", tag)

    return [build_guardrail("tags.out_of_taxonomy", "tags of the taxonomy", "tags", samples, find)]


def _sets(sample: Sample, annotation: Annotation | None) -> tuple[set[str], set[str]]:
    return set(annotation.tags) if annotation else set(), set(sample.paper.gold.tags)


def _count_overlap(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    ours, gold = _sets(sample, annotation)
    return 2 * len(ours & gold), len(ours) + len(gold)


def _count_each_tag(tags: Sequence[str], sample: Sample, annotation: Annotation | None) -> list[float]:
    ours, gold = _sets(sample, annotation)
    return [2.0 * (tag in ours & gold) for tag in tags] + [float((tag in ours) + (tag in gold)) for tag in tags]


def _count_jaccard(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    ours, gold = _sets(sample, annotation)
    return (len(ours & gold) / len(ours | gold) if ours | gold else 1.0), 1


def _count_subset(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    ours, gold = _sets(sample, annotation)
    return float(ours == gold), 1


def _count_surplus(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
    ours, gold = _sets(sample, annotation)
    return len(ours) - len(gold), 1


def _aggregate_macro_f1(weights: Array, statistics: Array) -> Array:
    """Average F1 over the tags that a resample has at all, in gold or in the replies."""
    sums = weights @ statistics
    half = sums.shape[1] // 2
    is_given = sums[:, half:] > 0
    scores = divide(sums[:, :half], sums[:, half:])
    return divide(np.where(is_given, scores, 0.0).sum(axis=1), is_given.sum(axis=1).astype(np.float64))


def _macro_f1(tags: Sequence[str], *, excluded: int) -> Metric:
    return Metric(
        name="tags.macro_f1",
        label="macro-F1",
        task="tags",
        role="secondary",
        higher_is_better=True,
        signature=f"f1:macro|support:>={MIN_SUPPORT}|tags:{len(tags)}|excluded:{excluded}|v1",
        aggregate=_aggregate_macro_f1,
    )


_MICRO_F1 = Metric("tags.micro_f1", "micro-F1", "tags", "primary", True, "f1:micro|v1", ratio_of_sums)
_JACCARD = Metric("tags.jaccard", "Jaccard", "tags", "secondary", True, "jaccard:papers|empty:1|v1", ratio_of_sums)
_SUBSET = Metric(
    "tags.subset_accuracy", "all tags right", "tags", "diagnostic", True, "subset|v1", ratio_of_sums, is_share=True
)
_CARDINALITY = Metric(
    "tags.cardinality_bias",
    "tag surplus",
    "tags",
    "diagnostic",
    None,
    "cardinality:given-gold|v1",
    ratio_of_sums,
    "tags",
)
