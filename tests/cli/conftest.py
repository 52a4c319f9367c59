"""Folders that the tests of the command share, made once: of runs, only read afterwards, and of what is watched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.calls import Done, call, execute


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are as wide as their words: what a test reads in them is not broken over lines."""
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture(scope="session", autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The key by which writers of posts become pseudonyms is the tests' own: nothing is written into a home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_WATCH_KEY", os.fspath(tmp_path_factory.mktemp("key") / "watch.key"))
        yield


@pytest.fixture(scope="session")
def west(tmp_path_factory: pytest.TempPathFactory, own_key: None) -> Path:
    """A watch folder with the bundled case; made once, copied by whoever decides something in it."""
    folder = tmp_path_factory.mktemp("west") / "watch"
    assert call("watch", "add", "west-2026", "--store", folder).code == 0
    return folder


@pytest.fixture
def watched(west: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundled case, to be changed."""
    return Path(shutil.copytree(west, tmp_path_factory.mktemp("watched") / "watch"))


@pytest.fixture(scope="session")
def okas(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """Three runs of 669 people, made in this process, two of them kept."""
    folder = tmp_path_factory.mktemp("okas") / "made" / "here"
    return folder, call("simulate", "okas-2017", "-n", "3", "--keep", "2", "--seed", "11", "-o", folder)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Done]]:
    """The demo of the README through the executable: 20 runs of 6,000 people."""
    base = tmp_path_factory.mktemp("demo")
    done = execute("demo", cwd=base)
    yield base / "runs" / "demo", done
