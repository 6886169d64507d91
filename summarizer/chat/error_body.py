"""What an endpoint's error answer means for the run. Knows no SDK: a status, a body and a few headers go in.

The status alone does not tell: servers say with 400 that a paper is too long, that the schema is not supported and
that a parameter is unknown. So the words of the answer decide, in this order, and the status only where they are
silent. The words come from what OpenAI, Azure, vLLM, llama.cpp, Ollama, LM Studio, LiteLLM, OpenRouter, Mistral,
DeepSeek, Groq and Gemini send; only the fields that hold the server's own words are read, since many echo the request.

An answer of 400 or 422 whose words say nothing known is about this paper if the output mode already worked (an
earlier reply in this mode), or if no mode was asked for; else the mode itself is the first suspect, because gateways
that lack one may answer with a bare 400, and trying the next mode costs a request that is not billed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from typing import Literal, NamedTuple

from summarizer.chat.interface import OutputMode
from summarizer.errors import ModelError, ModelRequestError, ModelUnavailableError, OutputModeError, PaperRejectedError

_Meaning = Literal[
    "address", "ambiguous", "billing", "forbidden", "key", "mode", "model", "paper", "parameter", "redirect", "wait"
]

_MAX_MESSAGE_CHARACTERS = 300
_MAX_WORDS_CHARACTERS = 20_000
_MAX_DEPTH = 6  # of nested error objects; proxies wrap each other
_MESSAGE_FIELDS = ("error", "message", "msg", "detail", "loc", "metadata", "raw")
_GAVE_UP_WAITING = (504, 524)  # a gateway did; the model behind it may go on, and bill (524 is Cloudflare's)
_CODE_FIELDS = ("code", "type", "param", "status", "innererror", "reason", "reasons")
# Validation errors quote the whole request after this, the abstract included.
_ECHO = re.compile(r"""['"]input['"]\s*:.*""", re.DOTALL)
_RETRY_HINT = r"\bretry in (\d+(?:\.\d+)?)\s?s"


class _Rule(NamedTuple):
    meaning: _Meaning
    words: str
    statuses: tuple[int, ...] = ()
    """Empty for every status."""


_RULES = (
    _Rule("billing", r"insufficient_quota|billing_hard_limit_reached|billing_not_active"),
    # Gemini words its limit by the minute like an exhausted quota, and adds when to come back.
    _Rule("wait", _RETRY_HINT, (429,)),
    _Rule(
        "billing",
        r"exceeded your current quota|insufficient (balance|credits|funds)|balance is too low",
        (400, 402, 403, 429),
    ),
    _Rule("key", r"(incorrect|invalid|valid) api[ _]key|api[ _]key (is )?(not valid|invalid|expired)", (400, 403)),
    _Rule("paper", r"context_length_exceeded|exceed_context_size_error|string_above_max_length|request too large"),
    _Rule(
        "paper",
        r"content_?filter|content[ _](management[ _])?policy|responsibleai|invalid_prompt|usage polic|flagged"
        r"|moderation|data_inspection_failed|inappropriate content",
        (400, 403, 422),
    ),
    _Rule(
        "paper",
        r"context[ _](size|length|window)|maximum model length|too many (input )?tokens|reduce the length"
        r"|(prompt|input|string|messages?) (is |are )?too (long|large)|max_tokens must be at least 1, got -",
        (400, 413, 422),
    ),
    # Groq: the model's own output broke the schema. Another paper may do better, and so may another mode.
    _Rule("ambiguous", r"json_validate_failed|tool_use_failed", (400,)),
    _Rule(
        "model",
        r"model_not_found|deploymentnotfound|invalid model|unknown model|no models? loaded|no such model"
        r"|(model|deployment)\b[^\n]{0,80}\b(does not exist|not found|not exist)"
        r"|model \S+ (has been|is) (deprecated|decommissioned|retired)",
        (400, 404, 422),
    ),
    _Rule(
        "mode",
        r"response_?format|json_?schema|json_?object|json mode|structured[ _-]?output|guided_|grammar|\bschema\b"
        r"|\btools?\b|tool_choice|tool[ _]calls?|function[ _]call|requested parameters",
        (400, 404, 422, 501),
    ),
    _Rule("mode", r"grammar|json schema conversion", (500,)),
    _Rule(
        "parameter",
        r"unsupported[ _](parameter|value)|(unrecognized|unknown) (request )?(argument|parameter|field|name)"
        r"|extra_forbidden|extra inputs|\b(temperature|seed|reasoning_effort|max_tokens|max_completion_tokens)\b"
        r"|system role|roles must alternate",
        (400, 422),
    ),
)

_BY_STATUS: dict[int, _Meaning] = {
    400: "ambiguous",
    401: "key",
    402: "billing",
    403: "forbidden",
    408: "wait",
    409: "wait",
    413: "paper",
    422: "ambiguous",
    425: "wait",
    429: "wait",
    499: "wait",
}

_FIXES: dict[_Meaning, str] = {
    "address": "nothing answers there: check the base URL (it usually ends in /v1)",
    "billing": "the account has no credit or quota left: check its plan and billing, then resume",
    "forbidden": "the key (OPENAI_API_KEY) may not use this model or endpoint: check its permissions",
    "key": "the key was refused: check OPENAI_API_KEY, and that it belongs to this base URL",
    "model": "the endpoint has no model {model!r}: check --model, and that it is loaded there",
    "parameter": "the endpoint refuses a parameter of every request: leave it out, or change it",
    "redirect": "the address moved: set the base URL to the new one",
}


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An answer without a completion, and what was asked."""

    endpoint: str
    """The base URL as it may be shown."""
    model: str
    status: int
    body: object
    """Decoded JSON, or the text where it is none. Free of the key."""
    raw_text: str
    """The body as it came. Free of the key."""
    retry_after_seconds: float | None = None
    output_mode: OutputMode = "plain"
    """That of the request."""
    mode_is_proven: bool = False
    """Whether a reply in this mode is known."""

    @property
    def words(self) -> str:
        """The server's own words in lower case, codes included."""
        return " ".join(_texts(self.body, _MESSAGE_FIELDS + _CODE_FIELDS))[:_MAX_WORDS_CHARACTERS].lower()

    def rejects_parameter(self, name: str) -> bool:
        """Whether the endpoint does not know the parameter `name` (not: dislikes its value)."""
        words = self.words
        unknown = r"support|unrecognized|unknown|unexpected|not permitted|not allowed|forbidden"
        named = re.search(rf"\b{name}\b", words) and not re.search(r"too (large|small|long)|at (most|least)", words)
        return self.status in {400, 422} and bool(named) and bool(re.search(unknown, words))

    def to_error(self) -> ModelError:
        """Build the error that says what this answer means and what to do."""
        meaning = self._meaning()
        text = f"{self.endpoint} answered {self.status}: {self._message()}"
        if meaning == "wait":
            wait = self.retry_after_seconds
            hint = re.search(_RETRY_HINT, self.words) if wait is None else None
            wait = float(hint[1]) if hint else wait
            error = ModelUnavailableError(text, retry_after_seconds=wait, raw_text=self.raw_text)
            error.may_be_billed = self.status in _GAVE_UP_WAITING
            return error
        if meaning == "mode":
            return OutputModeError(text, raw_text=self.raw_text)
        if meaning == "paper":
            return PaperRejectedError(text, raw_text=self.raw_text)
        return ModelRequestError(f"{text} ({_FIXES[meaning].format(model=self.model)})", raw_text=self.raw_text)

    def _meaning(self) -> _Meaning:
        words = self.words
        for rule in _RULES:
            if rule.meaning == "mode" and self.output_mode == "plain":
                continue
            if (not rule.statuses or self.status in rule.statuses) and re.search(rule.words, words):
                return self._settled(rule.meaning)
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return "wait"
        unknown: _Meaning = "redirect" if self.status < HTTPStatus.BAD_REQUEST else "address"
        return self._settled(_BY_STATUS.get(self.status, unknown))

    def _settled(self, meaning: _Meaning) -> _Meaning:
        if meaning != "ambiguous":
            return meaning
        return "paper" if self.mode_is_proven or self.output_mode == "plain" else "mode"

    def _message(self) -> str:
        if _is_page(self.raw_text):
            return "a web page"
        texts = dict.fromkeys(_texts(self.body, _MESSAGE_FIELDS))
        return to_line(" ".join(texts) or self.raw_text) or "nothing more"


def retry_after_seconds(headers: Mapping[str, str], *, now: float) -> float | None:
    """Read the wait that the endpoint asks for: `retry-after-ms`, or `Retry-After` in seconds or as a date.

    Args:
        headers: of the answer, looked up without regard to case. A date is taken against their `Date`, which no wrong
            clock of this machine changes.
        now: seconds since the epoch, where there is no `Date`.

    Returns:
        Seconds, never negative; None where none is given or it can't be read.
    """
    if (milliseconds := _finite(headers.get("retry-after-ms"))) is not None:
        return max(0.0, milliseconds / 1000)
    value = headers.get("retry-after")
    if (seconds := _finite(value)) is not None:
        return max(0.0, seconds)
    try:
        moments = [parsedate_to_datetime(text) for text in (value or "", headers.get("date") or formatdate(now))]
    except ValueError:
        return None
    until, sent = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments)
    return max(0.0, (until - sent).total_seconds())


def to_line(text: str) -> str:
    """Make foreign text fit for one line of a message: no control characters, of bounded length."""
    printable = "".join(
        c if unicodedata.category(c)[0] not in "CZ" else " " for c in text[: 4 * _MAX_MESSAGE_CHARACTERS]
    )
    line = " ".join(printable.split())
    return line if len(line) <= _MAX_MESSAGE_CHARACTERS else line[:_MAX_MESSAGE_CHARACTERS] + "…"


def _texts(body: object, fields: tuple[str, ...], depth: int = 0) -> Iterator[str]:
    if isinstance(body, str):
        if not _is_page(body):
            yield _ECHO.sub("", body)
    elif isinstance(body, int) and not isinstance(body, bool):
        yield str(body)
    elif depth < _MAX_DEPTH and isinstance(body, list):
        for item in body:
            yield from _texts(item, fields, depth + 1)
    elif depth < _MAX_DEPTH and isinstance(body, dict):
        for field in fields:
            yield from _texts(body.get(field), fields, depth + 1)


def _is_page(text: str) -> bool:
    return text.lstrip().startswith("<")


def _finite(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
