"""ROUGE between two short texts (C.-Y. Lin, 2004), with words that Chinese has too.

The values are those of the `rouge-score` package without its stemmer, but for the tokens: that package drops every
character outside a-z and 0-9, here a Han character is a word of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

TOKENS = "stem:no|tok:en+hanchar"
"""For signatures."""

_TOKEN = re.compile("[a-z0-9]+|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def tokenize(text: str) -> list[str]:
    """Return the lower-case runs of Latin letters and digits, and the single Han characters."""
    return _TOKEN.findall(text.lower())


def list_bigrams(tokens: Sequence[str]) -> list[tuple[str, str]]:
    """Return every two tokens that follow each other."""
    return list(pairwise(tokens))


def score_rouge_n(prediction: Sequence[str], reference: Sequence[str], n: int) -> float:
    """Return F1 of the runs of `n` tokens, 0 to 1."""
    ours, theirs = (
        Counter(tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1))
        for tokens in (prediction, reference)
    )
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def score_rouge_l(prediction: Sequence[str], reference: Sequence[str]) -> float:
    """Return F1 of the longest common subsequence, 0 to 1."""
    lengths = [0] * (len(reference) + 1)
    for token in prediction:
        diagonal = 0
        for place, other in enumerate(reference, start=1):
            above = lengths[place]
            lengths[place] = diagonal + 1 if token == other else max(above, lengths[place - 1])
            diagonal = above
    return _f1(lengths[-1], len(prediction), len(reference))


def _f1(shared: int, predicted: int, wanted: int) -> float:
    return 2 * shared / (predicted + wanted) if shared else 0.0
