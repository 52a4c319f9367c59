"""Writing that is whole or not there: write beside, flush, rename.

A crash or Ctrl-C can leave a `.partial` sibling behind, never a half-written file under the real name.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.errors import FolderError

__all__ = ["atomic_file", "atomic_folder", "held_interrupt", "write_bytes"]


@contextmanager
def atomic_file(path: Path | str) -> Iterator[Path]:
    """Give a path to write to; when the block ends well, what was written there becomes `path` at once.

    Args:
        path: The file to make or to replace; its folder must exist.

    Yields:
        A path beside it.
    """
    target = Path(path)
    beside = _beside(target)
    with _discarded_on_failure(beside):
        yield beside
        _flush(beside)
        os.replace(beside, target)
    _flush(target.parent)


def write_bytes(path: Path | str, content: bytes) -> None:
    """Write a file whole or not at all."""
    with atomic_file(path) as beside:
        beside.write_bytes(content)


@contextmanager
def atomic_folder(path: Path | str, *, may_replace: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well, it becomes `path` at once.

    Args:
        path: The folder to make; its parents are made.
        may_replace: Asked whether a folder that is there already may go; without it, none may.

    Yields:
        A folder beside it.

    Raises:
        FolderError: Something that may not go is in the way.
    """
    target = Path(path)
    refuse_what_is_in_the_way(target, may_replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(target)
    _discard(beside)
    with _discarded_on_failure(beside):
        beside.mkdir()
        yield beside
        for inside in (*beside.rglob("*"), beside):
            _flush(inside)
        _put_in_place(beside, target)
    _flush(target.parent)


def refuse_what_is_in_the_way(target: Path, may_replace: Callable[[Path], bool] | None) -> None:
    """Refuse a target that is neither free nor an empty folder nor one that may be replaced."""
    if target.is_dir() and (not any(target.iterdir()) or (may_replace and may_replace(target))):
        return
    if target.exists() or target.is_symlink():
        raise FolderError(
            "found something there already, expected no folder, an empty one or an older run",
            place=str(target),
            code="in-the-way",
        )


def _put_in_place(beside: Path, target: Path) -> None:
    """Rename, with an older folder moved aside first, back again if that fails, and then deleted."""
    if not target.exists():
        os.rename(beside, target)
        return
    older = target.with_name(f".{target.name}.{os.getpid()}.older")
    os.rename(target, older)
    try:
        os.rename(beside, target)
    except BaseException:
        os.rename(older, target)
        raise
    shutil.rmtree(older, ignore_errors=True)


@contextmanager
def _discarded_on_failure(beside: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        # A second Ctrl-C may land in the first attempt to tidy up.
        try:
            _discard(beside)
        finally:
            _discard(beside)
        raise


@contextmanager
def held_interrupt() -> Iterator[threading.Event]:
    """Turn Ctrl-C into a request to stop, for work that other threads do.

    Polars answers Ctrl-C by breaking off whatever its threads do, in the middle of Python code that they call
    too, with a panic on the screen. Here the work itself looks whether it is to stop, between two blocks.

    Yields:
        Set as soon as Ctrl-C was pressed; only noticed when called in the main thread.

    Raises:
        KeyboardInterrupt: At the end, if the work went through in spite of Ctrl-C.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
    if asked.is_set():
        raise KeyboardInterrupt


def _beside(target: Path) -> Path:
    # The process number keeps two writers of one target from writing into the same sibling.
    return target.with_name(f".{target.name}.{os.getpid()}.partial")


def _discard(beside: Path) -> None:
    if beside.is_dir() and not beside.is_symlink():
        shutil.rmtree(beside, ignore_errors=True)
    else:
        beside.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Bring a file's or folder's bytes to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
