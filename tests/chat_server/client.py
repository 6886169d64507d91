"""A small client of the server, for the server's own tests: one request at a time, nothing hidden."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import aiohttp

from tests.chat_server.faults import Fault
from tests.chat_server.options import Mode
from tests.chat_server.server import ChatServer

TITLE = r"Does it hold? A $\beta$-regularised U-Net for 3D MRI, tested on 1,204 patients vs. ResNet-50"
ABSTRACT = r"We train on $n = 300$ scans and reach 93.2\% where others fail. It is quick."
TAGS = ["mri", "ct", "segmentation", "other"]
KEY = "sk-secret-key-0123456789"


def strict(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def annotation_schema(*languages: str) -> dict[str, Any]:
    texts = strict(title={"type": "string"}, tldr={"type": "string"})
    return strict(
        tldr={"type": "string"},
        tags={"type": "array", "items": {"type": "string", "enum": TAGS}},
        evidence={"type": "string"},
        relevance={"type": "integer", "enum": [0, 1, 2, 3, 4, 5]},
        translations=strict(**dict.fromkeys(languages or ("zh-Hans",), texts)),
    )


def paper_message(title: str = TITLE, abstract: str = ABSTRACT, fence: str = "3f2a91c0d4e5") -> str:
    return f"Here it is.\n<paper-{fence}>\nTitle: {title}\nAbstract: {abstract}\n</paper-{fence}>\nReply with JSON."


def body(mode: Mode = "json_schema", schema: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return a request as the pipeline sends it."""
    wanted = schema or annotation_schema()
    system = (
        "You annotate papers." if mode in {"json_schema", "tool_call"} else f"Schema of the JSON:\n{json.dumps(wanted)}"
    )
    function = {"name": "annotation", "strict": True, "parameters": wanted}
    outputs: dict[str, dict[str, Any]] = {
        "json_schema": {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "annotation", "strict": True, "schema": wanted},
            }
        },
        "tool_call": {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": "annotation"}},
        },
        "json_object": {"response_format": {"type": "json_object"}},
        "plain": {},
    }
    messages = [{"role": "system", "content": system}, {"role": "user", "content": paper_message()}]
    return {"model": "test-model", "messages": messages, **outputs[mode], **fields}


class Response(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        decoded: dict[str, Any] = json.loads(self.text)
        return decoded

    @property
    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = self.body["choices"][0]["message"]
        return message

    @property
    def finish_reason(self) -> str:
        return str(self.body["choices"][0]["finish_reason"])

    @property
    def reply(self) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(self.message["content"])
        return reply

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.body["error"]
        return error


async def send(url: str, method: str = "POST", *, key: str | None = None, **options: Any) -> Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with aiohttp.ClientSession(headers=headers) as session, session.request(method, url, **options) as response:
        return Response(response.status, response.headers, await response.text())


def ask(server: ChatServer, request: Mapping[str, Any] | None = None, key: str | None = None) -> Response:
    return asyncio.run(send(f"{server.base_url}/chat/completions", key=key, json=request or body()))


def ask_with_fault(fault: Fault, request: Mapping[str, Any] | None = None) -> Response:
    with ChatServer() as server:
        server.script([fault])
        return ask(server, request, key=KEY)
