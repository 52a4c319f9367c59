"""Where captured things lie: a file, a folder, an archive, an address, a bundled name; as files of bounded size.

Files of a folder come in the order of their paths, so that the same folder is read the same way everywhere. Hidden
files are passed over, links that leave the folder are refused, and nothing but regular files is ever opened.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.intake.fetch import fetch
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.recognise import PACKED
from tocsin.watch.intake.taken import Passed
from tocsin.watch.masking import shown

__all__ = ["File", "Pasted", "Source", "bundled", "files_of", "zone_of"]

_UNREAD: Final = frozenset(
    (
        *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".ico", ".mp4", ".webm", ".mov", ".mp3", ".ogg", ".oga"),
        *(".wav", ".tgs", ".css", ".js", ".map", ".woff", ".woff2", ".ttf", ".pdf", ".sqlite"),
    )
)
"""Endings of pictures, sound and dress, which lie beside what is read."""
_EXPORT: Final = "result.json"
_ATTACHED: Final = frozenset(
    (
        *("photos", "video_files", "voice_messages", "round_video_messages", "files", "stickers", "images", "css"),
        *("js", "chats", "contacts", "profile_pictures", "stories", "music"),
    )
)
"""Folders that Telegram Desktop puts beside `result.json`."""
_ZONES: Final = {"west-2026": "Europe/Minsk"}
_SMALL: Final = 1_000_000
"""Bytes up to which nobody asks how well something was packed."""
_DAMAGED: Final = (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile)
"""What unpacking raises of others' files; a runtime error is a member that is locked, or packed in an unknown way."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """Bytes that come with a name instead of a file.

    Attributes:
        data: The bytes.
        name: What to call them; "" = pasted text.
    """

    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One file, read.

    Attributes:
        data: Its bytes, unpacked.
        name: What to call it: its path within the folder or archive.
        address: Where it was fetched, or "".
        content_type: What the server called it, or "".
        charset: The encoding that the server named, or "".
    """

    data: bytes
    name: str
    address: str = ""
    content_type: str = ""
    charset: str = ""


Source = Path | Pasted | str
"""A file or folder, bytes with a name, or words: a bundled name, an address, a path."""


def bundled() -> tuple[str, ...]:
    """Names of the records that come with Tocsin."""
    folder = resources.files("tocsin.watch") / "bundled"
    return tuple(sorted(one.name for one in folder.iterdir() if one.is_dir() and not one.name.startswith("_")))


def zone_of(source: Source) -> ZoneInfo | None:
    """The time zone in which the days of a bundled record were coded; None of anything else."""
    return ZoneInfo(_ZONES[source]) if isinstance(source, str) and source in _ZONES and source in bundled() else None


def files_of(source: Source, limits: Limits) -> Iterator[File | WatchError | Passed]:
    """Every file of a source, one after the other.

    Args:
        source: See `Source`.
        limits: How much to read at most.

    Raises:
        WatchError: There is no such thing at all.
    """
    if isinstance(source, Pasted):
        yield from _opened(source.data, source.name, limits)
    elif isinstance(source, str) and source.startswith(("http://", "https://")):
        found = fetch(source, limits)
        yield File(found.data, found.address, found.address, found.content_type, found.charset)
    elif isinstance(source, str) and source in bundled():
        for one in sorted((resources.files("tocsin.watch") / "bundled" / source).iterdir(), key=lambda one: one.name):
            if one.name.endswith(".jsonl"):
                yield File(one.read_bytes(), f"{source}/{one.name}")
    else:
        yield from _on_disk(source, limits)


def _on_disk(source: Path | str, limits: Limits) -> Iterator[File | WatchError | Passed]:
    try:
        if not str(source):
            raise FileNotFoundError  # an empty word would be the folder that one stands in
        path = Path(source)
        folder = path.is_dir()
        if not folder and not path.exists():
            raise FileNotFoundError
    except (OSError, ValueError):
        told = f"found nothing there; expected a file, a folder, an address or one of {', '.join(bundled())}"
        raise WatchError(told, place=shown(str(source)[:200])) from None
    if folder:
        yield from _in_folder(path, limits)
    else:
        yield from _read(path, path.name, limits)


def _in_folder(folder: Path, limits: Limits) -> Iterator[File | WatchError | Passed]:
    found = sorted(_listed(folder, folder, limits, 0), key=lambda one: one[0])
    exports = {PurePosixPath(name).parent for name, _ in found if PurePosixPath(name).name == _EXPORT}
    for count, (name, what) in enumerate(found, 1):
        if count > limits.files:
            yield WatchError(f"found more than {limits.files} files; expected at most so many", place=folder.name)
            return
        if isinstance(what, WatchError | Passed):
            yield what
        elif PurePosixPath(name).suffix.lower() in _UNREAD:
            yield Passed("files that are no text by their ending")
        elif _attached(PurePosixPath(name), exports):
            yield Passed("files that a Telegram export brings along")
        else:
            yield from _read(what, name, limits)


def _attached(name: PurePosixPath, exports: set[PurePosixPath]) -> bool:
    """Whether a file lies in a folder of pictures, voices and documents beside `result.json`."""
    inside = [one for one in name.parents if one.parent in exports and one.name in _ATTACHED]
    return bool(inside)


def _listed(folder: Path, top: Path, limits: Limits, depth: int) -> Iterator[tuple[str, Path | WatchError | Passed]]:
    """Every file below a folder by its path within the top one."""
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError as error:
        yield folder.relative_to(top).as_posix(), _unread(error, folder.relative_to(top).as_posix())
        return
    for one in entries:
        path = Path(one.path)
        name = path.relative_to(top).as_posix()
        if one.name.startswith("."):
            yield name, Passed("hidden files and folders")
        elif one.is_symlink() and not _within(path, top):
            told = "found a link that leaves the folder; expected only what lies in it"
            yield name, WatchError(told, place=shown(name))
        elif one.is_symlink() or not (one.is_dir() or one.is_file()):
            yield name, Passed("links and other things that are no files")
        elif one.is_file():
            yield name, path
        elif depth >= limits.depth:
            yield name, WatchError(f"found folders more than {limits.depth} deep", place=shown(name))
        else:
            yield from _listed(path, top, limits, depth + 1)


def _within(path: Path, top: Path) -> bool:
    try:
        return path.resolve().is_relative_to(top.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return False


def _unread(error: OSError, name: str) -> WatchError:
    return WatchError(f"found a file that cannot be read ({error.strerror}); expected one", place=shown(name))


def _read(path: Path, name: str, limits: Limits) -> Iterator[File | WatchError | Passed]:
    """Read one file, if it is one and small enough."""
    try:
        # Without waiting: a pipe that somebody put there would never answer.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as opened:
            about = os.fstat(opened.fileno())
            if not stat.S_ISREG(about.st_mode):
                yield WatchError("found something that is no file; expected a file or folder", place=shown(name))
                return
            data = b"" if about.st_size > limits.bytes_per_file else opened.read(limits.bytes_per_file + 1)
    except OSError as error:
        yield _unread(error, name)
        return
    if max(about.st_size, len(data)) > limits.bytes_per_file:
        size = max(about.st_size, len(data))
        told = f"found a file of {size:,} bytes; expected at most {limits.bytes_per_file:,}"
        yield WatchError(told, place=shown(name))
        return
    yield from _opened(data, name, limits)


def _opened(data: bytes, name: str, limits: Limits) -> Iterator[File | WatchError | Passed]:
    """A file, or what is packed in it; an archive in an archive stays closed."""
    if len(data) > limits.bytes_per_file:
        told = f"found {len(data):,} bytes; expected at most {limits.bytes_per_file:,}"
        yield WatchError(told, place=shown(name))
        return
    packed = next((kind for start, kind in PACKED.items() if data.startswith(start)), "")
    try:
        if packed == "gz":
            yield _plain(_unzipped(data, name, limits), name.removesuffix(".gz"))
        elif packed == "zip":
            yield from _members(data, name, limits)
        else:
            yield File(data, shown(name))
    except WatchError as error:
        yield error
    except _DAMAGED as error:
        yield WatchError(f"found a packed file that is damaged ({error})"[:200], place=shown(name))


def _plain(data: bytes, name: str) -> File:
    if any(data.startswith(start) for start in PACKED):
        raise WatchError("found a packed file within a packed file; expected text", place=shown(name))
    return File(data, shown(name))


def _unzipped(data: bytes, name: str, limits: Limits) -> bytes:
    unpack = zlib.decompressobj(wbits=31)
    found = unpack.decompress(data, limits.bytes_per_file + 1)
    _bounded(len(found), len(data), name, limits)
    if not unpack.eof:
        raise WatchError("found a packed file that breaks off; expected its end", place=shown(name))
    if unpack.unused_data.strip(b"\x00"):
        raise WatchError("found more after the end of a packed file; expected one stream", place=shown(name))
    return found


def _bounded(size: int, packed: int, name: str, limits: Limits) -> None:
    if size > limits.bytes_per_file:
        told = f"found a packed file of more than {limits.bytes_per_file:,} bytes; expected at most so many"
        raise WatchError(told, place=shown(name))
    if size > _SMALL and size > limits.ratio * packed:
        told = f"found bytes packed {size // max(1, packed)} to one, as in a bomb; expected at most {limits.ratio}"
        raise WatchError(told, place=shown(name))


def _members(data: bytes, name: str, limits: Limits) -> Iterator[File | WatchError | Passed]:
    """The files of an archive, in the order of their names, none larger than it may be, whatever the archive says."""
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = sorted((one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename)
        if len(members) > limits.files:
            raise WatchError(f"found {len(members)} files; expected at most {limits.files}", place=shown(name))
        for one in members:
            place = f"{name}/{one.filename}"[:300]
            if _hidden(one.filename) or PurePosixPath(one.filename).suffix.lower() in _UNREAD:
                yield Passed("files of an archive that are hidden, or no text by their ending")
                continue
            try:
                _bounded(one.file_size, max(1, one.compress_size), place, limits)
                with archive.open(one) as opened:
                    found = opened.read(limits.bytes_per_file + 1)
                _bounded(len(found), max(1, one.compress_size), place, limits)
                total += len(found)
                file = _plain(found, place)
            except WatchError as error:
                yield error
                continue
            except _DAMAGED as error:
                told = f"found a file in an archive that cannot be unpacked ({error})"[:200]
                yield WatchError(told, place=shown(place))
                continue
            if total > limits.unpacked_bytes:
                told = f"found an archive of more than {limits.unpacked_bytes:,} bytes; expected at most so many"
                raise WatchError(told, place=shown(name))
            yield file


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
