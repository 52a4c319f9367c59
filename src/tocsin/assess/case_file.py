"""A case file and what lies beside it, as text: regular files of bounded size in UTF-8, and nothing else."""

from __future__ import annotations

import os
import stat
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from tocsin.errors import CaseError
from tocsin.plan.problem import shown

__all__ = ["MOST_BYTES", "decoded", "text_of"]

MOST_BYTES: Final = 2_000_000
"""Most bytes of a case, or of a file beside it."""


def text_of(file: Path | Traversable, place: str) -> str:
    """The text of a file.

    Args:
        file: The file.
        place: What to call it in messages.

    Raises:
        CaseError: It is not there, no regular file, too large, or not UTF-8.
    """
    try:
        data = _bytes(file, place) if isinstance(file, Path) else file.read_bytes()
    except FileNotFoundError:
        raise CaseError("found no such file; expected a case, or a file beside it", place=place) from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = shown(error.strerror if isinstance(error, OSError) and error.strerror else str(error))[1:-1]
        raise CaseError(f"found a file that cannot be read ({reason}); expected one that can", place=place) from None
    if len(data) > MOST_BYTES:
        raise CaseError(f"found {len(data):,} bytes or more; expected at most {MOST_BYTES:,}", place=place)
    return decoded(data, place)


def _bytes(file: Path, place: str) -> bytes:
    """Bytes of a regular file, one more than there may be at most."""
    # Without waiting: a pipe that somebody put there would never answer.
    with open(file, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise CaseError("found something that is no file; expected a file", place=place)
        return opened.read(MOST_BYTES + 1)


def decoded(data: bytes, place: str) -> str:
    """Bytes as text; the mark that some editors put before UTF-8 is no fault.

    Raises:
        CaseError: They are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = f"found the byte 0x{data[error.start]:02x}, which is not UTF-8; expected text in UTF-8"
        raise CaseError(told, place=f"{place}, line {line}") from None
