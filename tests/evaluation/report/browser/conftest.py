"""One headless Chromium for the tests of a module, and a tab for each test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, Browser, start_browser
from tests.digest.browser.tab import Tab


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def browser(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    stack = contextlib.AsyncExitStack()
    yield runner.run(stack.enter_async_context(start_browser(tmp_path_factory.mktemp("profile"))))
    runner.run(stack.aclose())


@pytest.fixture
def tab(runner: asyncio.Runner, browser: Browser, tmp_path: Path) -> Iterator[Tab]:
    """An empty tab; at the end the page must have no complaint and have asked for nothing."""
    stack = contextlib.AsyncExitStack()
    page = runner.run(stack.enter_async_context(browser.open_page()))
    yield Tab(runner, page, tmp_path)
    runner.run(stack.aclose())

    assert page.complaints == []
    assert [address for address in page.requested if not address.startswith(("file:", "data:"))] == []
