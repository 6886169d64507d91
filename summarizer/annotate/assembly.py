"""From settings to an annotator: everything that a worker needs, built in one place."""

from __future__ import annotations

import uuid

from summarizer.annotate.annotator import ChatAnnotator
from summarizer.annotate.extractive import EXTRACTIVE, ExtractiveAnnotator
from summarizer.annotate.extractive.lexicon import load_lexicon
from summarizer.annotate.interface import Annotator
from summarizer.annotate.records import Profile, Reference
from summarizer.annotate.task import RequestParameters, Task
from summarizer.chat.connect import connect
from summarizer.chat.interface import ChatModel, ResponseSchema
from summarizer.chat.pricing import find_price
from summarizer.contract.criterion import Criterion, load_criterion
from summarizer.contract.languages import get_language
from summarizer.contract.prompts import Prompt, load_prompt
from summarizer.contract.schema import build_abstract_translation_schema, build_annotation_schema, schema_text
from summarizer.contract.taxonomy import Taxonomy, load_taxonomy
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings


def new_run_id() -> str:
    """Return an id for one run."""
    return uuid.uuid4().hex[:12]


def build_annotator(
    settings: Settings, *, run_id: str | None = None, chat: ChatModel | None = None, repeat: int = 0
) -> Annotator:
    """Build the annotator that `settings` name.

    Args:
        settings: `model` must be set; an annotator is never chosen silently.
        run_id: for provenance; a new one when None.
        chat: asked in place of the endpoint of `settings`, for instance a `ScriptedChatModel` in a test.
        repeat: which of several answers to the same question; each has its own place in the cache.

    Raises:
        ConfigurationError: no model, no key where one is needed, or an unknown language.
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
    return _build_chat_annotator(settings, settings.model, taxonomy, criterion, run_id=run_id, chat=chat, repeat=repeat)


def _build_chat_annotator(
    settings: Settings,
    model: str,
    taxonomy: Taxonomy,
    criterion: Criterion,
    *,
    run_id: str,
    chat: ChatModel | None,
    repeat: int,
) -> ChatAnnotator:
    prompt = load_prompt(settings.prompt, reply="annotation")
    parameters = RequestParameters(
        base_url=settings.base_url,
        model=model,
        max_output_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        seed=settings.seed,
        reasoning_effort=settings.reasoning_effort,
        repeat=repeat,
    )
    languages = tuple(dict.fromkeys(get_language(tag).tag for tag in settings.languages))
    translates = settings.translate_abstract and bool(languages)
    translation_prompt = load_prompt(settings.translation_prompt, reply="abstract-translation") if translates else None

    def task(prompt: Prompt, schema: ResponseSchema) -> Task:
        known = [get_language(tag) for tag in languages]
        system = prompt.render_system(taxonomy=taxonomy, criterion=criterion, languages=known)
        return Task(prompt, system, schema, parameters)

    annotation_schema = ResponseSchema("annotation", schema_text(build_annotation_schema(taxonomy, languages)))
    translation_schema = ResponseSchema("translation", schema_text(build_abstract_translation_schema(languages)))
    return ChatAnnotator(
        connect(settings, model=model, chat=chat),
        annotation=task(prompt, annotation_schema),
        translation=task(translation_prompt, translation_schema) if translation_prompt else None,
        taxonomy=taxonomy,
        profile=Profile(
            annotator="chat",
            prompt=_reference(prompt),
            translation_prompt=_reference(translation_prompt) if translation_prompt else None,
            taxonomy=_reference(taxonomy),
            criterion=_reference(criterion),
            languages=languages,
            requested_model=model,
            parameters=parameters.to_profile(),
        ),
        price=find_price(settings.base_url, model, price_in=settings.price_in, price_out=settings.price_out),
        run_id=run_id,
    )


def _reference(data: Prompt | Taxonomy | Criterion) -> Reference:
    return Reference(name=data.name, fingerprint=data.fingerprint)
