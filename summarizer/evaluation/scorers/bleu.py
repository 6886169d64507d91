"""BLEU (K. Papineni and others, 2002) from the statistics of sacrebleu; the only importer of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from summarizer.contract.languages import Language
from summarizer.evaluation.extra import eval_extra

with eval_extra():
    import numpy as np
    from sacrebleu.metrics.bleu import BLEU

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

_TOKENIZERS = {"Han": "zh", "Japanese": "char", "Hangul": "char"}
"""By script: the default splits at blanks, which these do not write."""
_ORDER = 4
_PERCENT = 100


def count_bleu(prediction: str, reference: str, language: Language) -> Array:
    """Return shape (10,): for 1 to 4 tokens the n-grams of both and of the prediction, then both lengths in tokens."""
    score = _bleu(language.script).corpus_score([prediction], [[reference]])
    return np.array([*score.counts, *score.totals, score.sys_len, score.ref_len], dtype=np.float64)


def aggregate_bleu(weights: Array, statistics: Array) -> Array:
    """Return BLEU of each weighted corpus, 0 to 100, with sacrebleu's exponential smoothing of an order without a match."""
    sums = weights @ statistics
    shared, predicted, lengths = sums[:, :_ORDER], sums[:, _ORDER : 2 * _ORDER], sums[:, 2 * _ORDER :]
    is_scored = (shared.sum(axis=1) > 0) & (predicted > 0).all(axis=1)
    halvings = 2.0 ** np.cumsum(shared == 0, axis=1)
    precisions = np.where(shared > 0, shared, 1 / halvings) / np.where(predicted > 0, predicted, 1.0)
    brevity = np.minimum(0.0, 1 - lengths[:, 1] / np.where(lengths[:, 0] > 0, lengths[:, 0], 1.0))
    scores = np.where(is_scored, _PERCENT * np.exp(brevity + np.log(precisions).mean(axis=1)), 0.0)
    return np.where(lengths[:, 1] > 0, scores, np.nan)


def describe_bleu(language: Language) -> str:
    """Return sacrebleu's own signature, for instance `nrefs:1|case:mixed|eff:no|tok:zh|smooth:exp|version:2.6.0`."""
    bleu = _bleu(language.script)
    bleu.corpus_score(["x"], [["x"]])  # the number of references is known to it only then
    return str(bleu.get_signature())


@cache
def _bleu(script: str) -> BLEU:
    return BLEU(tokenize=_TOKENIZERS.get(script, "13a"))
