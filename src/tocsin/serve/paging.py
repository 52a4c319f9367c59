"""Long lists in parts: which rows a page shows, and which pages there are besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

__all__ = ["Part", "addressed", "part_of", "wanted_page"]

T = TypeVar("T")
_DIGITS = 9
"""More digits than any list has pages."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A page of a list.

    Attributes:
        rows: What it shows.
        page: Which page it is, from 1.
        pages: How many there are; at least one.
        total: How many rows there are in all.
        first: Which row is the first that it shows, from 1; 0 of an empty list.
    """

    rows: tuple[T, ...]
    page: int
    pages: int
    total: int
    first: int

    @property
    def last(self) -> int:
        """Which row is the last that it shows."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def part_of(rows: Sequence[T], page: int, size: int) -> Part[T]:
    """A page of a list; one that is not there is the nearest that is."""
    pages = max(1, -(-len(rows) // size))
    page = min(max(1, page), pages)
    start = (page - 1) * size
    return Part(tuple(rows[start : start + size]), page, pages, len(rows), start + 1 if rows else 0)


def wanted_page(words: Mapping[str, Any]) -> int:
    """The page that an address or a form asks for; the first where it asks for none."""
    told = str(words.get("page", ""))
    return int(told) if told.isascii() and told.isdigit() and len(told) <= _DIGITS else 1


def addressed(path: str, words: Mapping[str, str], **more: object) -> str:
    """An address with the words that are not empty, the later ones in place of the earlier."""
    asked = {name: str(said) for name, said in {**words, **more}.items() if said not in ("", None)}
    return f"{path}?{urlencode(asked)}" if asked else path
