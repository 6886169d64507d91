"""What is known about a prompt and model from the gold set: a committed baseline of the same ones, with its intervals."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from summarizer.annotate.records import Provenance, Reference
from summarizer.digest.contents import GoldMetric, GoldScore
from summarizer.errors import ConfigurationError, EvaluationError

if TYPE_CHECKING:
    from summarizer.evaluation.compare import MetricSummary
    from summarizer.evaluation.gate_config import GateConfig
    from summarizer.evaluation.runs import Manifest

logger = logging.getLogger(__name__)

BASELINES, GOLD, GATE = Path("eval/baselines"), Path("eval/gold"), Path("eval/gate.toml")
_SPLITS = ("test", "dev")
"""The better one first: nothing was tuned on the test split."""


def find_gold_score(provenances: Iterable[Provenance], folder: Path = Path()) -> GoldScore | None:
    """Return how the prompt and model behind all these records did on the gold set; None where nobody measured it.

    A baseline counts if its prompt (or lexicon), taxonomy, criterion and requested model are those of the records.

    Args:
        provenances: of the annotated records.
        folder: where `eval` is.
    """
    kinds = {_identify(line.model_dump(mode="json")) for line in provenances}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    found = [path for path in sorted((folder / BASELINES).glob("*.json")) if _identify(_read_profile(path)) == kind]
    try:
        return _build_score(found, folder) if found else None
    except (ConfigurationError, EvaluationError) as error:
        logger.warning("the gold-set score is left out: %s", error)
        return None


def _identify(profile: dict[str, Any]) -> tuple[str, ...]:
    """Return what a score is a score of."""
    references = ((profile.get(name) or {}).get("fingerprint", "") for name in ("prompt", "lexicon"))
    data = (profile.get(name, {}).get("fingerprint", "") for name in ("taxonomy", "criterion"))
    return (profile.get("requested_model", ""), *references, *data)


def _read_profile(path: Path) -> dict[str, Any]:
    try:
        profile: dict[str, Any] = orjson.loads(path.read_bytes())["manifest"]["profile"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        logger.warning("%s: not a baseline that this version reads", path)
        return {}
    return profile


def _build_score(paths: Sequence[Path], folder: Path) -> GoldScore | None:
    from summarizer.evaluation.baseline_files import read_baseline  # noqa: PLC0415  # heavy, and rarely needed
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415
    from summarizer.evaluation.gold_files import read_gold  # noqa: PLC0415
    from summarizer.evaluation.results_table import summarize_baseline  # noqa: PLC0415

    by_split = {baseline.manifest.split: baseline for baseline in map(read_baseline, paths)}
    baseline = next((by_split[split] for split in _SPLITS if split in by_split), None)
    if baseline is None:
        return None
    config = load_gate(folder / GATE)
    summaries = summarize_baseline(baseline, read_gold(folder / GOLD), config)
    return _to_score(baseline.manifest, summaries, config)


def _to_score(manifest: Manifest, summaries: Sequence[MetricSummary], config: GateConfig) -> GoldScore | None:
    by_name = {entry.metric.name: entry for entry in summaries}
    metrics = tuple(
        GoldMetric(f"{entry.metric.task} {entry.metric.label}", entry.value, *entry.interval)
        for name in config.primaries
        if (entry := by_name.get(name)) and entry.value is not None and entry.interval
    )
    reference: Reference | None = manifest.profile.prompt or manifest.profile.lexicon
    if not metrics or reference is None:
        return None
    return GoldScore(
        reference, manifest.profile.requested_model, manifest.split, n=len(manifest.papers), metrics=metrics
    )
