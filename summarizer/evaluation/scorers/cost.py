"""What an annotation costs, as if no reply had come from our own cache.

Counted are all tokens behind a record, of failures and reasks too; the price is the one that is given, not what was paid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from summarizer.chat.interface import Usage
from summarizer.chat.pricing import Price
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Column, Metric
from summarizer.evaluation.scorers.columns import ratio_of_sums
from summarizer.evaluation.scorers.samples import Result, Sample

with eval_extra():
    import numpy as np

_PAPERS = 1_000


def score_cost(samples: Sequence[Sample], price: Price | None) -> list[Column]:
    """Return tokens and USD for each paper.

    Tokens are left out where a chat model answered without reporting any: they are unknown, not 0. USD is left out where
    the price is unknown; an annotator that uses no chat model costs nothing.
    """
    records = [record for sample in samples for record in sample.records]
    if any(_is_unmetered(record) for record in records):
        return []
    columns = [_build_column(metric, samples, measure) for metric, measure in _TOKENS]
    if price is not None or not any(record.provenance.annotator == "chat" for record in records):
        columns.append(_build_column(_USD, samples, lambda usage: _PAPERS * price.cost_usd(usage) if price else 0.0))
    return columns


def _is_unmetered(record: Result) -> bool:
    provenance = record.provenance
    return provenance.annotator == "chat" and record.status == "annotated" and provenance.usage == Usage()


def _build_column(metric: Metric, samples: Sequence[Sample], measure: Callable[[Usage], float]) -> Column:
    values = [np.mean([measure(record.provenance.usage) for record in sample.records]) for sample in samples]
    statistics = np.stack([np.array(values, dtype=np.float64), np.ones(len(samples))], axis=1)
    return Column(metric, statistics, per_paper=statistics[:, 0].copy())


def _tokens(name: str, label: str, *, higher_is_better: bool | None) -> Metric:
    signature = "mean-a-paper|v1"
    return Metric(f"cost.{name}", label, "cost", "diagnostic", higher_is_better, signature, ratio_of_sums, "tokens")


_TOKENS: tuple[tuple[Metric, Callable[[Usage], float]], ...] = (
    (_tokens("input_tokens", "input tokens", higher_is_better=False), lambda usage: usage.input_tokens),
    (_tokens("output_tokens", "output tokens", higher_is_better=False), lambda usage: usage.output_tokens),
    (_tokens("cached_tokens", "cached input tokens", higher_is_better=None), lambda usage: usage.cached_input_tokens),
)
_USD = Metric(
    "cost.usd_per_1k", "USD per 1,000 papers", "cost", "diagnostic", False, "as-if-uncached|v1", ratio_of_sums, "USD"
)
