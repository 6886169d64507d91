"""A headless Chromium, driven over the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SECONDS, POLL_SECONDS, END_SECONDS = 60, 0.02, 20
SHIFT, CONTROL = 8, 2

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--allow-pre-commit-input",  # without it, keys and clicks before the first paint may be dropped
    # With it, Chromium 156 gives about one file in twenty-five an empty storage of its own, which is gone at the next load.
    "--disable-features=RenderDocument",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_KEY_CODES = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
_TEXTS = {"Enter": "\r"}


class Browser:
    """The connection to one browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}

    async def listen(self) -> None:
        """Take in replies and events until the browser is gone."""
        async for message in self._socket:
            data = json.loads(message.data)
            if "id" in data:
                reply = self._replies.pop(data["id"])
                if not reply.done():  # cancelled where nobody waits for it any more
                    reply.set_result(data)
            elif page := self._pages.get(data.get("sessionId", "")):
                page.take(data["method"], data["params"])

    async def send(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol."""
        number = next(self._numbers)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        await self._socket.send_json(message | ({"sessionId": session} if session else {}))
        data = await asyncio.wait_for(reply, SECONDS)

        assert "error" not in data, f"{method}: {data}"
        result: dict[str, Any] = data["result"]
        return result

    @contextlib.asynccontextmanager
    async def open_page(self) -> AsyncIterator[Page]:
        """Open a tab that shares nothing with the others, and close it."""
        context = (await self.send("Target.createBrowserContext"))["browserContextId"]
        yield await self.open_tab(context)
        await self.send("Target.disposeBrowserContext", browserContextId=context)

    async def open_tab(self, context: str) -> Page:
        """Open one more tab of a browser context; it is closed with the context."""
        target = await self.send("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = self._pages[attached["sessionId"]] = Page(self, attached["sessionId"], context)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.send(f"{domain}.enable")
        return page


class Page:
    """One tab."""

    def __init__(self, browser: Browser, session: str, context: str) -> None:
        self._browser = browser
        self._session = session
        self.context = context
        """Id of the browser context, which some methods of the protocol ask for."""
        self.requested: list[str] = []
        """The address of everything that the page asked for."""
        self.complaints: list[str] = []
        """What went wrong inside the page: exceptions, refused resources, dialogs of scripts."""

    def take(self, event: str, parameters: dict[str, Any]) -> None:
        """Note an event that the tests ask about."""
        if event == "Network.requestWillBeSent":
            self.requested.append(parameters["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(parameters["exceptionDetails"]))
        elif event == "Log.entryAdded":
            self.complaints.append(parameters["entry"]["text"])
        elif event == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {parameters['message']}")

    async def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol for this tab."""
        return await self._browser.send(method, self._session, **parameters)

    async def open_beside(self) -> Page:
        """Open a tab that shares its storage with this one."""
        return await self._browser.open_tab(self.context)

    async def send_to_browser(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol that concerns this tab's context."""
        return await self._browser.send(method, None, browserContextId=self.context, **parameters)

    async def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        result = await self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )

        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def wait_for(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        for _ in range(int(SECONDS / POLL_SECONDS)):
            if await self.evaluate(f"Boolean({expression})"):
                return
            await asyncio.sleep(POLL_SECONDS)
        raise AssertionError(
            f"never true: {expression}; the page shows: {await self.evaluate('document.body.innerText')}"
        )

    async def press(self, *keys: str, modifiers: int = 0) -> None:
        """Press keys, each a character or the name of a key."""
        for key in keys:
            text = "" if modifiers & CONTROL else _TEXTS.get(key, key if len(key) == 1 else "")
            code = _KEY_CODES.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
            common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
            await self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
            await self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    async def type(self, text: str) -> None:
        """Write a text with the keyboard."""
        await self.press(*text)

    async def select_all(self) -> None:
        """Select everything in the text field that has the focus, as Ctrl+A does."""
        await self.send(
            "Input.dispatchKeyEvent",
            type="rawKeyDown",
            key="a",
            modifiers=CONTROL,
            windowsVirtualKeyCode=65,
            commands=["selectAll"],
        )
        await self.send("Input.dispatchKeyEvent", type="keyUp", key="a", windowsVirtualKeyCode=65)


@contextlib.asynccontextmanager
async def start_browser(profile: Path) -> AsyncIterator[Browser]:
    """Start a browser with a profile of its own."""
    assert CHROMIUM
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=DEVNULL,
        stderr=PIPE,
        start_new_session=True,
    )
    try:
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(await _find_address(process), max_msg_size=0) as socket,
        ):
            browser = Browser(socket)
            listening = asyncio.create_task(browser.listen())
            yield browser
            listening.cancel()
    finally:
        await _end(process)


@contextlib.asynccontextmanager
async def open_page(profile: Path) -> AsyncIterator[Page]:
    """Start a browser of its own, with an empty tab."""
    async with start_browser(profile) as browser, browser.open_page() as page:
        yield page


async def _find_address(process: Process) -> str:
    assert process.stderr
    async with asyncio.timeout(SECONDS):
        async for line in process.stderr:
            if b"DevTools listening on " in line:
                return line.decode().rsplit(maxsplit=1)[-1]
    raise AssertionError("the browser did not start")


async def _end(process: Process) -> None:
    """End the browser, and with force also its children, each of which keeps its stderr open."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.communicate(), END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()
