"""What a file is: by its content first, then by the ending of its name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from tocsin.errors import WatchError
from tocsin.watch.intake.characters import decoded
from tocsin.watch.intake.coded import CLAIM_KEYS, REPORT_KEYS, SIGHTING_KEYS
from tocsin.watch.intake.coded_csv import header_of

__all__ = ["KINDS", "PACKED", "recognised"]

KINDS: Final[Mapping[str, str]] = {
    "coded": "coded reports",
    "forces": "dated statements on forces",
    "table": "a table of coded rows",
    "feed": "a feed",
    "page": "a web page",
    "telegram": "an export of Telegram",
    "text": "a text",
}
"""Kinds of files that can be taken in, and how they are called."""
PACKED: Final = {b"\x1f\x8b": "gz", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}
"""How packed files begin."""

_STRANGE: Final = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "sound or a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3", "a database"),
    (b"BZh", "a packed file (bzip2)"),
    (b"\xfd7zXZ", "a packed file (xz)"),
    (b"7z\xbc\xaf", "a packed file (7z)"),
    (b"Rar!", "a packed file (rar)"),
    (b"\x28\xb5\x2f\xfd", "a packed file (zstd)"),
    (b"\x7fELF", "a program"),
)
_ENDINGS: Final = {
    ".jsonl": "coded",
    ".ndjson": "coded",
    ".csv": "table",
    ".tsv": "table",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
}
_TYPES: Final = (("html", "page"), ("rss", "feed"), ("atom", "feed"), ("csv", "table"), ("jsonl", "coded"))
_HEAD: Final = 65_536
_LINES: Final = 20
_FEED: Final = re.compile(r"<(?:\w{1,40}:)?(?:rss|feed|RDF)[\s>]", re.IGNORECASE)
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|div|article|p|h1)[\s>]", re.IGNORECASE)
_EXPORT: Final = re.compile(
    r'"(?:messages"\s{0,9}:\s{0,9}\[|chats"\s{0,9}:\s{0,9}\{|type"\s{0,9}:\s{0,9}"(?:public|private|personal|bot)_)'
)
_BEFORE: Final = re.compile(r"(?:\s|<\?[^>]{0,300}>|<!--.{0,2000}?-->)*", re.DOTALL)


def recognised(data: bytes, name: str, content_type: str = "") -> str:
    """What a file is.

    Args:
        data: Its bytes; the beginning decides.
        name: Its name; the ending decides where the content does not.
        content_type: What a server called it, or "".

    Returns:
        One of `KINDS`.

    Raises:
        WatchError: It is nothing that can be read.
    """
    for start, what in _STRANGE:
        if data.startswith(start):
            raise WatchError(f"found {what}; expected {_expected()}", place=name)
    if not data.strip(b"\x00 \t\r\n"):
        raise WatchError(f"found an empty file; expected {_expected()}", place=name)
    head = decoded(data[:_HEAD], place=name).text.lstrip()
    return _by_content(head, data, name) or _by_name(name, content_type)


def _expected() -> str:
    *most, last = KINDS.values()
    return f"{', '.join(most)} or {last}"


def _by_content(head: str, data: bytes, name: str) -> str:
    if head.startswith("{"):
        return _json(head, data, name)
    if re.match(r"\[\s*\{", head):
        raise WatchError("found a list in JSON; expected one object a line, without a list around them", place=name)
    before = _BEFORE.match(head)
    body = head[before.end() :] if before else head
    if body.startswith("<"):
        root = _FEED.search(body[:5_000])
        page = _PAGE.search(body[:5_000])
        if root and (page is None or root.start() < page.start()):
            return "feed"
        return "page" if page else ""
    columns = set(header_of(head)[0])
    coded = len(columns & CLAIM_KEYS) >= 2 or len(columns & SIGHTING_KEYS) >= 6
    return "table" if "id" in columns and coded else ""


def _json(head: str, data: bytes, name: str) -> str:
    """Lines of coded objects, or an export; anything else in JSON is nobody's."""
    for line in data[: 16 * _HEAD].split(b"\n", _LINES)[:_LINES]:
        try:
            found = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            kind = _by_keys(found)
            if kind:
                return kind
    if _EXPORT.search(head) or PurePosixPath(name).name == "result.json":
        return "telegram"
    if PurePosixPath(name).suffix in (".jsonl", ".ndjson"):
        return "coded"
    raise WatchError(
        "found JSON with keys that nobody knows; expected coded reports, statements on forces or an export of Telegram",
        place=name,
    )


def _by_keys(found: Mapping[str, object]) -> str:
    keys = set(found)
    if keys & {"messages", "chats"}:
        return "telegram"
    if keys & {"measure", "scope"} and len(keys & SIGHTING_KEYS) > 3:
        return "forces"
    return "coded" if "id" in keys and len(keys & REPORT_KEYS) > 2 else ""


def _by_name(name: str, content_type: str) -> str:
    by_type = next((kind for word, kind in _TYPES if word in content_type), "")
    return by_type or _ENDINGS.get(PurePosixPath(name).suffix.lower(), "text")
