"""What the runs of a report took: replies fresh and replayed, tokens, money, time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarizer.evaluation.report.material import ReportedRun
from summarizer.evaluation.report.numbers import NONE


class Fact(NamedTuple):
    """One line about all runs of a report."""

    name: str
    values: tuple[str, ...]


def list_costs(runs: Sequence[ReportedRun]) -> list[Fact]:
    """Return what the replies took, a value for each run."""
    return _gather([dict(_count_costs(run)) for run in runs])


def list_provenance(runs: Sequence[ReportedRun]) -> list[Fact]:
    """Return where the scores come from, with all hashes in full."""
    return _gather([dict(_describe(run)) for run in runs])


def _gather(tables: Sequence[dict[str, str]]) -> list[Fact]:
    names = dict.fromkeys(name for table in tables for name in table)
    return [Fact(name, tuple(table.get(name, NONE) for table in tables)) for name in names]


def _count_costs(run: ReportedRun) -> Iterator[tuple[str, str]]:
    manifest = run.scored.manifest
    if run.run:
        records = [record for records in run.run.outcomes.values() for record in records]
        replayed = sum(record.provenance.cache_hit for record in records)
        yield "replies, fresh", f"{len(records) - replayed:,}"
        yield "replies, replayed from the cache", f"{replayed:,}"
    usage = manifest.usage
    yield "input tokens, all", f"{usage.input_tokens:,}"
    yield "of them cached by the provider", f"{usage.cached_input_tokens:,}"
    yield "output tokens, all", f"{usage.output_tokens:,}"
    yield "USD, all replies if asked anew", NONE if manifest.cost_usd is None else f"{manifest.cost_usd:,.4f}"
    if timing := manifest.timing:
        yield "seconds a reply, median", f"{timing.p50_seconds:.2f}"
        yield "seconds a reply, 95th percentile", f"{timing.p95_seconds:.2f}"
        yield "measured on fresh replies", f"{timing.fresh:,}"


def _describe(run: ReportedRun) -> Iterator[tuple[str, str]]:
    manifest = run.scored.manifest
    profile = manifest.profile
    yield "run", manifest.run_id
    yield "annotator", profile.annotator
    yield "model", profile.requested_model
    yield "served model", ", ".join(manifest.served_models) or NONE
    yield "base URL", manifest.base_url or NONE
    for name in ("prompt", "lexicon", "translation_prompt", "taxonomy", "criterion"):
        if reference := getattr(profile, name):
            yield name.replace("_", " "), f"{reference.name} {reference.fingerprint}"
    yield "languages", ", ".join(profile.languages) or NONE
    yield "parameters", ", ".join(f"{name}={value}" for name, value in sorted(profile.parameters.items())) or NONE
    yield "split", f"{manifest.split}, {len(manifest.papers)} papers, {manifest.repeats} replies each"
    yield "gold set", manifest.gold_sha
    if manifest.test_reads:
        yield "test read", f"#{manifest.test_reads}: {manifest.reason or ''}"
    yield "order of calls, seed", str(manifest.seed)
    yield "version", manifest.version
    yield "asked", manifest.created_at.isoformat(timespec="seconds")
