"""What the tests of the desk share: a folder with the bundled case, a desk that runs on it, a browser at two widths.

- `filled`: the watch folder of the demonstration, made once; nobody may change it.
- `case_file`: the case of the demonstration, in a folder of its own, or None while there is none.
- `copied`: a copy of both for a test that changes something.
- `client`: asks the desk of `filled` without a browser; `desk`: the same as a running server.
- `visit` (at both widths) and `wide` (at the desktop's): a tab at `desk`; `visit.go("/inbox")` opens a page and looks
  at it: no request elsewhere, no message, no sideways scrolling, nothing serious that axe knows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.serve.visits import WIDTHS, Served, Visit, chromium, served

from tocsin.serve import Room, make_app
from tocsin.serve.pages import WARM
from tocsin.serve.run import bundled_case, fill
from tocsin.watch.store import Store


@pytest.fixture(scope="session", autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The key by which writers of posts become pseudonyms is the tests' own: nothing is written into a home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_WATCH_KEY", os.fspath(tmp_path_factory.mktemp("key") / "watch.key"))
        yield


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, own_key: None) -> Path:
    """The watch folder of the demonstration; nobody may change it."""
    folder = tmp_path_factory.mktemp("desk") / "watch"
    fill(folder)
    return folder


@pytest.fixture(scope="session")
def case_file(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The case of the demonstration; nobody may change it."""
    return bundled_case(tmp_path_factory.mktemp("case"))


@pytest.fixture
def copied(filled: Path, case_file: Path | None, tmp_path: Path) -> tuple[Path, Path | None]:
    """A copy of the watch folder and the case, to be changed."""
    folder = Path(shutil.copytree(filled, tmp_path / "watch"))
    return folder, case_file and Path(shutil.copytree(case_file.parent, tmp_path / "case")) / case_file.name


@pytest.fixture(scope="module")
def client(filled: Path, case_file: Path | None) -> Iterator[TestClient[Any]]:
    """Asks the desk of the demonstration, without a browser."""
    with Store.open(filled, any_thread=True) as store:
        app = make_app(Room(store, case_file, WARM), hosts=("testserver.local",))
        with TestClient(app, base_url="http://testserver.local") as asking:
            yield asking


@pytest.fixture(scope="module")
def desk(filled: Path, case_file: Path | None) -> Iterator[Served]:
    """The desk of the demonstration as a running server."""
    with served(filled, case_file) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium."""
    with chromium() as started:
        yield started


def _tab(browser: Any, address: str, width: str) -> Iterator[Visit]:
    wide, high = WIDTHS[width]
    tab = browser.new_page(viewport={"width": wide, "height": high})
    visit = Visit(tab, address)
    visit.listen()
    yield visit
    tab.close()


@pytest.fixture(params=sorted(WIDTHS))
def visit(request: pytest.FixtureRequest, browser: Any, desk: Served) -> Iterator[Visit]:
    """A tab at the desk, at the width of a phone and of a desktop."""
    yield from _tab(browser, desk.address, request.param)


@pytest.fixture
def wide(browser: Any, desk: Served) -> Iterator[Visit]:
    """A tab at the desk at the width of a desktop."""
    yield from _tab(browser, desk.address, "desktop")
