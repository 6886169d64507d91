"""The scorers: from a gold set and what a run said of its papers to one scorecard.

One module for each task: `structure`, `summary`, `tags`, `relevance` (with `confusion` and `canary`), `translation` (with
`glossary`), `cost`. What they share: `samples`, `columns`, `guardrails`, and the field's measures of overlap, `rouge`, `chrf` and
`bleu`. Checks of numbers, formulas, scripts and sentences are those that replies are validated with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summarizer.chat.pricing import Price
from summarizer.contract.languages import get_language
from summarizer.contract.taxonomy import Taxonomy
from summarizer.contract.validation.summary import MAX_WORDS
from summarizer.evaluation.gold import LOWEST_MEDICAL, GoldPaper
from summarizer.evaluation.lint.leaks import ShownText, load_shown_texts
from summarizer.evaluation.metric import Scorecard
from summarizer.evaluation.scorers.cost import score_cost
from summarizer.evaluation.scorers.glossary import Glossary
from summarizer.evaluation.scorers.relevance import guard_relevance, score_relevance
from summarizer.evaluation.scorers.samples import Result, collect_samples
from summarizer.evaluation.scorers.structure import guard_structure, score_structure
from summarizer.evaluation.scorers.summary import guard_summaries, score_summaries
from summarizer.evaluation.scorers.tags import guard_tags, score_tags
from summarizer.evaluation.scorers.translation import guard_translations, is_translated, score_translations

__all__ = ["score_run"]

RELEVANT, OTHER = "relevant", "other"
"""The strata: on which side of the threshold gold sees a paper."""


def score_run(
    papers: Sequence[GoldPaper],
    outcomes: Mapping[str, Sequence[Result]],
    *,
    taxonomy: Taxonomy,
    threshold: int = LOWEST_MEDICAL,
    language: str = "zh-Hans",
    price: Price | None = None,
    max_words: int = MAX_WORDS,
    glossary: Glossary | None = None,
    shown: Sequence[ShownText] | None = None,
) -> Scorecard:
    """Score one run over `papers`.

    No paper is dropped. A record that failed validation, was cut off or was refused has the worst value of every metric of
    quality: an empty summary, no tags, no translation, and the relevance at the wrong end of the scale (0 where gold is at
    or above the threshold, 5 elsewhere). Metrics that are neither good nor bad, such as the length, leave it out. The
    statistics of several repeats are averaged.

    A metric that has nothing to go by has no column: translations where the run was asked for none in `language`, tokens
    where the endpoint reported none, USD where the price is unknown, macro-F1 where no tag has papers enough.

    Args:
        papers: at least one; the rows of the scorecard, in this order.
        outcomes: records by paper id, one for each repeat and equally many for every paper; other ids are left alone.
        taxonomy: the tags that may be given.
        threshold: the relevance from which a paper counts as relevant, 1 to 5.
        language: tag of the language whose translations are scored.
        price: of the chat model; None where it is unknown.
        max_words: of a summary.
        glossary: terms for translations into `language`; None to leave them unscored.
        shown: what every paper was sent with, which replies may not repeat; None for every released prompt.

    Raises:
        ConfigurationError: the `eval` extra is not installed, or the language is not supported.
        EvaluationError: no paper, a paper without records or with more or fewer than others, or a record that failed for
            want of an endpoint, which says nothing of the prompt; names the papers. Or a glossary for another language.
        PromptError: a released prompt can't be read.
    """
    samples = collect_samples(papers, outcomes)
    target = get_language(language)
    has_translations = is_translated(samples, target)
    return Scorecard(
        ids=tuple(paper.id for paper in papers),
        groups=tuple(paper.group for paper in papers),
        strata=tuple(RELEVANT if paper.gold.relevance >= threshold else OTHER for paper in papers),
        columns=(
            *score_structure(samples),
            *score_summaries(samples),
            *score_tags(samples),
            *score_relevance(samples, threshold),
            *(score_translations(samples, target, glossary) if has_translations else ()),
            *score_cost(samples, price),
        ),
        guardrails=(
            *guard_structure(samples, load_shown_texts() if shown is None else shown),
            *guard_summaries(samples, max_words),
            *guard_tags(samples, taxonomy),
            *guard_relevance(samples),
            *(guard_translations(samples, target) if has_translations else ()),
        ),
    )
