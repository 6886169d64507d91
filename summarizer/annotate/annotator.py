"""One paper to one record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from summarizer import __version__
from summarizer.annotate.interface import Outcome, Spending
from summarizer.annotate.packing import Packer
from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile, Provenance, RecordError
from summarizer.annotate.tally import Tally
from summarizer.annotate.task import Task
from summarizer.chat.budget import Budget
from summarizer.chat.endpoint import Endpoint
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

logger = logging.getLogger(__name__)

Accepted = TypeVar("Accepted")

PAPER_ERRORS = (
    AnnotationInvalidError,
    IncompleteOutputError,
    ModelUnavailableError,
    PaperRejectedError,
    RefusalError,
)
"""Errors that are one paper's failure; every other error stops the run."""

PACK_ERRORS = (AnnotationInvalidError, IncompleteOutputError, PaperRejectedError, RefusalError)
"""Errors of a pack after which a paper is asked about alone: another paper of it may be the reason."""

MAX_QUOTED_CHARACTERS = 16_000
"""How much of a bad reply goes into the reask."""


class ChatAnnotator:
    """Annotates through an endpoint: one call, at most one reask; one more of each where abstracts are translated.

    With a packer, the first call is shared with other papers. A paper that it has no good reply for goes the way described.
    """

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
        packer: Packer | None = None,
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
            packer: asks about several papers at once; None for one paper a call.
            budget: knows what calls without an answer may have cost.
        """
        self.profile = profile
        self._endpoint = endpoint
        self._annotation = annotation
        self._translation = translation
        self._taxonomy = taxonomy
        self._price = price
        self._spending = Spending()
        self._packer = packer
        self._budget = budget
        self._static = Provenance(**dict(profile), created_at=datetime.now(UTC), version=__version__, run_id=run_id)

    async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
        """Annotate one paper; see `Annotator`."""
        sent = cut_paper(paper)
        tally = Tally(truncated=sent is not paper)
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
        if self._packer:
            self._packer.stop()
        self._endpoint.stop()

    async def aclose(self) -> None:
        """Close the endpoint."""
        if self._packer:
            await self._packer.aclose()
        await self._endpoint.aclose()

    async def _annotate(self, paper: Paper, tally: Tally, fresh: bool) -> Annotation:
        languages = self.profile.languages

        def accept(text: str, fenced: bool) -> Annotation:
            return validate_annotation(text, paper, taxonomy=self._taxonomy, languages=languages, fenced=fenced)

        def accept_translation(text: str, fenced: bool) -> dict[str, str]:
            return validate_abstract_translation(text, paper, languages=languages, fenced=fenced)

        annotation = await self._ask_in_pack(self._packer, paper, accept, tally, fresh) if self._packer else None
        if annotation is None:
            annotation = await self._ask(self._annotation, paper, accept, tally, fresh)
        if self._translation is None:
            return annotation
        return _with_abstracts(annotation, await self._ask(self._translation, paper, accept_translation, tally, fresh))

    async def _ask_in_pack(
        self, packer: Packer, paper: Paper, accept: Callable[[str, bool], Annotation], tally: Tally, fresh: bool
    ) -> Annotation | None:
        """Return what a pack says of `paper`; None where that is of no use, or was had and is to be asked anew."""
        if fresh and packer.find(paper):
            return None
        try:
            reply = await packer.ask(paper)
            tally.add(reply)
            check_finish(reply.response)
            return accept(packer.read(reply, paper), False)
        except PACK_ERRORS as error:
            tally.attempts += error.attempts if isinstance(error, ModelError) else 0
            logger.info("%s: asked about alone, because its pack was of no use: %s", paper.id, error)
            return None

    async def _ask(
        self, task: Task, paper: Paper, accept: Callable[[str, bool], Accepted], tally: Tally, fresh: bool
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
        tally: Tally,
        fresh: bool,
    ) -> Accepted:
        reply = await self._endpoint.answer(lambda mode: task.build(mode, conversation), fresh=fresh)
        tally.add(reply)
        check_finish(reply.response)
        return accept(reply.response.text, reply.output_mode == "plain")

    def _provenance(self, tally: Tally) -> Provenance:
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

    def _cost(self, tally: Tally) -> float | None:
        if tally.is_unmetered:
            return None  # an endpoint that reports no usage does not answer for nothing
        return _price(tally.paid, self._price)


def _price(usage: Usage, price: Price | None) -> float | None:
    if usage.is_empty:
        return 0.0
    return price.cost_usd(usage) if price else None


def check_finish(response: ChatResponse) -> None:
    """Refuse a reply that did not end by itself.

    Raises:
        RefusalError: the chat model or its content filter declined.
        IncompleteOutputError: it was cut off.
    """
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


def _to_record_error(error: Exception, tally: Tally) -> RecordError:
    raw_text = getattr(error, "raw_text", "") or tally.raw_text
    return RecordError(type=type(error).__name__, message=str(error), raw_text=raw_text)


def _with_abstracts(annotation: Annotation, abstracts: dict[str, str]) -> Annotation:
    translations = {
        tag: texts.model_copy(update={"abstract": abstracts[tag]}) for tag, texts in annotation.translations.items()
    }
    return annotation.model_copy(update={"translations": translations})
