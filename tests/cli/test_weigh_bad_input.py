"""What `tocsin weigh` is given by accident or by malice: one sentence with its place, exit code 2, nothing written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.cli.calls import call

from tocsin.assess.case import bundled_cases

BUNDLED = bundled_cases()["west-2026"]
CASE = (BUNDLED / "case.toml").read_text(encoding="utf-8")
WORLDS = (BUNDLED / "worlds.json").read_text(encoding="utf-8")
SOUTH = 'likelihood = { routine = "unlikely", exercise = "roughly even", mobilisation = "likely", staging = "likely" }'


@pytest.fixture
def folder(west: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundled case as a folder, with the watch folder that it names; commands are given in it."""
    made = tmp_path / "case"
    assert call("weigh", "west-2026", "--copy", made).code == 0
    shutil.copytree(west, made / "west-2026")
    monkeypatch.chdir(made)
    return made


def _state(folder: Path) -> dict[str, str]:
    return {
        os.fspath(one.relative_to(folder)): sha256(one.read_bytes()).hexdigest() if one.is_file() else "no file"
        for one in sorted(folder.rglob("*"))
    }


def refused(folder: Path, *words: str) -> str:
    """The one sentence with which a case is refused."""
    before = _state(folder)
    done = call("weigh", "case.toml", "--draws", "1000", *words)
    assert (done.code, done.out) == (2, ""), done.err
    assert done.err.startswith("tocsin: ") and done.err.count("\n") == 1
    assert "found" in done.err or "this is not TOML" in done.err
    assert "Traceback" not in done.err and len(done.err) < 700
    assert _state(folder) == before
    return done.err


def test_the_case_itself_is_weighed(folder: Path) -> None:
    """What is broken below is whole before."""
    assert call("weigh", folder / "case.toml", "--draws", "1000").code == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('claims = ["r077#1"]', 'claims = ["r777#1"]', "evidence 13 (spread-to-south).claims 1, line"),
        ('claims = ["r077#1"]', 'claims = ["wholly-else"]', "expected one that came in"),
        ('incidents = ["i-r038#4"]', 'incidents = ["i-r938#4"]', "expected i- and the id of its eldest claim"),
        ('rule = "by.notice"', 'rule = "by.notize"', "did you mean 'by.notice'"),
        (SOUTH, SOUTH.replace('"unlikely"', '"quite likely"'), "expected one of almost no chance, very unlikely"),
        (SOUTH, SOUTH.replace('"unlikely"', "[nan, 0.5]"), "found nan; expected a probability"),
        (SOUTH, SOUTH.replace('"unlikely"', "[1e-300, 0.5]"), "from 0.0001 to 0.9999"),
        (SOUTH, SOUTH.replace('"unlikely"', "[0.6, 0.5]"), "expected the lower end first"),
        (SOUTH, SOUTH.replace(', staging = "likely"', ""), "found no staging; expected one of"),
        (SOUTH, "", "found no likelihood"),
        ("pseudo = 0.5", "pseudo = -1", "found -1; expected a number above 0"),
        ("at_most = 15000", "", "found neither a strength nor like"),
        ("at_most = 15000", "at_most = 15000\nlike = [2022-01-01, 2022-02-23]", "found both a strength and like"),
        ('watch = "west-2026"', 'watch = "nowhere"', "found no watch folder 'nowhere' beside the case"),
        ('watch = "west-2026"', 'watch = "../west"', "expected a bundled record, or a folder beside the case"),
        ("[case]\n", "[case\n", "this is not TOML"),
        ('name = "west-2026"', "a" + ".a" * 100_000 + " = 1", "nested far too deep"),
        ('name = "west-2026"', '"a"' + ' . "\\"a"' * 100_000 + " = 1", "nested far too deep"),
        ('name = "west-2026"', "a" * 1_900_000 + " = 1", "found the key"),
    ],
)
def test_a_broken_case(old: str, new: str, said: str, folder: Path) -> None:
    """Each thing that cannot be is refused where it stands; a key of 100,000 parts takes no memory."""
    assert old in CASE
    (folder / "case.toml").write_text(CASE.replace(old, new, 1), encoding="utf-8")
    assert said in refused(folder)


def _directory(file: Path) -> None:
    file.mkdir()


def _loop(file: Path) -> None:
    file.symlink_to(file.name)


def _pipe(file: Path) -> None:
    os.mkfifo(file)


@pytest.mark.parametrize("name", ["case.toml", "worlds.json", "reference-class.jsonl"])
@pytest.mark.parametrize("instead", [_directory, _loop, _pipe])
def test_what_is_no_file(name: str, instead: Callable[[Path], None], folder: Path) -> None:
    """A directory, a link to itself, a pipe that nobody writes to: refused at once, by name."""
    (folder / name).unlink()
    instead(folder / name)
    assert name in refused(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "found no JSON"),
        (b"{", "found no JSON"),
        (b"[" * 100_000, "found no JSON"),
        (bytes(range(256)), "which is not UTF-8"),
        (b"[]", "found no table"),
        (WORLDS[: len(WORLDS) // 2].encode(), "found no JSON"),
        (WORLDS.replace('"format": 1', '"format": 9').encode(), "format 9"),
        (WORLDS.replace('"11111": 691', '"11111": 690').encode(), "do not fit 2000 runs"),
        (WORLDS.replace('"runs": 2000', '"runs": 1e999').encode(), "do not fit"),
        (b" " * 2_100_000, "found 2,000,001 bytes or more"),
    ],
)
def test_damaged_worlds(content: bytes, said: str, folder: Path) -> None:
    """Worlds beside a case are whole, or refused by name; nothing is simulated instead."""
    (folder / "worlds.json").write_bytes(content)
    told = refused(folder)
    assert said in told and "worlds.json" in told


@pytest.mark.parametrize("words", [("--scores",), ("--record", "--reason", "x")])
@pytest.mark.parametrize(
    "content",
    [b'{"row": "judgment"}\n', b'{"row"', b"[]\n", b"[" * 100_000 + b"\n", b"\n", b"9" * 9_999 + b"\n", b"\xff\n"],
)
def test_a_damaged_history(content: bytes, words: tuple[str, ...], folder: Path) -> None:
    """A line that is no row is named, and nothing is added behind it."""
    (folder / "case.history.jsonl").write_bytes(content)
    told = refused(folder, *words)
    assert "case.history.jsonl, line 1" in told and (
        "expected a judgment or an outcome" in told or "whole rows" in told
    )


def test_an_outcome_before_any_judgment(folder: Path) -> None:
    """What turned out is kept for judgments that were made; without one nothing is written."""
    assert "found no judgment yet" in refused(folder, "--outcome", "routine", "--reason", "x")


def test_a_damaged_store(folder: Path) -> None:
    """A store that is none is refused by name."""
    (folder / "west-2026" / "watch.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 4_000)
    assert "watch.sqlite: found no store of Tocsin" in refused(folder)
