"""From settings to an endpoint that is ready to answer, and the memory of what earlier probes found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from summarizer.chat.budget import Budget, BudgetedChatModel
from summarizer.chat.cache import ResponseCache
from summarizer.chat.endpoint import Endpoint
from summarizer.chat.interface import ChatModel, OutputMode
from summarizer.chat.limits import LimitedChatModel, Limiter
from summarizer.chat.openai_chat import OpenAIChatModel
from summarizer.chat.request_body import TokenLimitParameter
from summarizer.chat.retry import RetryingChatModel
from summarizer.chat.shared_limits import share_turns
from summarizer.errors import ConfigurationError, StoreError
from summarizer.settings import Settings

_MEMORY_FILE = "endpoints.json"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an endpoint was found to support for one model."""

    output_mode: OutputMode | None = None
    token_limit_parameter: TokenLimitParameter = "max_completion_tokens"  # noqa: S105


_MEMORY = TypeAdapter(dict[str, Capabilities])


class EndpointMemory:
    """Capabilities by base URL and model, in a small JSON file beside the cache."""

    def __init__(self, cache_dir: Path) -> None:
        self._path = cache_dir / _MEMORY_FILE

    def load(self, base_url: str, model: str) -> Capabilities:
        """Return what is known; the defaults when nothing is.

        Raises:
            StoreError: the file is damaged.
        """
        return self._read().get(_name(base_url, model), Capabilities())

    def save(self, base_url: str, model: str, capabilities: Capabilities) -> None:
        """Remember `capabilities`; a reader never sees a half-written file, also after a power cut.

        Raises:
            StoreError: the file can't be written.
        """
        known = self._read() | {_name(base_url, model): capabilities}
        part = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            with part.open("w") as file:
                file.write(json.dumps({name: asdict(value) for name, value in sorted(known.items())}, indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            raise StoreError(f"{self._path}: can't be written ({error.strerror})") from error

    def _read(self) -> dict[str, Capabilities]:
        try:
            return _MEMORY.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            raise StoreError(f"{self._path}: unreadable; delete it and the next run finds it out again") from error


def open_chat_model(
    settings: Settings, model: str, *, on_headers: Callable[[Mapping[str, str], int], None] | None = None
) -> OpenAIChatModel:
    """Open the way to the endpoint that `settings` describe, with what is known about it.

    Args:
        settings: address, key, timeout and connections.
        model: what is asked for.
        on_headers: called with headers and status of every answer.

    Raises:
        ConfigurationError: the provider's own address without a key, or an address that can't be used.
        StoreError: the memory of earlier probes is damaged.
    """
    if settings.needs_key and settings.api_key is None:
        raise ConfigurationError(
            f"{settings.public_base_url} needs a key: set OPENAI_API_KEY, or --base-url to a server of your own, "
            "or use --model extractive, which needs neither"
        )
    known = EndpointMemory(settings.cache_dir).load(settings.base_url, model)
    return OpenAIChatModel(
        base_url=settings.base_url,
        api_key=_key(settings),
        timeout_seconds=settings.timeout_seconds,
        max_connections=settings.concurrency,
        token_limit_parameter=known.token_limit_parameter,
        proven_output_mode=known.output_mode,
        on_headers=on_headers,
    )


def connect(settings: Settings, *, model: str, chat: ChatModel | None = None, budget: Budget | None = None) -> Endpoint:
    """Open the cached endpoint that `settings` describe, or put `chat` in its place.

    Args:
        settings: of the run.
        model: what is asked for.
        chat: asked as it is, without retries, limits or budget.
        budget: what attempts may cost together; None for no limit.

    Raises:
        ConfigurationError: the provider's own address without a key.
        StoreError: the cache can't be opened.
    """
    if chat:
        return Endpoint(chat, ResponseCache(settings.responses_dir))
    limiter = Limiter(
        settings.concurrency,
        rpm=settings.rpm,
        tpm=settings.tpm,
        turns=share_turns(settings.base_url, _key(settings)),
    )
    client = open_chat_model(settings, model, on_headers=limiter.observe)
    budgeted = BudgetedChatModel(client, budget) if budget else None
    limited = LimitedChatModel(budgeted or client, limiter)
    retrying = RetryingChatModel(limited, max_attempts=settings.max_attempts, blame=lambda: limiter.last_blame)
    memory = EndpointMemory(settings.cache_dir)

    def stop() -> None:
        limiter.stop()
        retrying.stop()
        if budgeted:
            budgeted.stop()

    def remember(output_mode: OutputMode) -> None:
        memory.save(settings.base_url, model, Capabilities(output_mode, client.token_limit_parameter))

    return Endpoint(
        retrying,
        ResponseCache(settings.responses_dir),
        output_mode=memory.load(settings.base_url, model).output_mode,
        remember=remember,
        on_stop=stop,
    )


def _key(settings: Settings) -> str | None:
    return settings.api_key.get_secret_value() if settings.api_key else None


def _name(base_url: str, model: str) -> str:
    # Without query and user info: those may hold a key.
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')} {model}"
