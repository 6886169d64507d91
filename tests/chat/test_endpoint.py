"""Facts about the endpoint: cache first, one call for equal requests, and the probe for the output mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from summarizer.chat.cache import ResponseCache, cache_key
from summarizer.chat.endpoint import OUTPUT_MODES, Endpoint, Reply
from summarizer.chat.interface import ChatRequest, ChatResponse, OutputMode, Usage
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import ModelUnavailableError, OutputModeError, StoreError
from tests.builders import build_request, build_response


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ResponseCache]:
    cache = ResponseCache(tmp_path)
    yield cache
    cache.close()


def building(text: str = "hello") -> Callable[[OutputMode], ChatRequest]:
    return lambda mode: build_request(text, output_mode=mode)


def supporting(*modes: OutputMode, elsewhere: str | None = None) -> Callable[[ChatRequest], ChatResponse | Exception]:
    """Script an endpoint that refuses the other modes, or answers them with `elsewhere`."""

    def reply(request: ChatRequest) -> ChatResponse | Exception:
        if request.output_mode in modes:
            return build_response('{"ok": true}')
        return OutputModeError(f"no {request.output_mode}") if elsewhere is None else build_response(elsewhere)

    return reply


def ask(endpoint: Endpoint, *texts: str, fresh: bool = False) -> list[Reply]:
    async def ask_all() -> list[Reply]:
        return await asyncio.gather(*(endpoint.answer(building(text), fresh=fresh) for text in texts))

    return asyncio.run(ask_all())


def test_a_reply_is_asked_for_once_and_then_cached(cache: ResponseCache) -> None:
    chat = ScriptedChatModel(['{"a": 1}'])
    endpoint = Endpoint(chat, cache, output_mode="json_schema")
    (first,) = ask(endpoint, "hello")
    (second,) = ask(endpoint, "hello")

    assert not first.cached
    assert second.cached
    assert second.response == first.response
    assert (first.attempts, second.attempts) == (1, 0)
    assert second.paid == Usage()


def test_fresh_asks_anew_and_replaces_what_was_cached(cache: ResponseCache) -> None:
    endpoint = Endpoint(ScriptedChatModel(['{"a": 1}', '{"a": 2}']), cache, output_mode="json_schema")
    ask(endpoint, "hello")
    ask(endpoint, "hello", fresh=True)

    assert ask(endpoint, "hello")[0].response.text == '{"a": 2}'


def test_a_bad_reply_is_cached_too(cache: ResponseCache) -> None:
    chat = ScriptedChatModel([build_response("no json", finish_reason="length")])
    endpoint = Endpoint(chat, cache, output_mode="json_schema")
    ask(endpoint, "hello")

    assert ask(endpoint, "hello")[0].cached


def test_an_error_is_not_cached(cache: ResponseCache) -> None:
    endpoint = Endpoint(ScriptedChatModel([ModelUnavailableError("busy"), "{}"]), cache, output_mode="json_schema")
    with pytest.raises(ModelUnavailableError):
        ask(endpoint, "hello")

    assert ask(endpoint, "hello")[0].response.text == "{}"


def test_equal_requests_in_flight_are_one_call(cache: ResponseCache) -> None:
    chat = ScriptedChatModel(['{"a": 1}'])
    endpoint = Endpoint(chat, cache, output_mode="json_schema")
    first, second = ask(endpoint, "hello", "hello")

    assert len(chat.requests) == 1
    assert first.paid + second.paid == first.response.usage


@pytest.mark.parametrize("mode", ["json_schema", "tool_call", "json_object", "plain"])
def test_the_probe_finds_the_strictest_mode_and_remembers_it(cache: ResponseCache, mode: OutputMode) -> None:
    remembered: list[OutputMode] = []
    endpoint = Endpoint(ScriptedChatModel(supporting(mode)), cache, remember=remembered.append)
    (reply,) = ask(endpoint, "hello")

    assert reply.output_mode == endpoint.output_mode == mode
    assert remembered == [mode]


def test_a_server_that_ignores_a_mode_does_not_have_it(cache: ResponseCache) -> None:
    chat = ScriptedChatModel(supporting("json_object", elsewhere="Sure! Here is the summary."))
    endpoint = Endpoint(chat, cache)
    (reply,) = ask(endpoint, "hello")

    assert endpoint.output_mode == "json_object"
    assert reply.paid == Usage(input_tokens=30, output_tokens=15)
    assert reply.attempts == 3


def test_only_one_request_probes_while_the_others_wait(cache: ResponseCache) -> None:
    chat = ScriptedChatModel(supporting("plain"))
    ask(Endpoint(chat, cache), "a", "b", "c")

    assert [request.output_mode for request in chat.requests].count("json_schema") == 1


def test_a_known_mode_is_not_probed(cache: ResponseCache) -> None:
    chat = ScriptedChatModel(["{}"])
    ask(Endpoint(chat, cache, output_mode="tool_call"), "hello")

    assert [request.output_mode for request in chat.requests] == ["tool_call"]


def test_prose_in_every_mode_is_taken_as_plain_for_this_run_but_not_remembered(cache: ResponseCache) -> None:
    remembered: list[OutputMode] = []
    chat = ScriptedChatModel(lambda _: "Lorem ipsum")
    endpoint = Endpoint(chat, cache, remember=remembered.append)
    ask(endpoint, "a")
    ask(endpoint, "b")

    assert endpoint.output_mode == "plain"
    assert len(chat.requests) == 5
    assert remembered == []


@pytest.mark.parametrize("reply", [build_response("", refusal="no"), build_response('cut {"a', finish_reason="length")])
def test_a_refusal_or_a_cut_reply_says_nothing_about_the_mode(cache: ResponseCache, reply: ChatResponse) -> None:
    endpoint = Endpoint(ScriptedChatModel([reply, '{"a": 1}']), cache)
    ask(endpoint, "hello")

    assert endpoint.output_mode is None

    ask(endpoint, "other")

    assert endpoint.output_mode == "json_schema"


def test_an_endpoint_that_refuses_every_mode_says_so(cache: ResponseCache) -> None:
    with pytest.raises(OutputModeError, match="plain"):
        ask(Endpoint(ScriptedChatModel(supporting()), cache), "hello")


def test_an_interrupted_request_still_keeps_the_reply_that_had_arrived(cache: ResponseCache) -> None:
    async def interrupt() -> None:
        endpoint = Endpoint(ScriptedChatModel(['{"a": 1}']), cache, output_mode="json_schema")
        task = asyncio.create_task(endpoint.answer(building()))
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(interrupt())
    cache.close()

    assert cache.get(cache_key(build_request())) is not None


def test_a_caller_who_leaves_does_not_take_the_others_reply_away(cache: ResponseCache) -> None:
    async def leave() -> Reply:
        arrived = asyncio.Event()

        class SlowChat(ScriptedChatModel):
            async def complete(self, request: ChatRequest) -> ChatResponse:
                await arrived.wait()
                return await super().complete(request)

        endpoint = Endpoint(SlowChat(['{"a": 1}']), cache, output_mode="json_schema")
        first, second = (asyncio.create_task(endpoint.answer(building())) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        arrived.set()
        return await second

    assert asyncio.run(leave()).response.text == '{"a": 1}'


def test_every_call_is_metered_also_one_that_fails(cache: ResponseCache) -> None:
    chat = ScriptedChatModel([build_response("prose"), ModelUnavailableError("busy", attempts=6)])
    endpoint = Endpoint(chat, cache)
    with pytest.raises(ModelUnavailableError):
        ask(endpoint, "hello")

    assert endpoint.meter.calls == 7
    assert endpoint.meter.usage == Usage(input_tokens=10, output_tokens=5)


def test_what_a_reply_answers_besides_is_stored_with_it_and_found_without_asking(cache: ResponseCache) -> None:
    chat = ScriptedChatModel(supporting("json_schema"))
    endpoint = Endpoint(chat, cache)

    def split(request: ChatRequest, response: ChatResponse) -> list[tuple[ChatRequest, ChatResponse]]:
        return [(build_request(text, output_mode=request.output_mode), response) for text in ("one", "two")]

    reply = asyncio.run(endpoint.answer(building("both"), split=split))
    found = [endpoint.find(building(text)) for text in ("one", "two", "both", "three")]

    assert [entry.response if entry else None for entry in found] == [reply.response] * 3 + [None]
    assert all(entry.cached and not entry.attempts for entry in found if entry)
    assert len(chat.requests) == 1


def test_of_entries_that_belong_together_none_is_stored_without_the_others(cache: ResponseCache) -> None:
    """The last one has a key that SQLite can't write."""
    entries = [("a" * 64, build_response()), ("\ud800", build_response())]
    with pytest.raises(StoreError, match="can't be written"):
        asyncio.run(cache.put_all(entries))
    asyncio.run(cache.put("c" * 64, build_response()))

    assert cache.get("a" * 64) is None
    assert cache.get("c" * 64) == build_response()


@pytest.mark.parametrize("mode", OUTPUT_MODES)
def test_a_stored_reply_is_found_while_no_mode_is_in_use(cache: ResponseCache, mode: OutputMode) -> None:
    """One that did not honour its mode too, where there is no other."""
    asyncio.run(cache.put(cache_key(building("prose")(mode)), build_response("No JSON at all")))
    asyncio.run(cache.put(cache_key(building("object")(mode)), build_response()))
    endpoint = Endpoint(ScriptedChatModel([]), cache)
    prose, found = endpoint.find(building("prose")), endpoint.find(building("object"))

    assert prose is not None
    assert found is not None
    assert (prose.output_mode, found.output_mode) == (mode, mode)
    assert endpoint.output_mode is None


def test_of_stored_replies_in_several_modes_one_that_honoured_its_mode_is_found(cache: ResponseCache) -> None:
    asyncio.run(cache.put(cache_key(building()("json_schema")), build_response("No JSON at all")))
    asyncio.run(cache.put(cache_key(building()("tool_call")), build_response()))
    found = Endpoint(ScriptedChatModel([]), cache).find(building())

    assert found is not None
    assert (found.output_mode, found.response.text) == ("tool_call", "{}")
