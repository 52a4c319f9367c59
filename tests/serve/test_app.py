"""What holds for the desk whatever a page shows: headers, hosts, tokens, permissions, escaping, refusals."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template
from litestar.testing import TestClient

from tocsin.errors import WatchError
from tocsin.serve import Room, make_app
from tocsin.serve import app as app_module
from tocsin.serve.access import ROLES, Action, allowed, may
from tocsin.serve.app import POLICY
from tocsin.serve.page import NAVIGATION
from tocsin.serve.pages import WARM
from tocsin.watch.desk import opened
from tocsin.watch.intake import Pasted, Reading
from tocsin.watch.store import Store

HOST = "testserver.local"
AT_MS = 1_795_000_000_000
"""In November 2026, after all that is in the case."""
FILES = ("/static", "/vendor")


@contextmanager
def asking(folder: Path, **options: Any) -> Iterator[TestClient[Litestar]]:
    """A client of the desk of a folder."""
    with Store.open(folder, any_thread=True) as store:
        app = make_app(Room(store, None, WARM), hosts=(HOST,), **options)
        with TestClient(app, base_url=f"http://{HOST}") as client:
            yield client


def handlers(app: Litestar) -> list[HTTPRouteHandler]:
    """Every handler of a page; those that give files of the desk itself stand apart."""
    return [
        handler
        for route in app.routes
        if not route.path.startswith(FILES)
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and handler.handler_name != "options_handler"
    ]


def needed(handler: HTTPRouteHandler) -> list[Action]:
    """The actions that the guards of a handler ask for."""
    cells = [cell.cell_contents for guard in handler.guards or () for cell in getattr(guard, "__closure__", None) or ()]
    return [one for one in cells if isinstance(one, Action)]


def test_every_handler_names_what_it_needs(client: TestClient[Litestar]) -> None:
    """Each handler has exactly one guard that names an action; roles can be told apart without touching a page."""
    found = handlers(client.app)
    assert len(found) >= 1
    assert [one.handler_name for one in found if len(needed(one)) != 1] == []


def test_what_changes_needs_more_than_reading(client: TestClient[Litestar]) -> None:
    """A handler that is posted to needs more than reading, unless it is a search, whose words stay out of addresses."""
    posted = [one for one in handlers(client.app) if "POST" in one.http_methods]
    assert {one.handler_name for one in posted if needed(one) == [Action.READ]} <= {"search"}
    assert all(one.http_methods <= {"GET", "HEAD", "POST"} for one in handlers(client.app))


def test_roles() -> None:
    """An analyst may do everything, a reader read alone, anybody else nothing."""
    assert ROLES["analyst"] == set(Action)
    assert [one for one in Action if allowed("reader", one)] == [Action.READ]
    assert not any(allowed("nobody", one) for one in Action)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/desk.css", "/static/nothing.css"])
def test_every_answer_carries_the_policy(client: TestClient[Litestar], path: str) -> None:
    """Pages, files and refusals say alike what a browser may do with them; pages of reports are not kept on disk."""
    answer = client.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert (answer.headers.get("cache-control") == "no-store") == answer.headers["content-type"].startswith("text/html")


def test_the_policy_lets_nothing_in_or_out() -> None:
    """Only the desk's own files and scripts; nothing inline, no evaluation, no frame, no form to elsewhere."""
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in POLICY and "http" not in POLICY


@pytest.mark.parametrize("address", [entry.address for entry in NAVIGATION])
def test_no_page_has_anything_inline(client: TestClient[Litestar], address: str) -> None:
    """No page carries a script, a style or an `on…` attribute in its own text, which the policy would forbid."""
    answer = client.get(address)
    text = answer.text
    assert "<style" not in text and " style=" not in text and "javascript:" not in text and " onclick" not in text
    assert text.count("<script") == text.count("<script src=") + text.count('<script type="module" src=')


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver.local.elsewhere.example", f"{HOST}:81", ""])
def test_other_names_are_refused(client: TestClient[Litestar], host: str) -> None:
    """A request to another name, as after DNS rebinding, gets no page."""
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "Tocsin" not in answer.text


def test_a_form_without_the_token_is_refused(client: TestClient[Litestar]) -> None:
    """Another site can make a browser post, but does not know the token: nothing is done, and the page says why."""
    posted = [path for one in handlers(client.app) if "POST" in one.http_methods for path in one.paths]
    client.get("/")
    for path in posted:
        for data, headers in (({}, {}), ({"_csrf_token": "made up"}, {}), ({}, {"x-csrftoken": "made up"})):
            answer = client.post(re.sub(r"\{[^}]*\}", "x", path), data=data, headers=headers)
            assert answer.status_code == 403 and "lapsed" in answer.text, path


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
def test_files_outside_are_not_given(client: TestClient[Litestar], path: str) -> None:
    """Paths that climb out of the folder of files lead nowhere."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Litestar" not in answer.text


def test_an_unknown_address_is_a_page(client: TestClient[Litestar]) -> None:
    """An unknown address is told in the desk's own style, with a way back; to htmx as a piece."""
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Nothing stands at this address." in answer.text and 'href="/"' in answer.text
    piece = client.get("/nowhere", headers={"hx-request": "true"})
    assert piece.status_code == 404
    assert "<html" not in piece.text and 'role="alert"' in piece.text


def with_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that fail: by a refusal of a room below, by a defect, by what a reader may not."""

    @get("/refused", guards=[may(Action.READ)], sync_to_thread=False)
    def refused(room: Room) -> Template:
        raise WatchError("found <b>4</b>; expected 5", place="r038")

    @get("/broken", guards=[may(Action.READ)], sync_to_thread=False)
    def broken(room: Room) -> Template:
        raise KeyError("Ivan Ivanov")

    @get("/judged", guards=[may(Action.JUDGE)], sync_to_thread=False)
    def judged(room: Room) -> Template:
        raise AssertionError("no reader comes here")

    monkeypatch.setattr(app_module, "HANDLERS", [*app_module.HANDLERS, refused, broken, judged])


def test_a_refusal_is_told_in_its_own_sentence(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a room below refuses is shown as it says it, escaped, with status 422."""
    with_faults(monkeypatch)
    with asking(filled) as client:
        answer = client.get("/refused")
    assert answer.status_code == 422
    assert "r038: found &lt;b&gt;4&lt;/b&gt;; expected 5" in answer.text


def test_a_defect_is_told_without_values(
    filled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A defect says that it is one; page and log name its kind and place, never the words that it met."""
    with_faults(monkeypatch)
    with asking(filled) as client:
        answer = client.get("/broken")
    said = capsys.readouterr().err
    assert answer.status_code == 500
    assert "a defect of Tocsin" in answer.text and "a defect of Tocsin: KeyError" in said
    assert said.count("\n") == 1
    assert "Ivan" not in answer.text + said


def test_a_reader_may_only_read(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role without the action gets a page that says so, and what was asked for does not happen."""
    with_faults(monkeypatch)
    with asking(filled, role="reader") as client:
        assert client.get("/").status_code == 200
        answer = client.get("/judged")
        assert answer.status_code == 403
        assert "may not judge" in answer.text
        token = client.cookies["csrftoken"]
        for handler in handlers(client.app):
            if "POST" not in handler.http_methods or needed(handler) == [Action.READ]:
                continue
            for path in handler.paths:
                told = client.post(re.sub(r"\{[^}]*\}", "x", path), data={"_csrf_token": token})
                assert told.status_code == 403 and "may not" in told.text, path


def reached(client: TestClient[Litestar], most: int = 60) -> dict[str, str]:
    """Pages that links lead to from the navigation, and their text."""
    waiting = [entry.address for entry in NAVIGATION]
    found: dict[str, str] = {}
    while waiting and len(found) < most:
        path = waiting.pop(0)
        if path not in found and not path.startswith(FILES):
            found[path] = client.get(path).text
            waiting += map(unescape, re.findall(r'(?:href|data-source)="(/[^"#]*)', found[path]))
    return found


def test_stored_markup_is_shown_as_text(tmp_path: Path, own_key: None) -> None:
    """Scripts and HTML in a report reach no page as such, wherever its words stand, and its address is no script."""
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)> Called up 300 reservists in Hrodna on 3 March 2026."
    with opened(tmp_path / "watch", create=True) as desk:
        desk.take(
            Pasted(bad.encode()), Reading(AT_MS, ZoneInfo("Europe/Minsk"), key=bytes(32), publisher="<b>bold</b>")
        )
        assert len(desk.again().standing.reports) == 1
    with asking(tmp_path / "watch") as client:
        texts = reached(client)
    assert [path for path, text in texts.items() if re.search("<script>alert|<img src=x|<b>bold", text)] == []
    if "Called up 300" not in "".join(texts.values()):
        pytest.skip("no page that shows words of reports is built yet")
    assert any("&lt;script&gt;alert(1)&lt;/script&gt;" in text for text in texts.values())


def test_no_page_of_the_demonstration_is_broken(client: TestClient[Litestar]) -> None:
    """Whatever a link of the desk leads to is there: no page refuses or breaks."""
    unbuilt = {entry.address for entry in NAVIGATION if client.get(entry.address).status_code == 404}
    codes = {path: client.get(path).status_code for path in reached(client) if path not in unbuilt}
    assert {path: code for path, code in codes.items() if code != 200} == {}


def test_the_desk_starts_without_browser_libraries(
    filled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where they were not fetched, pages come without their scripts, and nothing is asked for that is not there."""
    monkeypatch.setattr(app_module, "VENDOR", tmp_path / "nothing")
    with asking(filled) as client:
        answer = client.get("/")
    assert answer.status_code == 200
    assert "/vendor/" not in answer.text


def test_a_change_from_outside_is_seen(copied: tuple[Path, Path | None]) -> None:
    """What another command keeps in the same folder shows at the next page; until then a view is worked out once."""
    folder, _ = copied
    with Store.open(folder, any_thread=True) as store:
        room = Room(store)
        first = room.view
        assert room.view is first
        with opened(folder) as other:
            other.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
        assert room.view is not first


def test_a_change_makes_a_new_view_and_a_refusal_too(copied: tuple[Path, Path | None]) -> None:
    """After a decision the view is new and warm; after a refusal the next page does not trust the old one."""
    folder, _ = copied
    made: list[object] = []
    with Store.open(folder, any_thread=True) as store:
        room = Room(store, None, (made.append,))
        first = room.view
        with room.changing() as desk:
            desk.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
        assert len(made) == 2
        assert room.view is made[1] and room.view is not first
        with pytest.raises(WatchError), room.changing() as desk:
            desk.decide("grade", "r038", ["digit=9"], "a test", "analyst", AT_MS)
        assert room.view is not made[1]


def test_the_view_after_a_change_takes_the_desk_that_wrote_the_log(copied: tuple[Path, Path | None]) -> None:
    """After two decisions the view shows both, and does not work out again what the log was written from."""
    with Store.open(copied[0], any_thread=True) as store:
        room = Room(store)
        _ = room.view
        with room.changing() as desk:
            desk.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
            desk.decide("retract", "r038#4", [], "a test", "analyst", AT_MS + 1)
        now = room.view.desk
        assert "written" in vars(now) and now is not desk
        assert "r038#4" not in now.standing.claims and now.standing.decisions[-2].value == {"digit": "3"}
        with room.changing() as desk:
            assert desk is now, "what holds before a decision is not worked out again, either"


def test_if_only_the_case_changed_the_desk_stays(copied: tuple[Path, Path | None], tmp_path: Path) -> None:
    """A judgment that is edited makes a new view, but nothing of the folder is worked out anew."""
    case = tmp_path / "judged.toml"
    case.write_text("[case]\n", encoding="utf-8")
    with Store.open(copied[0], any_thread=True) as store:
        room = Room(store, case)
        first = room.view
        case.write_text('[case]\nname = "other"\n', encoding="utf-8")
        second = room.view
        assert second is not first and second.desk is first.desk


def test_the_store_may_change_threads_only_if_asked(filled: Path) -> None:
    """By default a store is for the thread that opened it, as SQLite has it."""
    import threading

    said: list[type[BaseException]] = []

    def ask(store: Store) -> None:
        try:
            store.connection.execute("SELECT 1")
        except sqlite3.ProgrammingError as error:
            said.append(type(error))

    for any_thread in (False, True):
        with Store.open(filled, any_thread=any_thread) as store:
            thread = threading.Thread(target=ask, args=(store,))
            thread.start()
            thread.join()
    assert said == [sqlite3.ProgrammingError]


@pytest.mark.parametrize("address", ["/static/a%00b", "/static/a%2500b", "/vendor/a%00.js", "/inbox/r026%00"])
def test_a_zero_byte_is_no_address(client: TestClient[Litestar], address: str) -> None:
    """A zero byte, which no file's name can hold, is a page that is not there, and no defect."""
    assert client.get(address).status_code == 404
