"""Facts about the scripted chat model that users test with."""

from __future__ import annotations

import asyncio
from itertools import repeat

import pytest

from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import ModelUnavailableError
from tests.builders import build_request, build_response


def ask(chat: ChatModel, request: ChatRequest) -> ChatResponse:
    return asyncio.run(chat.complete(request))


def test_replies_come_in_order_and_requests_are_kept() -> None:
    response = build_response("second")
    chat = ScriptedChatModel(["first", response])
    requests = [build_request("a"), build_request("b")]

    replies = [ask(chat, request) for request in requests]

    assert replies == [ChatResponse(text="first", finish_reason="stop", served_model="test-model"), response]
    assert chat.requests == requests


def test_an_error_in_the_script_is_raised() -> None:
    chat = ScriptedChatModel([ModelUnavailableError("busy"), "{}"])

    with pytest.raises(ModelUnavailableError, match="busy"):
        ask(chat, build_request())
    assert ask(chat, build_request()).text == "{}"


def test_a_function_makes_each_reply_from_its_request() -> None:
    chat = ScriptedChatModel(lambda request: request.messages[-1].content.upper())

    assert ask(chat, build_request("a")).text == "A"


def test_an_endless_script_never_runs_out() -> None:
    chat = ScriptedChatModel(repeat("{}"))

    assert [ask(chat, build_request()).text for _ in range(3)] == ["{}"] * 3


def test_a_tool_call_ends_like_one() -> None:
    assert ask(ScriptedChatModel(["{}"]), build_request(output_mode="tool_call")).finish_reason == "tool_calls"


def test_a_script_that_runs_out_says_at_which_request() -> None:
    chat = ScriptedChatModel(["{}"])
    ask(chat, build_request())

    with pytest.raises(AssertionError, match="no reply for request 2"):
        ask(chat, build_request())


def test_one_string_is_not_a_script() -> None:
    with pytest.raises(TypeError, match="list of replies"):
        ScriptedChatModel("{}")


def test_closing_does_nothing() -> None:
    chat = ScriptedChatModel(["{}"])

    asyncio.run(chat.aclose())

    assert ask(chat, build_request()).text == "{}"
