"""What the flags of `digest` say about its forms, read into values."""

from __future__ import annotations

from urllib.parse import urlsplit

from summarizer.cli.publishing import FORMATS
from summarizer.contract.criterion import SCORES
from summarizer.digest.order import DEFAULT_THRESHOLD
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings

AUTO = "auto"


def choose_threshold(text: str | None, settings: Settings) -> int:
    """Return the relevance from which a paper has a place among the topics.

    Raises:
        ConfigurationError: `text` is no relevance, or asks for a setting that is not there.
    """
    if text is None:
        return DEFAULT_THRESHOLD
    if text == AUTO:
        if settings.min_relevance is None:
            raise ConfigurationError(
                "min_relevance: not set; `summarizer eval threshold` chooses one and writes it to summarizer.toml"
            )
        return settings.min_relevance
    if not text.isdecimal() or int(text) not in SCORES:
        raise ConfigurationError(f"min-relevance: expected 0 to {max(SCORES)} or {AUTO}, found {text!r}")
    return int(text)


def choose_formats(text: str) -> tuple[str, ...]:
    """Return the forms asked for, each once, in the order in which they are listed.

    Raises:
        ConfigurationError: one is not known, or there is none.
    """
    names = {name for part in text.split(",") if (name := part.strip().lower())}
    unknown = sorted(names - FORMATS.keys())
    if unknown or not names:
        found = ", ".join(unknown) or "none"
        raise ConfigurationError(f"format: expected some of {', '.join(FORMATS)}, found {found}")
    return tuple(name for name in FORMATS if name in names)


def choose_site_url(text: str | None) -> str | None:
    """Return the address with a slash at its end, so that names can be appended to it.

    Raises:
        ConfigurationError: it is no address of a web page.
    """
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"site-url: expected an address such as https://example.org/digests, found {text!r}")
    return f"{text.rstrip('/')}/"
