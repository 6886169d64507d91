"""One paper to one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from summarizer import __version__
from summarizer.annotate.interface import Outcome, Spending
from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile, Provenance, RecordError
from summarizer.annotate.task import Task
from summarizer.chat.budget import Budget
from summarizer.chat.endpoint import Endpoint, Reply
from summarizer.chat.interface import ChatResponse, Message, Usage
from summarizer.chat.pricing import Price
from summarizer.contract.prompts import cut_paper
from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import Taxonomy
from summarizer.contract.validation import validate_abstract_translation, validate_annotation
from summarizer.errors import (
    AnnotationInvalidError,
    IncompleteOutputError,
    ModelError,
    ModelUnavailableError,
    PaperRejectedError,
    RefusalError,
)
from summarizer.papers.paper import Paper

Accepted = TypeVar("Accepted")

PAPER_ERRORS = (
    AnnotationInvalidError,
    IncompleteOutputError,
    ModelUnavailableError,
    PaperRejectedError,
    RefusalError,
)
"""Errors that are one paper's failure; every other error stops the run."""

MAX_QUOTED_CHARACTERS = 16_000
"""How much of a bad reply goes into the reask."""


@dataclass
class _Tally:
    """What one paper has taken so far."""

    usage: Usage = field(default_factory=Usage)
    paid: Usage = field(default_factory=Usage)
    attempts: int = 0
    replies: int = 0
    is_unmetered: bool = False
    latency_seconds: float | None = None
    truncated: bool = False
    served_model: str | None = None
    raw_text: str = ""

    def add(self, reply: Reply) -> None:
        self.usage = self.usage + reply.response.usage if self.replies else reply.response.usage
        self.paid = self.paid + reply.paid if self.replies else reply.paid
        self.attempts += reply.attempts
        self.replies += 1
        self.is_unmetered = self.is_unmetered or (not reply.cached and reply.response.usage.is_empty)
        if reply.response.latency_seconds is not None:
            self.latency_seconds = (self.latency_seconds or 0.0) + reply.response.latency_seconds
        self.served_model = reply.response.served_model or None
        self.raw_text = reply.response.text


class ChatAnnotator:
    """Annotates through an endpoint: one call, at most one reask; one more of each where abstracts are translated."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        annotation: Task,
        translation: Task | None,
        taxonomy: Taxonomy,
        profile: Profile,
        price: Price | None,
        run_id: str,
        budget: Budget | None = None,
    ) -> None:
        """Take what is asked and who answers.

        Args:
            endpoint: answers the requests.
            annotation: the first call.
            translation: the second call, for whole abstracts; None for none.
            taxonomy: the tags that are accepted.
            profile: what the two calls depend on, as records will state it.
            price: None when unknown: the cost is then null, never guessed.
            run_id: goes into every record.
            budget: knows what calls without an answer may have cost.
        """
        self.profile = profile
        self._endpoint = endpoint
        self._annotation = annotation
        self._translation = translation
        self._taxonomy = taxonomy
        self._price = price
        self._spending = Spending()
        self._budget = budget
        self._static = Provenance(**dict(profile), created_at=datetime.now(UTC), version=__version__, run_id=run_id)

    async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
        """Annotate one paper; see `Annotator`."""
        sent = cut_paper(paper)
        tally = _Tally(truncated=sent is not paper)
        try:
            annotation = await self._annotate(sent, tally, fresh)
        except PAPER_ERRORS as error:
            tally.attempts += error.attempts if isinstance(error, ModelError) else 0
            return Outcome(
                FailedRecord(paper=paper, error=_to_record_error(error, tally), provenance=self._provenance(tally)),
                tally.paid,
            )
        return Outcome(
            AnnotatedRecord(paper=paper, annotation=annotation, provenance=self._provenance(tally)), tally.paid
        )

    @property
    def spending(self) -> Spending:
        """What the endpoint was asked for and what it cost; see `Annotator`."""
        meter = self._endpoint.meter
        possibly_billed_usd = self._budget.possibly_billed_usd if self._budget else 0.0
        if meter.calls != self._spending.calls or possibly_billed_usd != self._spending.possibly_billed_usd:
            cost_usd = None if meter.is_incomplete else _price(meter.usage, self._price)
            self._spending = Spending(meter.calls, meter.usage, cost_usd, possibly_billed_usd)
        return self._spending

    def stop(self) -> None:
        """See `Annotator`."""
        self._endpoint.stop()

    async def aclose(self) -> None:
        """Close the endpoint."""
        await self._endpoint.aclose()

    async def _annotate(self, paper: Paper, tally: _Tally, fresh: bool) -> Annotation:
        languages = self.profile.languages

        def accept(text: str, fenced: bool) -> Annotation:
            return validate_annotation(text, paper, taxonomy=self._taxonomy, languages=languages, fenced=fenced)

        def accept_translation(text: str, fenced: bool) -> dict[str, str]:
            return validate_abstract_translation(text, paper, languages=languages, fenced=fenced)

        annotation = await self._ask(self._annotation, paper, accept, tally, fresh)
        if self._translation is None:
            return annotation
        return _with_abstracts(annotation, await self._ask(self._translation, paper, accept_translation, tally, fresh))

    async def _ask(
        self, task: Task, paper: Paper, accept: Callable[[str, bool], Accepted], tally: _Tally, fresh: bool
    ) -> Accepted:
        user, _ = task.prompt.render_user(paper)
        conversation: tuple[Message, ...] = (Message("user", user),)
        try:
            return await self._attempt(task, conversation, accept, tally, fresh)
        except (AnnotationInvalidError, IncompleteOutputError) as error:
            issues = error.issues if isinstance(error, AnnotationInvalidError) else (str(error),)
            conversation += _reask(task, error.raw_text, issues)
        return await self._attempt(task, conversation, accept, tally, fresh)

    async def _attempt(
        self,
        task: Task,
        conversation: tuple[Message, ...],
        accept: Callable[[str, bool], Accepted],
        tally: _Tally,
        fresh: bool,
    ) -> Accepted:
        reply = await self._endpoint.answer(lambda mode: task.build(mode, conversation), fresh=fresh)
        tally.add(reply)
        _check_finish(reply.response)
        return accept(reply.response.text, reply.output_mode == "plain")

    def _provenance(self, tally: _Tally) -> Provenance:
        return self._static.model_copy(
            update={
                "served_model": tally.served_model,
                "usage": tally.usage,
                "cost_usd": self._cost(tally),
                "attempts": tally.attempts,
                "cache_hit": tally.replies > 0 and tally.attempts == 0,
                "latency_seconds": tally.latency_seconds,
                "truncated": tally.truncated,
                "created_at": datetime.now(UTC),
            }
        )

    def _cost(self, tally: _Tally) -> float | None:
        if tally.is_unmetered:
            return None  # an endpoint that reports no usage does not answer for nothing
        return _price(tally.paid, self._price)


def _price(usage: Usage, price: Price | None) -> float | None:
    if usage.is_empty:
        return 0.0
    return price.cost_usd(usage) if price else None


def _check_finish(response: ChatResponse) -> None:
    if response.refusal or response.finish_reason == "content_filter":
        raise RefusalError(response.refusal or "stopped by the content filter", raw_text=response.text, attempts=0)
    if response.finish_reason == "length":
        raise IncompleteOutputError(
            "the reply was cut off at the output token limit; a shorter reply is needed",
            raw_text=response.text,
            attempts=0,
        )


def _reask(task: Task, raw_text: str, issues: tuple[str, ...]) -> tuple[Message, ...]:
    quoted = (Message("assistant", raw_text[:MAX_QUOTED_CHARACTERS]),) if raw_text else ()
    return (*quoted, Message("user", task.prompt.render_reask(issues)))


def _to_record_error(error: Exception, tally: _Tally) -> RecordError:
    raw_text = getattr(error, "raw_text", "") or tally.raw_text
    return RecordError(type=type(error).__name__, message=str(error), raw_text=raw_text)


def _with_abstracts(annotation: Annotation, abstracts: dict[str, str]) -> Annotation:
    translations = {
        tag: texts.model_copy(update={"abstract": abstracts[tag]}) for tag, texts in annotation.translations.items()
    }
    return annotation.model_copy(update={"translations": translations})
