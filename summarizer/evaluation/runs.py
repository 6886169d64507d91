"""One evaluation run on disk: what was asked, what came back, what it scored.

A run is a folder `eval/reports/<run id>` with `manifest.json`, the replies as result lines (`outputs.jsonl`, and
`outputs.1.jsonl` and so on for repeats), `scores.jsonl`, and copies of a prompt, taxonomy or criterion of your own, which may
change later. The id is a digest of what was asked, so the same command finds its own run again; the raw replies are in the
response cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile
from summarizer.annotate.results import read_results
from summarizer.chat.interface import Usage
from summarizer.chat.pricing import Price
from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.files import write_text
from summarizer.evaluation.gold import LOWEST_MEDICAL, GoldPaper, Split

MANIFEST_FILE, OUTPUTS_FILE = "manifest.json", "outputs.jsonl"
ID_LENGTH = 10

GoldRecord = AnnotatedRecord | FailedRecord
Outcomes = Mapping[str, Sequence[GoldRecord]]
"""Paper id to one record for each repeat; a paper with a missing reply is not in it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Missing(_Part):
    """A reply that could not be had."""

    id: str
    repeat: int
    reason: str


class Timing(_Part):
    """Seconds that fresh calls took; replies from the cache say nothing about the endpoint of today."""

    session: AwareDatetime
    """When they were asked; two runs that were asked together, their calls interleaved, share it."""
    fresh: int
    """Replies that it is measured on."""
    p50_seconds: float
    p95_seconds: float


class Manifest(_Part):
    """What was asked, and what it took."""

    schema_version: Literal[1] = 1
    run_id: str
    profile: Profile
    """Prompt, taxonomy, criterion, model and parameters, with fingerprints."""
    base_url: str | None
    """Root of the API, without query; None where no chat model was asked."""
    split: Split
    gold_sha: str
    """Digest of the papers and labels that it is scored against."""
    repeats: int
    """Replies for each paper."""
    seed: int
    """Of the order in which papers and sides were asked."""
    papers: tuple[str, ...]
    """Ids that were to be asked, in the order of the gold set."""
    missing: tuple[Missing, ...]
    """Not empty: the run is incomplete, and nothing is concluded from it."""
    price: Price | None
    """USD for a million tokens; None when unknown."""
    usage: Usage
    """Tokens of all replies, those from the cache included."""
    cost_usd: float | None
    """What all replies cost when they are asked for anew."""
    served_models: tuple[str, ...]
    timing: Timing | None
    """None where every reply came from the cache from the beginning."""
    test_reads: int | None
    """How often the test split was read for this family of prompts, this time included; None on other splits."""
    reason: str | None
    """Why the test split was read."""
    version: str
    """Version of this package."""
    created_at: AwareDatetime

    @property
    def label(self) -> str:
        """For tables: the prompt, or the annotator that has none."""
        return self.profile.prompt.name if self.profile.prompt else self.profile.requested_model

    @property
    def missing_ids(self) -> tuple[str, ...]:
        """The papers that lack a reply."""
        return tuple(dict.fromkeys(entry.id for entry in self.missing))

    @property
    def language(self) -> str:
        """The language whose translation is scored."""
        return next(iter(self.profile.languages), "zh-Hans")

    @property
    def threshold(self) -> int:
        """Relevance from which a paper counts as relevant."""
        return LOWEST_MEDICAL


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """A manifest with its replies."""

    folder: Path
    manifest: Manifest
    outcomes: Outcomes


def fingerprint_gold(papers: Iterable[GoldPaper]) -> str:
    """Return the digest of papers and labels, whatever their order and whoever corrected them."""
    lines = sorted(paper.model_dump_json(exclude={"corrections"}) for paper in papers)
    return sha256("\n".join(lines).encode()).hexdigest()


def derive_run_id(profile: Profile, *, base_url: str | None, split: Split, gold_sha: str, repeats: int) -> str:
    """Return the id of what is asked: the same for the same question, another one for any other."""
    question = [profile.model_dump(mode="json"), base_url, split, gold_sha, repeats]
    digest = sha256(orjson.dumps(question, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"{profile.prompt.name if profile.prompt else profile.annotator}-{split}-{digest[:ID_LENGTH]}"


def write_run(run: EvaluationRun) -> None:
    """Write manifest and replies of a run. The manifest comes last: it says that the rest is there.

    Raises:
        StoreError: the folder can't be written.
    """
    for repeat in range(run.manifest.repeats):
        records = (run.outcomes[name][repeat] for name in run.manifest.papers if name in run.outcomes)
        write_text(run.folder / _outputs_name(repeat), "".join(f"{record.model_dump_json()}\n" for record in records))
    write_manifest(run.folder, run.manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a run.

    Raises:
        StoreError: the folder can't be written.
    """
    write_text(folder / MANIFEST_FILE, f"{manifest.model_dump_json(indent=2)}\n")


def copy_sources(folder: Path, sources: Mapping[str, str]) -> None:
    """Keep files that are not released beside the replies: a released name means the same text for ever, a path does not.

    Args:
        folder: of the run.
        sources: name or file of the `prompt`, the `taxonomy` and so on.

    Raises:
        StoreError: the folder can't be written.
    """
    for kind, source in sources.items():
        if source.endswith(".toml") or "/" in source:  # else it is the name of a release
            write_text(folder / f"{kind}.toml", Path(source).expanduser().read_text(encoding="utf-8-sig"))


def find_source(folder: Path, kind: str) -> str | None:
    """Return the copy that `copy_sources` kept; None where a released file was used."""
    path = folder / f"{kind}.toml"
    return str(path) if path.is_file() else None


def find_run(name: str, reports: Path) -> Path:
    """Return the folder of a run, named by its path, its id or a part of it.

    Raises:
        ConfigurationError: there is none, or more than one.
    """
    for folder in (Path(name), reports / name):
        if (folder / MANIFEST_FILE).is_file():
            return folder
    found = sorted(path.parent for path in reports.glob(f"*/{MANIFEST_FILE}") if name in path.parent.name)
    if len(found) == 1:
        return found[0]
    known = ", ".join(path.name for path in found) or "none"
    raise ConfigurationError(f"{name}: not one run in {reports} (matching: {known}); name its folder or its id")


def read_manifest(folder: Path) -> Manifest:
    """Read what a run asked.

    Raises:
        EvaluationError: the file can't be read, or was written by another version.
    """
    path = folder / MANIFEST_FILE
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise EvaluationError(f"{path}: not a manifest that this version reads; run the evaluation again") from error


def read_run(folder: Path) -> EvaluationRun:
    """Read a run that was written.

    Raises:
        EvaluationError: the manifest can't be read, or a reply that it promises is not there.
        StoreError: the replies can't be read.
    """
    manifest = read_manifest(folder)
    repeats = [_read_outputs(folder / _outputs_name(repeat)) for repeat in range(manifest.repeats)]
    asked = [name for name in manifest.papers if name not in manifest.missing_ids]
    if lost := [name for name in asked if any(name not in records for records in repeats)]:
        raise EvaluationError(f"{folder}: no reply for {', '.join(lost)}; run the evaluation again")
    return EvaluationRun(folder, manifest, {name: tuple(records[name] for records in repeats) for name in asked})


def list_factors(a: Manifest, b: Manifest) -> tuple[str, ...]:
    """Return what differs between two runs apart from chance: with more than one, no difference has a known cause."""
    if a.profile.annotator != b.profile.annotator:
        return ("annotator",)
    names = ("prompt", "lexicon", "translation_prompt", "taxonomy", "criterion", "languages", "requested_model")
    factors = [name for name in names if getattr(a.profile, name) != getattr(b.profile, name)]
    parameters = sorted(a.profile.parameters.keys() | b.profile.parameters.keys())
    factors += [name for name in parameters if a.profile.parameters.get(name) != b.profile.parameters.get(name)]
    factors += ["base_url"] if a.base_url != b.base_url else []
    served = (set(a.served_models), set(b.served_models))
    if a.profile.requested_model == b.profile.requested_model and all(served) and served[0].isdisjoint(served[1]):
        factors.append("served_model")  # one name, another model behind it
    return tuple(factor.removeprefix("requested_").replace("_", " ") for factor in factors)


def _outputs_name(repeat: int) -> str:
    return OUTPUTS_FILE if repeat == 0 else OUTPUTS_FILE.replace(".", f".{repeat}.")


def _read_outputs(path: Path) -> dict[str, GoldRecord]:
    return {record.paper.id: record for record in read_results(path) if isinstance(record, GoldRecord)}
