"""Files and batches: uploads, jobs that take their time, results in any order, and what goes wrong with each of them."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from tests.chat_server.answers import Answer, RequestRefusedError, json_answer, refuse
from tests.chat_server.faults import Fault
from tests.chat_server.options import Options

TERMINAL = {"completed", "failed", "expired", "cancelled"}
SHOWN_ERRORS = 100

LineAnswer = Callable[[bytes], Answer]


@dataclass
class Batch:
    """One job."""

    id: str
    file_id: str
    metadata: dict[str, str]
    created: float
    status: str = "validating"
    answered: int = 0
    failed: int = 0
    total: int = 0
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    usage: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Return the object of the API."""
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "input_file_id": self.file_id,
            "status": self.status,
            "created_at": int(self.created),
            "metadata": self.metadata,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "errors": {"object": "list", "data": self.errors} if self.errors else None,
            "request_counts": {"total": self.total, "completed": self.answered, "failed": self.failed},
            "usage": {**self.usage, "total_tokens": self.usage.total()} if self.usage else None,
        }


@dataclass(frozen=True)
class ScriptedFault:
    """What happens to the next request of one kind."""

    fault: Fault
    is_done: bool
    """The request takes effect, only its answer is lost."""


class Batches:
    """All files and batches of one server; they stay until it ends."""

    def __init__(self, options: Options, answer_line: LineAnswer) -> None:
        self._options = options
        self._answer_line = answer_line
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Batch] = {}
        self.counts: Counter[str] = Counter()
        """Requests by kind, for instance `POST /batches`; faults included."""
        self._faults: dict[str, list[ScriptedFault]] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._routes: list[tuple[str, Callable[..., Awaitable[Answer]]]] = [
            ("POST /files", self._upload),
            ("GET /files/{id}/content", self._content),
            ("GET /files/{id}", self._file),
            ("DELETE /files/{id}", self._delete),
            ("POST /batches", self._create),
            ("GET /batches", self._list),
            ("POST /batches/{id}/cancel", self._cancel),
            ("GET /batches/{id}", self._retrieve),
        ]

    def add_fault(self, kind: str, fault: Fault, *, is_done: bool) -> None:
        """Let a fault meet the next request of a kind, for instance `POST /batches`."""
        with self._lock:
            self._faults.setdefault(kind, []).append(ScriptedFault(fault, is_done))

    def take_fault(self, kind: str) -> ScriptedFault | None:
        """Return the fault of this request, and use it up."""
        with self._lock:
            waiting = self._faults.get(kind)
            return waiting.pop(0) if waiting else None

    def route(self, request: web.BaseRequest) -> tuple[str, Callable[[], Awaitable[Answer]]] | None:
        """Return kind and handler of a request, or None where it is about neither files nor batches."""
        for kind, handler in self._routes:
            method, path = kind.split(" ")
            matched = re.fullmatch("/v1" + path.replace("{id}", "([^/]+)"), request.path)
            if matched and method == request.method:
                return kind, partial(handler, request, *matched.groups())
        return None

    def stats(self) -> dict[str, Any]:
        """Return all counts as one JSON object."""
        statuses = Counter(batch.status for batch in self.batches.values())
        return {
            "requests": dict(self.counts),
            "files": len(self.files),
            "batches": len(self.batches),
            "statuses": dict(statuses),
            "lines": sum(batch.total for batch in self.batches.values()),
        }

    async def _upload(self, request: web.BaseRequest) -> Answer:
        parts: dict[str | None, bytes] = {}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise refuse(400, "The form must not be nested.")
            chunks = []
            while chunk := await part.read_chunk(1 << 18):
                chunks.append(chunk)
            parts[part.name] = b"".join(chunks)
        content = parts.get("file", b"")
        if parts.get("purpose") != b"batch":
            raise refuse(400, "'purpose' must be batch.", "purpose")
        file_id = self._store(content)
        return json_answer(200, {"id": file_id, "object": "file", "bytes": len(content), "purpose": "batch"})

    async def _file(self, _: web.BaseRequest, file_id: str) -> Answer:
        return json_answer(200, {"id": file_id, "object": "file", "bytes": len(self._find(file_id))})

    async def _content(self, _: web.BaseRequest, file_id: str) -> Answer:
        return Answer(200, self._find(file_id), {}, "application/octet-stream")

    async def _delete(self, _: web.BaseRequest, file_id: str) -> Answer:
        self._find(file_id)
        del self.files[file_id]
        return json_answer(200, {"id": file_id, "object": "file", "deleted": True})

    async def _create(self, request: web.BaseRequest) -> Answer:
        body = orjson.loads(await request.content.read())
        self._find(body["input_file_id"])
        batch = Batch(f"batch_{next(self._numbers):06}", body["input_file_id"], body.get("metadata") or {}, time.time())
        self.batches[batch.id] = batch
        self._advance(batch)
        return json_answer(200, batch.to_json())

    async def _list(self, request: web.BaseRequest) -> Answer:
        newest = list(reversed(self.batches.values()))
        if after := request.query.get("after"):
            newest = newest[[batch.id for batch in newest].index(after) + 1 :]
        size = min(int(request.query.get("limit", "20")), self._options.batch_page)
        for batch in newest[:size]:
            self._advance(batch)
        data = [batch.to_json() for batch in newest[:size]]
        return json_answer(200, {"object": "list", "data": data, "has_more": len(newest) > size})

    async def _retrieve(self, _: web.BaseRequest, batch_id: str) -> Answer:
        batch = self._find_batch(batch_id)
        self._advance(batch)
        return json_answer(200, batch.to_json())

    async def _cancel(self, _: web.BaseRequest, batch_id: str) -> Answer:
        batch = self._find_batch(batch_id)
        self._advance(batch)
        if batch.status in TERMINAL:
            raise refuse(409, f"Cannot cancel a batch with status '{batch.status}'.")
        self._end(batch, "cancelled")
        answer = batch.to_json() | {"status": "cancelling", "output_file_id": None}
        return json_answer(200, answer)

    def _advance(self, batch: Batch) -> None:
        """Bring a batch to where it is by now."""
        if batch.status in TERMINAL:
            return
        if batch.status == "validating":
            batch.errors = self._validate(batch)
            batch.status = "failed" if batch.errors else "in_progress"
        elif time.time() - batch.created >= self._options.batch_seconds:
            self._end(batch, self._options.batch_end)

    def _validate(self, batch: Batch) -> list[dict[str, Any]]:
        errors, seen = [], set()
        lines = self.files[batch.file_id].splitlines()
        for number, line in enumerate(lines, 1):
            try:
                fields = orjson.loads(line)
                key = fields["custom_id"]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                errors.append(_line_error("invalid_json_line", "This line is not parseable as valid JSON.", number))
                continue
            if key in seen:
                errors.append(_line_error("duplicate_custom_id", f"The custom_id '{key}' was used before.", number))
            seen.add(key)
            if any(text.encode() in line for text in self._options.batch_refuses):
                errors.append(_line_error("invalid_request", "The request on this line is invalid.", number))
        return errors[:SHOWN_ERRORS]

    def _end(self, batch: Batch, status: str) -> None:
        lines = self.files[batch.file_id].splitlines()
        limit = self._options.batch_answers
        worked, left = (lines, []) if limit is None else (lines[:limit], lines[limit:])
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for line in worked:
            result = self._result(orjson.loads(line))
            (results if result["response"]["status_code"] == 200 else errors).append(result)
        batch.total, batch.answered, batch.failed = len(lines), len(results), len(errors)
        for result in results:
            usage = result["response"]["body"].get("usage") or {}
            batch.usage["input_tokens"] += usage.get("prompt_tokens", 0)
            batch.usage["output_tokens"] += usage.get("completion_tokens", 0)
        if status == "expired":
            reason = {"code": "batch_expired", "message": "This request could not be executed before it expired."}
            errors += [_result_line(orjson.loads(line)["custom_id"], None, reason) for line in left]
        batch.output_file_id, batch.error_file_id = self._store_lines(results), self._store_lines(errors)
        batch.status = status

    def _result(self, fields: dict[str, Any]) -> dict[str, Any]:
        answer = self._answer_line(orjson.dumps(fields["body"]))
        body = orjson.loads(answer.body) if answer.content_type == "application/json" else answer.body.decode()
        response = {"status_code": answer.status, "request_id": f"req_{next(self._numbers):012x}", "body": body}
        return _result_line(fields["custom_id"], response, None)

    def _store_lines(self, results: list[dict[str, Any]]) -> str | None:
        if not results:
            return None
        Random(self._options.seed).shuffle(results)
        return self._store(b"".join(orjson.dumps(result) + b"\n" for result in results))

    def _store(self, content: bytes) -> str:
        file_id = f"file-{next(self._numbers):06}"
        self.files[file_id] = content
        return file_id

    def _find(self, file_id: str) -> bytes:
        if file_id not in self.files:
            raise refuse(404, f"No such File object: {file_id}", "id")
        return self.files[file_id]

    def _find_batch(self, batch_id: str) -> Batch:
        if batch_id not in self.batches:
            raise refuse(404, f"No batch found with id '{batch_id}'.", "id")
        return self.batches[batch_id]


async def answer_or_refusal(handler: Callable[[], Awaitable[Answer]]) -> Answer:
    """Answer a request, also one that is refused."""
    try:
        return await handler()
    except RequestRefusedError as refused:
        return refused.answer


def _line_error(code: str, message: str, line: int) -> dict[str, Any]:
    return {"code": code, "message": message, "param": None, "line": line}


def _result_line(key: str, response: dict[str, Any] | None, error: dict[str, str] | None) -> dict[str, Any]:
    return {"id": f"batch_req_{key[:8]}", "custom_id": key, "response": response, "error": error}
