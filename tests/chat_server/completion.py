"""The completion: what the model says, put into the envelope of the API, with its usage."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from tests.chat_server.calls import ChatCall
from tests.chat_server.options import Options
from tests.chat_server.papers import find_pack, find_paper
from tests.chat_server.replies import ReplyBuilder, pack_entry_of, pack_of, prose_of
from tests.chat_server.spoiled import Reply
from tests.chat_server.traffic import UsageTotals

CHARACTERS_PER_TOKEN = 4.6
CACHED_PREFIX_TOKENS = 1024
"""The shortest prefix that is cached; longer ones count in steps of 128."""


def tokens_of(text: str) -> int:
    """Return about the number of tokens."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def prompt_tokens_of(call: ChatCall) -> int:
    """Return about the number of input tokens: messages and, in the modes that send one, the schema."""
    schema_bytes = b""
    if call.mode in {"json_schema", "tool_call"}:
        schema_bytes = orjson.dumps(call.body.get("response_format") or call.body.get("tools"))
    return math.ceil((sum(map(len, call.texts)) + len(schema_bytes)) / CHARACTERS_PER_TOKEN)


def reply_to(call: ChatCall, options: Options) -> Reply:
    """Say what a model without any fault says."""
    paper = find_paper(call.body["messages"])
    if call.mode not in options.modes:
        return Reply(prose_of(paper))
    reason = options.tool_finish_reason if call.mode == "tool_call" else "stop"
    if (schema := call.schema) is not None:
        entry = pack_entry_of(schema)
        value = pack_of(entry, find_pack(call.body["messages"])) if entry else ReplyBuilder(schema, paper).build()
        return Reply(orjson.dumps(value).decode(), reason)
    prose = prose_of(paper)
    return Reply(orjson.dumps({"answer": prose}).decode() if call.mode == "json_object" else prose)


def cut_to_limit(reply: Reply, max_output_tokens: int | None) -> Reply:
    """Cut the content where the request's own output limit ends it."""
    if max_output_tokens is None or reply.content is None or tokens_of(reply.content) <= max_output_tokens:
        return reply
    return replace(
        reply, content=reply.content[: int(max_output_tokens * CHARACTERS_PER_TOKEN)], finish_reason="length"
    )


@dataclass
class PromptCache:
    """Remembers the system messages seen, as providers discount a repeated prefix."""

    _seen: set[str] = field(default_factory=set)

    def cached_tokens(self, system: str) -> int:
        """Return the tokens of this system message that are discounted now; it is remembered for the next."""
        tokens = tokens_of(system)
        if tokens < CACHED_PREFIX_TOKENS:
            return 0
        was_seen = system in self._seen
        self._seen.add(system)
        return tokens - tokens % 128 if was_seen else 0


def completion_body(call: ChatCall, reply: Reply, usage: UsageTotals, options: Options, number: int) -> dict[str, Any]:
    """Build the response body of a completion; `number` makes its id."""
    model: str = call.body["model"]
    return {
        "id": f"chatcmpl-{number:012x}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": options.served_model or f"{model}-served",
        "system_fingerprint": "fp_chat_server",
        "choices": [
            {
                "index": 0,
                "message": _message(call, reply, options),
                "logprobs": None,
                "finish_reason": reply.finish_reason,
            }
        ],
        "usage": _usage_body(usage),
    }


def _message(call: ChatCall, reply: Reply, options: Options) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    if call.mode == "tool_call" and "tool_call" in options.modes and reply.refusal is None:
        function = {"name": call.tool["name"], "arguments": reply.content}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    return message


def _usage_body(usage: UsageTotals) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
