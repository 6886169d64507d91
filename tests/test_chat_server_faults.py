"""How the local server fails on request."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from tests.chat_server import (
    REPLY_FAULTS,
    TRANSIENT_FAULTS,
    ChatServer,
    ContentFiltered,
    EchoKey,
    Fault,
    Fenced,
    KeyInError,
    MalformedBody,
    NotJson,
    QuotaExceeded,
    RateLimited,
    Refusal,
    Reset,
    ServerError,
    Stall,
    Status,
    Truncated,
    UnescapedLatex,
    Ungrounded,
    WrongSchema,
    http_date,
)
from tests.chat_server.client import ABSTRACT, KEY, TAGS, TITLE, ask, ask_with_fault, body, strict


def test_scripted_faults_come_in_order_and_then_end() -> None:
    with ChatServer() as server:
        server.script([ServerError(503), None, RateLimited()])
        statuses = [ask(server).status for _ in range(4)]

        assert server.stats["faults"] == {"ServerError": 1, "RateLimited": 1}

    assert statuses == [503, 200, 429, 200]


def test_a_fault_can_follow_a_text_or_a_predicate() -> None:
    with ChatServer() as server:
        server.fault_for("1,204 patients", ServerError(), times=1)
        server.fault_for(lambda request: request.get("seed") == 7, QuotaExceeded())
        requests = [body(), body(), body(seed=7), body(seed=7)]
        statuses = [ask(server, request).status for request in requests]

    assert statuses == [500, 200, 429, 429]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (RateLimited(), 429, "rate_limit_exceeded"),
        (QuotaExceeded(), 429, "insufficient_quota"),
        (ServerError(500), 500, None),
        (ServerError(529), 529, None),
        (Status(402), 402, None),
        (Status(403), 403, "permission_denied"),
        (Status(400, "context_length_exceeded"), 400, "context_length_exceeded"),
        (Status(400, "content_filter"), 400, "content_filter"),
        (Status(422, body={"error": {"code": "mine"}}), 422, "mine"),
        (KeyInError(), 401, "invalid_api_key"),
    ],
)
def test_an_error_has_the_shape_of_the_api(fault: Fault, status: int, code: str | None) -> None:
    response = ask_with_fault(fault)

    assert (response.status, response.error["code"]) == (status, code)


def test_a_rate_limit_says_when_to_come_back() -> None:
    seconds = ask_with_fault(RateLimited("2", "1500")).headers
    before = time.time()
    date = ask_with_fault(RateLimited(http_date(2))).headers["retry-after"]
    after = time.time()

    assert (seconds["retry-after"], seconds["retry-after-ms"]) == ("2", "1500")
    assert before + 2 <= parsedate_to_datetime(date).timestamp() <= after + 3
    assert "retry-after" not in ask_with_fault(RateLimited(None)).headers


def test_a_proxy_answers_in_html() -> None:
    response = ask_with_fault(ServerError(502, "html"))

    assert response.status == 502
    assert response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("kind", ["cut", "html", "empty", "no_choices", "error"])
def test_a_malformed_body_is_no_completion(kind: Any) -> None:
    response = ask_with_fault(MalformedBody(kind))

    assert response.status == 200
    assert kind in {"cut", "html", "empty"} or not response.body.get("choices")


def test_a_reset_breaks_the_connection() -> None:
    with pytest.raises(aiohttp.ClientOSError):
        ask_with_fault(Reset())


def test_a_reset_can_come_within_the_body() -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        ask_with_fault(Reset(mid_body=True))


def test_a_stall_answers_late() -> None:
    with ChatServer() as server:
        server.script([Stall(0.2)])
        start = time.monotonic()
        response = ask(server)

    assert response.status == 200
    assert time.monotonic() - start >= 0.2


def test_completions_that_do_not_arrive_as_json() -> None:
    truncated, refused = ask_with_fault(Truncated()), ask_with_fault(Refusal())
    filtered, prose, fenced = (ask_with_fault(fault) for fault in (ContentFiltered(), NotJson(), Fenced()))

    assert truncated.finish_reason == "length"
    with pytest.raises(json.JSONDecodeError):
        _ = truncated.reply
    assert refused.message["content"] is None
    assert refused.message["refusal"].startswith("I'm sorry")
    assert filtered.finish_reason == "content_filter"
    assert prose.message["content"].startswith("Sure!")
    assert fenced.message["content"].startswith("```json\n{")


def test_a_refusal_in_tool_mode_calls_no_tool() -> None:
    assert "tool_calls" not in ask_with_fault(Refusal(), body("tool_call")).message


def test_wrong_schemas() -> None:
    missing, extra = ask_with_fault(WrongSchema()).reply, ask_with_fault(WrongSchema("extra_field")).reply
    tags, number = ask_with_fault(WrongSchema("unknown_tag")).reply, ask_with_fault(WrongSchema("string_number")).reply

    assert "evidence" not in missing
    assert "confidence" in extra
    assert tags["tags"][0] not in TAGS
    assert isinstance(number["relevance"], str)


def test_unescaped_latex_parses_into_control_characters() -> None:
    content = ask_with_fault(UnescapedLatex()).message["content"]
    tldr = json.loads(content)["tldr"]

    assert {"\t", "\b", "\f", "\r", "\n"} <= set(tldr)


def test_an_ungrounded_reply_names_what_the_paper_does_not() -> None:
    reply = ask_with_fault(Ungrounded()).reply

    assert "8127.39" in reply["tldr"]
    assert reply["evidence"]
    assert reply["evidence"] not in f"{TITLE} {ABSTRACT}"


@pytest.mark.parametrize("fault", [EchoKey(), EchoKey("json"), KeyInError(400)])
def test_the_key_can_come_back(fault: Fault) -> None:
    assert KEY in ask_with_fault(fault).text


@pytest.mark.parametrize("fault", REPLY_FAULTS)
def test_every_reply_fault_fits_a_translation_alone(fault: Fault) -> None:
    schema = strict(translations=strict(**{"zh-Hans": strict(abstract={"type": "string"})}))

    assert ask_with_fault(fault, body(schema=schema)).status == 200


def test_chance_does_not_depend_on_the_order_of_calls() -> None:
    requests = [body(seed=number) for number in range(40)]

    def statuses(order: list[int]) -> dict[int, int]:
        with ChatServer(fault_rate=0.5, chaos=[ServerError()], seed=3) as server:
            return {number: ask(server, requests[number]).status for number in order}

    forwards, backwards = statuses(list(range(40))), statuses(list(reversed(range(40))))

    assert forwards == backwards
    assert 8 < list(forwards.values()).count(500) < 32


def test_chaos_of_every_kind_ends_in_an_outcome() -> None:
    with ChatServer(fault_rate=1, chaos=TRANSIENT_FAULTS + REPLY_FAULTS) as server:
        for number in range(60):
            try:
                ask(server, body(seed=number))
            except aiohttp.ClientError:
                continue
        outcomes = server.stats["outcomes"]

    assert sum(outcomes.values()) == 60


def test_a_fault_that_can_not_be_carried_out_is_raised_at_the_end() -> None:
    def ask_for_the_impossible() -> None:
        with ChatServer() as server:
            server.script([WrongSchema("unknown_tag")])
            ask(server, body(schema=strict(tldr={"type": "string"})))

    with pytest.raises(KeyError, match="tags"):
        ask_for_the_impossible()
