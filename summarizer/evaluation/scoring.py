"""From a run and the gold set as it is now to a scorecard, and to a line for each paper in `scores.jsonl`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import EvaluationError
from summarizer.evaluation.files import write_text
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.lint.leaks import load_shown_texts
from summarizer.evaluation.metric import Scorecard
from summarizer.evaluation.runs import (
    EvaluationRun,
    Outcomes,
    find_source,
    fingerprint_gold,
    read_run,
    write_manifest,
)

SCORES_FILE = "scores.jsonl"


def score(run: EvaluationRun, gold: Path, *, repeat: int | None = None) -> Scorecard:
    """Score the papers of a run that were answered.

    Args:
        run: as written or read.
        gold: folder of the gold set that it was asked with.
        repeat: score the replies of one repeat alone; None for all, averaged for each paper.

    Raises:
        EvaluationError: nothing was answered, or the gold set has changed.
    """
    papers = match_papers(run, read_gold(gold))
    if fingerprint_gold(papers) != run.manifest.gold_sha:
        raise EvaluationError(
            f"the gold set changed after {run.manifest.run_id} was scored; "
            f"`summarizer eval rescore {run.manifest.run_id}` scores its stored replies anew"
        )
    outcomes = run.outcomes
    if repeat is not None:
        outcomes = {name: (records[repeat],) for name, records in outcomes.items()}
    return _score(run, papers, outcomes, gold)


def match_papers(run: EvaluationRun, gold: Iterable[GoldPaper]) -> list[GoldPaper]:
    """Return the papers of the run, in its order.

    Raises:
        EvaluationError: one is gone.
    """
    by_id = {paper.id: paper for paper in gold}
    if gone := [name for name in run.manifest.papers if name not in by_id]:
        raise EvaluationError(f"{run.manifest.run_id}: no longer in the gold set: {', '.join(gone)}; run it again")
    return [by_id[name] for name in run.manifest.papers]


def rescore(folder: Path, gold: Path) -> tuple[EvaluationRun, Scorecard]:
    """Score the stored replies of a run against the gold set as it is now. Nothing is asked.

    Raises:
        EvaluationError: nothing was answered, or the run was asked about other papers or other abstracts.
        StoreError: the folder can't be read or written.
    """
    run, everything = read_run(folder), read_gold(gold)
    papers = match_papers(run, everything)
    if any(paper.split != run.manifest.split for paper in papers) or len(papers) != sum(
        paper.split == run.manifest.split for paper in everything
    ):
        raise EvaluationError(
            f"{run.manifest.run_id}: the split {run.manifest.split} has other papers now; run it again"
        )
    for paper in papers:
        _check_text(run, paper)
    manifest = run.manifest.model_copy(update={"gold_sha": fingerprint_gold(papers)})
    run = EvaluationRun(folder, manifest, run.outcomes)
    card = score(run, gold)
    write_scores(folder, card)
    write_manifest(folder, manifest)
    return run, card


def _score(run: EvaluationRun, papers: Sequence[GoldPaper], outcomes: Outcomes, gold: Path) -> Scorecard:
    from summarizer.evaluation.scorers import score_run  # noqa: PLC0415  # needs the packages of the eval extra
    from summarizer.evaluation.scorers.glossary import GLOSSARY_FILE, read_glossary  # noqa: PLC0415

    manifest, glossary = run.manifest, gold / GLOSSARY_FILE
    if not outcomes:
        raise EvaluationError(
            f"{manifest.run_id}: no paper was answered ({manifest.missing[0].reason}): nothing to score"
        )
    own_prompt = find_source(run.folder, "prompt")
    return score_run(
        [paper for paper in papers if paper.id in outcomes],
        outcomes,
        taxonomy=load_taxonomy(find_source(run.folder, "taxonomy") or manifest.profile.taxonomy.name),
        threshold=manifest.threshold,
        language=manifest.language,
        price=manifest.price,
        glossary=read_glossary(glossary, manifest.language) if glossary.exists() else None,
        shown=load_shown_texts([own_prompt] if own_prompt else ()),
    )


def _check_text(run: EvaluationRun, paper: GoldPaper) -> None:
    for record in run.outcomes.get(paper.id, ()):
        if (record.paper.title, record.paper.abstract) != (paper.title, paper.abstract):
            raise EvaluationError(f"{run.manifest.run_id} was asked about another text of {paper.id}; run it again")


def write_scores(folder: Path, card: Scorecard) -> None:
    """Write what each paper scored, one line a paper.

    Raises:
        StoreError: the file can't be written.
    """
    lines = (orjson.dumps(_paper_scores(card, row)).decode() for row in range(len(card.ids)))
    write_text(folder / SCORES_FILE, "".join(f"{line}\n" for line in lines))


def _paper_scores(card: Scorecard, row: int) -> dict[str, object]:
    values = {column.metric.name: float(column.per_paper[row]) for column in card.columns}
    broken = {guardrail.name: guardrail.violations[row] for guardrail in card.guardrails if guardrail.violations[row]}
    return {
        "id": card.ids[row],
        "group": card.groups[row],
        "stratum": card.strata[row],
        "values": {name: value for name, value in values.items() if not math.isnan(value)},
        "violations": broken,
    }
