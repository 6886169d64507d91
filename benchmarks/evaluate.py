"""How long the bootstrap of every metric takes: `python -m benchmarks.evaluate`.

A run over PAPERS made-up papers, a third of them relevant, is scored once; then every metric of its scorecard is computed for
RESAMPLES resamples that share their weights, the fastest of PASSES passes. Drawing the weights is timed apart.
"""

from __future__ import annotations

import json
import os
import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from summarizer import __version__
from summarizer.annotate.records import AnnotatedRecord, Provenance, Reference
from summarizer.chat.interface import Usage
from summarizer.chat.pricing import Price
from summarizer.contract.schema import Annotation, Translation
from summarizer.contract.taxonomy import Taxonomy, load_taxonomy
from summarizer.evaluation.gold import GoldLabels, GoldPaper, GoldTranslation
from summarizer.evaluation.metric import Scorecard
from summarizer.evaluation.scorers import score_run
from summarizer.evaluation.scorers.glossary import Glossary

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

PAPERS = 100
RESAMPLES = 10_000
LIMIT_SECONDS = 2.0
PASSES = 3
SEED = 20261120

WORDS = [start + end for start in ("ba", "ce", "di", "fo", "gu", "la") for end in ("ra", "ne", "tis", "mo", "lux")]
CHARACTERS = "医学图像分割检测模型训练数据网络方法结果提高准确率病灶扫描"
PRICE = Price(1.0, 0.5, 4.0)
GLOSSARY = Glossary("zh-Hans", {"bara": ("医学",), "cene": ("图像",), "ditis": ("分割",)})


def say(chance: random.Random, words: int) -> str:
    """Return a sentence of made-up words."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def make_paper(number: int, chance: random.Random, tags: list[str]) -> GoldPaper:
    """Return a paper with two references and a translation."""
    relevance = chance.choice((3, 4, 5)) if number % 3 == 0 else chance.choice((0, 0, 1, 2))
    chinese = GoldTranslation(
        title="".join(chance.choices(CHARACTERS, k=15)), tldr="".join(chance.choices(CHARACTERS, k=40))
    )
    return GoldPaper(
        id=f"p{number}",
        group=f"p{number}",
        title=say(chance, 8),
        abstract=" ".join(say(chance, 20) for _ in range(8)),
        origin="made up",
        split="test",
        stratum="medical" if relevance > 2 else "other",
        gold=GoldLabels(
            tldr=say(chance, 22),
            second_tldr=say(chance, 22),
            tags=tuple(chance.sample(tags, k=3)),
            relevance=relevance,
            evidence="",
            translations={"zh-Hans": chinese},
            adjudicated_by="nobody",
        ),
    )


def answer(paper: GoldPaper, chance: random.Random, tags: list[str], taxonomy: Taxonomy) -> AnnotatedRecord:
    """Return an annotation that is near the labels."""
    gold, chinese = paper.gold, paper.gold.translations["zh-Hans"]
    reference = Reference(name=taxonomy.name, fingerprint=taxonomy.fingerprint)
    return AnnotatedRecord(
        paper=paper.to_paper(),
        annotation=Annotation(
            tldr=f"{gold.tldr[:60]} {say(chance, 10)}",
            tags=(gold.tags[0], *chance.sample(tags, k=2)),
            relevance=min(5, max(0, gold.relevance + chance.randint(-2, 2))),
            evidence=paper.title,
            translations={"zh-Hans": Translation(title=chinese.title[2:], tldr=chinese.tldr[5:])},
        ),
        provenance=Provenance(
            annotator="chat",
            prompt=None,
            taxonomy=reference,
            criterion=reference,
            languages=("zh-Hans",),
            requested_model="made-up",
            usage=Usage(input_tokens=4000, output_tokens=300),
            created_at=datetime.now(UTC),
            version=__version__,
            run_id="benchmark",
        ),
    )


def score() -> Scorecard:
    """Score a made-up run."""
    chance, taxonomy = random.Random(SEED), load_taxonomy("taxonomy")
    tags = [tag.id for tag in taxonomy.tags]
    papers = [make_paper(number, chance, tags) for number in range(PAPERS)]
    outcomes = {paper.id: [answer(paper, chance, tags, taxonomy)] for paper in papers}
    return score_run(papers, outcomes, taxonomy=taxonomy, price=PRICE, glossary=GLOSSARY)


def measure(card: Scorecard, weights: Array) -> dict[str, float]:
    """Return the seconds that each metric takes over all resamples."""
    seconds = {}
    for column in card.columns:
        started = time.perf_counter()
        column.metric.aggregate(weights, column.statistics)
        seconds[column.metric.name] = time.perf_counter() - started
    return seconds


def main() -> int:
    """Time all metrics and print them, the slowest first."""
    started = time.perf_counter()
    card = score()
    scored = time.perf_counter()
    draws = np.random.default_rng(SEED).multinomial(PAPERS, np.full(PAPERS, 1 / PAPERS), size=RESAMPLES)
    weights = draws.astype(np.float64)
    drawn = time.perf_counter()
    seconds = min((measure(card, weights) for _ in range(PASSES)), key=lambda each: sum(each.values()))
    total = sum(seconds.values())
    figures = {
        "benchmark": "evaluate",
        "papers": PAPERS,
        "resamples": RESAMPLES,
        "metrics": len(seconds),
        "seconds": round(total, 3),
        "limit_seconds": LIMIT_SECONDS,
        "score_seconds": round(scored - started, 3),
        "draw_seconds": round(drawn - scored, 3),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures))
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"{name:<32} {1000 * spent:8.1f} ms")
    print(f"{'all metrics':<32} {1000 * total:8.1f} ms  (limit {1000 * LIMIT_SECONDS:.0f})")
    return 0 if total <= LIMIT_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
