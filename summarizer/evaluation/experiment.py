"""From a gold set and annotators to runs on disk, scored: what `eval run`, `eval ab` and the commands after them do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from summarizer import __version__
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.records import Profile
from summarizer.chat.interface import Usage
from summarizer.chat.pricing import Price, find_price
from summarizer.contract.criterion import load_criterion
from summarizer.contract.prompts import load_prompt
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.execution import Answers, Side, ask
from summarizer.evaluation.gold import GoldPaper, Split
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.ledger import count_reads, record_access
from summarizer.evaluation.metric import Scorecard
from summarizer.evaluation.runs import (
    EvaluationRun,
    Manifest,
    copy_sources,
    derive_run_id,
    fingerprint_gold,
    read_manifest,
    write_run,
)
from summarizer.evaluation.scoring import score, write_scores
from summarizer.evaluation.timing import measure_timing
from summarizer.settings import Settings

DEFAULT_SEED = 20261120
TFIDF = "tfidf"
"""The model name of the baseline that is trained on the gold set; its module loads scikit-learn."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evaluated on, and where it goes."""

    gold: Path = Path("eval/gold")
    split: Split = "dev"
    reports: Path = Path("eval/reports")
    repeats: int = 1
    seed: int = DEFAULT_SEED
    """Of the order in which papers and sides are asked."""
    reason: str | None = None
    """Why the test split is read; needed there, and kept in its ledger."""
    by: str = ""
    """Who reads it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A run and what it scored."""

    run: EvaluationRun
    card: Scorecard | None
    """Of the papers that were answered; None where none was."""
    spent_usd: float | None
    """Of this time; None when a price is unknown."""
    possibly_billed_usd: float = 0.0
    """At most billed on top of it."""


def select_papers(gold: Sequence[GoldPaper], split: Split) -> list[GoldPaper]:
    """Return the papers of a split.

    Raises:
        ConfigurationError: `shots`, which prompts may show.
        EvaluationError: the split is empty.
    """
    if split == "shots":
        raise ConfigurationError("shots are never scored: prompts may show them; choose dev or test")
    papers = [paper for paper in gold if paper.split == split]
    if not papers:
        raise EvaluationError(f"the gold set has no paper in {split}: nothing to score")
    return papers


def run_experiment(
    sides: Sequence[Side], plan: Plan, *, on_progress: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Finished]:
    """Ask every side for the papers of the split, write the runs and score them.

    Raises:
        BudgetExceededError: the budget is spent; the runs are written as incomplete, and the same call goes on from there.
        ConfigurationError: the test split without a reason.
        EvaluationError: the gold set is broken, or its split empty.
        SummarizerError: every other paper would meet the same error; what was answered is in the cache.
    """
    _note_access([side.settings for side in sides], plan)
    gold = read_gold(plan.gold)
    papers = select_papers(gold, plan.split)
    asked = [side for side in sides if side.settings.model != TFIDF]
    answers, stop = ask(
        [paper.to_paper() for paper in papers], asked, repeats=plan.repeats, seed=plan.seed, on_progress=on_progress
    )
    for place, side in enumerate(sides):
        if side.settings.model == TFIDF:
            answers.insert(place, _train(side.settings, gold, papers, plan.repeats))
    now = datetime.now(UTC)
    finished = [_finish(side.settings, given, papers, plan, now) for side, given in zip(sides, answers, strict=True)]
    if stop:
        raise stop
    return finished


def _note_access(asked: Sequence[Settings], plan: Plan) -> None:
    if plan.split != "test":
        return
    if not plan.reason:
        raise ConfigurationError("the test split decides and wears out: say why you read it with --reason")
    if any(settings.model is None for settings in asked):
        raise ConfigurationError("no model chosen: the test split is not read for nothing; pass --model")
    for settings in asked:
        record_access(
            plan.gold, prompt=_prompt_name(settings), model=settings.model or "", by=plan.by, reason=plan.reason
        )


def _train(settings: Settings, gold: Sequence[GoldPaper], papers: Sequence[GoldPaper], repeats: int) -> Answers:
    """Return what the trained baseline says; it gives the same answer every time."""
    from summarizer.evaluation.baselines.tfidf import annotate_with_tfidf  # noqa: PLC0415  # loads scikit-learn

    records = annotate_with_tfidf(
        [paper for paper in gold if paper.split == "shots"],
        [paper for paper in gold if paper.split == "dev"],
        papers,
        taxonomy=load_taxonomy(settings.taxonomy),
        criterion=load_criterion(settings.criterion),
    )
    provenance = records[papers[0].id].provenance
    profile = Profile.model_validate({name: getattr(provenance, name) for name in Profile.model_fields})
    return Answers(profile, {(name, repeat): record for name, record in records.items() for repeat in range(repeats)})


def _prompt_name(settings: Settings) -> str:
    if settings.model in {EXTRACTIVE, TFIDF}:
        return settings.model
    return load_prompt(settings.prompt, reply="annotation").name


def _finish(settings: Settings, answers: Answers, papers: Sequence[GoldPaper], plan: Plan, now: datetime) -> Finished:
    manifest = _build_manifest(settings, answers, papers, plan, now)
    absent = manifest.missing_ids
    outcomes = {
        paper.id: tuple(answers.records[paper.id, repeat] for repeat in range(plan.repeats))
        for paper in papers
        if paper.id not in absent
    }
    run = EvaluationRun(plan.reports / manifest.run_id, manifest, outcomes)
    copy_sources(
        run.folder, {"prompt": settings.prompt, "taxonomy": settings.taxonomy, "criterion": settings.criterion}
    )
    write_run(run)
    card = score(run, plan.gold) if outcomes else None
    if card:
        write_scores(run.folder, card)
    return Finished(run, card, answers.spent_usd, answers.possibly_billed_usd)


def _build_manifest(
    settings: Settings, answers: Answers, papers: Sequence[GoldPaper], plan: Plan, now: datetime
) -> Manifest:
    """State what was asked and what it took; when and how fast a run was first asked is kept when it is replayed."""
    profile, gold_sha = answers.profile, fingerprint_gold(papers)
    base_url = settings.public_base_url if profile.annotator == "chat" else None
    run_id = derive_run_id(profile, base_url=base_url, split=plan.split, gold_sha=gold_sha, repeats=plan.repeats)
    earlier, price = _read_earlier(plan.reports / run_id), _find_price(settings, profile)
    records, is_test = answers.records.values(), plan.split == "test"
    usage = sum((record.provenance.usage for record in records), Usage())
    return Manifest(
        run_id=run_id,
        profile=profile,
        base_url=base_url,
        split=plan.split,
        gold_sha=gold_sha,
        repeats=plan.repeats,
        seed=plan.seed,
        papers=tuple(paper.id for paper in papers),
        missing=tuple(answers.missing),
        price=price,
        usage=usage,
        cost_usd=price.cost_usd(usage) if price else None,
        served_models=tuple(sorted({name for record in records if (name := record.provenance.served_model)})),
        timing=measure_timing(records, now) or (earlier.timing if earlier else None),
        test_reads=count_reads(plan.gold, prompt=_prompt_name(settings)) if is_test else None,
        reason=plan.reason if is_test else None,
        version=__version__,
        created_at=earlier.created_at if earlier else now,
    )


def _find_price(settings: Settings, profile: Profile) -> Price | None:
    if profile.annotator != "chat":
        return Price(0.0, 0.0, 0.0)
    return find_price(
        settings.base_url, profile.requested_model, price_in=settings.price_in, price_out=settings.price_out
    )


def _read_earlier(folder: Path) -> Manifest | None:
    """Return what an earlier run of the same question kept; a manifest of another version is written anew."""
    try:
        return read_manifest(folder)
    except EvaluationError:
        return None
