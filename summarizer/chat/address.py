"""Where an endpoint is, and what of its address and key must never be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import orjson

from summarizer.errors import ConfigurationError

_REDACTED = "[key]"
_MIN_SECRET_CHARACTERS = 8  # a shorter key, such as "none", would be redacted out of ordinary words
_API_VERSION = "api-version"
_MAX_RAW_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Address:
    """A checked base URL in its parts."""

    url: str
    """Without the query: this may be shown."""
    query: dict[str, str]
    """Sent with every request."""
    secrets: tuple[str, ...]
    """The key, and every value of the query that may be one."""

    @property
    def is_azure(self) -> bool:
        """Whether it is written in the way of Azure, which takes the key in a header of its own."""
        return _API_VERSION in self.query

    @property
    def is_local(self) -> bool:
        """Whether it is this machine itself, which no proxy can reach."""
        return urlsplit(self.url).hostname in {"localhost", "127.0.0.1", "::1"}

    def redact(self, text: str) -> str:
        """Replace each secret in `text`."""
        for secret in self.secrets:
            text = text.replace(secret, _REDACTED)
        return text

    def redact_bytes(self, content: bytes) -> bytes:
        """Replace each secret in `content`."""
        for secret in self.secrets:
            content = content.replace(secret.encode(), _REDACTED.encode())
        return content

    def redact_values(self, body: object) -> object:
        """Replace each secret in decoded JSON, names included."""
        encoded = orjson.dumps(body)
        if any(secret.encode() in encoded for secret in self.secrets):
            return orjson.loads(self.redact_bytes(encoded))
        return body

    def decode(self, content: bytes) -> tuple[str, object]:
        """Decode JSON that came from there; give its beginning as text, and the value (that text where it is no JSON)."""
        content = self.redact_bytes(content)
        raw_text = content[:_MAX_RAW_BYTES].decode(errors="replace")
        try:
            # Redacted again: a key whose characters were escaped has just been put together.
            return raw_text, self.redact_values(orjson.loads(content))
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # no JSON, or nested deeper than it can be written
            return raw_text, raw_text


def build_address(base_url: str, api_key: str | None) -> Address:
    """Check a base URL and its key.

    Raises:
        ConfigurationError: one of them can't be used; neither is quoted in the message.
    """
    parts = urlsplit(base_url)
    if "@" in parts.netloc:
        raise ConfigurationError("the base URL holds a user name or password: take it out, and set OPENAI_API_KEY")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError("the base URL must look like https://host/v1")
    if api_key is not None and not re.fullmatch(r"[!#-&(-\[\]-~]+", api_key):
        raise ConfigurationError(
            "the key (OPENAI_API_KEY) is empty or holds a space, line break, quote, backslash or non-ASCII character: "
            "check how it was copied"
        )
    query = dict(parse_qsl(parts.query))
    candidates = (api_key, *(value for name, value in query.items() if name != _API_VERSION))
    secrets = tuple(value for value in candidates if value and len(value) >= _MIN_SECRET_CHARACTERS)
    return Address(parts._replace(query="", fragment="").geturl(), query, secrets)
