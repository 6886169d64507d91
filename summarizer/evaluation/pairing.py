"""Which papers of two runs can be compared: the same papers, in one order, scored by the same metrics."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from summarizer.errors import EvaluationError
from summarizer.evaluation.comparison import Pairing
from summarizer.evaluation.metric import Column, Guardrail, Scorecard

MIN_PAPERS = 2
"""One paper has no interval."""


class Paired(NamedTuple):
    """Two scorecards over the same papers, sorted by id, with the same metrics and guardrails in the order of A."""

    a: Scorecard
    b: Scorecard
    pairing: Pairing
    uncompared: tuple[str, ...]
    """Metrics and guardrails that only one of them had, or that other papers defined in another way."""


def pair_scorecards(a: Scorecard, b: Scorecard, missing: Collection[str] = ()) -> Paired:
    """Match two scorecards paper by paper and metric by metric.

    Args:
        a: the baseline.
        b: what may replace it.
        missing: ids that either run should have scored and did not.

    Raises:
        EvaluationError: they share fewer than two papers or no metric, or were scored by other rules or other labels.
    """
    in_a, in_b = _unique_ids(a), _unique_ids(b)
    paired = tuple(sorted(in_a & in_b))
    if len(paired) < MIN_PAPERS:
        raise EvaluationError(f"nothing to compare: the two runs share {len(paired)} of their papers")
    names_a, names_b = _names(a), _names(b)
    is_complete = in_a == in_b
    apart = set() if is_complete else _list_redefined(a, b)
    shared = [name for name in names_a if name in set(names_b) - apart]
    first, second = (_keep_named(select_papers(card, paired), shared) for card in (a, b))
    _check_same_rules(first, second)
    absent = tuple(sorted(set(missing) - in_a - in_b))
    pairing = Pairing(paired, tuple(sorted(in_a - in_b)), tuple(sorted(in_b - in_a)), absent)
    alone = tuple(name for name in dict.fromkeys((*names_a, *names_b)) if name not in set(shared))
    return Paired(first, second, pairing, alone)


def select_papers(card: Scorecard, ids: Sequence[str]) -> Scorecard:
    """Return a scorecard over these of its papers, in this order."""
    place_of = {paper_id: place for place, paper_id in enumerate(card.ids)}
    places = [place_of[paper_id] for paper_id in ids]
    return Scorecard(
        ids=tuple(ids),
        groups=tuple(card.groups[place] for place in places),
        strata=tuple(card.strata[place] for place in places),
        columns=tuple(
            Column(column.metric, column.statistics[places], column.per_paper[places]) for column in card.columns
        ),
        guardrails=tuple(
            Guardrail(rule.name, rule.label, rule.task, tuple(rule.violations[place] for place in places))
            for rule in card.guardrails
        ),
    )


def _unique_ids(card: Scorecard) -> set[str]:
    if len(ids := set(card.ids)) < len(card.ids):
        raise EvaluationError("a run scored one paper twice")
    return ids


def _names(card: Scorecard) -> list[str]:
    return [*(column.metric.name for column in card.columns), *(rule.name for rule in card.guardrails)]


def _list_redefined(a: Scorecard, b: Scorecard) -> set[str]:
    """Return the metrics that the papers define: over other papers, macro-F1 is over other tags, and can't be compared."""
    signatures = {column.metric.name: column.metric.signature for column in a.columns}
    return {
        column.metric.name
        for column in b.columns
        if signatures.get(column.metric.name, column.metric.signature) != column.metric.signature
    }


def _keep_named(card: Scorecard, names: Sequence[str]) -> Scorecard:
    columns = {column.metric.name: column for column in card.columns}
    guardrails = {rule.name: rule for rule in card.guardrails}
    return Scorecard(
        card.ids,
        card.groups,
        card.strata,
        tuple(columns[name] for name in names if name in columns),
        tuple(guardrails[name] for name in names if name in guardrails),
    )


def _check_same_rules(a: Scorecard, b: Scorecard) -> None:
    if not a.columns:
        raise EvaluationError("nothing to compare: the two runs share no metric")
    if (a.groups, a.strata) != (b.groups, b.strata):
        raise EvaluationError("the two runs were scored against other versions of the gold set; rescore them")
    for first, second in zip(a.columns, b.columns, strict=True):
        if first.metric.signature != second.metric.signature:
            raise EvaluationError(
                f"{first.metric.name} was scored by two definitions, {first.metric.signature} and "
                f"{second.metric.signature}; rescore the runs"
            )
