"""The baseline of word weights: TF-IDF and linear models for tags and relevance.

It is trained on `shots` and `dev`. A paper of dev is annotated by a model that saw neither it nor any other of its group: dev is
cut into folds by group, and each fold is left out in turn. Summary and evidence are no predictions, the first sentence
of the abstract and the title; there are no translations. The same papers always give the same labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from summarizer import __version__
from summarizer.annotate.extractive.sentences import split_sentences
from summarizer.annotate.records import AnnotatedRecord, Provenance, Reference
from summarizer.contract.criterion import SCORES, Criterion
from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import OTHER, Taxonomy
from summarizer.contract.validation.rules import MAX_TAGS
from summarizer.errors import EvaluationError
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.gold import GoldPaper

with eval_extra():
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GroupKFold
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

TFIDF: Literal["tfidf"] = "tfidf"
"""The model name that stands for this annotator."""
SEED = 20261120
FOLDS = 5
MIN_SUPPORT = 2
"""Tags that fewer papers of the training set have can't be learned: they are never given."""

_CUT = -0.4
"""The distance from a tag's plane from which it is given, chosen on dev; the nearest tag always is."""
_RIDGE = 0.1


def annotate_with_tfidf(
    shots: Sequence[GoldPaper],
    dev: Sequence[GoldPaper],
    papers: Sequence[GoldPaper],
    *,
    taxonomy: Taxonomy,
    criterion: Criterion,
    run_id: str = TFIDF,
) -> dict[str, AnnotatedRecord]:
    """Annotate `papers`, those of dev out of fold and all others from all of shots and dev.

    Args:
        shots: trained on, and never annotated.
        dev: trained on.
        papers: to be annotated; of dev, of test, or of both.
        taxonomy: the one that the gold tags are from.
        criterion: the one that the gold relevance follows.
        run_id: goes into every record.

    Returns:
        Records by paper id, in the order of `papers`.

    Raises:
        ConfigurationError: the `eval` extra is not installed.
        EvaluationError: a paper to be annotated is in `shots`, or there is too little to learn from.
    """
    shown = {paper.id for paper in shots}
    if seen := [paper.id for paper in papers if paper.id in shown]:
        raise EvaluationError(f"papers of shots are trained on and never scored: {', '.join(seen)}")
    annotations: dict[str, Annotation] = {}
    wanted = {paper.id for paper in papers}
    for training, left_out in _fold(shots, dev):
        annotations |= _predict(training, [paper for paper in left_out if paper.id in wanted])
    in_dev = {paper.id for paper in dev}
    annotations |= _predict([*shots, *dev], [paper for paper in papers if paper.id not in in_dev])
    provenance = _build_provenance(taxonomy, criterion, run_id)
    return {
        paper.id: AnnotatedRecord(paper=paper.to_paper(), annotation=annotations[paper.id], provenance=provenance)
        for paper in papers
    }


@dataclass(frozen=True, slots=True)
class _Model:
    """Trained on one set of papers."""

    vectorizer: TfidfVectorizer
    tags: Sequence[str]
    tagger: OneVsRestClassifier
    """One linear support-vector machine for each of `tags`."""
    regression: Ridge

    def annotate(self, papers: Sequence[GoldPaper]) -> dict[str, Annotation]:
        words = self.vectorizer.transform([_read_text(paper) for paper in papers])
        distances = self.tagger.decision_function(words).reshape(len(papers), -1)
        grades = np.rint(np.clip(self.regression.predict(words), SCORES[0], SCORES[-1]))
        return {
            paper.id: Annotation(
                tldr=_first_sentence(paper.abstract),
                tags=_choose(dict(zip(self.tags, near, strict=True))),
                relevance=int(grade),
                evidence=paper.title if grade else "",
                translations={},
            )
            for paper, near, grade in zip(papers, distances.tolist(), grades, strict=True)
        }


def _fold(shots: Sequence[GoldPaper], dev: Sequence[GoldPaper]) -> list[tuple[list[GoldPaper], list[GoldPaper]]]:
    """Return for each fold of dev what is trained on and what is left out."""
    groups = [paper.group for paper in dev]
    folds = min(FOLDS, len(set(groups)))
    if folds < 2:  # noqa: PLR2004 - one part to train on, one to leave out
        raise EvaluationError(f"dev has {folds} groups of papers, too few to leave some out: the baseline needs two")
    return [
        ([*shots, *(dev[place] for place in kept)], [dev[place] for place in left_out])
        for kept, left_out in GroupKFold(folds).split(groups, groups=groups)
    ]


def _predict(training: Sequence[GoldPaper], papers: Sequence[GoldPaper]) -> dict[str, Annotation]:
    return _train(training).annotate(papers) if papers else {}


def _train(papers: Sequence[GoldPaper]) -> _Model:
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, stop_words="english")
    try:
        words = vectorizer.fit_transform([_read_text(paper) for paper in papers])
    except ValueError as error:  # scikit-learn's word for an empty vocabulary
        raise EvaluationError(f"{len(papers)} papers share no word to learn from") from error
    given = [tag for paper in papers for tag in paper.gold.tags]
    tags = sorted(tag for tag in set(given) if MIN_SUPPORT <= given.count(tag) < len(papers))
    if not tags:
        raise EvaluationError(f"no tag stands on {MIN_SUPPORT} of the {len(papers)} papers to learn from")
    is_given = np.array([[tag in paper.gold.tags for tag in tags] for paper in papers])
    tagger = OneVsRestClassifier(LinearSVC(class_weight="balanced", random_state=SEED)).fit(words, is_given)
    regression = Ridge(alpha=_RIDGE, random_state=SEED).fit(words, [paper.gold.relevance for paper in papers])
    return _Model(vectorizer, tags, tagger, regression)


def _choose(distances: Mapping[str, float]) -> tuple[str, ...]:
    """Return the tags that are near enough, the nearest first; `other` only alone."""
    ranked = sorted(distances, key=lambda tag: (-distances[tag], tag))
    if ranked[0] == OTHER:
        return (OTHER,)
    near = [tag for tag in ranked if distances[tag] >= _CUT and tag != OTHER]
    return tuple((near or ranked[:1])[:MAX_TAGS])


def _read_text(paper: GoldPaper) -> str:
    return f"{paper.title}\n{paper.abstract}"


def _first_sentence(abstract: str) -> str:
    spans = split_sentences(abstract)
    return abstract[slice(*spans[0])] if spans else ""


def _build_provenance(taxonomy: Taxonomy, criterion: Criterion, run_id: str) -> Provenance:
    return Provenance(
        annotator=TFIDF,
        prompt=None,
        taxonomy=Reference(name=taxonomy.name, fingerprint=taxonomy.fingerprint),
        criterion=Reference(name=criterion.name, fingerprint=criterion.fingerprint),
        languages=(),
        requested_model=TFIDF,
        cost_usd=0.0,
        created_at=datetime.now(UTC),
        version=__version__,
        run_id=run_id,
    )
