"""A chat server that writes overviews: scripted, because what it says must hold up against the papers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

from tests.chat_server.spoiled import Reply, ReplyFault

SENTENCES = ("Small lesions in CT are studied.", "Lesions in CT are found.", "CT shows small lesions.")


@dataclass(frozen=True, slots=True)
class SaysOverview(ReplyFault):
    """The reply is this overview, whatever was asked: the first sentence on the first paper, and so on."""

    texts: tuple[str, ...] = SENTENCES

    def spoil(self, reply: Reply, authorization: str) -> Reply:
        statements = [{"text": text, "papers": [f"P{number}"]} for number, text in enumerate(self.texts, start=1)]
        return Reply(orjson.dumps({"statements": statements}).decode())


def asks_for_overview(body: dict[str, Any]) -> bool:
    """Whether a request is for an overview."""
    return '"overview"' in json.dumps(body)
