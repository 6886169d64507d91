"""What `summarizer doctor` looks at: one finding for each thing that a run needs, with the fix where it is missing."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from summarizer import __version__
from summarizer.annotate.assembly import build_annotator
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.interface import Annotator
from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.chat.connect import EndpointMemory, open_chat_model
from summarizer.errors import ConfigurationError, ModelError, ModelUnavailableError, SummarizerError
from summarizer.papers import Paper
from summarizer.settings import Settings

MIN_FREE_BYTES = 200 * 2**20

TRIAL = Paper(
    id="trial",
    title="Two-view networks find early lung nodules in chest X-rays",
    abstract="We train a network on frontal and lateral chest X-rays together. On images of 1,200 patients of one hospital it "
    "finds 8% more lung nodules than a network that sees the frontal view alone, at the same rate of false alarms.",
)
"""A made-up paper: what is sent when an endpoint is tried."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "warning", "problem"]
    subject: str
    detail: str
    fix: str = ""
    exit_code: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return asdict(self)


def diagnose(settings: Settings) -> list[Finding]:
    """Look at everything in order; an endpoint is tried only when what it needs is there."""
    return asyncio.run(_collect(settings))


async def _collect(settings: Settings) -> list[Finding]:
    findings = [_version(), *_settings(settings), _cache_folder(settings)]
    if settings.model and not any(finding.level == "problem" for finding in findings):
        findings += [finding async for finding in _try_model(settings, settings.model)]
    return findings


def _version() -> Finding:
    return Finding("ok", "summarizer", f"{__version__} on Python {sys.version.split()[0]}")


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.model is None:
        yield Finding(
            "problem",
            "model",
            "none chosen",
            f"pass --model NAME, set SUMMARIZER_MODEL, or use --model {EXTRACTIVE}",
            ConfigurationError.exit_code,
        )
    elif settings.model == EXTRACTIVE:
        yield Finding("ok", "model", "extractive: no chat model, no key, no network; no translations")
    else:
        yield Finding("ok", "model", f"{settings.model} at {settings.public_base_url}")
        yield _key(settings)


def _key(settings: Settings) -> Finding:
    if settings.api_key:
        return Finding("ok", "key", "set (never shown)")
    if settings.needs_key:
        return Finding(
            "problem",
            "key",
            "missing",
            "set OPENAI_API_KEY, or --base-url to a server of your own",
            ConfigurationError.exit_code,
        )
    return Finding("ok", "key", "none; this address does not need to have one")


def _cache_folder(settings: Settings) -> Finding:
    folder = settings.cache_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_text("")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(
            "problem", "cache folder", f"{folder}: {error.strerror}", "choose another one with --cache-dir", exit_code=2
        )
    if free < MIN_FREE_BYTES:
        return Finding(
            "warning", "cache folder", f"{folder}: only {free // 2**20} MiB free", "make room, or use --cache-dir"
        )
    return Finding("ok", "cache folder", f"{folder}: writable, {free / 2**30:.1f} GiB free")


async def _try_model(settings: Settings, model: str) -> AsyncIterator[Finding]:
    if model != EXTRACTIVE:
        listing = await _list_models(settings, model)
        yield listing
        if listing.level == "problem":
            return
    yield await _annotate_trial(settings)
    if model != EXTRACTIVE:
        yield _output_mode(settings, model)


async def _list_models(settings: Settings, model: str) -> Finding:
    chat = open_chat_model(settings, model)
    try:
        names = await chat.list_models()
    except ModelError as error:
        return Finding(
            "warning", "endpoint", f"does not list its models: {error}", "the next finding tells whether it answers"
        )
    finally:
        await chat.aclose()
    if model not in names:
        known = ", ".join(sorted(names)[:8]) or "none"
        return Finding(
            "warning", "endpoint", f"reachable; {model} is not among its {len(names)} models", f"it lists: {known}"
        )
    return Finding("ok", "endpoint", "reachable, and lists the model")


async def _annotate_trial(settings: Settings) -> Finding:
    annotator: Annotator | None = None
    try:
        annotator = build_annotator(settings)
        outcome = await annotator.annotate(TRIAL, fresh=True)
    except SummarizerError as error:
        return Finding(
            "problem", "trial", str(error), "mend what the message names, then run doctor again", error.exit_code
        )
    finally:
        if annotator:
            await annotator.aclose()
    return _judge_trial(outcome.record)


def _judge_trial(record: AnnotatedRecord | FailedRecord) -> Finding:
    usage = record.provenance.usage
    took = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
    if isinstance(record, AnnotatedRecord):
        return Finding("ok", "trial", f"relevance {record.annotation.relevance}: {record.annotation.tldr} ({took})")
    if record.error.type == ModelUnavailableError.__name__:
        fix = "is the server running, and --base-url right?"
        return Finding("problem", "trial", record.error.message, fix, ModelUnavailableError.exit_code)
    detail = f"{record.error.type}: {record.error.message} ({took})"
    return Finding("warning", "trial", detail, "another model may do better; such papers end as failed records")


def _output_mode(settings: Settings, model: str) -> Finding:
    mode = EndpointMemory(settings.cache_dir).load(settings.base_url, model).output_mode
    if mode is None:
        return Finding(
            "warning", "structured output", "no mode was honoured", "expect failed papers; try another model"
        )
    if mode == "json_schema":
        return Finding("ok", "structured output", "json_schema: the strictest mode, accepted by the endpoint")
    return Finding("ok", "structured output", f"{mode}: the strictest mode that the endpoint honours")
