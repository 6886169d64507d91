"""The overview of a digest: the one kept from an earlier build, or a new one where the chat model may be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.annotate.overview import Assignment, WrittenOverview, plan_overview, write_overview
from summarizer.chat.offline import OfflineChatModel
from summarizer.cli.files import write_lines
from summarizer.cli.output import say
from summarizer.cli.purse import Purse
from summarizer.contract.overview import MIN_PAPERS, AnnotatedPaper
from summarizer.digest import Digest
from summarizer.digest.contents import Overview, OverviewOrigin, Statement
from summarizer.errors import (
    AnnotationInvalidError,
    BudgetExceededError,
    IncompleteOutputError,
    ModelError,
    RefusalError,
    ReplyMissingError,
    StoreError,
    SummarizerError,
)
from summarizer.settings import Settings

OVERVIEW_FILE = "overview.json"
_NOT_WRITTEN = "No overview: these results are shown as they are, and none was written for them."
_REASONS: tuple[tuple[type[SummarizerError], str], ...] = (
    (AnnotationInvalidError, "what the chat model wrote does not hold up against the papers, also on its second try"),
    (RefusalError, "the chat model declined to write it"),
    (IncompleteOutputError, "its text was cut off at the output token limit"),
    (BudgetExceededError, "it does not fit into what is left of the budget"),
    (ReplyMissingError, "no reply to it is stored, and the chat model was not to be asked"),
    (ModelError, "the chat model did not answer"),
)


@dataclass(frozen=True, slots=True)
class OverviewDesk:
    """Where overviews are kept, and who may write one."""

    settings: Settings
    folder: Path
    """Keeps the overview in `overview.json`."""
    also: Path | None = None
    """Another folder whose overview will do: that of the results."""
    may_ask: bool = False
    """Whether the chat model of the settings may be asked."""
    replay: bool = False
    """Stored replies alone."""
    is_whole: bool = True
    """Whether the run came to its end: nothing is paid for an overview of half a week, or after Ctrl-C."""
    purse: Purse = field(default_factory=Purse)
    """What is left after the annotations."""


def find_overview(digest: Digest, desk: OverviewDesk) -> tuple[Overview | None, str]:
    """Return the overview of `digest`, or the sentence that says why there is none.

    Raises:
        StoreError: the overview that is kept can't be read, or a new one not be written.
    """
    if "chat" not in digest.origin.annotators:
        return None, digest.overview_absence
    if not desk.is_whole:
        return None, "No overview: this digest is not whole."
    model = _choose_model(desk, digest.origin.requested_models)
    if model is None:
        return None, _NOT_WRITTEN
    assignment = plan_overview(list_papers(digest), digest.criterion, desk.settings, model)
    if assignment is None:
        return None, f"No overview: fewer than {MIN_PAPERS} papers are worth a look."
    if kept := _find_kept(assignment, desk):
        return _to_overview(kept), ""
    return _ask(assignment, desk) if desk.may_ask else (None, _NOT_WRITTEN)


def _ask(assignment: Assignment, desk: OverviewDesk) -> tuple[Overview | None, str]:
    """Have the overview written and keep it; what goes wrong costs the overview and never the digest."""
    try:
        written = _write(assignment, desk)
    except tuple(kind for kind, _ in _REASONS) as error:
        say(f"no overview: {error}")
        return None, f"No overview: {next(reason for kind, reason in _REASONS if isinstance(error, kind))}."
    say(_describe(written))
    write_lines([f"{written.model_dump_json(indent=2)}\n"], desk.folder / OVERVIEW_FILE)
    return _to_overview(written), ""


def list_papers(digest: Digest) -> list[AnnotatedPaper]:
    """Return the papers at or above the threshold that the digest lists."""
    return [
        AnnotatedPaper(
            id=entry.paper.id,
            title=entry.paper.title,
            abstract=entry.paper.abstract,
            tldr=entry.tldr,
            tags=tuple(tag.id for tag in entry.tags),
            relevance=entry.relevance,
        )
        for section in digest.sections
        if section.kind != "rest"
        for entry in section.entries
    ]


def _choose_model(desk: OverviewDesk, used: Sequence[str]) -> str | None:
    """Return who is asked, or else who may have written what is kept: the one chat model of the annotations."""
    model = desk.settings.model if desk.may_ask else None
    if model and model != EXTRACTIVE:
        return model
    return used[0] if len(used) == 1 else None


def _write(assignment: Assignment, desk: OverviewDesk) -> WrittenOverview:
    chat, settings = OfflineChatModel() if desk.replay else None, desk.purse.limit(desk.settings)
    return asyncio.run(write_overview(assignment, settings, chat=chat, on_spent=desk.purse.spend))


def _describe(written: WrittenOverview) -> str:
    cost = "cost unknown" if written.cost_usd is None else f"${written.cost_usd:,.4f}"
    return f"overview written from {written.shown:,} of {written.relevant:,} papers worth a look, {cost}"


def _find_kept(assignment: Assignment, desk: OverviewDesk) -> WrittenOverview | None:
    folders: Sequence[Path] = (desk.folder, desk.also) if desk.also else (desk.folder,)
    kept = (_read(folder / OVERVIEW_FILE) for folder in folders)
    return next((overview for overview in kept if overview and overview.key == assignment.key), None)


def _read(path: Path) -> WrittenOverview | None:
    try:
        return WrittenOverview.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValidationError) as error:
        raise StoreError(f"{path}: can't be read as an overview; delete it, and it is made again") from error


def _to_overview(written: WrittenOverview) -> Overview:
    statements = tuple(Statement(line.text, line.paper_ids) for line in written.statements)
    origin = OverviewOrigin(
        written.prompt, written.requested_model, written.shown, written.relevant, cost_usd=written.cost_usd
    )
    return Overview(statements, origin)
