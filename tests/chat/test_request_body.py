"""Facts about the body that is sent."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

import orjson
import pytest

from summarizer.chat.interface import ChatRequest, Message, OutputMode, ResponseSchema
from summarizer.chat.request_body import TokenLimitParameter, build_body, build_prefix
from tests.builders import build_request

SCHEMA = ResponseSchema("annotation", '{"type":"object","properties":{"tldr":{"type":"string"}}}')


def decoded(request: ChatRequest, limit: TokenLimitParameter = "max_completion_tokens") -> dict[str, object]:
    body: dict[str, object] = orjson.loads(build_body(request, limit))
    return body


def test_json_schema_mode_asks_for_the_strict_schema() -> None:
    body = decoded(build_request(output_mode="json_schema", response_schema=SCHEMA))

    schema = orjson.loads(SCHEMA.schema_json)
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "annotation", "strict": True, "schema": schema},
    }
    assert not {"tools", "tool_choice"} & body.keys()


def test_tool_call_mode_forces_the_one_tool() -> None:
    body = decoded(build_request(output_mode="tool_call", response_schema=SCHEMA))

    function = {"name": "annotation", "strict": True, "parameters": orjson.loads(SCHEMA.schema_json)}
    assert body["tools"] == [{"type": "function", "function": function}]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "annotation"}}
    assert "response_format" not in body


def test_json_object_mode_asks_for_json_and_plain_mode_for_nothing() -> None:
    assert decoded(build_request(output_mode="json_object"))["response_format"] == {"type": "json_object"}
    assert decoded(build_request(output_mode="plain")).keys() == {"model", "max_completion_tokens", "messages"}


def test_parameters_are_sent_only_where_they_are_set() -> None:
    body = decoded(build_request(output_mode="plain", temperature=0.0, seed=0, reasoning_effort="low"))

    assert (body["temperature"], body["seed"], body["reasoning_effort"]) == (0.0, 0, "low")


def test_the_token_limit_goes_by_the_name_that_the_endpoint_knows() -> None:
    body = decoded(build_request(max_output_tokens=77), "max_tokens")

    assert body["max_tokens"] == 77
    assert "max_completion_tokens" not in body


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("mode", get_args(OutputMode))
def test_the_bytes_are_those_of_a_plain_serialisation(mode: OutputMode, count: int) -> None:
    roles = (Message("system", 'Ж \\ "quoted"\n'), Message("user", "α 医学"), Message("assistant", "]}"))
    request = build_request(messages=roles[:count], output_mode=mode, response_schema=SCHEMA, seed=3)

    body = build_body(request, "max_completion_tokens")

    assert body == orjson.dumps(orjson.loads(body))
    assert orjson.loads(body)["messages"] == [{"role": m.role, "content": m.content} for m in roles[:count]]


def test_the_static_part_is_serialised_once_for_all_papers() -> None:
    remembered = lru_cache(build_prefix)
    requests = [build_request(f"paper {number}") for number in range(5)]

    bodies = [build_body(request, "max_tokens", prefix=remembered) for request in requests]

    assert bodies == [build_body(request, "max_tokens") for request in requests]
    assert (remembered.cache_info().misses, remembered.cache_info().hits) == (1, 4)


def test_a_lone_surrogate_is_an_error_before_anything_is_sent() -> None:
    with pytest.raises(orjson.JSONEncodeError):
        build_body(build_request("\ud800"), "max_tokens")
