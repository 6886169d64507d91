"""Many annotations to one overview: what the papers of a digest say together, asked once and checked like any other reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import takewhile

from pydantic import AwareDatetime, BaseModel, ConfigDict

from summarizer.annotate.annotator import MAX_QUOTED_CHARACTERS, check_finish
from summarizer.annotate.assembly import build_budget
from summarizer.annotate.records import Reference
from summarizer.annotate.task import RequestParameters, Task
from summarizer.chat.connect import connect
from summarizer.chat.endpoint import Endpoint
from summarizer.chat.interface import ChatModel, Message, ResponseSchema, Usage
from summarizer.chat.pricing import Price, find_price
from summarizer.contract.criterion import Criterion
from summarizer.contract.overview import MIN_PAPERS, AnnotatedPaper, CitedStatement, name_papers
from summarizer.contract.prompts import Prompt, load_prompt
from summarizer.contract.schema import build_overview_schema, schema_text
from summarizer.contract.validation import validate_overview
from summarizer.errors import AnnotationInvalidError, IncompleteOutputError
from summarizer.settings import Settings

PROMPT = "overview"
MAX_PAPERS = 40
MAX_CHARACTERS = 24_000
"""Of the papers as they are sent: about 6,000 tokens of English."""


class WrittenStatement(BaseModel):
    """One sentence of an overview."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    paper_ids: tuple[str, ...]


class WrittenOverview(BaseModel):
    """An overview and how it came about, as it is kept beside the results."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """Digest of what was asked."""
    statements: tuple[WrittenStatement, ...]
    prompt: Reference
    requested_model: str
    served_model: str | None
    shown: int
    """Papers that the chat model was shown, the most relevant ones."""
    relevant: int
    """Papers that it could have been shown."""
    usage: Usage
    """Tokens of the replies behind it, cached ones included."""
    cost_usd: float | None
    """Spent when it was written: 0 when every reply was cached, null when the price is unknown."""
    created_at: AwareDatetime


class Assignment:
    """What is asked: the papers chosen, and the request for them in every output mode. Nothing is sent by it."""

    def __init__(
        self, papers: Sequence[AnnotatedPaper], criterion: Criterion, parameters: RequestParameters, prompt: Prompt
    ) -> None:
        """Choose from `papers`, all relevant ones, the most relevant that fit."""
        chosen = choose_papers(papers)
        self.relevant = len(papers)
        self.papers = dict(zip(name_papers(len(chosen)), chosen, strict=True))
        self.prompt = prompt
        self.model = parameters.model
        system = prompt.render_overview_system(criterion)
        self.user = prompt.render_papers([paper.render(handle) for handle, paper in self.papers.items()])
        schema = ResponseSchema("overview", schema_text(build_overview_schema(list(self.papers))))
        self.task = Task(prompt, system, schema, parameters)
        facts = (prompt.fingerprint, parameters.model, system, self.user, *(paper.id for paper in chosen))
        self.key = sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()


def choose_papers(papers: Sequence[AnnotatedPaper]) -> tuple[AnnotatedPaper, ...]:
    """Return the most relevant of `papers` that fit into a request, by relevance descending, then by id."""
    ranked = sorted(papers, key=lambda paper: (-paper.relevance, paper.id))[:MAX_PAPERS]
    room = MAX_CHARACTERS

    def fits(paper: AnnotatedPaper) -> bool:
        nonlocal room
        room -= len(paper.render("P00"))
        return room >= 0

    return tuple(takewhile(fits, ranked))


def plan_overview(
    papers: Sequence[AnnotatedPaper], criterion: Criterion, settings: Settings, model: str
) -> Assignment | None:
    """Return what is to be asked about these papers; None where they are too few for an overview.

    Raises:
        PromptError: the prompt can't be used.
    """
    if len(papers) < MIN_PAPERS:
        return None
    parameters = RequestParameters(
        base_url=settings.base_url,
        model=model,
        max_output_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        seed=settings.seed,
        reasoning_effort=settings.reasoning_effort,
    )
    return Assignment(papers, criterion, parameters, load_prompt(PROMPT, reply="overview"))


async def write_overview(
    assignment: Assignment,
    settings: Settings,
    *,
    chat: ChatModel | None = None,
    on_spent: Callable[[float], None] = lambda _: None,
) -> WrittenOverview:
    """Ask for an overview, through the same cache and within the same limits as annotations; at most one reask.

    Args:
        assignment: what to ask.
        settings: of the run; `max_cost` is what is left of its budget.
        chat: asked in place of the endpoint of `settings`.
        on_spent: told the USD that it took at most, also where it failed; not where the price is unknown.

    Raises:
        AnnotationInvalidError: the reply broke the contract, also after the reask.
        BudgetExceededError: the next call could cost more than is left.
        ConfigurationError: no key where one is needed, or a cap without a price.
        ModelError: there was no reply that could be used.
        ReplyMissingError: `chat` has no reply to it.
        StoreError: the cache can't be used.
    """
    model = assignment.model
    price = find_price(settings.base_url, model, price_in=settings.price_in, price_out=settings.price_out)
    budget = build_budget(settings, model, price)
    endpoint = connect(settings, model=model, chat=chat, budget=budget)
    try:
        return await _Conversation(assignment, endpoint, price).hold()
    finally:
        await endpoint.aclose()
        if budget:
            on_spent(budget.spent_usd + budget.possibly_billed_usd)


class _Conversation:
    def __init__(self, assignment: Assignment, endpoint: Endpoint, price: Price | None) -> None:
        self._assignment = assignment
        self._endpoint = endpoint
        self._price = price
        self._usage = Usage()
        self._served_model: str | None = None

    async def hold(self) -> WrittenOverview:
        messages: tuple[Message, ...] = (Message("user", self._assignment.user),)
        try:
            statements = await self._ask(messages)
        except (AnnotationInvalidError, IncompleteOutputError) as error:
            issues = error.issues if isinstance(error, AnnotationInvalidError) else (str(error),)
            quoted = (Message("assistant", error.raw_text[:MAX_QUOTED_CHARACTERS]),) if error.raw_text else ()
            reask = Message("user", self._assignment.prompt.render_reask(issues))
            statements = await self._ask((*messages, *quoted, reask))
        return self._finish(statements)

    async def _ask(self, messages: tuple[Message, ...]) -> tuple[CitedStatement, ...]:
        reply = await self._endpoint.answer(lambda mode: self._assignment.task.build(mode, messages))
        self._usage += reply.response.usage
        self._served_model = reply.response.served_model or None
        check_finish(reply.response)
        return validate_overview(reply.response.text, self._assignment.papers, fenced=reply.output_mode == "plain")

    def _finish(self, statements: Sequence[CitedStatement]) -> WrittenOverview:
        papers, prompt = self._assignment.papers, self._assignment.prompt
        return WrittenOverview(
            key=self._assignment.key,
            statements=tuple(
                WrittenStatement(text=line.text, paper_ids=tuple(papers[handle].id for handle in line.papers))
                for line in statements
            ),
            prompt=Reference(name=prompt.name, fingerprint=prompt.fingerprint),
            requested_model=self._assignment.model,
            served_model=self._served_model,
            shown=len(papers),
            relevant=self._assignment.relevant,
            usage=self._usage,
            cost_usd=self._cost(),
            created_at=datetime.now(UTC),
        )

    def _cost(self) -> float | None:
        meter = self._endpoint.meter
        if meter.is_incomplete:
            return None
        if meter.usage.is_empty:
            return 0.0
        return self._price.cost_usd(meter.usage) if self._price else None
