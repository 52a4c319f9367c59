"""A run folder: everything of one run, written whole or not at all, and verifiable to the last byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from tocsin.errors import FolderError, LogError
from tocsin.log.atomic import atomic_folder
from tocsin.log.chain import ChainResult, chain_of, read_blocks, read_log, write_log
from tocsin.log.check import Problem
from tocsin.log.manifest import MANIFEST, FileEntry, Manifest, digest_of_file
from tocsin.log.table import EventLog

__all__ = ["LOG", "Part", "RunFolder", "is_run_folder", "verdict", "verify"]

LOG: Final = "log.parquet"
"""The one file whose rows are chained."""

Part = bytes | str | pl.DataFrame | EventLog | Callable[[Path], ChainResult | None]
"""A file's content: bytes, text, a table, a log, or a function that writes to the path it is given (and gives
the chain, if what it writes is the log)."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run folder that is there.

    Attributes:
        path: Where it is.
        manifest: What it says of itself.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def write(
        cls,
        path: Path | str,
        parts: Mapping[str, Part],
        *,
        seed: int | None = None,
        versions: Mapping[str, str] | None = None,
        notes: Mapping[str, object] | None = None,
        written: str | None = None,
        replace: bool = False,
    ) -> RunFolder:
        """Write a run folder, whole or not at all.

        Args:
            path: The folder to make.
            parts: The content of each file by its name: `plan.toml`, `people.parquet`, `journeys.parquet`,
                `log.parquet`, `replications.parquet`, `measures.json`, `report.html` or others; all optional.
            seed: For the manifest.
            versions: For the manifest.
            notes: For the manifest; JSON values.
            written: The caller's clock, for the manifest's own time field.
            replace: Whether an older run folder of that name may go; anything else never may.

        Returns:
            The folder.

        Raises:
            FolderError: Something is in the way, or a name is not that of a file in the folder.
        """
        target = Path(path)
        _refuse_names(parts)
        with atomic_folder(target, may_replace=is_run_folder if replace else None) as beside:
            chain, files = _write_parts(beside, parts)
            if LOG in parts and chain is None:
                chain = chain_of(read_blocks(beside / LOG))
            made = Manifest(seed, dict(versions or {}), files, chain, dict(notes or {}), written)
            made.write(beside)
        return cls.open(target)

    @classmethod
    def open(cls, path: Path | str) -> RunFolder:
        """Open a run folder; `verify` tells whether it is sound.

        Raises:
            FolderError: It is no run folder.
        """
        return cls(Path(path), Manifest.read(Path(path)))

    def has(self, name: str) -> bool:
        """Tell whether a file is there."""
        return (self.path / name).is_file()

    def file(self, name: str) -> Path:
        """Give the path of a file.

        Raises:
            FolderError: It is not there.
        """
        if not self.has(name):
            raise FolderError(f"found no {name}, which this needs", place=str(self.path), code="missing")
        return self.path / name

    def text(self, name: str) -> str:
        """Read a file of text."""
        return self.file(name).read_text(encoding="utf-8")

    def table(self, name: str) -> pl.DataFrame:
        """Read a Parquet file.

        Raises:
            FolderError: It is not there or cannot be read.
        """
        try:
            return pl.read_parquet(self.file(name))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise FolderError(f"found {error}, expected Parquet", place=str(self.path / name)) from error

    def log(self) -> EventLog:
        """Read the log."""
        return read_log(self.file(LOG))


def _refuse_names(parts: Mapping[str, Part]) -> None:
    for name in parts:
        if not name or name == MANIFEST or Path(name).name != name or name.startswith("."):
            raise FolderError(f"found the file name {name!r}, expected a plain name other than {MANIFEST}")


def is_run_folder(path: Path) -> bool:
    """Tell whether there is a run folder at `path`."""
    return (path / MANIFEST).is_file()


def _write_parts(folder: Path, parts: Mapping[str, Part]) -> tuple[ChainResult | None, dict[str, FileEntry]]:
    """Write all parts, the log in this thread (it holds interrupts) and the others in one beside it.

    Returns:
        The chain of the log, if what wrote it gave one, and the digest of each file.
    """
    with ThreadPoolExecutor(1) as beside:
        others = {name: beside.submit(_write_one, folder / name, part) for name, part in parts.items() if name != LOG}
        chain, log = _write_one(folder / LOG, parts[LOG]) if LOG in parts else (None, None)
        done = {name: other.result()[1] for name, other in others.items()}
    if log is not None:
        done[LOG] = log
    return chain, {name: done[name] for name in parts}


def _write_one(path: Path, part: Part) -> tuple[ChainResult | None, FileEntry]:
    chain = _write_part(path, part)
    return chain, digest_of_file(path)


def _write_part(path: Path, part: Part) -> ChainResult | None:
    if isinstance(part, str):
        part = part.encode()
    if isinstance(part, bytes):
        path.write_bytes(part)
        return None
    if isinstance(part, pl.DataFrame) and path.name == LOG:
        part = EventLog(part)
    if isinstance(part, EventLog):
        return write_log(path, [part.frame])
    if isinstance(part, pl.DataFrame):
        part.write_parquet(path, compression="zstd", compression_level=1)
        return None
    return part(path)


def verify(path: Path | str, head: str | None = None) -> list[Problem]:
    """Find every way in which a run folder is not what its manifest says.

    Args:
        path: The folder.
        head: What was written down elsewhere: the head of the log's chain, which anchors the log, or the
            manifest's digest, which anchors every file; at least the first 12 digits.

    Returns:
        The findings; none if all bytes are as they were.

    Raises:
        FolderError: It is no run folder.
    """
    folder = Path(path)
    sealed = _manifest_bytes(folder)
    try:
        manifest = Manifest.read(folder)
    except FolderError as error:
        return [Problem(None, error.sentence, "manifest", MANIFEST)]
    problems = []
    if not manifest.seals(sealed):
        told = "found other bytes than its own digest covers, expected them unchanged"
        problems.append(Problem(None, told, "manifest", MANIFEST))
    problems += _judge_files(folder, manifest)
    if manifest.chain is not None and not any(p.place == LOG for p in problems):
        problems += _judge_chain(folder / LOG, manifest.chain)
    if head is not None and not _anchors(manifest, head):
        found = manifest.chain.head if manifest.chain else "no log"
        told = f"found the head {found} and the digest {manifest.digest}, expected {head}"
        problems.append(Problem(None, told, "anchor", MANIFEST))
    return problems


def _manifest_bytes(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError:
        raise FolderError(f"found no {MANIFEST}, expected a run folder", place=str(folder)) from None


def _judge_files(folder: Path, manifest: Manifest) -> list[Problem]:
    there = {str(inside.relative_to(folder)) for inside in folder.rglob("*") if not inside.is_dir()}
    there.discard(MANIFEST)
    problems = [
        Problem(None, "found a file that the manifest does not know", "stranger", name)
        for name in sorted(there - manifest.files.keys())
    ]
    known = sorted(manifest.files)
    with ThreadPoolExecutor(max_workers=2) as pool:
        entries = pool.map(lambda name: digest_of_file(folder / name) if name in there else None, known)
        for name, entry in zip(known, entries, strict=True):
            problems += _judge_file(name, entry, manifest.files[name])
    return problems


def _judge_file(name: str, found: FileEntry | None, expected: FileEntry) -> list[Problem]:
    if found is None:
        return [Problem(None, "found nothing, expected a file that the manifest lists", "missing", name)]
    if found == expected:
        return []
    have, want = (f"{entry.size} bytes with SHA-256 {entry.digest}" for entry in (found, expected))
    told = f"found {have}, expected {want}"
    return [Problem(None, told, "digest", name)]


def _judge_chain(path: Path, expected: ChainResult) -> list[Problem]:
    """Compare block by block; called only for a file with the right digest, which is safe to decode."""
    try:
        found = chain_of(read_blocks(path))
    except LogError as error:
        return [Problem(None, error.sentence, "unreadable", LOG)]
    for number, (have, want) in enumerate(zip(found.blocks, expected.blocks, strict=False)):
        if have != want:
            told = f"found other rows in block {number} (262,144 rows each) than its hash covers"
            return [Problem(None, told, "chain", LOG)]
    if found != expected:
        return [Problem(None, f"found {found.rows} rows, expected {expected.rows}", "chain", LOG)]
    return []


def _anchors(manifest: Manifest, head: str) -> bool:
    wanted = head.strip().lower()
    anchors = [manifest.digest] + ([manifest.chain.head] if manifest.chain else [])
    return len(wanted) >= 12 and any(anchor.startswith(wanted) for anchor in anchors)


def verdict(problems: list[Problem], *, anchored: bool) -> str:
    """Say in one sentence what `verify` found.

    Args:
        problems: What it gave.
        anchored: Whether it was given a head.
    """
    if problems:
        return f"not sound: {len(problems)} finding{'s' if len(problems) > 1 else ''}"
    return "consistent with the head that was given" if anchored else "consistent, not anchored"
