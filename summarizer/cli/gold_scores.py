"""What is known about a prompt and model from the gold set: a committed baseline of the same ones, with its intervals."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from summarizer.annotate.records import Provenance, Reference
from summarizer.digest.contents import GoldMetric, GoldScore
from summarizer.errors import ConfigurationError, EvaluationError

logger = logging.getLogger(__name__)

BASELINES, GOLD = Path("eval/baselines"), Path("eval/gold")
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


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(path.read_bytes())
    return content


def _read_profile(path: Path) -> dict[str, Any]:
    try:
        profile: dict[str, Any] = _read(path)["manifest"]["profile"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        logger.warning("%s: not a baseline that this version reads", path)
        return {}
    return profile


def _build_score(paths: Sequence[Path], folder: Path) -> GoldScore | None:
    from summarizer.evaluation.gold_files import read_gold  # noqa: PLC0415  # rarely needed
    from summarizer.evaluation.runs import fingerprint_gold  # noqa: PLC0415

    by_split = {baseline["manifest"]["split"]: baseline for baseline in map(_read, paths)}
    baseline = next((by_split[split] for split in _SPLITS if split in by_split), None)
    if baseline is None or not baseline.get("scores"):
        return None
    manifest = baseline["manifest"]
    papers = [paper for paper in read_gold(folder / GOLD) if paper.id in set(manifest["papers"])]
    if fingerprint_gold(papers) != manifest["gold_sha"]:
        raise EvaluationError("it was measured with other labels: `summarizer eval rescore` its run and bless it again")
    return _to_score(manifest, baseline["scores"])


def _to_score(manifest: dict[str, Any], scores: Sequence[dict[str, Any]]) -> GoldScore:
    metrics = tuple(GoldMetric(line["label"], line["value"], line["low"], line["high"]) for line in scores)
    reference = Reference.model_validate(manifest["profile"]["prompt"] or manifest["profile"]["lexicon"])
    model = manifest["profile"]["requested_model"]
    return GoldScore(reference, model, manifest["split"], n=len(manifest["papers"]), metrics=metrics)
