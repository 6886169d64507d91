"""From settings to an annotator: everything that a worker needs, built in one place."""

from __future__ import annotations

import uuid

from summarizer.annotate.annotator import ChatAnnotator
from summarizer.annotate.extractive import EXTRACTIVE, ExtractiveAnnotator
from summarizer.annotate.extractive.lexicon import load_lexicon
from summarizer.annotate.interface import Annotator
from summarizer.annotate.packing import Packer
from summarizer.annotate.records import Profile, Reference
from summarizer.annotate.task import RequestParameters, Task
from summarizer.chat.budget import Budget
from summarizer.chat.connect import connect
from summarizer.chat.interface import ChatModel, ResponseSchema
from summarizer.chat.pricing import Price, find_price
from summarizer.contract.criterion import Criterion, load_criterion
from summarizer.contract.languages import get_language
from summarizer.contract.prompts import Prompt, load_prompt
from summarizer.contract.schema import (
    build_abstract_translation_schema,
    build_annotation_schema,
    build_pack_schema,
    schema_text,
)
from summarizer.contract.taxonomy import Taxonomy, load_taxonomy
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings


def new_run_id() -> str:
    """Return an id for one run."""
    return uuid.uuid4().hex[:12]


def build_annotator(
    settings: Settings,
    *,
    run_id: str | None = None,
    chat: ChatModel | None = None,
    repeat: int = 0,
    budget: Budget | None = None,
) -> Annotator:
    """Build the annotator that `settings` name.

    Args:
        settings: `model` must be set; an annotator is never chosen silently.
        run_id: for provenance; a new one when None.
        chat: asked in place of the endpoint of `settings`, for instance a `ScriptedChatModel` in a test.
        repeat: which of several answers to the same question; each has its own place in the cache.
        budget: shared with other annotators of the same model and prices; one from `settings` when None.

    Raises:
        ConfigurationError: no model, no key where one is needed, an unknown language, a cap without a price, or a pack
            that the prompt is not made for.
        PromptError: a prompt, taxonomy or criterion can't be used.
        StoreError: the cache can't be opened.
    """
    if settings.model is None:
        raise ConfigurationError(
            "no model chosen; pass --model NAME for a chat model (or set SUMMARIZER_MODEL), "
            f"or --model {EXTRACTIVE} to work without a model, a key and a network"
        )
    taxonomy, criterion = load_taxonomy(settings.taxonomy), load_criterion(settings.criterion)
    run_id = run_id or new_run_id()
    if settings.model == EXTRACTIVE:
        return ExtractiveAnnotator(taxonomy, criterion, load_lexicon(criterion.name), run_id=run_id)
    return _build_chat_annotator(
        settings, settings.model, taxonomy, criterion, run_id=run_id, chat=chat, repeat=repeat, budget=budget
    )


def build_translation_task(settings: Settings, model: str, *, repeat: int = 0) -> Task | None:
    """Build the second call of each paper, which translates its abstract; None where `settings` ask for none.

    Raises:
        ConfigurationError: an unknown language.
        PromptError: a prompt, taxonomy or criterion can't be used.
    """
    languages = _languages(settings)
    if not settings.translate_abstract or not languages:
        return None
    prompt = load_prompt(settings.translation_prompt, reply="abstract-translation")
    schema = ResponseSchema("translation", schema_text(build_abstract_translation_schema(languages)))
    taxonomy, criterion = load_taxonomy(settings.taxonomy), load_criterion(settings.criterion)
    system = _render_system(settings, prompt, taxonomy, criterion)
    return Task(prompt, system, schema, _parameters(settings, model, repeat))


def _build_chat_annotator(
    settings: Settings,
    model: str,
    taxonomy: Taxonomy,
    criterion: Criterion,
    *,
    run_id: str,
    chat: ChatModel | None,
    repeat: int,
    budget: Budget | None,
) -> ChatAnnotator:
    languages, parameters = _languages(settings), _parameters(settings, model, repeat)
    prompt = load_prompt(settings.prompt, reply="annotation")
    system = _render_system(settings, prompt, taxonomy, criterion)
    schema = ResponseSchema("annotation", schema_text(build_annotation_schema(taxonomy, languages)))
    translation = build_translation_task(settings, model, repeat=repeat)
    price = find_price(settings.base_url, model, price_in=settings.price_in, price_out=settings.price_out)
    budget = budget or build_budget(settings, model, price)
    pack_task = _build_pack_task(settings, prompt, system, taxonomy, parameters) if settings.pack > 1 else None
    endpoint = connect(settings, model=model, chat=chat, budget=budget)
    return ChatAnnotator(
        endpoint,
        packer=Packer(endpoint, pack_task, settings.pack) if pack_task else None,
        annotation=Task(prompt, system, schema, parameters),
        translation=translation,
        taxonomy=taxonomy,
        profile=Profile(
            annotator="chat",
            prompt=_reference(prompt),
            translation_prompt=_reference(translation.prompt) if translation else None,
            taxonomy=_reference(taxonomy),
            criterion=_reference(criterion),
            languages=languages,
            requested_model=model,
            parameters=parameters.to_profile(),
        ),
        price=price,
        run_id=run_id,
        budget=budget,
    )


def build_budget(settings: Settings, model: str, price: Price | None) -> Budget | None:
    """Build the books of a run, and its cap where `settings` have one; None where nothing can be priced.

    Raises:
        ConfigurationError: there is a cap, and the price of `model` is unknown.
    """
    if price:
        return Budget(settings.max_cost, price)
    if settings.max_cost is not None:
        raise ConfigurationError(
            f"max_cost: the price list does not know {model} at {settings.public_base_url}, so its calls can't be "
            "held to a budget; name the prices with --price-in and --price-out (USD for a million tokens)"
        )
    return None


def _build_pack_task(
    settings: Settings, prompt: Prompt, system: str, taxonomy: Taxonomy, parameters: RequestParameters
) -> Task:
    if not prompt.content.pack:
        raise ConfigurationError(
            f"pack: {prompt.name} does not say how to reply about several papers at once; choose another prompt with "
            "--prompt, give yours a `pack` section (see prompts/README.md), or ask about one paper at a time: --pack 1"
        )
    schema = ResponseSchema("annotations", schema_text(build_pack_schema(taxonomy, _languages(settings))))
    return Task(prompt, prompt.render_pack_system(system), schema, parameters)


def _render_system(settings: Settings, prompt: Prompt, taxonomy: Taxonomy, criterion: Criterion) -> str:
    languages = [get_language(tag) for tag in _languages(settings)]
    return prompt.render_system(taxonomy=taxonomy, criterion=criterion, languages=languages)


def _languages(settings: Settings) -> tuple[str, ...]:
    return tuple(dict.fromkeys(get_language(tag).tag for tag in settings.languages))


def _parameters(settings: Settings, model: str, repeat: int) -> RequestParameters:
    return RequestParameters(
        base_url=settings.base_url,
        model=model,
        max_output_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        seed=settings.seed,
        reasoning_effort=settings.reasoning_effort,
        repeat=repeat,
        pack=settings.pack,
    )


def _reference(data: Prompt | Taxonomy | Criterion) -> Reference:
    return Reference(name=data.name, fingerprint=data.fingerprint)
