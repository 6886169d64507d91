"""Facts about the server of the review page: who is let in, and what is answered."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from summarizer.errors import ConfigurationError
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.review.server import open_socket
from tests.evaluation.review.serving import serve_review
from tests.evaluation.small_gold import small_gold

CHEST = "2501.00001"
Visit = Callable[[aiohttp.ClientSession, str], Coroutine[Any, Any, None]]


def visit(folder: Path, do: Visit) -> None:
    """Serve the gold set in `folder` and let `do` ask for what it wants."""

    async def run() -> None:
        async with serve_review(folder) as address, aiohttp.ClientSession() as client:
            await do(client, address)

    asyncio.run(run())


def test_the_page_and_its_files_are_served_under_a_policy_that_allows_nothing_else(gold_folder: Path) -> None:
    async def do(client: aiohttp.ClientSession, address: str) -> None:
        for name, content_type in (("", "text/html"), ("review.js", "text/javascript"), ("review.css", "text/css")):
            async with client.get(address + name) as response:
                policy = response.headers["Content-Security-Policy"]

                assert (response.status, response.content_type) == (200, content_type)
                assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
                assert "unsafe" not in policy
                assert response.headers["Referrer-Policy"] == "no-referrer"

    visit(gold_folder, do)


@pytest.mark.parametrize("path", ["/", "/set", "/guess/", "/guess/set", "/guess/paper?id=2501.00001"])
def test_without_the_token_there_is_nothing(gold_folder: Path, path: str) -> None:
    async def do(client: aiohttp.ClientSession, address: str) -> None:
        parts = urlsplit(address)
        async with client.get(f"{parts.scheme}://{parts.netloc}{path}") as response:
            assert response.status == 404

    visit(gold_folder, do)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "127.0.0.1:1"}, {"Origin": "https://evil.example"}]
)
def test_requests_for_another_host_or_from_another_origin_are_refused(
    gold_folder: Path, headers: dict[str, str]
) -> None:
    async def do(client: aiohttp.ClientSession, address: str) -> None:
        async with client.get(f"{address}set", headers=headers) as response:
            assert response.status == 403

    visit(gold_folder, do)


def test_two_servers_have_two_tokens(gold_folder: Path) -> None:
    addresses = set[str]()

    async def do(_: aiohttp.ClientSession, address: str) -> None:
        addresses.add(urlsplit(address).path)

    visit(gold_folder, do)
    visit(gold_folder, do)

    assert len(addresses) == 2
    assert min(map(len, addresses)) > 30


def test_a_paper_is_saved_and_comes_back_with_its_correction(gold_folder: Path) -> None:
    async def do(client: aiohttp.ClientSession, address: str) -> None:
        async with client.get(f"{address}paper", params={"id": CHEST}) as response:
            opened = await response.json()
        body = {"id": CHEST, "revision": opened["revision"], "labels": {**opened["labels"], "relevance": 4}}
        async with client.put(f"{address}paper", json=body) as response:
            saved = await response.json()

            assert response.status == 200
            assert [entry["by"] for entry in saved["corrections"]] == ["Dee Poe"]
        async with client.put(f"{address}paper", json=body) as response:
            assert response.status == 409

    visit(gold_folder, do)

    assert read_gold(gold_folder)[0].gold.relevance == 4


def test_refused_labels_are_answered_with_the_field_of_each_issue(gold_folder: Path) -> None:
    async def do(client: aiohttp.ClientSession, address: str) -> None:
        async with client.get(f"{address}paper", params={"id": CHEST}) as response:
            opened = await response.json()
        labels = {**opened["labels"], "tags": ["lungs"], "second_tldr": "Finds 97% of the nodules."}
        body = {"id": CHEST, "revision": opened["revision"], "labels": labels}
        async with client.put(f"{address}paper", json=body) as response:
            answer = await response.json()

            assert response.status == 422
            assert [issue["field"] for issue in answer["issues"]] == ["tags", "second_tldr"]

    visit(gold_folder, do)

    assert read_gold(gold_folder) == small_gold()


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", "{}", 415),
        ("application/json", "not JSON", 400),
        ("application/json", "[]", 400),
        ("application/json", json.dumps({"id": CHEST, "labels": {}}), 400),
        ("application/json", json.dumps({"id": "2501.99999", "revision": "", "labels": {}}), 400),
    ],
)
def test_what_is_no_save_is_refused(gold_folder: Path, content_type: str, body: str, status: int) -> None:
    async def do(client: aiohttp.ClientSession, address: str) -> None:
        async with client.put(f"{address}paper", data=body, headers={"Content-Type": content_type}) as response:
            assert response.status == status

    visit(gold_folder, do)


def test_only_this_machine_is_listened_to() -> None:
    with open_socket() as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_an_error_that_names_the_flag() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigurationError, match="--port"):
        open_socket(taken.getsockname()[1])
