"""XML read as a stream and written as text, without trusting it: no document type, no entities, no whole tree."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from tocsin.errors import LogError

__all__ = ["attribute", "local", "open_binary", "parts"]

_PIECE = 1 << 16
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_ESCAPED = re.compile('[&<>"\n\r\t]')


def attribute(value: object) -> str:
    """Write a value as a quoted attribute.

    Raises:
        LogError: It holds a character that XML cannot.
    """
    text = str(value)
    if found := _ILLEGAL.search(text):
        raise LogError(f"found the character U+{ord(found[0]):04X} in {text!r}, expected text that XML can hold")
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES[m[0]], text) + '"'


def local(element: Element) -> str:
    """The tag of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def open_binary(path: Path) -> IO[bytes]:
    """Open a file, unpacked if its name ends in .gz."""
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def parts(path: Path, wanted: Collection[str], *, inner: str = "") -> Iterator[tuple[str, Element, Element | None]]:
    """Read elements one by one.

    Args:
        path: An XML file, or one packed by gzip.
        wanted: Tags of the elements to give, each whole; one inside another is given alone, and forgotten after.
        inner: An attribute that marks an element of such a tag as a part of another one: it is not given.

    Yields:
        The tag of each such element when it ends, the element, and the one that it stands in.

    Raises:
        LogError: It is not well formed, or declares a document type.
    """
    try:
        _refuse_doctype(path)
        with open_binary(path) as file:
            yield from _parts(file, frozenset(wanted), inner)
    except (expat.ExpatError, ParseError, EOFError, gzip.BadGzipFile, zlib.error, ValueError, LookupError) as error:
        # A wrong or unknown encoding is the last two.
        raise LogError(f"found {error}, expected XML", place=str(path)) from None


def _parts(file: IO[bytes], wanted: frozenset[str], inner: str) -> Iterator[tuple[str, Element, Element | None]]:
    above: list[Element] = []
    for what, element in iterparse(file, ("start", "end")):
        if what == "start":
            above.append(element)
            continue
        above.pop()
        tag = local(element)
        if tag in wanted and inner not in element.attrib:
            parent = above[-1] if above else None
            yield tag, element, parent
            if parent is not None:
                parent.remove(element)


def _refuse_doctype(path: Path) -> None:
    """Read up to the first element, before which alone a document type may stand."""
    parser = expat.ParserCreate()
    begun: list[str] = []

    def refuse(*_: object) -> None:
        raise LogError(
            "found a document type, expected none: its entities could fill the memory",
            place=f"{path}: line {parser.CurrentLineNumber}",
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, _: begun.append(tag)
    with open_binary(path) as file:
        while not begun and (piece := file.read(_PIECE)):
            parser.Parse(piece, False)
