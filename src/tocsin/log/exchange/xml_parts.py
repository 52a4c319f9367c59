"""XML read as a stream and written as text, without trusting it: no document type, no entities, no whole tree."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

from tocsin.errors import LogError

__all__ = ["Node", "attribute", "nodes", "open_binary"]

_PIECE = 1 << 16
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_ESCAPED = re.compile('[&<>"\n\r\t]')


@dataclass(slots=True)
class Node:
    """An element: its tag without a namespace, its attributes, its text, its children, and what it stands in."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Node]:
        """Its children of a tag."""
        return (child for child in self.children if child.tag == tag)


def attribute(value: object) -> str:
    """Write a value as a quoted attribute.

    Raises:
        LogError: It holds a character that XML cannot.
    """
    text = str(value)
    if found := _ILLEGAL.search(text):
        raise LogError(f"found the character U+{ord(found[0]):04X} in {text!r}, expected text that XML can hold")
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES[m[0]], text) + '"'


def open_binary(path: Path) -> IO[bytes]:
    """Open a file, unpacked if its name ends in .gz."""
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def nodes(path: Path, wanted: Collection[str]) -> Iterator[Node]:
    """Read elements one by one.

    Args:
        path: An XML file, or one packed by gzip.
        wanted: Tags of the elements to give, each whole; one inside another is given alone, and is no child of it.

    Yields:
        Each such element when it ends; what was given is forgotten.

    Raises:
        LogError: It is not well formed, or declares a document type.
    """
    builder = _Builder(path, frozenset(wanted))
    try:
        with open_binary(path) as file:
            while piece := file.read(_PIECE):
                builder.parser.Parse(piece, False)
                yield from builder.take()
        builder.parser.Parse(b"", True)
    except (expat.ExpatError, EOFError, gzip.BadGzipFile) as error:
        raise LogError(f"found {error}, expected XML", place=str(path)) from None
    yield from builder.take()


class _Builder:
    """Builds the elements that are wanted, and drops the others when they end."""

    def __init__(self, path: Path, wanted: frozenset[str]) -> None:
        self.path, self.wanted = path, wanted
        self.open: list[Node] = []
        self.done: list[Node] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def take(self) -> list[Node]:
        """What has ended since."""
        done, self.done = self.done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        above = self.open[-1] if self.open else None
        self.open.append(Node(tag.rpartition(":")[2], attributes, above, self.parser.CurrentLineNumber))

    def _end(self, _: str) -> None:
        node = self.open.pop()
        if node.tag in self.wanted:
            self.done.append(node)
        elif node.parent is not None:
            node.parent.children.append(node)

    def _text(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def _refuse(self, *_: object) -> None:
        raise LogError(
            "found a document type, expected none: its entities could fill the memory",
            place=f"{self.path}: line {self.parser.CurrentLineNumber}",
        )
