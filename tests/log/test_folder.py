"""Run folders: whole or not there, and no byte of them changes unseen."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.log.generated import T0

from tocsin.errors import FolderError
from tocsin.log import EventLog
from tocsin.log import atomic as atomic_module
from tocsin.log.atomic import atomic_file, atomic_folder, write_bytes
from tocsin.log.chain import chain_of, write_log
from tocsin.log.folder import Part, RunFolder, verdict, verify


def _log(rows: int = 50) -> EventLog:
    seq = pl.int_range(rows, dtype=pl.UInt32, eager=True)
    made = {
        "run": pl.lit(0),
        "writer": pl.lit("simulated"),
        "kind": pl.lit("arrived"),
        "happened": pl.lit(T0),
    }
    return EventLog.of(pl.select(seq=seq, person=seq, place="p" + (seq % 3).cast(pl.String), **made))


def _parts() -> dict[str, Part]:
    return {
        "plan.toml": '[exercise]\nname = "Schönwald"\n',
        "people.parquet": pl.DataFrame({"person": range(50), "sex": ["m", "f"] * 25}),
        "log.parquet": _log(),
        "measures.json": b'{"T50": null}\n',
        "report.html": lambda path: _none(path.write_text("<p>report</p>")),
    }


def _none(_: int) -> None:
    return None


def _written(path: Path) -> RunFolder:
    return RunFolder.write(path, _parts(), seed=7, versions={"tocsin": "0.1"}, notes={"runs": 1}, written="12:00")


def test_what_was_written_is_there(tmp_path: Path) -> None:
    """Each part comes back, the manifest says what was told, and nothing is found wrong."""
    folder = RunFolder.open(_written(tmp_path / "deep" / "run").path)
    assert folder.text("plan.toml").startswith("[exercise]")
    assert folder.log().frame.equals(_log().frame)
    assert folder.table("people.parquet").height == 50
    assert folder.text("report.html") == "<p>report</p>"
    manifest = folder.manifest
    assert (manifest.seed, manifest.versions, manifest.notes) == (7, {"tocsin": "0.1"}, {"runs": 1})
    assert manifest.chain == chain_of([_log().frame])
    problems = verify(folder.path)
    assert problems == []
    assert verdict(problems, anchored=False) == "consistent, not anchored"
    with pytest.raises(FolderError, match=r"found no journeys\.parquet"):
        folder.table("journeys.parquet")


def test_same_parts_same_bytes(tmp_path: Path) -> None:
    """Two folders of the same parts are equal in every byte; only the caller's clock may differ."""
    one, two = _written(tmp_path / "one"), _written(tmp_path / "two")
    for inside in one.path.iterdir():
        assert inside.read_bytes() == (two.path / inside.name).read_bytes()


def test_the_log_may_come_in_blocks(tmp_path: Path) -> None:
    """A part that streams gives the same folder as the log itself."""
    frame = _log().frame
    parts = {**_parts(), "log.parquet": lambda path: write_log(path, [frame[:20], frame[20:]])}
    streamed = RunFolder.write(tmp_path / "a", parts)
    whole = RunFolder.write(tmp_path / "b", _parts())
    assert streamed.manifest == whole.manifest


def _flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


NAMES = [*_parts(), "manifest.json"]


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_byte_is_found(name: str, tmp_path: Path) -> None:
    """One flipped bit, in forty places of every file, is found each time, and the file is named."""
    folder = _written(tmp_path / "run")
    target = folder.path / name
    content = target.read_bytes()
    luck = random.Random(name)
    for _ in range(40):
        _flip(target, luck.randrange(len(content)), luck.randrange(8))
        assert name in [problem.place for problem in verify(folder.path)]
        target.write_bytes(content)
    assert verify(folder.path) == []


def test_every_byte_of_the_manifest_is_covered(tmp_path: Path) -> None:
    """A flip in any byte of the manifest is found, in its own digest too."""
    folder = RunFolder.write(tmp_path / "run", {"plan.toml": "x = 1"}, seed=7, notes={"place": "Hrodna"})
    target = folder.path / "manifest.json"
    content = target.read_bytes()
    for at in range(len(content)):
        _flip(target, at, at % 8)
        assert any(problem.code == "manifest" for problem in verify(folder.path)), at
        target.write_bytes(content)


def _rewritten(folder: RunFolder, change: Callable[[Path], object]) -> None:
    """Forge: change the folder, then make a manifest that fits its files but keeps the old chain."""
    change(folder.path)
    told = RunFolder.write(
        folder.path.with_name("forged"),
        {name: (folder.path / name).read_bytes() for name in _parts()},
        seed=folder.manifest.seed,
    ).manifest
    type(told)(told.seed, told.versions, told.files, folder.manifest.chain, told.notes, None).write(folder.path)


def test_a_forged_log_breaks_the_chain(tmp_path: Path) -> None:
    """Rows changed with the file's digest are found by their block; changed with the chain, by the head."""
    folder = _written(tmp_path / "run")
    head = folder.manifest.chain.head if folder.manifest.chain else ""
    frame = _log().frame.with_columns(person=pl.lit(1, pl.UInt32))
    _rewritten(folder, lambda path: write_log(path / "log.parquet", [frame]))
    assert [(p.code, p.place) for p in verify(folder.path)] == [("chain", "log.parquet")]

    forged = RunFolder.write(tmp_path / "whole", {**_parts(), "log.parquet": frame}, seed=7)
    assert verify(forged.path) == []
    assert [p.code for p in verify(forged.path, head)] == ["anchor"]


def test_heads_anchor(tmp_path: Path) -> None:
    """The head of the log or the manifest's digest anchor, in at least twelve digits."""
    folder = _written(tmp_path / "run")
    assert folder.manifest.chain is not None
    for head in (folder.manifest.chain.head, folder.manifest.chain.head[:12].upper(), folder.manifest.digest):
        assert verify(folder.path, head) == []
    assert verdict([], anchored=True) == "consistent with the head that was given"
    for head in ("", folder.manifest.chain.head[:11], "0" * 64):
        assert [p.code for p in verify(folder.path, head)] == ["anchor"]


def test_files_that_come_and_go(tmp_path: Path) -> None:
    """A file that the manifest does not know, and one that is gone, are named."""
    folder = _written(tmp_path / "run")
    (folder.path / "measures.json").rename(folder.path / "other.json")
    assert [(p.code, p.place) for p in verify(folder.path)] == [
        ("stranger", "other.json"),
        ("missing", "measures.json"),
    ]


def test_what_is_no_run_folder(tmp_path: Path) -> None:
    """No manifest: refused; a manifest of another format: found."""
    with pytest.raises(FolderError, match=r"found no manifest\.json"):
        verify(tmp_path)
    with pytest.raises(FolderError, match=r"found no manifest\.json"):
        RunFolder.open(tmp_path)
    for content in (b"[]", b"{}", b'{"format": 2}', b"\xff", b"{", json.dumps({"format": 1}).encode()):
        (tmp_path / "manifest.json").write_bytes(content)
        assert [p.code for p in verify(tmp_path)] == ["manifest"]


@pytest.mark.parametrize("name", ["manifest.json", "a/b", "..", ".hidden", ""])
def test_names_stay_inside(name: str, tmp_path: Path) -> None:
    """A part cannot leave the folder, nor be the manifest."""
    with pytest.raises(FolderError, match="found the file name"):
        RunFolder.write(tmp_path / "run", {name: b""})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("last", list(_parts()))
def test_a_failure_leaves_the_old_folder(failure: type[BaseException], last: str, tmp_path: Path) -> None:
    """Wherever writing fails, an older folder stays as it was, and no other file is left."""

    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise failure("in the middle")

    before = _written(tmp_path / "run").manifest
    with pytest.raises(failure, match="in the middle"):
        RunFolder.write(tmp_path / "run", {**_parts(), last: fail}, replace=True)
    assert RunFolder.open(tmp_path / "run").manifest == before
    assert verify(tmp_path / "run") == []
    assert [inside.name for inside in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("step", ["rename", "fsync"])
def test_a_failing_disk_leaves_the_old_folder(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when flushing or the last rename fails, the older folder is in its place."""
    before = _written(tmp_path / "run").manifest
    real, calls = getattr(os, step), []

    def failing(*arguments: object) -> object:
        calls.append(arguments)
        if step == "fsync" or len(calls) == 2:  # the second rename is the one that puts the new folder in place
            raise OSError("no space")
        return real(*arguments)

    monkeypatch.setattr(atomic_module.os, step, failing)
    with pytest.raises(OSError, match="no space"):
        RunFolder.write(tmp_path / "run", _parts(), replace=True)
    monkeypatch.undo()
    assert RunFolder.open(tmp_path / "run").manifest == before
    assert [inside.name for inside in tmp_path.iterdir()] == ["run"]


def test_only_run_folders_may_go(tmp_path: Path) -> None:
    """An older run goes when asked to; anything else in the way is refused and kept."""
    _written(tmp_path / "run")
    with pytest.raises(FolderError, match="found something there already"):
        _written(tmp_path / "run")
    RunFolder.write(tmp_path / "run", {"plan.toml": "new"}, replace=True)
    assert sorted(inside.name for inside in (tmp_path / "run").iterdir()) == ["manifest.json", "plan.toml"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file"):
        with pytest.raises(FolderError) as refusal:
            RunFolder.write(tmp_path / name, _parts(), replace=True)
        assert refusal.value.code == "in-the-way"
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "empty").mkdir()
    assert verify(_written(tmp_path / "empty").path) == []


def test_atomic_files(tmp_path: Path) -> None:
    """A file is replaced at once, or stays as it was."""
    path = tmp_path / "a.txt"
    write_bytes(path, b"one")
    with pytest.raises(ZeroDivisionError), atomic_file(path) as beside:
        beside.write_bytes(b"tw")
        raise ZeroDivisionError
    assert path.read_bytes() == b"one"
    write_bytes(path, b"two")
    assert (path.read_bytes(), [inside.name for inside in tmp_path.iterdir()]) == (b"two", ["a.txt"])


def test_nothing_made_is_nothing_there(tmp_path: Path) -> None:
    """A first writing that fails leaves no folder."""
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "run") as beside:
        (beside / "a").write_text("x")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
