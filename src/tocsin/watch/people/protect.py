"""Pseudonyms of people: a keyed hash whose key stays on this machine.

Who wrote a post is nobody's business; whether two posts are by one writer may be. HMAC-SHA256 (RFC 2104) under a key
that only this machine has gives the same pseudonym for the same name, and nobody without the key can try names
against it. The key never goes into a store, a log or an export; who loses it keeps all pseudonyms, and new posts of the
same writers get others.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import unicodedata
from pathlib import Path
from typing import Final

from tocsin.errors import WatchError

__all__ = ["KEY_BYTES", "KEY_VARIABLE", "key_file", "machine_key", "pseudonym"]

KEY_BYTES: Final = 32
KEY_VARIABLE: Final = "TOCSIN_WATCH_KEY"
"""Environment variable that names another file for the key."""


def key_file() -> Path:
    """Where the key of this machine lies: `$TOCSIN_WATCH_KEY`, or `tocsin/watch.key` in the user's config folder.

    Raises:
        WatchError: This user has no home.
    """
    named = os.environ.get(KEY_VARIABLE, "")
    if named:
        return Path(named)
    config = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        return (Path(config) if config else Path.home() / ".config") / "tocsin" / "watch.key"
    except RuntimeError:
        told = f"found no home folder; expected one, or a file for the key named by {KEY_VARIABLE}"
        raise WatchError(told, place="watch.key") from None


def machine_key(path: Path | None = None) -> bytes:
    """The key of this machine; the first call makes it.

    Args:
        path: Its file; None = `key_file()`.

    Returns:
        32 random bytes.

    Raises:
        WatchError: Others can read the file, it is no key, or it cannot be made.
    """
    file = key_file() if path is None else path
    try:
        if not file.exists():
            _make(file)
        with file.open("rb") as opened:
            about = os.fstat(opened.fileno())
            key = opened.read(KEY_BYTES + 1) if stat.S_ISREG(about.st_mode) else b""
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise WatchError(f"found no key that can be read or made ({reason})", place=str(file)) from None
    if about.st_mode & 0o077:
        raise WatchError(
            f"found a key that others can read (mode {stat.S_IMODE(about.st_mode):o}); expected mode 600",
            place=str(file),
        )
    if len(key) != KEY_BYTES:
        raise WatchError(f"found no key; expected a file of exactly {KEY_BYTES} bytes", place=str(file))
    return key


def _make(file: Path) -> None:
    """Write a new key beside its place and link it there: whole or not at all, and the first of two makers wins."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f"{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(os.urandom(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(beside, file)
        except FileExistsError:
            return  # somebody else was first: theirs is the key
    finally:
        beside.unlink()


def pseudonym(name: str, key: bytes) -> str:
    """The pseudonym of a name on this machine.

    Args:
        name: As displayed; width, case and spaces make no difference (NFKC, casefold).
        key: The secret of this machine.

    Returns:
        `p-` and twelve hexadecimal digits; "" for no name.

    Raises:
        WatchError: The key is too short to be one: a pseudonym without a secret protects nobody.
    """
    if len(key) < KEY_BYTES:
        raise WatchError(f"found a key of {len(key)} bytes; expected {KEY_BYTES}", place="pseudonym")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = " ".join("".join(one for one in folded if one.isprintable() or one.isspace()).split())
    if not words:
        return ""
    return "p-" + hmac.new(key, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:12]
