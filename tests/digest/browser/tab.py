"""A tab in which a test reads a page, one step after the other."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from summarizer.digest import render_page
from tests.browser import Page
from tests.digest.sample_records import weekly_digest

PHONE, DESKTOP = 390, 1280
READY = "document.readyState === 'complete' && !document.querySelector('[aria-busy=true]')"

_IN_LISTS = """new Promise((done) => {
  indexedDB.open("summarizer", 1).onsuccess = ({ target: { result: database } }) => {
    const transaction = database.transaction("lists", "readwrite");
    const lists = transaction.objectStore("lists");
    const request = %s;
    transaction.oncomplete = () => { database.close(); done(request.result); };
  };
})"""


class Tab:
    """A tab in which a page is read, one step after the other."""

    def __init__(self, runner: asyncio.Runner, page: Page, folder: Path) -> None:
        self._runner = runner
        self._page = page
        self._folder = folder
        self._runs_scripts = True

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        result: dict[str, Any] = self.run(self._page.send(method, **parameters))
        return result

    def open(self, html: str | None = None, fragment: str = "", *, width: int = DESKTOP) -> None:
        """Show a page from a file, that of a whole week if none is given."""
        self.resize(width)
        path = self._folder / "index.html"
        path.write_text(html or render_page(weekly_digest()), encoding="utf-8")
        self.navigate(f"{path.as_uri()}{fragment}")

    def run_at_start(self, script: str) -> None:
        """Run a script in every page that is opened from now on, before those of the page itself."""
        self.send("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open_beside(self) -> Tab:
        """Return a tab of the same browser with the page that was opened last."""
        other = Tab(self._runner, self.run(self._page.open_beside()), self._folder)
        other.navigate((self._folder / "index.html").as_uri())
        return other

    def open_without_storage(self) -> None:
        """Show the page from an address to which the browser gives no storage."""
        html = base64.b64encode(render_page(weekly_digest()).encode()).decode()
        self.navigate(f"data:text/html;base64,{html}")

    def navigate(self, address: str) -> None:
        self.send("Page.navigate", url=address)
        self.wait_for(f"{READY} && location.href !== 'about:blank'")

    def bring_to_front(self) -> None:
        """Show this tab; one in the background draws nothing."""
        self.send("Page.bringToFront")

    def reload(self) -> None:
        self.value("window.before = true")
        self.send("Page.reload")
        self.wait_for(f"!window.before && {READY}")

    def resize(self, width: int) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme: str) -> None:
        """Let the system prefer the `light` or the `dark` scheme."""
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def disable_scripts(self) -> None:
        self._runs_scripts = False
        self.send("Emulation.setScriptExecutionDisabled", value=True)

    def settle(self) -> None:
        """Wait until what was done is on the screen: events are handled and drawn after the protocol has answered."""
        if self._runs_scripts:
            self.value(
                "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
            )
            self.wait_for(READY)
        else:
            self.run(asyncio.sleep(0.3))

    def value(self, expression: str) -> Any:
        return self.run(self._page.evaluate(expression))

    def wait_for(self, expression: str) -> None:
        self.run(self._page.wait_for(expression))

    def press(self, *keys: str) -> None:
        self.run(self._page.press(*keys))
        self.settle()

    def type(self, text: str) -> None:
        """Write a text into the field that has the focus, and wait until all of it is there."""
        self.run(self._page.type(text))
        self.wait_for(f"document.activeElement.value?.endsWith({json.dumps(text)})")
        self.settle()

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of an element, which must be the one on top there."""
        place = self.value(
            f"""(() => {{
              const element = document.querySelector({json.dumps(selector)});
              element.scrollIntoView({{block: "center"}});
              const box = element.getBoundingClientRect();
              const place = {{x: box.x + box.width / 2, y: box.y + box.height / 2}};
              const top = document.elementFromPoint(place.x, place.y);
              return element.contains(top) || top?.contains(element) ? place : null;
            }})()"""
        )

        assert place, f"{selector} is covered or outside the window"
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)
        self.settle()

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list."""
        self.value(
            f"""(() => {{
              const list = document.querySelector({json.dumps(selector)});
              list.value = {json.dumps(value)};
              list.dispatchEvent(new Event("input", {{bubbles: true}}));
            }})()"""
        )

    def stored_list(self) -> Any:
        """Return the reading list that the browser keeps."""
        return self.value(_IN_LISTS % "lists.get('reading')")

    def store_list(self, value: object) -> None:
        """Put something in the place of the reading list that the browser keeps."""
        self.value(_IN_LISTS % f"lists.put({json.dumps(value)}, 'reading')")

    def texts(self, selector: str) -> list[str]:
        """Return the texts of the elements that are shown."""
        shown: list[str] = self.value(
            f"[...document.querySelectorAll({json.dumps(selector)})].filter(one => one.checkVisibility()).map(one => one.innerText)"
        )
        return shown

    def titles(self) -> list[str]:
        """Return the original titles of the cards that the filter shows, folded ones included."""
        shown: list[str] = self.value(
            "[...document.querySelectorAll('.card:not([hidden]) h3')]"
            ".map(title => (title.querySelector('[class^=o]') ?? title).textContent)"
        )
        return shown

    def download(self, selector: str, name: str) -> str:
        """Click on what starts a download; return the file's text."""
        folder = self._folder / "downloads"
        self.run(self._page.send_to_browser("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder)))
        self.click(selector)
        self.wait_for_file(folder / name)
        return (folder / name).read_text(encoding="utf-8")

    def wait_for_file(self, path: Path) -> None:
        for _ in range(500):
            if path.exists():
                return
            self.run(asyncio.sleep(0.02))
        raise AssertionError(f"{path.name} was not downloaded")

    def grant(self, *permissions: str) -> None:
        self.run(self._page.send_to_browser("Browser.grantPermissions", permissions=permissions))
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)

    @property
    def complaints(self) -> list[str]:
        return self._page.complaints

    @property
    def requested(self) -> list[str]:
        return self._page.requested
