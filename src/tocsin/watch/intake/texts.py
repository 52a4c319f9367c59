"""A pasted text or a text file: one report, whose time nobody told.

Right-to-left letters and the characters that steer the direction of writing are kept as they were. Control characters
are dropped and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tocsin.errors import WatchError
from tocsin.watch.intake.characters import decoded
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.taken import Piece, Reading, Taken, captured, digest_of, gathered, identity, placed
from tocsin.watch.model import Bounds, Report

__all__ = ["each_text", "read_plain"]

_HEADING: Final = re.compile(r"\s*#\s+([^\n]{1,300})\n")


def read_plain(data: bytes, name: str, reading: Reading, limits: Limits | None = None, *, charset: str = "") -> Taken:
    """Read a text.

    Args:
        data: Its bytes.
        name: What to call it; "" = pasted.
        reading: How to read.
        limits: How much to read at most.
        charset: What it is labelled as, or "".
    """
    return gathered(each_text(data, name, reading, limits or Limits(), charset=charset))


def each_text(
    data: bytes, name: str, reading: Reading, limits: Limits, *, address: str = "", charset: str = ""
) -> Iterator[Piece]:
    """Read a text, as `read_plain`: one piece."""
    place = name or "pasted text"
    try:
        read = decoded(data, charset, place=place)
        heading = _HEADING.match(read.text) if name.lower().endswith(".md") else None
        title, text = (heading[1].strip(), read.text[heading.end() :]) if heading else ("", read.text)
        text = text.strip()
        if not text and not title:
            raise WatchError("found no words; expected text", place=place)
        if len(text) > limits.characters:
            found = f"found a text of {len(text):,} characters; expected at most {limits.characters:,}"
            raise WatchError(found, place=place)
    except WatchError as error:
        yield error
        return
    published, basis, _ = placed(Bounds(), "none", reading.captured)
    digest = digest_of("text", [reading.publisher, address], title, text)
    where = address or name
    report = Report(
        identity(digest),
        digest,
        "text",
        where,
        reading.publisher,
        "",
        reading.owner,
        reading.level,
        reading.language,
        published,
        basis,
        reading.captured,
        title,
        text,
        note=read.remark,
    )
    yield captured((report, ()), data, "text/plain", reading)
