"""Facts about what the error answers of real servers mean. The bodies have the shapes that these servers send."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import orjson
import pytest

from summarizer.chat.error_body import ErrorAnswer, retry_after_seconds, to_line
from summarizer.errors import (
    ModelError,
    ModelRequestError,
    ModelUnavailableError,
    OutputModeError,
    PaperRejectedError,
)

NOON = 1_700_049_600.0  # Wed, 15 Nov 2023 12:00:00 GMT


def answer(status: int, body: Any, **fields: Any) -> ErrorAnswer:
    raw_text = body if isinstance(body, str) else orjson.dumps(body).decode()
    values = {"endpoint": "http://host/v1", "model": "m", "output_mode": "json_schema", **fields}
    return ErrorAnswer(status=status, body=body, raw_text=raw_text, **values)


def openai_error(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}}


UNAVAILABLE = [
    (429, openai_error("Rate limit reached for m on requests per min", code="rate_limit_exceeded")),
    # Gemini, limit by the minute
    (429, [{"error": {"code": 429, "message": "You exceeded your current quota. Please retry in 27.5s."}}]),
    (503, {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}),
    (500, {"error": {"code": 500, "message": "Failed to parse tool call arguments", "type": "server_error"}}),
    (529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}),
    (502, "<html><title>Bad gateway</title> response_format grammar</html>"),
    (408, ""),
    (409, ""),
    (425, ""),
    (499, ""),
]
REQUEST = [
    (401, openai_error("Incorrect API key provided", code="invalid_api_key"), "OPENAI_API_KEY"),
    (400, [{"error": {"code": 400, "message": "API key not valid. Please pass a valid one."}}], "OPENAI_API_KEY"),
    (402, {"error": {"message": "Insufficient Balance"}}, "billing"),
    (403, {"error": {"message": "You do not have access"}}, "permissions"),
    (404, {"detail": "Not Found"}, "base URL"),
    (404, "<html>tools for your schema</html>", "base URL"),
    (405, {"detail": "Method Not Allowed"}, "base URL"),
    (301, "it points to https://elsewhere/v1", "base URL"),
    (404, openai_error("The model `m` does not exist or you do not have access", code="model_not_found"), "model 'm'"),
    (404, openai_error('model "llama3.2" not found, try pulling it first', type="api_error"), "--model"),
    (404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist"}}, "--model"),
    (400, {"error": {"message": "No models loaded. Please load a model in the developer page"}}, "--model"),
    (429, openai_error("You exceeded your current quota", type="insufficient_quota"), "billing"),
    (429, {"error": {"message": "You exceeded your current quota, please check your plan."}}, "billing"),
    (403, openai_error("Quota is used up", code="insufficient_quota"), "billing"),
    (400, openai_error("Billing hard limit has been reached", code="billing_hard_limit_reached"), "billing"),
    (400, openai_error("Unsupported value: 'temperature' does not support 0.1", param="temperature"), "parameter"),
    (400, openai_error("max_tokens is too large: 20480. This model supports at most 16384 tokens"), "parameter"),
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "not permitted"}]}, "parameter"),
    (500, openai_error("gone", code="insufficient_quota"), "billing"),
]
MODE = [
    (400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}),  # LM Studio
    (400, openai_error("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.")),
    (400, openai_error("Invalid schema for response_format 'annotation'", param="response_format")),
    (400, openai_error("This response_format type is unavailable now", code="invalid_request_error")),  # DeepSeek
    (422, "Failed to deserialize the JSON body: response_format.type `json_schema` is unavailable now"),
    (400, {"object": "error", "message": "Grammar error: Unknown format: uri", "type": "BadRequestError", "code": 400}),
    (500, {"error": {"code": 500, "message": "failed to parse grammar", "type": "server_error"}}),  # llama.cpp
    (400, openai_error("registry.ollama.ai/library/gemma does not support tools", type="api_error")),
    (400, openai_error('"auto" tool choice requires --enable-auto-tool-choice')),  # vLLM
    (404, {"error": {"message": "No endpoints found that support tool use", "code": 404}}),  # OpenRouter
    (501, {"error": "structured outputs are not implemented"}),
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "tool_choice"], "msg": "not permitted"}]}),
]
PAPER = [
    (400, openai_error("This model's maximum context length is 4096 tokens.", code="context_length_exceeded")),
    (400, {"object": "error", "message": "This model's maximum context length is 16384 tokens", "code": 400}),  # vLLM
    (400, {"message": "'max_tokens' or 'max_completion_tokens' is too large: 8. The maximum context length is 4"}),
    (400, {"error": {"message": "request exceeds the available context size", "type": "exceed_context_size_error"}}),
    (500, {"error": {"message": "exceeds the size", "type": "exceed_context_size_error", "n_ctx": 256}}),  # llama.cpp
    (400, {"error": "greater than the context length (n_keep: 5000>= n_ctx: 4096)"}),  # LM Studio
    (400, openai_error("Invalid 'messages[1].content': string too long.", code="string_above_max_length")),
    (413, "Payload Too Large"),
    (413, ""),
    (429, openai_error("Request too large for m on tokens per min: Limit 30000, Requested 41000", type="tokens")),
    (400, openai_error("Your prompt was flagged", code="invalid_prompt")),
    (400, openai_error("Filtered due to Azure OpenAI's content management policy", code="content_filter")),
    (403, {"error": {"code": 403, "message": "Input was flagged", "metadata": {"reasons": ["violence"]}}}),
]
AMBIGUOUS = [
    (400, "Bad Request"),
    (400, ""),
    (422, {"detail": [{"type": "value_error", "loc": ["body"], "msg": "Invalid", "input": {"response_format": {}}}]}),
    (400, {"message": "[{'msg': 'Invalid', 'input': {'messages': [], 'tools': []}}]"}),
    (400, openai_error("Failed to generate JSON. Please adjust your prompt.", code="json_validate_failed")),  # Groq
]


@pytest.mark.parametrize(("status", "body"), UNAVAILABLE)
def test_the_endpoint_is_unavailable(status: int, body: object) -> None:
    assert type(answer(status, body).to_error()) is ModelUnavailableError


@pytest.mark.parametrize(("status", "body", "fix"), REQUEST)
def test_every_request_would_fail_and_the_message_names_the_fix(status: int, body: object, fix: str) -> None:
    error = answer(status, body).to_error()

    assert type(error) is ModelRequestError
    assert fix in str(error)


@pytest.mark.parametrize("mode", ["json_schema", "tool_call", "json_object"])
@pytest.mark.parametrize(("status", "body"), MODE)
def test_the_output_mode_is_not_supported(status: int, body: object, mode: str) -> None:
    assert type(answer(status, body, output_mode=mode, mode_is_proven=True).to_error()) is OutputModeError


@pytest.mark.parametrize(("status", "body"), MODE)
def test_without_an_output_mode_none_is_to_blame(status: int, body: object) -> None:
    assert type(answer(status, body, output_mode="plain").to_error()) is not OutputModeError


@pytest.mark.parametrize(("status", "body"), PAPER)
def test_the_paper_is_refused(status: int, body: object) -> None:
    assert type(answer(status, body).to_error()) is PaperRejectedError


@pytest.mark.parametrize(("status", "body"), AMBIGUOUS)
@pytest.mark.parametrize(
    ("mode", "proven", "expected"),
    [
        ("json_schema", False, OutputModeError),
        ("json_schema", True, PaperRejectedError),
        ("plain", False, PaperRejectedError),
    ],
)
def test_an_unclear_refusal_is_about_the_mode_until_the_mode_has_worked(
    status: int, body: object, mode: str, proven: bool, expected: type[ModelError]
) -> None:
    assert type(answer(status, body, output_mode=mode, mode_is_proven=proven).to_error()) is expected


def test_the_wait_that_only_the_words_tell_is_kept() -> None:
    error = answer(429, {"error": {"message": "Please retry in 27.5s."}}).to_error()

    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after_seconds == 27.5


@pytest.mark.parametrize(
    ("status", "body", "rejected"),
    [
        (400, openai_error("Unsupported parameter: 'max_completion_tokens' is not supported with this model."), True),
        (422, {"message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"]}]}}, True),
        (400, openai_error("m does not support parameters: {'max_completion_tokens': 4096}"), True),
        (400, openai_error("Unrecognized request argument supplied: max_completion_tokens"), True),
        (400, openai_error("max_completion_tokens is too large: 9. This model supports at most 8"), False),
        (400, openai_error("Unsupported parameter: 'max_tokens' is not supported with this model."), False),
        (500, openai_error("Unsupported parameter: 'max_completion_tokens'"), False),
    ],
)
def test_an_unknown_token_limit_is_told_from_a_disliked_one(status: int, body: object, rejected: bool) -> None:
    assert answer(status, body).rejects_parameter("max_completion_tokens") is rejected


def test_a_message_is_one_short_line_without_control_characters() -> None:
    error = answer(400, openai_error("bad\x1b[31m\r\n\u202e" + "x" * 5000), output_mode="plain").to_error()

    assert str(error).startswith("http://host/v1 answered 400: bad [31m xxx")
    assert len(str(error)) < 400
    assert str(error).isprintable()


def test_a_web_page_is_not_repeated() -> None:
    assert "answered 404: a web page (" in str(answer(404, "<html><body>long</body></html>").to_error())


def test_deeply_nested_errors_are_read_as_far_as_needed() -> None:
    body: object = "insufficient_quota"
    for _ in range(200):
        body = {"error": body}

    assert type(answer(400, body).to_error()) is OutputModeError


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250", "retry-after": "30"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "30"}, 30.0),
        ({"retry-after": "Wed, 15 Nov 2023 12:01:30 GMT"}, 90.0),
        ({"retry-after": "Wed, 15 Nov 2023 12:01:30 -0000"}, 90.0),
        ({"retry-after": "Wed, 15 Nov 2023 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 99 Nov 2023 11:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, now=NOON) == seconds


def test_to_line_keeps_other_scripts() -> None:
    assert to_line("  模型\t不存在\n") == "模型 不存在"


@pytest.mark.parametrize("hours", [-48, 0, 48])
def test_a_date_to_wait_for_is_taken_against_the_clock_of_who_sent_it(hours: int) -> None:
    sent, until = (formatdate(NOON + seconds, usegmt=True) for seconds in (0, 30))

    assert retry_after_seconds({"date": sent, "retry-after": until}, now=NOON + 3600 * hours) == 30.0
