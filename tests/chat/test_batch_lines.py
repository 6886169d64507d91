"""Facts about the lines of batch files."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from summarizer.chat.address import build_address
from summarizer.chat.batch_lines import (
    MalformedLineError,
    ResultLine,
    build_request_line,
    read_result,
    read_result_id,
    split_lines,
)
from summarizer.chat.bounded_body import MAX_REPLY_BYTES
from summarizer.chat.cache import cache_key
from summarizer.chat.interface import OutputMode, Usage
from summarizer.chat.request_body import build_body
from tests.builders import build_request

DECODE = build_address("http://host/v1", "sk-test-0123456789").decode
COMPLETION = {
    "id": "chatcmpl-1",
    "model": "served",
    "choices": [{"finish_reason": "stop", "message": {"content": "{}"}}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 2},
}


def answer(body: object = COMPLETION, status: int = 200) -> dict[str, Any]:
    return {"response": {"status_code": status, "request_id": "req_1", "body": body}, "error": None}


def read(fields: dict[str, Any], output_mode: OutputMode = "json_schema") -> ResultLine:
    return read_result("key", fields, output_mode, endpoint="http://host/v1", model="model")


def test_a_request_line_is_the_body_of_a_live_call_under_its_cache_key() -> None:
    request = build_request("a paper")

    line = build_request_line(request, "max_tokens")
    fields = orjson.loads(line)

    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert fields == {
        "custom_id": cache_key(request),
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": orjson.loads(build_body(request, "max_tokens")),
    }


def test_a_reply_is_read_as_a_live_one() -> None:
    result = read(answer())

    assert (result.state, result.error) == ("answered", None)
    assert result.response is not None
    assert (result.response.text, result.response.request_id) == ("{}", "req_1")
    assert result.response.usage == Usage(input_tokens=10, output_tokens=2)
    assert result.response.latency_seconds is None


def test_a_tool_call_is_read_where_one_was_asked_for() -> None:
    calls = [{"function": {"name": "annotation", "arguments": '{"a":1}'}}]
    body = {"choices": [{"finish_reason": "stop", "message": {"content": None, "tool_calls": calls}}]}

    read_as = {mode: read(answer(body), mode).response for mode in ("tool_call", "json_schema")}

    assert [response.text for response in read_as.values() if response] == ['{"a":1}', ""]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (answer({"error": {"code": "context_length_exceeded", "message": "too long"}}, 400), "PaperRejectedError"),
        (answer({"error": {"message": "no"}}, 400), "PaperRejectedError"),
        (answer({"error": {"code": "insufficient_quota", "message": "pay"}}, 429), "ModelRequestError"),
        (answer({"error": {"message": "slow down"}}, 429), "ModelUnavailableError"),
        (answer({"error": {"message": "oops"}}, 500), "ModelUnavailableError"),
        (answer("<html>", 502), "ModelUnavailableError"),
        (answer({"error": {"code": 402, "message": "no credits"}}), "ModelRequestError"),
        (answer({"choices": []}), "ModelUnavailableError"),
        (answer(None), "ModelUnavailableError"),
        (answer(status=True), "ModelUnavailableError"),
        ({"response": None, "error": {"code": "server_error", "message": "lost"}}, "ModelUnavailableError"),
        ({"response": None, "error": "lost"}, "ModelUnavailableError"),
        ({"response": None, "error": None}, "ModelUnavailableError"),
    ],
)
def test_an_error_is_of_the_kind_of_a_live_one(fields: dict[str, Any], kind: str) -> None:
    result = read(fields)

    assert (result.state, result.response) == ("failed", None)
    assert str(result.error).startswith(f"{kind}: ")


@pytest.mark.parametrize(("code", "state"), [("batch_expired", "expired"), ("batch_cancelled", "cancelled")])
def test_a_request_that_was_not_reached_did_not_fail(code: str, state: str) -> None:
    assert read({"response": None, "error": {"code": code, "message": "too late"}}).state == state


def test_a_line_of_another_tool_without_a_status_is_a_success() -> None:
    assert read({"response": {"body": COMPLETION}}).state == "answered"


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"custom_id": 1, "response": {}}',
        b'{"custom_id": "", "response": {}}',
        b'{"response": {}}',
        b'{"custom_id": "k", "method": "POST", "url": "/v1/chat/completions", "body": {}}',
    ],
)
def test_what_is_no_result_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedLineError):
        read_result_id(line, DECODE)


def test_a_key_in_a_result_is_taken_out_also_where_it_is_escaped() -> None:
    line = rb'{"custom_id": "k", "response": null, "error": "sk-test-0123456789 sk\u002dtest-0123456789"}'

    _, fields = read_result_id(line, DECODE)

    assert fields["error"] == "[key] [key]"


def test_pieces_are_joined_to_lines_and_empty_lines_are_none() -> None:
    assert list(split_lines([b"a\n\r\nb", b"", b"c\n\n", b"d"])) == [b"a", b"bc", b"d"]


def test_an_endless_line_does_not_fill_the_memory() -> None:
    pieces = [b"x" * 1_000_000] * 10 + [b"\nnext\n"]

    lines = list(split_lines(pieces))

    assert [len(line) for line in lines] == [MAX_REPLY_BYTES, 4]
