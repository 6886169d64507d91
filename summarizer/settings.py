"""Every option once, from flags, environment, `summarizer.toml` and defaults, in that order. Built at the edge, then frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from summarizer.errors import ConfigurationError

PROVIDER_BASE_URL = "https://api.openai.com/v1"
"""The provider's own address: the only one that must have a key."""

SETTINGS_FILE = "summarizer.toml"
PROFILES_KEY = "profile"
"""Where that file describes readers: `[profile.NAME]`."""
_PREFIX = "SUMMARIZER_"
_PROVIDER_VARIABLES = {"OPENAI_API_KEY": "api_key", "OPENAI_BASE_URL": "base_url"}
_SECRETS = {"api_key": "OPENAI_API_KEY", "smtp_password": "SUMMARIZER_SMTP_PASSWORD"}
_FILE_VARIABLE = "SUMMARIZER_CONFIG"


class Settings(BaseModel):
    """What a run needs to know. `repr` masks the key."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    model: str | None = None
    """Chat model, or `extractive` for the annotator that needs none."""
    base_url: str = PROVIDER_BASE_URL
    """Root of an OpenAI-compatible API; a query string is sent with each request."""
    api_key: SecretStr | None = Field(default=None, repr=False)
    """Key of that API. Environment only (`OPENAI_API_KEY` or `SUMMARIZER_API_KEY`): flags and files get copied around."""
    prompt: str = "annotate"
    """Name or file of the annotation prompt."""
    taxonomy: str = "taxonomy"
    """Name or file of the taxonomy."""
    criterion: str = "medical-imaging"
    """Name or file of the relevance criterion."""
    languages: tuple[str, ...] = ("zh-Hans",)
    """Languages to translate to; empty for none."""
    translate_abstract: bool = False
    """Translate the whole abstract too, in a second call."""
    translation_prompt: str = "translate-abstract"
    """Name or file of the prompt of that call."""
    cache_dir: Path = Path("cache")
    """Folder of the response cache."""
    concurrency: int = Field(default=16, ge=1, le=1024)
    """Requests in flight."""
    pack: int = Field(default=1, ge=1, le=32)
    """Papers in one request, at most; more than one needs a prompt with a `pack` section."""
    rpm: int | None = Field(default=None, ge=1)
    """Requests a minute; learned from the endpoint's answers when None."""
    tpm: int | None = Field(default=None, ge=1)
    """Tokens a minute, input and output together; learned when None."""
    max_cost: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """USD that one run may spend at most, the worst case of calls in flight included; None for no limit."""
    timeout_seconds: float = Field(default=120, gt=0)
    """For one request, from sending to the last byte."""
    max_attempts: int = Field(default=6, ge=1)
    """HTTP requests for one reply before the paper counts as failed."""
    max_output_tokens: int = Field(default=4096, ge=64)
    """Limit of one reply, reasoning included."""
    temperature: float | None = Field(default=None, ge=0)
    """Sent only when set: some models refuse it."""
    seed: int | None = None
    """Sent only when set."""
    reasoning_effort: str | None = None
    """Sent only when set, for instance `low`."""
    price_in: float | None = Field(default=None, ge=0)
    """USD for a million input tokens, where the price list does not know the model."""
    price_out: float | None = Field(default=None, ge=0)
    """USD for a million output tokens."""
    min_relevance: int | None = Field(default=None, ge=0, le=5)
    """From which a paper counts as relevant, as `eval threshold` chose it; used where a command is told `auto`."""
    smtp_host: str | None = None
    """Mail server of the digest."""
    smtp_port: int | None = Field(default=None, ge=1, le=65535)
    """587 for STARTTLS and 465 for TLS when None."""
    smtp_security: Literal["starttls", "tls"] = "starttls"
    """How the connection is encrypted: after the greeting, or from the first byte."""
    smtp_user: str | None = None
    smtp_password: SecretStr | None = Field(default=None, repr=False)
    """Environment only, like the key."""
    mail_from: str | None = None
    """Sender of the digest."""
    mail_to: tuple[str, ...] = ()
    """Its recipients, where the command names none."""
    mail_unsubscribe: str | None = None
    """Address (mailto: or https:) that ends a subscription."""

    @field_validator("languages", "mail_to", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(tag for part in value.split(",") if (tag := part.strip()) and tag != "none")
        return value

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_sound_port(parts):
            raise ValueError("expected an address such as http://localhost:8000/v1")
        if parts.username or parts.password:
            raise ValueError("must not hold a user name or password; set OPENAI_API_KEY instead")
        return value.rstrip("/") if not parts.query else value

    @property
    def public_base_url(self) -> str:
        """The address without its query, which may hold a key."""
        return self.base_url.partition("?")[0]

    @property
    def responses_dir(self) -> Path:
        """Where the cache keeps replies."""
        return self.cache_dir / "responses"

    @property
    def needs_key(self) -> bool:
        """Whether the address is the provider's own."""
        return urlsplit(self.base_url).hostname == urlsplit(PROVIDER_BASE_URL).hostname


def _has_sound_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def load_settings(flags: Mapping[str, object], environment: Mapping[str, str], folder: Path = Path()) -> Settings:
    """Merge all layers.

    Args:
        flags: settings given on the command line; None means not given.
        environment: usually `os.environ`.
        folder: where `summarizer.toml` is looked for.

    Raises:
        ConfigurationError: an unknown name or a bad value; the message says where it stands.
    """
    layers: list[tuple[str, Mapping[str, object]]] = [
        _file_layer(environment, folder),
        ("environment", _environment_layer(environment)),
        ("flag", {name: value for name, value in flags.items() if value is not None}),
    ]
    values = {name: value for _, layer in layers for name, value in layer.items()}
    origins = {name: origin for origin, layer in layers for name in layer}
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigurationError(_describe(error, origins)) from None  # the cause would show a key's value


def read_settings_file(environment: Mapping[str, str], folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return the path of `summarizer.toml`, or of what `SUMMARIZER_CONFIG` names, and what it holds; nothing without it.

    Raises:
        ConfigurationError: it can't be read.
    """
    named = environment.get(_FILE_VARIABLE)
    path = Path(named) if named else folder / SETTINGS_FILE
    if not named and not path.is_file():
        return path, {}
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: can't be read: {error}") from error


def _file_layer(environment: Mapping[str, str], folder: Path) -> tuple[str, Mapping[str, object]]:
    path, table = read_settings_file(environment, folder)
    table.pop(PROFILES_KEY, None)  # readers, which the command line knows
    for name, variable in _SECRETS.items():
        if name in table:
            raise ConfigurationError(f"{path}: keep {name} out of files; set {variable} in the environment")
    for name in table:
        _check_name(name, f"{path}: unknown setting {name!r}")
    return str(path), table


def _environment_layer(environment: Mapping[str, str]) -> Mapping[str, object]:
    values: dict[str, object] = {
        name: environment[variable] for variable, name in _PROVIDER_VARIABLES.items() if environment.get(variable)
    }
    for variable, value in environment.items():
        if variable.startswith(_PREFIX) and variable != _FILE_VARIABLE and value:
            name = variable.removeprefix(_PREFIX).lower()
            _check_name(name, f"unknown environment variable {variable}")
            values[name] = value
    return values


def _check_name(name: str, problem: str) -> None:
    if name in Settings.model_fields:
        return
    close = next(iter(get_close_matches(name, Settings.model_fields)), None)
    hint = f"did you mean {close!r}?" if close else f"known settings: {', '.join(sorted(Settings.model_fields))}"
    raise ConfigurationError(f"{problem}; {hint}")


def _describe(error: ValidationError, origins: Mapping[str, str]) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = str(first["loc"][0])
    return f"{name} (from {origins.get(name, 'default')}): {first['msg'].removeprefix('Value error, ')}"
