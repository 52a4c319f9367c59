"""What `tocsin check` asks: is every row possible, and are the bytes those that were written?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import FolderError, LogError
from tocsin.log.chain import read_log
from tocsin.log.check import Problem, check
from tocsin.log.folder import LOG, RunFolder, verdict, verify

__all__ = ["Inspection", "inspect"]


@dataclass(frozen=True)
class Inspection:
    """What was found, and one sentence that says so."""

    problems: tuple[Problem, ...]
    verdict: str


def inspect(source: Path, head: str | None = None) -> Inspection:
    """Inspect a run folder, or a log that stands alone.

    Args:
        source: A run folder, or a Parquet file with a log.
        head: What was noted elsewhere: the head of the chain, or the digest of the manifest.

    Raises:
        FolderError: There is nothing, or a folder that is no run folder.
        LogError: The log cannot be read, the head is none, or it was given for a file that has no chain.
    """
    if head is not None and not re.fullmatch(r"[0-9a-fA-F]{12,64}", head.strip()):
        raise LogError(f"found {head!r}; expected at least the first 12 of its 64 hexadecimal digits", place="--head")
    if not source.exists():
        raise FolderError("found nothing there; expected a run folder or a log", place=str(source))
    if source.is_dir():
        return _folder(source, head)
    if head is not None:
        raise LogError(
            "found a head to compare with, expected a run folder: a log alone has no chain", place=str(source)
        )
    found = check(read_log(source))
    told = (
        f"not possible: {len(found):,} findings"
        if found
        else "every row is possible; a log alone has no chain to verify"
    )
    return Inspection(tuple(found), told)


def _folder(source: Path, head: str | None) -> Inspection:
    bytes_found = verify(source, head)
    told = f"bytes: {verdict(bytes_found, anchored=head is not None)}"
    if bytes_found:  # the manifest, too, may be beyond reading
        return Inspection(tuple(bytes_found), told)
    folder = RunFolder.open(source)
    if not folder.has(LOG):
        return Inspection((), told)
    rows_found = check(folder.log())
    rows_told = f"{len(rows_found):,} findings" if rows_found else "every row is possible"
    return Inspection(tuple(rows_found), f"rows: {rows_told}; {told}")
