"""Facts about reading a chat completion."""

from __future__ import annotations

from typing import Any

import pytest

from summarizer.chat.interface import Usage
from summarizer.chat.reply_body import MalformedReplyError, build_response, build_usage, inner_status


def completion(message: Any, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": "stop"}], **fields}


def test_a_complete_reply_is_read() -> None:
    body = completion({"content": "{}"}, id="chatcmpl-1", model="served", extra=1, usage={"prompt_tokens": 3})

    response = build_response(body, "json_schema", attempts=2)

    assert (response.text, response.finish_reason, response.refusal) == ("{}", "stop", None)
    assert (response.served_model, response.request_id, response.attempts) == ("served", "chatcmpl-1", 2)
    assert response.usage == Usage(input_tokens=3)


def test_the_request_id_of_the_headers_goes_before_that_of_the_body() -> None:
    response = build_response(completion({"content": ""}, id="body"), "plain", request_id="header")

    assert response.request_id == "header"


@pytest.mark.parametrize("finish_reason", ["length", "content_filter"])
def test_a_cut_or_filtered_reply_is_a_response(finish_reason: str) -> None:
    body = {"choices": [{"message": {"content": None}, "finish_reason": finish_reason}]}

    response = build_response(body, "plain")

    assert (response.text, response.finish_reason) == ("", finish_reason)


def test_a_refusal_is_a_response() -> None:
    response = build_response(completion({"content": None, "refusal": "I can't help with that."}), "json_schema")

    assert (response.text, response.refusal) == ("", "I can't help with that.")


def test_reasoning_is_not_part_of_the_text() -> None:
    parts = [{"type": "thinking", "text": "hmm"}, {"type": "text", "text": "{"}, {"type": "text", "text": "}"}]

    assert build_response(completion({"content": "{}", "reasoning_content": "hmm"}), "plain").text == "{}"
    assert build_response(completion({"content": parts}), "plain").text == "{}"


@pytest.mark.parametrize("arguments", ['{"a":1}', {"a": 1}])
def test_a_tool_call_gives_its_arguments(arguments: object) -> None:
    message = {"content": "calling", "tool_calls": [{"function": {"name": "annotation", "arguments": arguments}}]}

    assert build_response(completion(message), "tool_call").text == '{"a":1}'
    assert build_response(completion(message), "json_schema").text == "calling"


@pytest.mark.parametrize("calls", [None, [], [None], [{"function": None}], "no"])
def test_content_is_the_text_when_the_tool_was_ignored(calls: object) -> None:
    assert build_response(completion({"content": "{}", "tool_calls": calls}), "tool_call").text == "{}"


@pytest.mark.parametrize(
    "body",
    [
        None,
        "text",
        [],
        {},
        {"choices": None},
        {"choices": []},
        {"choices": [None]},
        {"choices": [{}]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": "{"}, "finish_reason": "error"}]},
        {"choices": [{"message": {"content": "{"}, "error": {"code": 502}}]},
    ],
)
def test_a_body_without_a_message_is_malformed(body: object) -> None:
    with pytest.raises(MalformedReplyError):
        build_response(body, "plain")


def test_usage_is_read_with_its_parts() -> None:
    usage = build_usage(
        {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "prompt_tokens_details": {"cached_tokens": 64},
            "completion_tokens_details": {"reasoning_tokens": 5},
        }
    )

    assert usage == Usage(input_tokens=100, cached_input_tokens=64, output_tokens=20, reasoning_tokens=5)


@pytest.mark.parametrize(
    "usage", [None, [], {}, {"prompt_tokens": None, "completion_tokens": "9"}, {"prompt_tokens": -4}]
)
def test_missing_or_senseless_usage_counts_as_nothing(usage: object) -> None:
    assert build_usage(usage) == Usage()


def test_cached_tokens_never_exceed_the_input() -> None:
    assert build_usage({"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 9}}).cached_input_tokens == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": {"code": 402}}, 402),
        ({"error": {"code": "429"}}, 429),
        ({"error": {"code": "rate_limited"}}, 502),
        ({"error": "upstream"}, 502),
        ({"error": None, "choices": []}, None),
        ({"choices": [{}], "error": {"code": 400}}, None),
        ([], None),
    ],
)
def test_an_error_sent_as_a_success_tells_its_status(body: object, status: int | None) -> None:
    assert inner_status(body) == status
