"""The paper that a request asks about, found in its messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

OPENING = re.compile(r"^<paper-([0-9a-f]{12})>$", re.MULTILINE)
FIELDS = re.compile(r"^Title: ?(?P<title>.*?)$(?:.*?^Abstract: ?(?P<abstract>.*))?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class AskedPaper:
    """Title and abstract as the request has them."""

    title: str
    abstract: str

    @cached_property
    def digest(self) -> bytes:
        """Bytes that differ between papers, for choices that depend on the paper alone."""
        return blake2b(f"{self.title}\n{self.abstract}".encode(), digest_size=16).digest()


def message_text(message: dict[str, Any]) -> str:
    """Return the text of a message, whose content is a string or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content)
    return content or ""


def find_paper(messages: Sequence[dict[str, Any]]) -> AskedPaper:
    """Return the paper of the last user message that has one, else that message's own text as if it were a title."""
    users = [message_text(message) for message in messages if message.get("role") == "user"]
    for text in reversed(users):
        blocks = list(_blocks(text))
        if blocks and (fields := FIELDS.search(blocks[-1][1])):
            return AskedPaper(fields["title"], fields["abstract"] or "")
    return AskedPaper(" ".join(users[-1:]), "")


def find_pack(messages: Sequence[dict[str, Any]]) -> dict[str, AskedPaper]:
    """Return all papers of the last user message, by the id in their fences."""
    users = [message_text(message) for message in messages if message.get("role") == "user"]
    found = {name: FIELDS.search(block) for text in users[-1:] for name, block in _blocks(text)}
    return {name: AskedPaper(fields["title"], fields["abstract"] or "") for name, fields in found.items() if fields}


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield id and content of matching fences; a fence inside another block opens nothing."""
    position = 0
    while opening := OPENING.search(text, position):
        end = text.find(f"\n</paper-{opening[1]}>", opening.end())
        if end < 0:
            return
        yield opening[1], text[opening.end() + 1 : end]
        position = end + 1
