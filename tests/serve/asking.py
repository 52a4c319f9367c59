"""A desk that may be changed, asked without a browser: a copy of a folder, and forms with their token."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from litestar.testing import TestClient

from tocsin.serve import Room, View, make_app
from tocsin.serve.pages import WARM
from tocsin.watch.store import Store

POSTED = "2026-02-18T09:00"
RUSSIAN = (
    "Сегодня в девять вечера мужу принесли повестку, явиться завтра к 8 утра. Мы в Гродне, сказали ехать сразу в "
    "часть. По словам соседа Ивана Петровича Кузнецова, вызвали около 300 человек. Телефон +375 29 123-45-67."
)
"""A made post; the neighbour is invented, and must be masked."""
EVIL = (
    "Reservists in Lida were called up on 18 February 2026; about 200 people got summonses. "
    '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{ 7*7 }} \u202eabc\u202c a\u200bb '
    "They were told to report by 8 tomorrow, says Andrei Novikau, andrei.novikau@example.org."
)
"""A made post with what must stay text: a script, an attribute, a template, signs that turn the reading."""
PRIVATE = ("Кузнецов", "123-45-67", "Novikau", "novikau@")
"""What must never be seen unasked."""


@dataclass
class Asking:
    """A desk and who asks it."""

    client: TestClient[Any]
    room: Room

    @property
    def view(self) -> View:
        """What holds now."""
        return self.room.view

    def page(self, path: str, code: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == code, (path, answer.status_code, seen(answer.text)[-400:])
        return answer.text

    def send(self, path: str, code: int = 303, files: Any = None, **words: str) -> Any:
        """Send a form with its token; field names have `__` for a dot."""
        if "csrftoken" not in self.client.cookies:
            self.client.get("/inbox")
        data = {name.replace("__", "."): said for name, said in words.items()}
        data["_csrf_token"] = str(self.client.cookies["csrftoken"])
        multipart = {"files": files or {"file": ("", b"")}} if path == "/inbox/add" else {}
        answer = self.client.post(path, data=data, follow_redirects=False, **multipart)
        assert answer.status_code == code, (path, answer.status_code, seen(answer.text)[-600:])
        return answer

    def add(self, text: str, **words: str) -> str:
        """Paste a post; the id of its report."""
        told = {"publisher": "Town channel", "level": "social", "owner": "unknown", "published": POSTED} | words
        answer = self.send("/inbox/add", text=text, **told)
        return str(answer.headers["location"]).removeprefix("/inbox/").partition("?")[0]


@contextmanager
def asked(filled: Path, folder: Path) -> Iterator[Asking]:
    """Ask a copy of a folder."""
    shutil.copytree(filled, folder)
    with Store.open(folder, any_thread=True) as store:
        room = Room(store, None, WARM)
        with TestClient(make_app(room, hosts=("testserver.local",)), base_url="http://testserver.local") as client:
            yield Asking(client, room)


def seen(text: str) -> str:
    """The words of a page without its tags, blanks as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def tags(text: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Every tag of a page with its attributes, as a browser reads them."""
    reader = _Tags()
    reader.feed(text)
    return reader.found


def links(text: str) -> list[str]:
    """Every address in a page."""
    return [html.unescape(one) for one in re.findall(r'(?:href|src|action|hx-post|hx-get)="([^"]*)"', text)]
