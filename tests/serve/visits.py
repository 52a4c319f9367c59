"""The desk in a real browser: a running server, and visits that say what every page of it must be."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import CHROMIUM

from tocsin.serve import Room
from tocsin.serve.pages import WARM
from tocsin.serve.run import address_of, listening, server_of
from tocsin.watch.store import Store

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120));
}"""
"""What sticks out, where the page itself would scroll sideways."""
_BROWSERS_OWN = "GL Driver Message"
"""What the browser says of its own drawing without a graphics card; no page can help it."""
SERIOUS = ("serious", "critical")


@dataclass(frozen=True)
class Served:
    """A desk that runs on a port of its own."""

    address: str
    room: Room


@contextmanager
def served(folder: Path, case_file: Path | None = None, role: str = "analyst") -> Iterator[Served]:
    """Run the desk of a watch folder in a thread of this process."""
    with Store.open(folder, any_thread=True) as store:
        room = Room(store, case_file, WARM)
        heard = listening(0)
        server = server_of(room, heard, role)
        thread = threading.Thread(target=lambda: server.run(sockets=[heard]), daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        assert server.started, "the desk did not start"
        try:
            yield Served(address_of(heard).rstrip("/"), room)
        finally:
            server.should_exit = True
            thread.join(10)
            heard.close()
        assert not thread.is_alive(), "the desk did not end"


@contextmanager
def chromium() -> Iterator[Any]:
    """A Chromium without a network of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A tab of the browser at the desk.

    Attributes:
        tab: Playwright's page.
        address: Where the desk is.
        said: Messages of the console, errors of scripts and what the policy of the page forbade.
        asked: Addresses that were asked for.
    """

    tab: Any
    address: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Hear what the tab says and asks."""
        self.tab.on("console", lambda message: _BROWSERS_OWN in message.text or self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))

    def go(self, path: str, *, code: int = 200, axe: bool = True) -> Any:
        """Open a page by its path and look at it (`look`); Playwright's page comes back."""
        answer = self.tab.goto(self.address + path)
        assert answer.status == code, (path, answer.status, self.tab.inner_text("main")[:400])
        if code >= 400:  # the browser itself says in its console that the answer was a refusal
            self.said = [text for text in self.said if f"status of {code}" not in text]
        self.look(axe=axe)
        return self.tab

    def look(self, *, axe: bool = True) -> None:
        """The page as it stands fits, is silent, asked nobody else, and can be read by everybody."""
        from axe_playwright_python.sync_playwright import Axe

        where = self.tab.url.removeprefix(self.address)
        assert self.tab.evaluate(WIDE) == [], f"{where} scrolls sideways"
        own = (self.address, "data:", "blob:" + self.address)
        assert [url for url in self.asked if not url.startswith(own)] == [], f"{where} asks elsewhere"
        assert self.said == [], f"{where} says something"
        if axe:
            found = Axe().run(self.tab).response["violations"]
            told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found
                    if one["impact"] in SERIOUS]  # fmt: skip
            assert told == [], f"{where}: what axe found"
