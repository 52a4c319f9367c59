"""The manifest of a run folder: what is in it, and hashes that tell whether it still is.

The manifest covers itself: `digest` is the SHA-256 of its own bytes with sixty-four zeros in the digest's
place, so that a change of any byte, a space included, is found.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tocsin.errors import FolderError
from tocsin.log.atomic import write_bytes
from tocsin.log.chain import BLOCK_ROWS, ChainResult

__all__ = ["MANIFEST", "FileEntry", "Manifest", "digest_of_file"]

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_BLANK: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the folder: its size in bytes and its SHA-256, hexadecimal."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run folder says of itself.

    Attributes:
        seed: The seed of the run, None for a record.
        versions: What wrote it: Tocsin, Python, libraries.
        files: Each file but the manifest, by its name.
        chain: The chain of `log.parquet`, None without a log.
        notes: Whatever else the writer wants to say, by name; JSON values.
        written: The writer's clock, as text; the only such field of the folder.
        digest: Of the manifest's own bytes.
    """

    seed: int | None
    versions: dict[str, str]
    files: dict[str, FileEntry]
    chain: ChainResult | None
    notes: dict[str, object]
    written: str | None
    digest: str = _BLANK

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into a folder, sealed by its own digest."""
        blank = self._text(_BLANK)
        write_bytes(folder / MANIFEST, self._text(hashlib.sha256(blank).hexdigest()))

    def _text(self, digest: str) -> bytes:
        log = None
        if self.chain is not None:
            blocks = list(self.chain.blocks)
            log = {
                "block_rows": BLOCK_ROWS,
                "blocks": blocks,
                "head": self.chain.head,
                "rows": self.chain.rows,
            }
        told = {
            "digest": digest,
            "files": {name: {"sha256": f.digest, "size": f.size} for name, f in sorted(self.files.items())},
            "format": _FORMAT,
            "log": log,
            "notes": self.notes,
            "seed": self.seed,
            "versions": self.versions,
            "written": self.written,
        }
        return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a folder, without judging the digest.

        Raises:
            FolderError: There is none, or it cannot be read.
        """
        path = folder / MANIFEST
        try:
            told = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise FolderError("found no manifest.json, expected a run folder", place=str(folder)) from None
        except (OSError, ValueError) as error:
            raise FolderError(f"found {error}, expected a manifest", place=str(path)) from None
        try:
            return cls._of(told)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FolderError(f"found a manifest without a good {error}", place=str(path)) from None

    @classmethod
    def _of(cls, told: dict[str, Any]) -> Manifest:
        if told["format"] != _FORMAT:
            raise ValueError(f"'format' (it is {told['format']!r}, this version reads {_FORMAT})")
        files, log = told["files"], told["log"]
        if not isinstance(files, dict):
            raise TypeError("'files'")
        chain = None
        if isinstance(log, dict):
            chain = ChainResult(int(log["rows"]), tuple(str(block) for block in log["blocks"]))
            if log["head"] != chain.head or log["block_rows"] != BLOCK_ROWS:
                raise ValueError("'log' (its head is not the last of its blocks)")
        return cls(
            seed=told["seed"],
            versions=dict(told["versions"]),
            files={name: FileEntry(int(f["size"]), str(f["sha256"])) for name, f in files.items()},
            chain=chain,
            notes=dict(told["notes"]),
            written=told["written"],
            digest=str(told["digest"]),
        )

    def seals(self, content: bytes) -> bool:
        """Tell whether the digest is that of these bytes of a manifest."""
        found = self.digest.encode()
        if len(found) != len(_BLANK) or content.count(found) != 1:
            return False
        return hashlib.sha256(content.replace(found, _BLANK.encode())).hexdigest() == self.digest


def digest_of_file(path: Path) -> FileEntry:
    """Measure and hash a file."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return FileEntry(handle.tell(), digest)
